import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/core/problem.ts';
import { type Asked, readRequest } from '../../src/request.ts';
import { anyFiles, type Files } from './contexts.ts';
import { expectClean, expectClear, holds, patience } from './property.ts';
import { environment } from './trees.ts';

const workspace = mkdtempSync(join(tmpdir(), 'fuzz-'));
afterAll(() => rmSync(workspace, { recursive: true }));

/** What is asked with these two files: a request, or a refusal of it. Anything else is thrown. */
async function ask(files: Files, inputs: Readonly<Record<string, string>> = {}): Promise<Asked | Refusal> {
  writeFileSync(join(workspace, 'service.json'), files.service);
  writeFileSync(join(workspace, 'task-definition.json'), files.taskDefinition);
  const asked = { INPUT_REGION: 'us-west-2', 'INPUT_DEPLOY-CONTEXT': '.', GITHUB_WORKSPACE: workspace };
  return readRequest({ ...environment, ...asked, ...inputs }, 'token').catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
}

/** Far longer than any file of that size takes, far shorter than what is quadratic. */
const mostMs = 5000;

describe('any service.json and task-definition.json', () => {
  it('end in a request, or in problems that a person can read', patience, async () => {
    const inputs = fc.constantFrom({}, { 'INPUT_UPDATE-SERVICE': 'true' }, { INPUT_COMMAND: 'rehearse' });
    await holds(
      fc.asyncProperty(anyFiles, inputs, async (files, more) => {
        const began = performance.now();
        const answer = await ask(files, more);
        expect(performance.now() - began).toBeLessThan(mostMs);
        expectClean();
        if (answer instanceof Refusal) {
          expectClear(answer.problems);
          expect(answer.message).not.toContain('hush');
          return;
        }
        const { place, hidden } = answer.request;
        expect(place.cluster).not.toBe('');
        expect(place.service).not.toBe('');
        expect(hidden).not.toContain('');
      }),
    );
  });
});
