import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Environment } from '../../src/model/environment.ts';
import { Refusal } from '../../src/model/problem.ts';
import { type Asked, readRequest } from '../../src/request/build-request.ts';
import type { Files } from './contexts.ts';
import { environment } from './trees.ts';

const workspace = mkdtempSync(join(tmpdir(), 'fuzz-'));
afterAll(() => rmSync(workspace, { recursive: true }));

/** Adds a rollout.yml to the deploy context of the steps that follow. */
export const withRollout = (text: string): void => writeFileSync(join(workspace, 'rollout.yml'), text);

/** The environment of a step whose deploy context these two files are, and whose inputs those are. */
export function stepWith(files: Files, inputs: Environment = {}): Environment {
  writeFileSync(join(workspace, 'service.json'), files.service);
  writeFileSync(join(workspace, 'task-definition.json'), files.taskDefinition);
  const usual = { INPUT_REGION: 'us-west-2', 'INPUT_DEPLOY-CONTEXT': '.' };
  return { ...environment, ...usual, GITHUB_WORKSPACE: workspace, RUNNER_TEMP: workspace, ...inputs };
}

/** What is asked with these two files: a request, or a refusal of it. Anything else is thrown. */
export function ask(files: Files, inputs: Environment = {}): Promise<Asked | Refusal> {
  return readRequest(stepWith(files, inputs), 'token').catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
}
