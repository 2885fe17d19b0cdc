import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { maxDuration } from '../src/commands/max-duration.ts';
import { minute } from '../src/model/duration.ts';
import { formatProblem } from '../src/model/problem.ts';
import type { Request } from '../src/model/request.ts';
import { readInputs } from '../src/request/inputs.ts';
import { lint } from './actionlint.ts';
import { type Contexts, evaluate, fill } from './expressions.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const paths = ['.github/workflows', 'examples/workflows'].flatMap((directory) =>
  readdirSync(join(root, directory)).map((name) => `${directory}/${name}`),
);

type Values = Readonly<Record<string, unknown>>;

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Values | string;
  readonly with?: Values;
}

interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Values;
  readonly needs?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Values;
  readonly environment?: Values;
  readonly 'timeout-minutes'?: number | string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly env?: Values;
  readonly outputs?: Values;
  readonly steps?: readonly Step[];
}

interface Called {
  readonly inputs: Readonly<Record<string, { description: string; type: string; required?: true; default?: unknown }>>;
  readonly secrets: Readonly<Record<string, { readonly description: string; readonly required: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>> & { readonly workflow_call?: Called };
  readonly permissions?: unknown;
  readonly concurrency?: Values;
  readonly jobs: Readonly<Record<string, Job>>;
}

const action = parse(read('action.yml')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
};
const rollout = parse(read('.github/workflows/rollout.yml')) as Workflow & {
  readonly on: { readonly workflow_call: Called };
  readonly jobs: { readonly rollout: Job & { readonly steps: readonly Step[] } };
};

const isOurs = ({ uses = '' }: Step): boolean => /^(\.\/|OWNER\/ecs-canary-rollout@v1$)/.test(uses);
const isCalled = (job: Job): boolean => job.uses === 'OWNER/ecs-canary-rollout/.github/workflows/rollout.yml@v1';

/** A run of the workflow for one event, as GitHub describes it; who opens the pull request may be a stranger. */
function github(event: string, { action: what = 'opened', label = 'staging', from = 'octo-org/web' } = {}): Contexts {
  const head = { sha: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00', repo: { full_name: from } };
  const pull = { action: what, label: { name: label }, pull_request: { number: 12, labels: [{ name: label }], head } };
  return {
    event_name: event,
    repository: 'octo-org/web',
    sha: 'decafbad00decafbad00decafbad00decafbad00',
    token: 'pretend',
    run_id: '4711',
    run_attempt: '1',
    event: event === 'pull_request' ? pull : {},
  };
}

/** What a person can choose where the workflow is started by hand. */
function chosen({ on }: Workflow): readonly Values[] {
  const dispatch = on.workflow_dispatch as { inputs?: Readonly<Record<string, { options?: unknown[] }>> } | undefined;
  const inputs = Object.entries(dispatch?.inputs ?? {});
  const filled = inputs.map(([name, { options }]) => [name, options?.[0] ?? '41']);
  const empty = inputs.map(([name, { options }]) => [name, options?.[0] ?? '']);
  return [Object.fromEntries(filled), Object.fromEntries(empty)] as readonly Values[];
}

const matrices = ({ strategy }: Job): readonly Values[] =>
  strategy === undefined
    ? [{}]
    : Object.entries(strategy.matrix).flatMap(([name, values]) => values.map((value) => ({ [name]: value })));

/** Every way in which a job can come to run. */
function runsOf(workflow: Workflow, job: Job): readonly Contexts[] {
  const events = Object.entries(workflow.on).flatMap(([event, what]) => {
    const types = (what as { types?: readonly string[] } | null)?.types ?? ['opened'];
    return types.map((type) => github(event, { action: type }));
  });
  const all = events.flatMap((event) =>
    chosen(workflow).flatMap((inputs) => matrices(job).map((matrix) => ({ github: event, inputs, matrix }))),
  );
  return all.filter((contexts) => job.if === undefined || evaluate(job.if, contexts) === true);
}

const filled = (values: Values = {}, contexts: Contexts): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value, contexts)]));

