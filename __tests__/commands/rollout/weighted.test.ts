import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { WeightedAsked } from '../../../src/model/measures.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Account } from '../../../src/simulator/account.ts';
import type { Seed } from '../../../src/simulator/seed.ts';
import { type Shop, type Stage, shop, stage, targetGroupArn } from '../stage.ts';

const steps: WeightedAsked['steps'] = [
  { weight: 50, wait: minute },
  { weight: 250, wait: minute },
  { weight: 500, wait: minute },
];
const asked: WeightedAsked = { steps, warmUp: 0, settle: 30 * second, tasks: 'auto', onSplit: 'fail' };
const request = (more: Partial<WeightedAsked> = {}): Partial<RolloutRequest> => ({
  strategy: 'weighted',
  weighted: { ...asked, ...more },
});

/** A service with users, and rules beside its default action. */
const withUsers =
  (...paths: readonly string[]) =>
  (seed: Seed): Seed => ({
    ...seed,
    loadBalancers: (seed.loadBalancers ?? []).map((one) => ({
      ...one,
      listeners: (one.listeners ?? []).map((listener) => ({
        ...listener,
        rules: paths.map((path, i) => ({ priority: i + 1, path, forward: targetGroupArn(1) })),
      })),
    })),
    users: ['/', ...paths].map((path) => ({ loadBalancer: 'rehearsal', path, perSecond: 4 })),
  });

const worldOf = (what: Shop = shop('fargate', 1, { service: { desiredCount: 4 } }), ...paths: readonly string[]) =>
  stage(what, withUsers(...paths));

interface Described {
  readonly [name: string]: readonly Readonly<Record<string, unknown>>[];
}
const see = (account: Account, operation: string, input = {}, service = 'elbv2') =>
  account.someone(operation, input, service) as unknown as Described;

/** The rules and default actions, the target groups and the schedules: everything that must be as it was found. */
function traffic({ account }: Pick<Stage, 'account'>) {
  const [{ LoadBalancerArn } = {}] = see(account, 'DescribeLoadBalancers').LoadBalancers ?? [];
  const listeners = see(account, 'DescribeListeners', { LoadBalancerArn }).Listeners ?? [];
  return {
    listeners: listeners.map(({ DefaultActions }) => DefaultActions),
    rules: listeners.flatMap(({ ListenerArn }) =>
      (see(account, 'DescribeRules', { ListenerArn }).Rules ?? []).map(({ Actions }) => Actions),
    ),
    groups: (see(account, 'DescribeTargetGroups').TargetGroups ?? []).map(({ TargetGroupName }) => TargetGroupName),
    schedules: see(account, 'ListSchedules', {}, 'scheduler').Schedules ?? [],
  };
}

const weightsWritten = ({ account }: Stage) =>
  account.calls
    .filter(({ operation, outcome }) => /^Modify(Rule|Listener)$/.test(operation) && outcome === 'ok')
    .map(({ input }) => {
      const [action] = (input.Actions ?? input.DefaultActions) as {
        ForwardConfig?: { TargetGroups: { Weight: number }[] };
      }[];
      return action?.ForwardConfig?.TargetGroups.map(({ Weight }) => Weight).join('/') ?? 'found';
    });

/** How a scaling policy names a target group. */
function labelOf({ account }: Stage): string {
  const [{ LoadBalancerArn = '' } = {}] = see(account, 'DescribeLoadBalancers').LoadBalancers ?? [];
  const group = targetGroupArn(1);
  return `${String(LoadBalancerArn).split(':loadbalancer/')[1]}/${group.slice(group.lastIndexOf(':') + 1)}`;
}

/** The weight of the second target group of the first listener. */
const weightOfCanary = (here: Stage): string => {
  const [[action] = []] = traffic(here).listeners as { ForwardConfig: { TargetGroups: { Weight: number }[] } }[][];
  return String(action?.ForwardConfig.TargetGroups[1]?.Weight ?? 0);
};

/** Canary tasks that nobody has asked to stop. */
const running = (here: Stage) =>
  here.after().standaloneTasks.filter(({ desiredStatus }) => desiredStatus !== 'STOPPED');

