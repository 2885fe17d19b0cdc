import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import type { Seed } from '../../../src/simulator/seed.ts';
import { type Run, type Stage, serviceAsAsked, serviceIn, settingsAsked, shop, stage } from '../stage.ts';
import { allTo, ask, configurations, deploymentsOf, nativeShop, textOf } from './native-shop.ts';

const native = { strategy: 'native' } as const;
const open = (change?: (seed: Seed) => Seed, more: object = {}, name = 'CANARY'): Stage =>
  stage(nativeShop({ ...configurations[name], ...more }), change, 'direct');
const becauseOf = ({ outcome: { cause } }: Run): string => cause?.because ?? '';
const group = (n: number) =>
  `arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web-${n}/000000000000000${n}`;

/** Changes what the production rule forwards to. */
const forwarding =
  (...weights: readonly (readonly [number, number])[]) =>
  (seed: Seed): Seed => ({
    ...seed,
    loadBalancers: (seed.loadBalancers ?? []).map((one) => ({
      ...one,
      listeners: (one.listeners ?? []).map((listener) => ({
        ...listener,
        rules: (listener.rules ?? []).map((rule) => ({
          ...rule,
          forward: weights.map(([n, weight]) => ({ targetGroup: group(n), weight })),
        })),
      })),
    })),
  });

/** How the service deployments have ended, the newest first, without the one that created the service. */
const since = async (here: Stage) => (await deploymentsOf(here)).map(({ status }) => status).slice(0, -1);

/** Nothing was registered, started or changed. */
function expectUntouched(here: Stage): void {
  expect(here.after()).toEqual(here.before);
}

describe('a rollout with strategy native is refused', () => {
  it.each(['canary-task', 'rolling', 'weighted'] as const)(
    'with another strategy, which names native: %s',
    async (strategy) => {
      const here = open();
      const run = await here.rollout({ strategy });
      expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
      expect(becauseOf(run)).toMatch(/deployment strategy CANARY: .* use strategy: native$/);
      expectUntouched(here);
    },
  );

  it('for a service with the deployment strategy ROLLING, and others are named', async () => {
    const here = stage(shop('fargate', 1), undefined, 'direct');
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(becauseOf(run)).toMatch(/BLUE_GREEN, LINEAR or CANARY; use strategy: canary-task or strategy: rolling/);
    expectUntouched(here);
  });

  it('when the rule lacks the other target group', async () => {
    const here = open(forwarding([1, 1]));
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(becauseOf(run)).toMatch(/does not forward to .*targetgroup\/web-2/);
    expectUntouched(here);
  });

  it('when the weights do not fit the running revision', async () => {
    const here = open(forwarding([1, 50], [2, 50]));
    const run = await here.rollout(native);
    expect(becauseOf(run)).toMatch(/weights of its production listener rule .* do not fit the running revision/);
    expectUntouched(here);
  });

  it("when an alarm of ECS's own is in ALARM, which it would ignore", async () => {
    const here = open((seed) => ({ ...seed, alarms: [{ name: 'late', state: 'ALARM' }] }), {
      alarms: { alarmNames: ['late'], enable: true, rollback: true },
    });
    const run = await here.rollout(native);
    expect(becauseOf(run)).toMatch(/alarm late .* in ALARM already: ECS ignores it/);
    expectUntouched(here);
  });

  it('when it would change settings that ECS does not restore', async () => {
    const here = open();
    const run = await here.rollout({ ...native, ...settingsAsked({ desiredCount: 3 }) });
    expect(becauseOf(run)).toMatch(/would change desiredCount together with the revision/);
    expectUntouched(here);
  });

  it('when UpdateService is denied, and nothing is left', async () => {
    const here = open();
    here.account.inject({ service: 'ecs', operation: 'UpdateService', fault: 'deny', from: 1, times: 100 });
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });
});

const platform = settingsAsked({ platformVersion: '1.3.0' });

describe('settings of the service revision', () => {
  it('change with the revision', async () => {
    const here = open();
    const run = await here.rollout({ ...native, ...platform });
    expect(run.outcome).toMatchObject({ is: 'succeeded' });
    expect(serviceIn(here.after())).toEqual(serviceAsAsked(here.before, platform));
  });

  it('are restored by the rollback of ECS', async () => {
    const here = stage(nativeShop(configurations.CANARY ?? {}, 'crash-late'), undefined, 'direct');
    const run = await here.rollout({ ...native, ...platform });
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });
});

/** Someone else's deployment is under way. */
async function withTheirs(here: Stage): Promise<void> {
  const { taskDefinition } = await ask(here, 'ecs', 'RegisterTaskDefinition', nativeShop({}, 'theirs').definition);
  const { taskDefinitionArn } = taskDefinition as { taskDefinitionArn: string };
  const where = { cluster: 'production', service: 'web' };
  await ask(here, 'ecs', 'UpdateService', { ...where, taskDefinition: taskDefinitionArn });
  await here.clock.sleep(2 * minute);
}

