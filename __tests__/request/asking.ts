import { formatProblem, Refusal } from '../../src/model/problem.ts';
import { type Asked, readRequest } from '../../src/request/build-request.ts';
import { shop } from '../commands/stage.ts';
import { workspace } from '../deploy-context/workspace.ts';

export type Given = Readonly<Record<string, string>>;

export const { service, definition } = shop('fargate', 1);
export const place = { cluster: 'production', service: 'web' };

/** A deploy context, and a task definition in a place of its own. */
export const files = {
  '.aws/task-definition.json': JSON.stringify(definition),
  'deploy/service.json': JSON.stringify(service),
  'deploy/task-definition.json': JSON.stringify(definition),
};

/** What is asked with these inputs in a workspace with these files. */
export async function askIn(mine: Given, inputs: Given, more: Given = {}): Promise<Asked> {
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const usual = { AWS_REGION: 'us-west-2', GITHUB_WORKSPACE: await workspace(mine), ...more };
  return readRequest({ ...usual, ...Object.fromEntries(given) }, 'token');
}

/** The problems that it has, in words. */
export async function problemsIn(mine: Given, inputs: Given): Promise<readonly string[]> {
  try {
    await askIn(mine, inputs);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(formatProblem);
  }
}
