import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shop } from '../commands/stage.ts';
import { job, type StepResult } from './job.ts';

/** Writes down with whom the process speaks, whichever library it does it with. */
const spy = `
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const [{ host = 'localhost', port, path }] = Array.isArray(args[0]) ? args[0] : args;
  appendFileSync(process.env.SPY, \`\${path ?? \`\${host}:\${port}\`}\\n\`);
  return connect.apply(this, args);
};
`;

interface Confined extends StepResult {
  readonly spokenTo: ReadonlySet<string>;
  readonly account: string;
}

/** A step that may start no process and no thread, load no native code, and write only where `writable` says. */
async function confined(tag: string, writable: (workspace: string) => string): Promise<Confined> {
  const directory = mkdtempSync(join(tmpdir(), 'spy-'));
  const home = join(directory, 'home');
  mkdirSync(home);
  const [script, heard] = [join(directory, 'spy.mjs'), join(directory, 'heard')];
  writeFileSync(script, spy);
  writeFileSync(heard, '');
  const here = await job(shop('fargate', 1, { tag }));
  try {
    const rights = ['--permission', '--allow-fs-read=*', `--allow-fs-write=${writable(here.workspace)}`];
    const result = await here.step(
      { 'deploy-context': 'deploy', 'idle-duration': '1s' },
      {
        env: {
          HOME: home,
          SPY: heard,
          NODE_OPTIONS: [...rights, `--allow-fs-write=${heard}`, `--import=${script}`].join(' '),
        },
      },
    );
    const account = here.url.replace('http://', '');
    return { ...result, account, spokenTo: new Set(readFileSync(heard, 'utf8').trim().split('\n')) };
  } finally {
    await here.end();
    rmSync(directory, { recursive: true });
  }
}

/** Where the runner's files of the first step are, and its RUNNER_TEMP. */
const temp = (workspace: string): string => join(workspace, 'step-1');

describe.concurrent('the process of a rollout', { timeout: 90_000 }, () => {
  it.each([
    ['good', 'succeeded'],
    ['crash', 'rejected'],
  ])(
    'with an image that is %s starts no process, writes only what the runner asks for, and speaks to AWS only',
    async (tag, outcome) => {
      const { log, outputs, summary, spokenTo, account } = await confined(tag, temp);
      expect(log).not.toMatch(/ERR_ACCESS_DENIED|Access to this API has been restricted/);
      expect(outputs).toMatchObject({ outcome });
      expect(outputs.report).toMatch(/step-1/);
      expect(summary).not.toBe('');
      expect(spokenTo).toEqual(new Set([account]));
    },
  );

  it('would be caught if it wrote anywhere else', async () => {
    const { log } = await confined('good', () => '/nowhere');
    expect(log).toMatch(/ERR_ACCESS_DENIED|Access to this API has been restricted/);
  });
});