/** What is wrong with a step of ours, as its first line of output would say it. */
function problemsOf(step: Step, job: Job, contexts: Contexts): readonly string[] {
  const given = Object.entries(filled(step.with, contexts));
  const { env } = step;
  const variables = typeof env === 'string' ? (fill(env, contexts) as Values) : filled(env, contexts);
  const environment = {
    ...job.env,
    ...variables,
    'INPUT_GITHUB-TOKEN': 'pretend',
    GITHUB_REPOSITORY: 'octo-org/web',
    GITHUB_REF: 'refs/heads/main',
    ...Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)])),
  };
  const unknown = given.filter(([name]) => !(name in action.inputs)).map(([name]) => `${name} is not an input`);
  return [...unknown, ...readInputs(environment as Readonly<Record<string, string>>).problems.map(formatProblem)];
}

/** A call as the called workflow sees it: what the caller gives, and the defaults of the rest. */
function called(given: Values): Values {
  const entries = Object.entries(rollout.on.workflow_call.inputs);
  return Object.fromEntries(entries.map(([name, { default: value = '' }]) => [name, given[name] ?? value]));
}

const job = rollout.jobs.rollout;
const step = job.steps.find(isOurs) as Step;
const calls = {
  secrets: {},
  steps: { rollout: { outputs: {} } },
  job: { workflow_sha: 'c0ffee', workflow_repository: 'octo-org/x' },
};

/** The permissions that the steps of a job cannot do without. */
function neededBy(workflow: Workflow, job: Job): Readonly<Record<string, string>> {
  if (isCalled(job)) return rollout.jobs.rollout.permissions ?? {};
  const needs: Record<string, string> = {};
  const onPull = 'pull_request' in workflow.on || 'workflow_call' in workflow.on;
  for (const { uses = '', with: given = {} } of job.steps ?? []) {
    const ours = isOurs({ uses });
    if (uses.startsWith('actions/checkout@')) needs.contents = job.permissions?.contents === 'write' ? 'write' : 'read';
    if (uses.startsWith('actions/attest@')) Object.assign(needs, { 'id-token': 'write', attestations: 'write' });
    if (ours && given['role-to-assume'] !== undefined) needs['id-token'] = 'write';
    if (ours && given['create-deployment'] !== undefined) needs.deployments = 'write';
    if (ours && given['role-to-assume'] !== undefined && onPull) needs['pull-requests'] = 'write';
  }
  return needs;
}