/** Nothing of the canary is left, and no user lost a request through us. */
function expectClean(here: Stage, before: ReturnType<typeof traffic>, lost: readonly string[] = []): void {
  expect(traffic(here)).toEqual(before);
  expect(running(here)).toEqual([]);
  const ours = here.account.users.lost.filter(
    ({ why, stopCode = '' }) => why !== 'version' && !lost.includes(stopCode),
  );
  expect(ours).toEqual([]);
}

const begins = (kind: string, nth = 1) => {
  let seen = 0;
  let kinds: readonly string[] = [];
  return (event: TimedEvent): boolean => {
    if (event.kind === 'planned') kinds = event.plan.steps.map((step) => step.kind);
    if (event.kind !== 'step' || event.is !== 'done' || kinds[event.index] !== kind) return false;
    seen += 1;
    return seen === nth;
  };
};

describe('a weighted rollout', () => {
  it('moves traffic in steps, updates the service, and leaves every route as it was found', async () => {
    const here = worldOf(undefined, '/api/*');
    const before = traffic(here);
    const { outcome, report } = await here.rollout(request());
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(weightsWritten(here).filter((_, i) => i % 2 === 0)).toEqual([
      '1/0',
      '950/50',
      '750/250',
      '500/500',
      '1/0',
      '1',
    ]);
    expect(here.after().services['production/web']?.taskDefinition).toMatch(/web:2$/);
    expect(report.facts.weight).toBe('0');
    // The canary's targets drain together: settle, the deregistration delay, and a little to stop.
    const last = here.account.calls.findLast(({ operation }) => operation === 'DeregisterTargets')?.at ?? 0;
    expect(here.clock.now() - last).toBeLessThan(5.5 * minute);
    expect(here.account.calls.filter(({ operation }) => operation === 'DeregisterTargets').length).toBeGreaterThan(1);
    expectClean(here, before);
  });

  it('whose canary crashes at 5 % returns the traffic first, and never changes the service', async () => {
    const here = worldOf(shop('fargate', 1, { service: { desiredCount: 4 }, tag: 'crash-late' }));
    const before = traffic(here);
    const { outcome } = await here.rollout(request());
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(here.after().services['production/web']).toEqual(here.before.services['production/web']);
    expectClean(here, before, ['EssentialContainerExited']);
  });

  it('drains the canary while its group is still in the rule, and stops it last', async () => {
    const here = worldOf();
    await here.rollout(request());
    const names = here.account.calls.flatMap(({ operation, at, outcome }) =>
      /^(ModifyListener|DeregisterTargets|DeleteTargetGroup|StopTask)$/.test(operation) && outcome === 'ok'
        ? [{ operation, at }]
        : [],
    );
    const last = (operation: string) => names.findLast((call) => call.operation === operation)?.at ?? 0;
    const first = (operation: string) => names.find((call) => call.operation === operation)?.at ?? 0;
    const drains = first('DeregisterTargets');
    const zero = names.findLast(({ operation, at }) => operation === 'ModifyListener' && at < drains)?.at ?? 0;
    expect(drains).toBeGreaterThanOrEqual(zero + asked.settle);
    expect(last('ModifyListener')).toBeGreaterThan(drains + 290 * second);
    expect(first('StopTask')).toBeGreaterThan(last('ModifyListener'));
    expect(first('DeleteTargetGroup')).toBeGreaterThan(last('ModifyListener'));
  });

  describe('whose rule is changed by another process at 25 %', () => {
    const changed = async (weight: number | undefined) => {
      const here = worldOf();
      const before = traffic(here);
      const [{ LoadBalancerArn } = {}] = see(here.account, 'DescribeLoadBalancers').LoadBalancers ?? [];
      let foreign: unknown;
      const cancel = (event: TimedEvent): boolean => {
        if (!at25(event)) return false;
        const [listener] = see(here.account, 'DescribeListeners', { LoadBalancerArn }).Listeners ?? [];
        const [action] = (listener?.DefaultActions ?? []) as readonly {
          ForwardConfig: { TargetGroups: { TargetGroupArn: string }[] };
        }[];
        const [stable, canary] = action?.ForwardConfig.TargetGroups ?? [];
        const tuples = [{ ...stable, Weight: 7 }, ...(weight === undefined ? [] : [{ ...canary, Weight: weight }])];
        const DefaultActions = [{ Type: 'forward', ForwardConfig: { TargetGroups: tuples } }];
        here.account.someone('ModifyListener', { ListenerArn: listener?.ListenerArn, DefaultActions }, 'elbv2');
        foreign = traffic(here).listeners;
        return false;
      };
      const at25 = begins('set-weight', 2);
      const { outcome, left } = await here.rollout(request(), cancel);
      return { here, before, outcome, left, foreign };
    };

    it('to nothing for the canary: cleans up, and leaves their rule', async () => {
      const { here, before, outcome } = await changed(undefined);
      expect(outcome).toMatchObject({ is: 'superseded', leftovers: [] });
      expect(running(here)).toEqual([]);
      expect(traffic(here).groups).toEqual(before.groups);
    });

    it('to a weight of 0: takes only the canary out of their rule', async () => {
      const { here, before, outcome } = await changed(0);
      expect(outcome).toMatchObject({ is: 'superseded', leftovers: [] });
      expect(running(here)).toEqual([]);
      expect(traffic(here).groups).toEqual(before.groups);
    });

    it('to another weight: touches nothing, and the canary stays', async () => {
      const { here, outcome, foreign } = await changed(3);
      expect(outcome).toMatchObject({ is: 'rollback-failed' });
      expect(traffic(here).listeners).toEqual(foreign);
      expect(running(here).length).toBeGreaterThan(0);
      expect(outcome.leftovers.map(({ byHand }) => byHand).join()).toContain(
        'aws elbv2 modify-listener --region us-west-2',
      );
    });
  });

  it('that cannot write a second rule undoes the first immediately', async () => {
    const here = worldOf(undefined, '/api/*');
    const before = traffic(here);
    here.account.inject({ service: 'elbv2', operation: 'ModifyRule', nth: 2, fault: 'deny' });
    const { outcome } = await here.rollout(request());
    expect(outcome).toMatchObject({ serviceIntact: true, leftovers: [] });
    expect(['failed', 'rejected']).toContain(outcome.is);
    expectClean(here, before);
    // For a moment the first rule had the new weight, and a load balancer follows with a delay.
    const calls = here.account.calls.filter((call) => call.outcome === 'ok');
    const drains = calls.find(({ operation }) => operation === 'DeregisterTargets')?.at ?? 0;
    const writes = calls.filter(({ operation, at }) => operation === 'ModifyListener' && at < drains);
    expect(writes).toHaveLength(3);
    expect(drains).toBeGreaterThanOrEqual((writes.at(-1)?.at ?? 0) + asked.settle);
  });

  it.each(['set-weight', 'bake', 'register-targets', 'join-routes', 'create-target-groups', 'promote'])(
    'that is cancelled after %s returns the traffic in post, and sweep removes the rest',
    async (kind) => {
      const here = worldOf(undefined, '/api/*');
      const before = traffic(here);
      const run = await here.rollout(request(), begins(kind));
      expect(run.outcome).toMatchObject({
        is: 'cancelled',
        serviceIntact: !['set-weight', 'bake', 'promote'].includes(kind),
      });
      await here.post(run);
      const canary = traffic(here).groups.find((name) => String(name).startsWith('canary-'));
      expect(canary === undefined ? '0' : weightOfCanary(here)).toBe('0');
      await here.clock.sleep(10 * minute);
      expect((await here.sweep()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
      await here.clock.sleep(5 * minute);
      expectClean(here, before);
    },
  );

  it('whose runner disappears at 50 % is undone by the next run, which then goes its own way', async () => {
    const here = worldOf(undefined, '/api/*');
    const before = traffic(here);
    await here.rollout(request(), begins('set-weight', 3));
    expect(weightOfCanary(here)).toBe('500');
    const early = await here.rollout(request());
    expect(early.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(early.outcome.cause?.because).toContain('run-1');
    await here.clock.sleep(6 * minute);
    const { outcome } = await here.rollout(request());
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    await here.clock.sleep(5 * minute);
    expectClean(here, before);
  });

  it('whose runner disappears is undone before a rollout of another strategy stops its canary', async () => {
    const here = worldOf();
    const before = traffic(here);
    await here.rollout(request(), begins('set-weight', 3));
    await here.clock.sleep(6 * minute);
    expect((await here.rollout({ strategy: 'rolling' })).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    await here.clock.sleep(5 * minute);
    expectClean(here, before);
  });

  it('replaces a canary task that Spot takes, and goes on', async () => {
    const here = worldOf();
    const before = traffic(here);
    const at25 = begins('set-weight', 2);
    const { outcome } = await here.rollout(request(), (event) => {
      const [task] = at25(event) ? running(here) : [];
      if (task !== undefined) here.account.interrupt(task.taskArn, 'SpotInterruption', 30 * second);
      return false;
    });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    await here.clock.sleep(minute);
    expectClean(here, before, ['SpotInterruption']);
  });

  it.each(['fails-in-service', 'unhealthy-in-service'])(
    'of a version that %s returns to the previous one',
    async (tag) => {
      const here = worldOf(shop('fargate', 1, { service: { desiredCount: 4 }, tag }));
      const before = traffic(here);
      const { outcome } = await here.rollout(request());
      expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
      expectClean(here, before, ['EssentialContainerExited']);
    },
  );

  it('suspends scale-in, keeps schedules that restore the routes, and removes both', async () => {
    const target = {
      ServiceNamespace: 'ecs',
      ResourceId: 'service/production/web',
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 2,
      MaxCapacity: 8,
    };
    const here = stage(shop('fargate', 1, { service: { desiredCount: 4 } }), (seed) => ({
      ...withUsers('/api/*')(seed),
      scalableTargets: [target],
    }));
    here.account.someone(
      'PutScalingPolicy',
      {
        PolicyName: 'cpu',
        ServiceNamespace: target.ServiceNamespace,
        ResourceId: target.ResourceId,
        ScalableDimension: target.ScalableDimension,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          // A little more than what a task has to do: when traffic leaves, the service would be scaled in.
          TargetValue: 125,
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'ALBRequestCountPerTarget',
            ResourceLabel: labelOf(here),
          },
        },
      },
      'application-autoscaling',
    );
    const before = traffic(here);
    const scaling = () =>
      see(here.account, 'DescribeScalableTargets', { ServiceNamespace: 'ecs' }, 'application-autoscaling');
    const seen: unknown[] = [];
    const at50 = begins('set-weight', 3);
    const { outcome } = await here.rollout(request({ guardRole: 'arn:aws:iam::123456789012:role/guard' }), (event) => {
      if (at50(event)) seen.push(scaling().ScalableTargets?.[0]?.SuspendedState, traffic(here).schedules.length);
      return false;
    });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(seen).toEqual([expect.objectContaining({ DynamicScalingInSuspended: true }), 2]);
    expect(scaling().ScalableTargets?.[0]?.SuspendedState).toMatchObject({ DynamicScalingInSuspended: false });
    expect(here.account.scheduleRuns).toEqual([]);
    expectClean(here, before);
  });

  it('whose runner disappears is ended by its schedules', async () => {
    const here = worldOf();
    const before = traffic(here);
    const role = 'arn:aws:iam::123456789012:role/guard';
    await here.rollout(request({ guardRole: role }), begins('set-weight', 3));
    await here.clock.sleep(6 * minute);
    const after = traffic(here);
    expect(after.listeners).toEqual(before.listeners);
    expect(after.schedules).toEqual([]);
    expect((await here.sweep()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    await here.clock.sleep(5 * minute);
    expectClean(here, before);
  });

  it.each([1, 2, 3, 4])('goes on when the answer to change number %d of the listener is lost', async (nth) => {
    const here = worldOf();
    const before = traffic(here);
    here.account.inject({ service: 'elbv2', operation: 'ModifyListener', nth, fault: 'lost-after' });
    const { outcome } = await here.rollout(request());
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expectClean(here, before);
  });
});
