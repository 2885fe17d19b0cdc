import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commandPolicies, generate, readAction } from '../.github/scripts/docs.ts';
import { type Policy, type PolicyName, permissionsIn, policyOf } from '../src/aws/permissions.ts';
import { formatProblem } from '../src/model/problem.ts';
import { readInputs } from '../src/request/inputs.ts';
import { lint } from './actionlint.ts';
import { shop, stage, usual } from './commands/stage.ts';
import { read as readContext, smallTask } from './deploy-context/workspace.ts';
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
import { allPages, policyFiles, read, root, userPages } from './pages.ts';

const action = readAction(join(root, 'action.yml'));
const policies = commandPolicies();

/** Workflows of a page, except those of other tools before a migration: they are tested with the page. */
const workflowsIn = (path: string): readonly string[] => blocksIn(read(path), 'yaml').map(asWorkflow);
const own = userPages.filter((path) => !path.startsWith('docs/migration/'));
const shown = own.flatMap((path) => workflowsIn(path).map((text, index) => ({ path, index, text })));

describe('the generated parts of docs/', () => {
  it.each(Object.entries(generate(action, policies, read)))('%s is what npm run docs writes', (path, text) => {
    expect(read(path)).toBe(text);
  });

  it('are all the policy files that there are', () => {
    expect(policyFiles).toEqual(
      Object.keys(policies)
        .map((name) => `docs/iam/${name}.json`)
        .sort(),
    );
  });

  it('have one row for every input and every output', () => {
    for (const [path, names] of [
      ['docs/inputs.md', Object.keys(action.inputs)],
      ['docs/outputs.md', Object.keys(action.outputs)],
    ] as const) {
      const tables = tablesIn(read(path)).filter(({ head }) => head[0] === 'Input' || head[0] === 'Output');
      const rows = tables.flatMap(({ rows }) => rows.flatMap(([cell]) => codesIn(cell)));
      expect(rows.toSorted()).toEqual(names.toSorted());
    }
  });
});

describe.each(allPages)('%s', (path) => {
  it('links to files and headings that exist', () => {
    const missing = brokenLinks(read(path), join(root, path), (file) => readFileSync(file, 'utf8'));
    expect(missing).toEqual([]);
  });

  it('begins with its title', () => {
    expect(read(path)).toMatch(/^# \S/);
  });
});

describe.each(own)('%s', (path) => {
  it('has valid JSON wherever it shows JSON', () => {
    for (const block of blocksIn(read(path), 'json')) expect(() => JSON.parse(block)).not.toThrow();
  });

  it('reads only outputs that exist', () => {
    const used = [...read(path).matchAll(/steps\.rollout\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !(name in action.outputs))).toEqual([]);
  });
});

describe('the rollout.yml in docs/commands/run.md', () => {
  it('can be read', async () => {
    const [rollout = ''] = blocksIn(read('docs/commands/run.md'), 'yml');
    const { context, said } = await readContext({
      task: smallTask,
      rollout,
      environment: { MIGRATION_TOKEN: 'secret' },
    });
    expect(said).toEqual([]);
    expect(context.rollout?.beforePromote).toMatchObject([
      { name: 'migrate', container: 'web', command: ['bin/migrate', '--all'] },
      { name: 'smoke test', command: ['bin/smoke'] },
    ]);
  });
});

describe('the workflows and steps of the pages', () => {
  it('are many, and on many pages', () => {
    expect(shown.length).toBeGreaterThan(15);
    expect(new Set(shown.map(({ path }) => path)).size).toBeGreaterThan(8);
  });

  it.each(shown)('pass actionlint: $path, $index', async ({ path, text }) => {
    expect(await lint(text, path)).toEqual([]);
  });

  it.each(shown)('have inputs that exist, with values that are accepted: $path, $index', ({ text }) => {
    for (const step of stepsOf(text).filter(isOurs)) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
      const environment = { AWS_REGION: 'us-west-2', ...environmentOf(step) };
      expect(readInputs(environment).problems.map(formatProblem)).toEqual([]);
    }
  });

  it('call the reusable workflow with inputs that it has', () => {
    const file = parse(read('.github/workflows/rollout.yml')) as {
      readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, unknown>> } };
    };
    const calls = shown.flatMap(({ text }) => callsOf(text));
    const known = Object.keys(file.on.workflow_call.inputs);
    expect(calls).not.toEqual([]);
    for (const { with: given = {} } of calls) expect(known).toEqual(expect.arrayContaining(Object.keys(given)));
  });

  it('use outputs somewhere', () => {
    expect(read('docs/outputs.md')).toMatch(/steps\.rollout\.outputs\./);
  });
});

