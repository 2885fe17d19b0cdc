import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import { formatProblem, Refusal } from '../../src/model/problem.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import { readRequest } from '../../src/request/build-request.ts';
import { shop } from '../commands/stage.ts';

const { service, definition } = shop('fargate', 1);
const guard = 'arn:aws:iam::123456789012:role/guard';

/** What is asked with these inputs and this rollout.yml. */
async function ask(
  inputs: Readonly<Record<string, string>>,
  rollout?: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<RolloutRequest> {
  const workspace = mkdtempSync(join(tmpdir(), 'strategy-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  writeFileSync(join(workspace, 'service.json'), JSON.stringify(service));
  writeFileSync(join(workspace, 'task-definition.json'), JSON.stringify(definition));
  if (rollout !== undefined) writeFileSync(join(workspace, 'rollout.yml'), rollout);
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const usual = { ...variables, INPUT_REGION: 'us-west-2', 'INPUT_DEPLOY-CONTEXT': '.', GITHUB_WORKSPACE: workspace };
  return (await readRequest({ ...usual, ...Object.fromEntries(named) }, 'token')).request as RolloutRequest;
}

/** The problems that it has, in words. */
async function problems(inputs: Readonly<Record<string, string>>, rollout?: string): Promise<readonly string[]> {
  try {
    await ask(inputs, rollout);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(formatProblem);
  }
}

const gate = '{ metric: { namespace: Shop, name: Errors, statistic: Sum }, max: 1 }';
const steps = 'steps: [{ weight: 5, wait: 3m, gates: [errors] }]';
const filed = `strategy: weighted\n${steps}\ngates:\n  errors: ${gate}\n`;

describe('the strategy', () => {
  it('is a canary task, without steps, if nothing says otherwise', async () => {
    const request = await ask({});
    expect(request.strategy).toBe('canary-task');
    expect(request).not.toHaveProperty('weighted');
    expect(request).not.toHaveProperty('gates');
    expect(request).not.toHaveProperty('afterPromote');
  });

  it('comes from rollout.yml, and the input overrides it', async () => {
    expect(await ask({}, 'strategy: rolling')).toMatchObject({ strategy: 'rolling' });
    expect(await ask({ strategy: 'canary-task' }, 'strategy: rolling')).toMatchObject({ strategy: 'canary-task' });
    expect(await ask({ strategy: 'weighted' }, 'strategy: rolling')).toMatchObject({ strategy: 'weighted' });
  });

  it('has steps, a guard and an answer to a split if it is weighted', async () => {
    expect((await ask({ strategy: 'weighted' })).weighted).toEqual({
      steps: [
        { weight: 100, wait: 5 * minute },
        { weight: 500, wait: 5 * minute },
      ],
      warmUp: 0,
      settle: 30 * second,
      tasks: 'auto',
      onSplit: 'fail',
    });
    const inputs = {
      strategy: 'weighted',
      steps: '0.1:90s,\n 5 : 3m, 5:0\n100:1h',
      'guard-role': guard,
      'on-split': 'resume',
    };
    expect((await ask(inputs)).weighted).toMatchObject({
      steps: [
        { weight: 1, wait: 90 * second },
        { weight: 50, wait: 3 * minute },
        { weight: 50, wait: 0 },
        { weight: 1000, wait: 60 * minute },
      ],
      guardRole: guard,
      onSplit: 'resume',
    });
  });

  it('takes the steps of rollout.yml, unless the input has some', async () => {
    const { weighted, gates, strategy } = await ask({}, filed);
    expect(strategy).toBe('weighted');
    expect(weighted?.steps).toEqual([{ weight: 50, wait: 3 * minute, gates: ['errors'] }]);
    expect(gates).toMatchObject([{ name: 'errors', kind: 'metric' }]);
    expect((await ask({ steps: '20:1m' }, filed)).weighted?.steps).toEqual([{ weight: 200, wait: minute }]);
  });

  it('can be any with gates after the promote', async () => {
    const file = `after-promote: [errors]\ngates:\n  errors: ${gate}\n`;
    for (const strategy of ['canary-task', 'rolling', 'weighted']) {
      expect(await ask({ strategy }, file)).toMatchObject({ afterPromote: ['errors'], gates: [{ name: 'errors' }] });
    }
  });

  it('is the same in a rehearsal', async () => {
    expect(await ask({ command: 'rehearse' }, filed)).toMatchObject({
      strategy: 'weighted',
      weighted: { onSplit: 'fail' },
    });
  });
});

describe('what the strategy does not use', () => {
  it.each([
    [
      { steps: '5:3m' },
      /^steps: is for strategy weighted, but the strategy is canary-task; set `strategy: weighted`, or remove it$/,
    ],
    [{ 'guard-role': guard }, /^guard-role: is for strategy weighted/],
    [{ 'on-split': 'resume', strategy: 'rolling' }, /^on-split: is for strategy weighted, but the strategy is rolling/],
    [
      { strategy: 'weighted', 'bake-duration': '5m' },
      /^bake-duration: is not used by strategy weighted: each step has its own wait/,
    ],
    [{ strategy: 'weighted', 'idle-duration': '5m' }, /^idle-duration: is not used by strategy weighted/],
    [{ strategy: 'weighted', wait: 'false' }, /^wait: false is for strategy rolling: traffic moves in steps/],
    [{ wait: 'false' }, /^wait: false is for strategy rolling: a canary/],
    [
      { strategy: 'rolling', 'bake-duration': '5m' },
      /^bake-duration: is not used by strategy rolling: it starts no canary; remove it$/,
    ],
  ])('is an error: %j', async (inputs, what) => {
    expect(await problems(inputs as unknown as Readonly<Record<string, string>>)).toEqual([
      expect.stringMatching(what),
    ]);
  });

  it('is the place of the canary, which ECS decides', async () => {
    expect(await problems({ strategy: 'weighted', 'canary-instance-arn': 'i-0123456789abcdef0' })).toContain(
      'canary-instance-arn: is not used by strategy weighted: ECS places its canary tasks; remove it',
    );
  });

  it('is an error at the flag of canarycage, but not if it is a variable of the whole job', async () => {
    expect(await problems({ strategy: 'rolling', 'cage-options': '--canaryTaskIdleDuration 60' })).toEqual([
      expect.stringMatching(/^cage-options: --canaryTaskIdleDuration: is not used by strategy rolling/),
    ]);
    const variables = { CAGE_CANARY_TASK_IDLE_DURATION: '60' };
    expect(await ask({ strategy: 'rolling' }, undefined, variables)).toMatchObject({ strategy: 'rolling' });
  });

  it('is an error in rollout.yml too, at its key', async () => {
    expect(await problems({}, `${steps.replace('[errors]', '[]')}\ntraffic: {}\n`)).toEqual([
      'rollout.yml:1:1 steps: is for strategy weighted, but the strategy is canary-task; set `strategy: weighted`, or remove it',
      expect.stringMatching(/^rollout\.yml:2:1 traffic: is for strategy weighted/),
    ]);
    expect(await problems({}, `gates:\n  errors: ${gate}\n`)).toEqual([
      'rollout.yml:2:3 gates.errors: is not used with strategy canary-task: list it in `after-promote`, set `strategy: weighted`, or remove it',
    ]);
    expect(await problems({}, filed.replace('[errors]', '[]'))).toEqual([
      'rollout.yml:4:3 gates.errors: is not used: list it in the `gates` of a step or in `after-promote`, or remove it',
    ]);
  });

  it('uses gates of rollout.yml in the bakes of ECS, but none that ECS would have to wait for', async () => {
    const native = { strategy: 'native' };
    expect(await ask(native, `gates:\n  errors: ${gate}\n`)).toMatchObject({ gates: [{ name: 'errors' }] });
    const file = 'gates:\n  load: { task: { run-command: load } }\n';
    expect(await problems(native, file)).toEqual([
      expect.stringMatching(/^rollout\.yml:2:3 gates\.load: .*ECS does not wait for tasks and webhooks/),
    ]);
    expect(await ask(native, `after-promote: [load]\n${file}`)).toMatchObject({ afterPromote: ['load'] });
  });

  it('is a remark if an input overrides the strategy of the file', async () => {
    const { remarks, strategy, weighted } = await ask({ strategy: 'rolling' }, filed);
    expect([strategy, weighted]).toEqual(['rolling', undefined]);
    expect(remarks).toEqual([
      'The input `strategy` overrides `strategy: weighted` of rollout.yml. Not used of that file: `steps`, the gate `errors`.',
    ]);
  });

  it('is not asked if the strategy cannot be read', async () => {
    expect(await problems({ steps: '5:3m' }, 'strategy: wheighted')).toEqual([
      'rollout.yml:1:11 strategy: is not one of canary-task, rolling, weighted, native; did you mean weighted?',
    ]);
    expect(await problems({ steps: '5:3m', strategy: 'weightd' })).toEqual([
      expect.stringMatching(/^strategy: `weightd` is not known; did you mean weighted\?/),
    ]);
  });
});

describe('wait: false', () => {
  const file = `strategy: rolling\nafter-promote: [errors]\ngates:\n  errors: ${gate}\n`;

  it('cannot wait for gates after the promote', async () => {
    expect(await problems({ wait: 'false' }, file)).toEqual([
      'wait: false does not wait for the gates of `after-promote` in rollout.yml; remove one of the two',
    ]);
    expect(await problems({ wait: 'false' }, 'strategy: rolling')).toEqual([]);
  });
});

describe('a problem of the strategy that is found later', () => {
  it('is told of the file that names it, or else of the input', async () => {
    expect((await ask({}, filed)).named).toMatchObject({
      strategy: 'rollout.yml:1:11 strategy',
      steps: 'rollout.yml:2:8 steps',
    });
    const { named } = await ask({ strategy: 'weighted', steps: '5:3m' }, filed);
    expect(named).not.toHaveProperty('strategy');
    expect(named).not.toHaveProperty('steps');
  });
});

describe('the input steps', () => {
  it.each([
    ['5', '`5` is not a step; use weight:duration, such as 5:3m, with commas between steps'],
    ['5:3m 25:5m', '`5:3m 25:5m` is not a step'],
    ['5%:3m', '`5%:3m`: `5%` is not a weight; use a percentage from 0.1 to 100 with at most one decimal, without %'],
    ['0:3m', 'is not a weight'],
    ['0.05:3m', 'is not a weight'],
    ['100.1:3m', 'is not a weight'],
    ['5:soon', '`5:soon`: `soon` is not a duration; use seconds (15) or a number with s, m or h'],
    ['5:25h', '`25h` must be from 0 and at most 24h'],
    ['25:5m, 5:3m', '`5:3m`: 5 is less than 25, the weight of the step before; weights must not decrease'],
    [',', '`,` has no step'],
    [Array(101).fill('5:1s').join(), 'has 101 steps; at most 100 are allowed'],
  ])('explains what is wrong with %s', async (text, what) => {
    const [problem, ...others] = await problems({ strategy: 'weighted', steps: text });
    expect(problem).toMatch(/^steps: /);
    expect(problem).toContain(what);
    expect(others).toEqual([]);
  });

  it('is told that a role is an ARN', async () => {
    expect(await problems({ strategy: 'weighted', 'guard-role': 'guard' })).toEqual([
      expect.stringMatching(/^guard-role: `guard` is not the ARN of a role/),
    ]);
  });
});

describe('an ARN of a weighted rollout', () => {
  const rule = (region: string, account: string) =>
    `arn:aws:elasticloadbalancing:${region}:${account}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`;
  const group = 'arn:aws:elasticloadbalancing:us-west-2:210987654321:targetgroup/canary/6d0ecf831eec9f09';

  it('must be in the region and the account of the service', async () => {
    const file = (arn: string, more = '') => `strategy: weighted\ntraffic: { rules: ["${arn}"] }\n${more}`;
    const account = service.loadBalancers?.[0]?.targetGroupArn?.split(':')[4] ?? '';
    expect(
      await problems({ 'guard-role': `arn:aws:iam::${account}:role/guard` }, file(rule('us-west-2', account))),
    ).toEqual([]);
    expect(await problems({}, file(rule('eu-west-1', account)))).toEqual([
      expect.stringMatching(
        /^rollout\.yml:2:20 traffic\.rules\[0\]: .* is in region eu-west-1, but `region` is us-west-2/,
      ),
    ]);
    expect(await problems({}, file(rule('us-west-2', account), `canary: { target-group: "${group}" }`))).toEqual([
      expect.stringMatching(/^rollout\.yml:3:25 canary\.target-group: .* is in account 210987654321/),
    ]);
    const theirs = 'arn:aws:iam::210987654321:role/guard';
    expect(await problems({ strategy: 'weighted', 'guard-role': theirs })).toEqual([
      expect.stringMatching(/^guard-role: .* is in account 210987654321/),
    ]);
  });
});
