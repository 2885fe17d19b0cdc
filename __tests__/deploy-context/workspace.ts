import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readDeployContext } from '../../src/deploy-context/deploy-context.ts';
import type { Edits } from '../../src/model/edits.ts';
import type { Environment } from '../../src/model/environment.ts';
import { formatProblem } from '../../src/model/problem.ts';

/** A workspace with these files, gone after the test. */
export async function workspace(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'definition-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** The smallest task definition that nothing is wrong with. */
export const smallTask = { family: 'web', memory: '512', containerDefinitions: [{ name: 'web', image: 'web:1' }] };

interface Given {
  readonly service?: unknown;
  readonly task?: unknown;
  readonly rollout?: string;
  readonly environment?: Environment;
  readonly edits?: Edits;
  readonly needs?: { service: boolean; taskDefinition: boolean; rollout?: boolean };
}

/** Reads a deploy context from text, or from values that are written as JSON. */
export async function read({ service, task, rollout, environment = {}, needs, edits }: Given) {
  const files = {
    ...(service !== undefined && { 'deploy/service.json': asText(service) }),
    ...(task !== undefined && { 'deploy/task-definition.json': asText(task) }),
    ...(rollout !== undefined && { 'deploy/rollout.yml': rollout }),
  };
  const options = {
    directory: 'deploy',
    workspace: await workspace(files),
    environment,
    ...(edits === undefined ? {} : { edits }),
    needs: needs ?? { service: service !== undefined, taskDefinition: task !== undefined, rollout: true },
  };
  const { context, problems } = await readDeployContext(options);
  // Where something stands is asked of `problems`; without it a sentence is the same for files of any format.
  const said = problems.map((problem) => formatProblem(problem).replace(/^([^\s:]+):\d+:\d+ (?=\S)/, '$1: '));
  return { context, problems, said };
}

const asText = (file: unknown): string => (typeof file === 'string' ? file : JSON.stringify(file));