describe('docs/README.md', () => {
  it('links to every page', () => {
    const index = read('docs/README.md');
    const pages = userPages.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(pages.filter((path) => !index.includes(`(${path.slice('docs/'.length)})`))).toEqual([]);
  });
});

describe.each(['README.md', 'docs/outputs.md'])('the outcomes in %s', (path) => {
  it('are all there are', () => {
    const rows = tablesIn(read(path)).find(({ head }) => head[0]?.replaceAll('`', '') === 'outcome')?.rows ?? [];
    const known = codesIn(action.outputs.outcome?.description);
    expect(known.length).toBeGreaterThan(6);
    expect(rows.flatMap(([cell]) => codesIn(cell)).toSorted()).toEqual(known.toSorted());
  });
});

describe('docs/troubleshooting.md', () => {
  it('explains messages that the sources have', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => read(join('src', file)))
      .join('\n');
    const [table] = tablesIn(read('docs/troubleshooting.md'));
    const messages = (table?.rows ?? []).flatMap(([message]) => codesIn(message));
    expect(messages.length).toBeGreaterThan(20);
    const pieces = messages.flatMap((message) => message.split('…').filter((piece) => piece !== ''));
    expect(pieces.filter((piece) => !sources.includes(piece))).toEqual([]);
  });
});

describe('the JSON report in docs/outputs.md', () => {
  it('has every field of a report, and no other', async () => {
    const rows = tablesIn(read('docs/outputs.md')).find(({ head }) => head[0] === 'field')?.rows ?? [];
    const fields = rows.flatMap(([cell]) => codesIn(cell));
    const { report } = await stage(shop('fargate', 1, { tag: 'crash' })).rollout({ dryRun: true });
    const rare = ['logLinesLeftOut', 'rehearsal'];
    expect([...Object.keys(report), ...rare].toSorted()).toEqual(fields.toSorted());
  });
});