describe('a deployment of someone else that is under way', () => {
  it('is a conflict', async () => {
    const here = open();
    await withTheirs(here);
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(becauseOf(run)).toMatch(/another deployment is under way \(service deployment \w+: IN_PROGRESS/);
    await here.clock.sleep(30 * minute);
    expect(here.after().services['production/web']?.taskDefinition).toMatch(/web:2$/);
  });

  it('is waited for with on-conflict: wait', async () => {
    const here = open();
    await withTheirs(here);
    const run = await here.rollout({ ...native, onConflict: 'wait' });
    expect(run.outcome).toMatchObject({ is: 'succeeded' });
    expect(await since(here)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
  });

  it('is replaced with on-conflict: take-over, and on failure the revision before it serves', async () => {
    const here = stage(nativeShop(configurations.CANARY ?? {}, 'crash'), undefined, 'direct');
    await withTheirs(here);
    const run = await here.rollout({ ...native, onConflict: 'take-over' });
    expect(run.outcome).toMatchObject({ is: 'rejected', leftovers: [] });
    expect(here.after().services['production/web']?.taskDefinition).toMatch(/web:1$/);
    expect(await allTo(here, 'web-1')).toBe(true);
  });

  it('that begins between plan and update is not replaced', async () => {
    const here = open();
    let theirs: Promise<void> | undefined;
    const run = await here.rollout(native, (event) => {
      if (event.kind === 'planned') theirs = withTheirs(here);
      return false;
    });
    await theirs;
    expect(run.outcome).toMatchObject({ is: 'superseded' });
    await here.clock.sleep(30 * minute);
    expect(await since(here)).toEqual(['SUCCESSFUL']);
  });
});

describe('a later attempt of the job', () => {
  const first = { run: { id: 'job', attempt: 1, token: 'one' } };
  const second = { run: { id: 'job', attempt: 2, token: 'two' } };

  it.each(['SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME'])(
    'goes on with the service deployment of the earlier one, which died in %s',
    async (stage) => {
      const here = open(undefined, {}, 'LINEAR');
      await here.rollout({ ...native, ...first }, ({ kind, ...event }) => {
        return kind === 'verdict' && 'verdict' in event && event.verdict.because.startsWith(stage);
      });
      await here.clock.sleep(minute);
      const run = await here.rollout({ ...native, ...second });
      expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: false });
      expect(await since(here)).toEqual(['SUCCESSFUL']);
      expect(serviceIn(here.after())).toEqual(serviceAsAsked(here.before));
      expect(textOf(run)).toMatch(/continue with the service deployment/);
    },
  );

  it('rolls it back when it is bad', async () => {
    const here = stage(nativeShop(configurations.CANARY ?? {}, 'crash-late'), undefined, 'direct');
    await here.rollout({ ...native, ...first }, ({ kind, ...event }) => {
      return kind === 'verdict' && 'verdict' in event && event.verdict.because.startsWith('SCALE_UP');
    });
    const run = await here.rollout({ ...native, ...second });
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });
});

describe('command: rollback of such a service', () => {
  it('deploys the earlier revision as ECS deploys any', async () => {
    const here = open();
    await here.rollout(native);
    const run = await here.rollout({ command: 'rollback', strategy: 'rolling', revision: { kind: 'past' } });
    expect(run.outcome).toMatchObject({ is: 'succeeded' });
    expect(here.after().services['production/web']?.taskDefinition).toMatch(/web:1$/);
    expect(await allTo(here, 'web-1')).toBe(true);
  });
});

describe('a dry run', () => {
  it('shows every shift, and changes nothing', async () => {
    const here = open();
    const run = await here.rollout({ ...native, dryRun: true });
    expect(run.outcome).toMatchObject({ is: 'planned' });
    expect(textOf(run)).toMatch(/CANARY: 10 % for 3m, 100 % for 2m/);
    expect(textOf(run)).toMatch(/deregistration delay 5m/);
    expect(textOf(run)).toMatch(/ECS starts 2 new tasks next to the 2 old ones/);
    expect(textOf(run)).not.toMatch(/circuit breaker/);
    expectUntouched(here);
  });

  it('finds what stands in the way', async () => {
    const here = open(forwarding([1, 1]));
    const run = await here.rollout({ ...native, dryRun: true });
    expect(textOf(run)).toMatch(/does not forward to/);
  });
});

describe('the calls of the SDK', () => {
  it('are the same, over the wire', async () => {
    const here = stage(nativeShop(configurations.LINEAR ?? {}));
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(await since(here)).toEqual(['SUCCESSFUL']);
    const bad = stage(nativeShop(configurations.LINEAR ?? {}, 'crash-late'));
    expect((await bad.rollout(native)).outcome).toMatchObject({ is: 'rolled-back', leftovers: [] });
    expect(await allTo(bad, 'web-1')).toBe(true);
  });
});

describe('an answer of UpdateService that is lost', () => {
  it('does not start a second deployment', async () => {
    const here = open();
    here.account.inject({ service: 'ecs', operation: 'UpdateService', fault: 'lost-after', from: 1, times: 1 });
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'succeeded' });
    expect(await since(here)).toEqual(['SUCCESSFUL']);
  });
});