describe.each(paths)('%s', (path) => {
  const text = read(path);
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, { steps = [] }]) => steps);

  it('has nothing that actionlint finds', async () => {
    expect(await lint(text, path)).toEqual([]);
  });

  it('pins every action by the SHA of a commit, with its version beside it', () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, what]) => what);
    expect(uses).toHaveLength(
      [...steps, ...jobs.map(([, job]) => job)].filter(({ uses }) => uses !== undefined).length,
    );
    // Ours has no SHA yet that could stand in its own repository.
    const ours = /^OWNER\/ecs-canary-rollout(\/\.github\/workflows\/rollout\.yml)?@v1$/;
    const pinned = /^(\.\/.*|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(uses.filter((what = '') => !pinned.test(what) && !ours.test(what))).toEqual([]);
  });

  it('gives nothing to everybody, and to each job what it says a reason for', () => {
    expect(workflow.permissions).toEqual({});
    for (const [, job] of jobs) expect(job.permissions).toBeTypeOf('object');
    const grants = [...text.matchAll(/^ +[a-z-]+: (?:read|write)\b(.*)$/gm)].map(([, reason]) => reason);
    expect(grants.filter((reason) => !/^ # ./.test(reason ?? ''))).toEqual([]);
  });

  it('gives each job what its steps need', () => {
    for (const [id, job] of jobs) expect(job.permissions, id).toMatchObject(neededBy(workflow, job));
  });

  it('lets no job run for hours, and no token lie about in a checkout', () => {
    for (const [id, job] of jobs) {
      if (job.uses === undefined && workflow.on.workflow_call === undefined)
        expect(job['timeout-minutes'], id).toBeLessThanOrEqual(60);
    }
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const { with: given } of checkouts) expect(given).toMatchObject({ 'persist-credentials': false });
  });

  it('puts nothing into a script that somebody else can write, and runs no code of a stranger with rights', () => {
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
  });

  it('gives a pull request from a fork nothing that can deploy', () => {
    if (!('pull_request' in workflow.on)) return;
    for (const [id, job] of jobs) {
      if (job.permissions?.['id-token'] !== 'write') continue;
      for (const type of ['opened', 'labeled', 'synchronize', 'closed']) {
        const stranger = { github: github('pull_request', { action: type, from: 'stranger/web' }) };
        expect(job.if !== undefined && evaluate(job.if, stranger) === false, `${id}, ${type}`).toBe(true);
      }
    }
  });

  it('never cancels what is being rolled out, and loses nothing that waits', () => {
    const groups = [workflow.concurrency, ...jobs.map(([, { concurrency }]) => concurrency)];
    for (const group of groups) {
      if (group === undefined || /^(ci|release)/.test(String(group.group))) continue;
      expect(group).toMatchObject({ 'cancel-in-progress': false, queue: 'max' });
    }
  });

  it('gives our action inputs that it accepts, however the job comes to run, and reads outputs that it has', () => {
    for (const [id, job] of jobs) {
      const ours = (job.steps ?? []).filter(isOurs);
      if (workflow.on.workflow_call !== undefined || ours.length === 0) continue;
      const runs = runsOf(workflow, job);
      expect(runs.length, id).toBeGreaterThan(0);
      for (const contexts of runs)
        for (const step of ours) {
          const env = { AWS_REGION: 'us-west-2', ...job.env };
          expect(problemsOf(step, { ...job, env }, contexts), id).toEqual([]);
        }
    }
    const asked = steps
      .filter(isOurs)
      .flatMap(({ id }) => [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))]);
    expect(asked.map(([, output = '']) => output).filter((output) => !(output in action.outputs))).toEqual([]);
  });

  it('calls the workflow with inputs that it has, of their types, which the action then accepts', () => {
    const { inputs } = rollout.on.workflow_call;
    for (const [id, caller] of jobs.filter(([, job]) => isCalled(job))) {
      const runs = runsOf(workflow, caller);
      expect(runs.length, id).toBeGreaterThan(0);
      for (const contexts of runs) {
        const given = filled(caller.with, contexts);
        for (const [name, value] of Object.entries(given)) expect(typeof value, name).toBe(inputs[name]?.type);
        const required = Object.entries(inputs).flatMap(([name, { required }]) => (required ? [name] : []));
        expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
        expect(problemsOf(step, job, { ...contexts, ...calls, inputs: called(given) }), id).toEqual([]);
      }
    }
  });
});

/** What the called workflow has of its own, or otherwise than action.yml, and why. */
const exceptions = {
  /** Inputs of the action that a caller does not pass as one. */
  missing: { 'github-token': 'a secret is no input: the secret `token` takes its place' },
  /** Inputs that have a text of their own and no default. */
  required: {
    region: 'is part of the name of the concurrency group',
    cluster: 'must be a name there, not an ARN',
    service: 'must be a name there, not an ARN',
  },
  /** Inputs of the job, not of the action. */
  own: {
    ref: 'what to check out',
    variables: 'the env of a caller does not reach a called workflow',
    'runs-on': 'is set by the job',
    'timeout-minutes': 'is set by the job',
  },
  /** Outputs that are paths on a runner, which is gone when a caller reads them. */
  paths: { report: 'the URL of the artifact', 'report-html': 'the URL of the artifact' },
  ownOutputs: { 'report-url': 'whichever of the two reports there is' },
} as const;

