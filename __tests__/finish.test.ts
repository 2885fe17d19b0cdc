import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { finish } from '../src/finish.ts';
import { createMask } from '../src/model/redact.ts';
import { rejected } from './report/streams.ts';

let directory = '';
let warnings: string[] = [];
const outputs = (): string => readFileSync(join(directory, 'output'), 'utf8');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'publish-'));
  warnings = [];
  writeFileSync(join(directory, 'output'), '');
  vi.stubEnv('GITHUB_OUTPUT', join(directory, 'output'));
  vi.stubEnv('GITHUB_STATE', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  process.exitCode = 0;
  rmSync(directory, { recursive: true });
});

const publishTo = (RUNNER_TEMP: string) =>
  finish(rejected.report, {
    environment: { RUNNER_TEMP },
    files: { mask: createMask(['no-pull']) },
    warn: (message) => warnings.push(message),
  });

describe('publishing', () => {
  it('writes both reports beside each other, masked, and says where they are', async () => {
    await publishTo(join(directory, 'temp'));
    const files = readdirSync(join(directory, 'temp')).toSorted();
    expect(files).toEqual([
      expect.stringMatching(/^ecs-canary-rollout-web-\d+\.html$/),
      expect.stringMatching(/\.json$/),
    ]);
    const [page = '', json = ''] = files.map((file) => join(directory, 'temp', file));
    expect(outputs()).toMatch(new RegExp(`^report<<(.+)\\n${json}\\n\\1$`, 'm'));
    expect(outputs()).toMatch(new RegExp(`^report-html<<(.+)\\n${page}\\n\\1$`, 'm'));
    for (const path of [page, json]) expect(readFileSync(path, 'utf8')).not.toContain('no-pull');
    expect(warnings).toEqual([]);
    expect(process.exitCode).toBe(1);
  });

  it('warns of what cannot be written, and does all else', async () => {
    await publishTo(join(directory, 'output', 'no directory'));
    expect(warnings).toEqual([
      expect.stringMatching(/^the report could not be written: /),
      expect.stringMatching(/^the HTML report could not be written: /),
    ]);
    expect(outputs()).toMatch(/^outcome<<(.+)\nrejected\n\1$/m);
    expect(outputs()).not.toMatch(/^report(-html)?<</m);
    expect(process.exitCode).toBe(1);
  });
});
