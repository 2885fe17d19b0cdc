import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outputsOf, publishOutputs, writeReport } from '../../src/github/outputs.ts';
import { createMask } from '../../src/model/redact.ts';
import { maskReport } from '../../src/report/written-report.ts';
import { arn, refusedCall, rejected } from '../report/streams.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'outputs-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

describe('the outputs', () => {
  it('are all that is known, also when the canary was rejected', () => {
    expect(outputsOf(rejected.report, '/tmp/report.json')).toEqual({
      outcome: 'rejected',
      'service-intact': 'true',
      'task-definition-arn': arn.revision,
      'previous-task-definition-arn': arn.previous,
      'service-arn': arn.service,
      'canary-task-arn': arn.canary,
      'started-at': '2026-11-21T03:14:07.000Z',
      'finished-at': '2026-11-21T03:14:43.900Z',
      duration: '37',
      report: '/tmp/report.json',
    });
  });

  it('are written for the steps that follow', () => {
    const file = join(directory, 'output');
    writeFileSync(file, '');
    vi.stubEnv('GITHUB_OUTPUT', file);
    publishOutputs(refusedCall.report);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^outcome<<(.+)\nfailed\n\1$/m);
    expect(text).toMatch(/^service-intact<<(.+)\ntrue\n\1$/m);
    expect(text).not.toMatch(/^(report|canary-task-arn)<</m);
  });

  it('are not printed outside GitHub', () => {
    vi.stubEnv('GITHUB_OUTPUT', '');
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    publishOutputs(rejected.report);
    expect(print).not.toHaveBeenCalled();
  });
});

describe('the report', () => {
  const write = (secrets: readonly string[] = []): string =>
    writeReport(maskReport(rejected.report, createMask(secrets)), join(directory, 'deep'));

  it('is everything that is known, for whoever reads JSON', () => {
    const report = JSON.parse(readFileSync(write(), 'utf8'));
    expect(report).toMatchObject(JSON.parse(JSON.stringify(rejected.report)));
    expect(report).toMatchObject({
      schema: 2,
      started: '2026-11-21T03:14:07.000Z',
      finished: '2026-11-21T03:14:43.900Z',
    });
  });

  it('has no value that is to be masked, and is for nobody else', () => {
    const path = write(['no-pull']);
    expect(readFileSync(path, 'utf8')).not.toContain('no-pull');
    expect(statSync(path).mode & 0o077).toBe(0);
  });
});
