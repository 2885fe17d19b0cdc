import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readAction, regenerate } from '../.github/scripts/readme.ts';
import { policies } from '../src/aws/permissions.ts';
import { sayProblem } from '../src/core/problem.ts';
import { readInputs } from '../src/github/inputs.ts';
import { lint } from './actionlint.ts';
import {
  asWorkflow,
  blocksIn,
  brokenLinks,
  callsOf,
  codesIn,
  environmentOf,
  isOurs,
  stepsOf,
  tablesIn,
} from './markdown.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const action = readAction(join(root, 'action.yml'));

const workflows = blocksIn(readme, 'yaml').map(asWorkflow);

/** The rows of the table that begins with this heading, cell by cell. */
const tableUnder = (head: string): readonly (readonly string[])[] =>
  tablesIn(readme).find((table) => table.head[0] === head)?.rows ?? [];

describe('README.md', () => {
  it('is what its script makes of action.yml and the permissions', () => {
    expect(regenerate(readme, action, policies())).toBe(readme);
  });

  it.each(workflows)('shows a workflow in which actionlint finds nothing: %#', async (text) => {
    expect(await lint(text, 'README.md')).toEqual([]);
  });

  it('gives each of our steps inputs that it has, with values that it accepts', () => {
    const steps = workflows.flatMap(stepsOf).filter(isOurs);
    expect(steps.length).toBeGreaterThan(5);
    for (const step of steps) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
      const environment = { AWS_REGION: 'us-west-2', ...environmentOf(step) };
      expect(readInputs(environment).problems.map(sayProblem)).toEqual([]);
    }
  });

  it('calls the workflow with inputs that it has', () => {
    const file = parse(readFileSync(join(root, '.github/workflows/rollout.yml'), 'utf8')) as {
      readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, unknown>> } };
    };
    const calls = workflows.flatMap(callsOf);
    const known = Object.keys(file.on.workflow_call.inputs);
    expect(calls).not.toEqual([]);
    for (const { with: given = {} } of calls) expect(known).toEqual(expect.arrayContaining(Object.keys(given)));
  });

  it('reads only outputs that there are', () => {
    const read = [...readme.matchAll(/steps\.rollout\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
    expect(read.length).toBeGreaterThan(0);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
  });

  it('has a row for each outcome', () => {
    const known = codesIn(action.outputs.outcome?.description);
    expect(tableUnder('outcome').flatMap(([name]) => codesIn(name))).toEqual(expect.arrayContaining([...known]));
    expect(tableUnder('outcome')).toHaveLength(known.length);
  });

  it('explains messages that the sources have', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
      .join('\n');
    const messages = tableUnder('message').flatMap(([message]) => codesIn(message));
    expect(messages.length).toBeGreaterThan(20);
    const pieces = messages.flatMap((message) => message.split('…').filter((piece) => piece !== ''));
    expect(pieces.filter((piece) => !sources.includes(piece))).toEqual([]);
  });

  it('links to files and headings that there are', () => {
    expect(brokenLinks(readme, join(root, 'README.md'), (path) => readFileSync(path, 'utf8'))).toEqual([]);
  });

  it('begins with a deploy context that can be rehearsed', async () => {
    const [service = '', taskDefinition = ''] = blocksIn(readme, 'json');
    const directory = temporary();
    writeFileSync(join(directory, 'service.json'), service);
    writeFileSync(join(directory, 'task-definition.json'), taskDefinition);
    expect(await rehearse(directory, { IMAGE: 'web:1' })).toMatch(
      /^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/,
    );
  });
});

const examples = readdirSync(join(root, 'examples'));

describe.each(examples.filter((name) => name !== 'workflows'))('examples/%s', (name) => {
  it('can be rehearsed, and every drill ends well', async () => {
    expect(await rehearse(`examples/${name}`)).toMatch(
      /^Rehearsal passed: (\d+) of \1 drills\. Nothing was deployed\.$/,
    );
  });

  it('is shown in the README', () => {
    expect(readme).toContain(`(examples/${name})`);
  });
});

describe.each(readdirSync(join(root, 'examples/workflows')))('examples/workflows/%s', (name) => {
  it('is shown in the README', () => {
    expect(readme).toContain(`(examples/workflows/${name})`);
  });
});

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** What a rehearsal that a user starts says last but one, before what it does not check; from the sources, because dist/ may be older. */
async function rehearse(context: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const temp = join(temporary(), 'temp');
  mkdirSync(temp);
  const env = { INPUT_COMMAND: 'rehearse', 'INPUT_DEPLOY-CONTEXT': context, RUNNER_TEMP: temp, ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, ['src/index.ts'], { cwd: root, env });
  const [verdict = '', unchecked] = stdout.trimEnd().split('\n').slice(-2);
  expect(unchecked).toMatch(/^Not checked: /);
  return verdict;
}