describe.each(Object.entries(policies))('docs/iam/%s.json', (name, policy) => {
  const { Version, Statement } = JSON.parse(read(`docs/iam/${name}.json`)) as Policy;

  it('is a policy that IAM accepts', () => {
    expect(Version).toBe('2012-10-17');
    expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
    for (const { Sid, Effect, Action, Resource } of Statement) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(Effect).toBe('Allow');
      expect(Action.length).toBeGreaterThan(0);
      for (const action of Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      for (const arn of [Resource].flat()) expect(arn).toMatch(/^(\*|arn:aws:[a-z0-9-]+:[A-Z]*:[A-Z]*:\S+)$/);
    }
    // The limit of a managed policy, without white space.
    expect(JSON.stringify(policy).length).toBeLessThan(6_144);
  });

  it('has only placeholders that docs/iam.md names, and is linked there', () => {
    const page = read('docs/iam.md');
    const resources = Statement.map(({ Resource, Condition }) => JSON.stringify([Resource, Condition])).join();
    const capitals = [...resources.matchAll(/[A-Z][A-Z_]{4,}/g)].map(([word]) => word);
    expect([...new Set(capitals)].filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
    expect(page).toContain(`(iam/${name}.json)`);
  });
});

describe('the policies of docs/iam', () => {
  const missing = (name: PolicyName, ...reports: readonly { readonly calls: Readonly<Record<string, number>> }[]) => {
    const used = reports.flatMap(({ calls }) => Object.keys(calls));
    expect(used.length).toBeGreaterThan(0);
    const allowed = permissionsIn(policyOf(name));
    return [...new Set(used)].filter((call) => !allowed.includes(call)).sort();
  };
  const ec2 = shop('ec2-bridge', 1);
  const crash = shop('fargate', 2, { tag: 'crash' });

  it('allow everything that a rollout calls, whether it succeeds or fails', async () => {
    const good = await stage(ec2).rollout({ alarms: [] });
    const bad = await stage(crash).rollout();
    const late = await stage(shop('fargate', 1, { tag: 'fails-in-service' })).rollout();
    expect([good.outcome.is, bad.outcome.is, late.outcome.is]).toEqual(['succeeded', 'rejected', 'rolled-back']);
    expect(missing('rollout', good.report, bad.report, late.report)).toEqual([]);
  });

  it('allow everything that a rollback calls, whether it succeeds or fails', async () => {
    const back = { command: 'rollback', strategy: 'rolling', revision: { kind: 'past' } } as const;
    const rolling = { ...usual(shop()), strategy: 'rolling' } as const;
    const deploy = (tag: string) => {
      const { definition } = shop('fargate', 1, { tag });
      return { ...rolling, revision: { kind: 'new', definition } } as const;
    };
    const s = stage(shop());
    await s.rollout(deploy('v2'));
    const good = await s.rollout(back);
    expect(good.outcome.is).toBe('succeeded');
    const instances = stage(ec2);
    const { definition } = shop('ec2-bridge', 1, { tag: 'v2' });
    await instances.rollout({ ...rolling, revision: { kind: 'new', definition } });
    const other = await instances.rollout(back);
    expect(other.outcome.is).toBe('succeeded');
    const failing = stage(shop('fargate', 1, { tag: 'crash' }));
    await failing.rollout(deploy('v2'));
    const none = await failing.rollout({ ...back, revision: { kind: 'past', number: 1 } });
    expect(missing('rollback', good.report, other.report, none.report)).toEqual([]);
  });

  it('allow everything that a one-off task calls, whether it succeeds or fails', async () => {
    const log = {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'us-west-2', 'awslogs-stream-prefix': 'web' },
    } as const;
    const good = await stage(shop('fargate', 1, { tag: 'exit-0', log })).run();
    const bad = await stage(shop('fargate', 1, { tag: 'exit-3', log })).run();
    const instances = await stage(shop('ec2-bridge', 0, { tag: 'exit-0' })).run();
    expect([good.outcome.is, bad.outcome.is, instances.outcome.is]).toEqual(['succeeded', 'rejected', 'succeeded']);
    expect(missing('run', good.report, bad.report, instances.report)).toEqual([]);
  });

  it('allow everything that register calls, and no other change', async () => {
    const edits = { images: [{ image: 'registry.example/web:v2' }], environment: [] };
    const { outcome, report } = await stage(shop()).register({ revision: { kind: 'edited', base: 'latest', edits } });
    expect(outcome.is).toBe('succeeded');
    expect(missing('register', report)).toEqual([]);
    const changes = permissionsIn(policyOf('register')).filter((action) => !/:(Describe|List|Get)/.test(action));
    expect(changes).toEqual(['ecs:RegisterTaskDefinition', 'ecs:TagResource', 'iam:PassRole']);
  });

  it('allow everything that up and undeploy call', async () => {
    const s = stage(shop(), (seed) => ({ ...seed, services: [] }));
    const up = await s.up();
    const down = await s.undeploy({ deregisterRevisions: true });
    expect([up.outcome.is, down.outcome.is]).toEqual(['succeeded', 'succeeded']);
    expect(missing('up', up.report)).toEqual([]);
    expect(missing('undeploy', down.report)).toEqual([]);
  });

  it.each([shop(), ec2])('allow everything that a sweep calls', async (what) => {
    const s = stage(what);
    const killed = await s.rollout(
      { bake: 600_000 },
      (event) => event.kind === 'step' && event.is === 'begun' && event.index === 6,
    );
    expect(killed.left.length).toBeGreaterThan(0);
    const swept = await s.sweep({ onConflict: 'take-over' });
    expect(swept.outcome.is).toBe('succeeded');
    expect(missing('sweep', swept.report)).toEqual([]);
  });

  it('allow everything that a dry run of any command calls', async () => {
    const dry = { dryRun: true } as const;
    const rollout = await stage(shop()).rollout(dry);
    const instances = await stage(ec2).rollout({ ...dry, alarms: ['web-5xx'] });
    const run = await stage(shop()).run(dry);
    const up = await stage(shop(), (seed) => ({ ...seed, services: [] })).up(dry);
    const undeploy = await stage(shop()).undeploy({ ...dry, deregisterRevisions: true });
    const sweep = await stage(ec2).sweep(dry);
    const reports = [rollout, instances, run, up, undeploy, sweep].map(({ report }) => report);
    expect(missing('dry-run', ...reports)).toEqual([]);
  });

  it('have what docs/iam.md says of a dry run', () => {
    const table = tablesIn(read('docs/iam.md')).find(({ head }) => head[0] === 'check');
    const named = (table?.rows ?? []).flatMap(([, cell]) => codesIn(cell));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((action) => !permissionsIn(policyOf('dry-run')).includes(action))).toEqual([]);
  });
});

describe('CONTRIBUTING.md and TESTING.md', () => {
  it('name files and scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    for (const path of ['.github/CONTRIBUTING.md', '.github/TESTING.md']) {
      const page = read(path);
      const files = codesIn(page).filter((code) => /^(src|__tests__|docs|examples|\.github)\/[\w./-]+$/.test(code));
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
      const run = [...page.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name);
      expect(run.filter((name) => !(name in scripts))).toEqual([]);
    }
  });
});
