import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { WeightedAsked } from '../../../src/model/measures.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Account } from '../../../src/simulator/account.ts';
import type { Seed } from '../../../src/simulator/seed.ts';
import { type Shop, shop, type Stage, stage, targetGroupArn } from '../stage.ts';

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
      const [action] = (input.Actions ?? input.DefaultActions) as { ForwardConfig?: { TargetGroups: { Weight: number }[] } }[];
      return action?.ForwardConfig?.TargetGroups.map(({ Weight }) => Weight).join('/') ?? 'found';
    });

/** Nothing of the canary is left, and no user lost a request through us. */
function expectClean(here: Stage, before: ReturnType<typeof traffic>): void {
  expect(traffic(here)).toEqual(before);
  expect(here.after().standaloneTasks).toEqual([]);
  expect(here.account.users.lost.filter(({ why }) => why !== 'version')).toEqual([]);
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
    expect(weightsWritten(here).filter((_, i) => i % 2 === 0)).toEqual(['1/0', '950/50', '750/250', '500/500', '1/0', '1']);
    expect(here.after().services['production/web']?.taskDefinition).toMatch(/web:2$/);
    expect(report.facts.weight).toBe('0');
    expectClean(here, before);
  });
});