describe('rollout.yml', () => {
  const { inputs, outputs, secrets } = rollout.on.workflow_call;
  const given = {
    region: 'us-west-2',
    cluster: 'production',
    service: 'web',
    'role-to-assume': 'arn:aws:iam::123456789012:role/deploy-web',
    'deploy-context': 'deploy/production',
    environment: 'production',
  };
  const see = (more: Values = {}): Contexts => ({
    github: github('push'),
    ...calls,
    inputs: called({ ...given, ...more }),
  });

  it('hands every input on, and every output back', () => {
    for (const name of Object.keys(inputs))
      expect(JSON.stringify(job), name).toMatch(new RegExp(`inputs\\.${name}(?![\\w-])`));
    for (const [name, { value }] of Object.entries(outputs)) {
      expect(value).toBe(`\${{ jobs.rollout.outputs.${name} }}`);
      expect(job.outputs, name).toHaveProperty(name);
    }
  });

  it('has every input of the action, with its text, its default and a type that fits it', () => {
    const { missing, required, own } = exceptions;
    const passed = Object.entries(action.inputs).filter(([name]) => !(name in missing));
    const names = [...passed.map(([name]) => name), ...Object.keys(own)];
    expect(Object.keys(inputs).toSorted()).toEqual(names.toSorted());
    for (const [name, { description, default: value = '' }] of passed) {
      if (name in required) {
        expect(inputs[name], name).toMatchObject({ type: 'string', required: true });
        expect(inputs[name], name).not.toHaveProperty('default');
        continue;
      }
      const flag = /^(true|false)$/.test(value) || /`true` .* Default: `false`\.$/s.test(description);
      const type = flag ? { type: 'boolean', default: value === 'true' } : { type: 'string', default: value };
      expect(inputs[name], name).toEqual({ description, ...type });
    }
  });

  it('has every output of the action, with its text', () => {
    const { paths, ownOutputs } = exceptions;
    const names = [...Object.keys(action.outputs), ...Object.keys(ownOutputs)];
    expect(Object.keys(outputs).toSorted()).toEqual(names.toSorted());
    for (const [name, { description }] of Object.entries(action.outputs)) {
      if (name in paths) {
        expect(outputs[name]?.description, name).toMatch(/^URL of the artifact/);
        expect(job.outputs?.[name], name).toMatch(/\.artifact-url }}$/);
        continue;
      }
      expect(outputs[name]?.description, name).toBe(description);
      expect(job.outputs?.[name], name).toBe(`\${{ steps.rollout.outputs.${name} }}`);
    }
  });

  it('gives the action every input it has', () => {
    expect(Object.keys(step.with ?? {}).toSorted()).toEqual(Object.keys(action.inputs).toSorted());
    const given = filled(step.with, see({ 'desired-count': '4', wait: false, 'idle-duration': '90s' }));
    expect(given).toMatchObject({ 'desired-count': '4', wait: false, 'idle-duration': '90s', 'on-split': 'fail' });
  });

  it('takes a token only as a secret, and has that of the job without one', () => {
    expect(secrets).toMatchObject({ token: { required: false } });
    expect(filled(step.with, see())).toMatchObject({ 'github-token': 'pretend' });
    const own = filled(step.with, { ...see(), secrets: { token: 'mine' } });
    expect(own).toMatchObject({ 'github-token': 'mine' });
  });

  it('describes each in a sentence', () => {
    for (const { description } of [...Object.values(inputs), ...Object.values(outputs)])
      expect(description).toMatch(/^[A-Z`][\s\S]{3,}\.$/);
  });

  it.each<[string, Values]>([
    ['nothing more', {}],
    ['a dry run', { 'dry-run': true }],
    ['no files', { 'deploy-context': '', image: 'registry.example/web:2' }],
    ['a revision', { 'deploy-context': '', 'task-definition-arn': 'web:42' }],
    ['everything that can be said of a canary', { 'bake-duration': '10m', alarms: 'a\nb', 'update-service': true }],
    ['traffic that moves in steps', { strategy: 'weighted', steps: '5:3m, 25:5m', 'on-split': 'roll-back' }],
    ['a new service', { command: 'up', keep: true }],
    ['a one-off task', { command: 'run', container: 'web', 'run-command': 'bin/migrate' }],
    ['a revision to register', { command: 'register', image: 'registry.example/web:2' }],
    ['a revision to return to', { command: 'rollback', 'to-revision': '41' }],
    ['a service to delete', { command: 'undeploy', confirm: 'web', 'deregister-revisions': true }],
    ['a rehearsal', { command: 'rehearse', 'role-to-assume': '' }],
    ['a clean-up', { command: 'sweep', 'on-conflict': 'take-over' }],
    ['everything that is told on GitHub', { 'create-deployment': true, 'environment-url': 'https://example.com' }],
  ])('gives the action what it accepts, with %s', (_, more) => {
    expect(problemsOf(step, job, see(more))).toEqual([]);
  });

  it('gives the files variables, which the env of the caller does not reach', () => {
    expect(fill(step.env, see({ variables: '{ "IMAGE": "web:1" }' }))).toEqual({ IMAGE: 'web:1' });
    expect(fill(step.env, see())).toEqual({});
  });

  it('lets rollouts of one service wait for each other, and nobody wait for a plan', () => {
    const group = (more: Values = {}) => fill(job.concurrency?.group, see(more));
    expect(group()).toBe('ecs-rollout-us-west-2-production-web');
    expect(group({ 'dry-run': true })).toBe('ecs-plan-4711-us-west-2-production-web');
    expect(group({ command: 'rehearse' })).toBe('ecs-plan-4711-us-west-2-production-web');
    expect(group({ command: 'undeploy' })).toBe(group());
  });

  it('enters the environment, and has one deployment of it, except for a plan', () => {
    const environment = (more: Values = {}) => filled(job.environment, see(more));
    expect(environment()).toMatchObject({ name: 'production', deployment: true });
    expect(environment({ 'create-deployment': true })).toMatchObject({ name: 'production', deployment: false });
    expect(environment({ 'dry-run': true })).toMatchObject({ name: '' });
    expect(environment({ command: 'rehearse' })).toMatchObject({ name: '' });
    const told = (more: Values = {}) => filled(step.with, see(more));
    expect(told()).toMatchObject({ environment: 'production', 'environment-url': '' });
    expect(told({ comment: 'false' })).toMatchObject({ environment: '', 'environment-url': '' });
  });

  it('has more time than a rollout can take', () => {
    const timeouts = {
      taskRunning: 15 * minute,
      taskHealthCheck: 15 * minute,
      targetHealthy: 15 * minute,
      taskStopped: 15 * minute,
      serviceStable: 15 * minute,
    };
    const most = maxDuration({ timeouts, idle: 15, bake: 0 } as unknown as Request);
    expect(inputs['timeout-minutes']?.default).toBeGreaterThanOrEqual(most / minute);
    expect(fill(job['timeout-minutes'], see())).toBe(inputs['timeout-minutes']?.default);
  });

  it('takes the action from the commit that it comes from itself, after the checkout that would clean it away', () => {
    const uses = job.steps.flatMap(({ uses }) => uses?.split('@')[0] ?? []);
    expect(uses.slice(0, 3)).toEqual(['actions/checkout', 'actions/checkout', './.ecs-canary-rollout']);
    expect(job.steps[2]?.with).toMatchObject({
      path: '.ecs-canary-rollout',
      repository: '${{ job.workflow_repository }}',
      ref: '${{ job.workflow_sha }}',
    });
    const sparse = String(job.steps[2]?.with?.['sparse-checkout']).trim().split('\n');
    for (const path of sparse) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it.each(['report', 'report-html'])('keeps the %s of a rollout that fails, too', (output) => {
    const upload = job.steps.find(({ with: given }) => given?.path === `\${{ steps.rollout.outputs.${output} }}`);
    const reported = (path: string) => ({ ...see(), steps: { rollout: { outputs: { [output]: path } } } });
    expect(evaluate(upload?.if ?? '', reported('/tmp/report'))).toBe(true);
    expect(evaluate(upload?.if ?? '', reported(''))).toBe(false);
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
    expect(Object.keys(jobs).filter((id) => jobs[id]?.steps?.some(({ uses }) => uses === './'))).toEqual([
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
