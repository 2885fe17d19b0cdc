import { afterEach, describe, expect, it, vi } from 'vitest';
import { jobLog, outputFor, wantsColours } from '../../src/github/runner.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function printed(print: () => void): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  print();
  vi.restoreAllMocks();
  return text;
}

describe('the job log', () => {
  it('puts an error at its place in a file, all its lines in one command', () => {
    const at = { file: 'deploy/service.json', line: 12, column: 7 };
    const text = printed(() =>
      jobLog.annotate({ level: 'error', title: 'refused: web', message: 'one\ntwo 100%', at }),
    );
    expect(text.trim()).toBe('::error title=refused%3A web,file=deploy/service.json,line=12,col=7::one%0Atwo 100%25');
  });

  it('begins and ends groups', () => {
    const text = printed(() => {
      jobLog.startGroup('1/2 first');
      jobLog.print('line');
      jobLog.endGroup();
    });
    expect(text.trim().split(/\r?\n/)).toEqual(['::group::1/2 first', 'line', '::endgroup::']);
  });
});

describe('where the log goes', () => {
  it('has commands of the runner in a job only', () => {
    expect(outputFor({ GITHUB_ACTIONS: 'true' })).toBe(jobLog);
    const text = printed(() => outputFor({}).annotate({ level: 'error', title: 'x', message: 'boo' }));
    expect(text.trim()).toBe('boo');
  });

  it('has colours where somebody sees them and nobody minds', () => {
    expect(wantsColours({ GITHUB_ACTIONS: 'true' }, false)).toBe(true);
    expect(wantsColours({ GITHUB_ACTIONS: 'true', NO_COLOR: '1' }, true)).toBe(false);
    expect(wantsColours({}, true)).toBe(true);
    expect(wantsColours({}, false)).toBe(false);
  });
});
