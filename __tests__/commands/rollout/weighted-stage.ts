import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { minute, second } from '../../../src/model/duration.ts';
import type { WeightedAsked } from '../../../src/model/measures.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Account } from '../../../src/simulator/account.ts';
import type { Seed } from '../../../src/simulator/seed.ts';
import { type Shop, type Stage, shop, stage, targetGroupArn } from '../stage.ts';

/** Five, 25 and 50 percent. */
export const usualSteps: WeightedAsked['steps'] = [
  { weight: 50, wait: minute },
  { weight: 250, wait: minute },
  { weight: 500, wait: minute },
];

/** A weighted rollout with the defaults of the inputs, in shorter steps. */
export const asWeighted = (
  more: Partial<WeightedAsked> = {},
  others: Partial<RolloutRequest> = {},
): Partial<RolloutRequest> => ({
  strategy: 'weighted',
  weighted: { steps: usualSteps, warmUp: 0, settle: 30 * second, tasks: 'auto', onSplit: 'fail', ...more },
  ...others,
});

/** A service of four tasks with users, and a short deregistration delay. */
export const busyShop = (tag = 'good', more: Partial<Shop['service']> = {}, groups = 1): Shop =>
  shop('fargate', groups, { tag, service: { desiredCount: 4, ...more } });

type Listeners = NonNullable<NonNullable<Seed['loadBalancers']>[number]['listeners']>;

/** The account of `seedFor` with users, and with other listeners if they are given. */
export const withUsers =
  (listeners?: Listeners, more: Partial<Seed> = {}) =>
  (seed: Seed): Seed => ({
    ...seed,
    targetGroups: (seed.targetGroups ?? []).map((group) => ({ ...group, deregistrationDelaySeconds: 20 })),
    loadBalancers: (seed.loadBalancers ?? []).map((one) => ({
      ...one,
      ...(listeners === undefined ? {} : { listeners }),
    })),
    users: [{ loadBalancer: 'rehearsal', perSecond: 20 }],
    ...more,
  });

export const weightedStage = (what: Shop = busyShop(), change = withUsers()): Stage => stage(what, change);

interface Described {
  readonly Listeners: readonly { readonly ListenerArn: string; readonly DefaultActions: readonly Action[] }[];
  readonly Rules: readonly {
    readonly RuleArn: string;
    readonly Priority: string;
    readonly Actions: readonly Action[];
  }[];
  readonly LoadBalancers: readonly { readonly LoadBalancerArn: string }[];
  readonly TargetGroups: readonly { readonly TargetGroupName: string; readonly TargetGroupArn: string }[];
  readonly Schedules: readonly { readonly Name: string }[];
  readonly ScalableTargets: readonly object[];
}

const ask = <K extends keyof Described>(account: Account, operation: string, input: object, what: K, of = 'elbv2') =>
  account.someone(operation, input as Record<string, unknown>, of)[what] as Described[K];

/** All rules and default actions of the account. */
export function routesIn(account: Account) {
  const balancers = ask(account, 'DescribeLoadBalancers', {}, 'LoadBalancers');
  const listeners = balancers.flatMap(({ LoadBalancerArn }) =>
    ask(account, 'DescribeListeners', { LoadBalancerArn }, 'Listeners'),
  );
  return listeners.flatMap(({ ListenerArn, DefaultActions }) => [
    { kind: 'default-action' as const, arn: ListenerArn, actions: DefaultActions },
    ...ask(account, 'DescribeRules', { ListenerArn }, 'Rules')
      .filter(({ Priority }) => Priority !== 'default')
      .map(({ RuleArn, Actions }) => ({ kind: 'rule' as const, arn: RuleArn, actions: Actions })),
  ]);
}

/** Everything next to the service that a weighted rollout may change, and must leave as it was. */
export const surroundings = (account: Account) => ({
  routes: routesIn(account),
  groups: ask(account, 'DescribeTargetGroups', {}, 'TargetGroups').map(({ TargetGroupName }) => TargetGroupName),
  schedules: ask(account, 'ListSchedules', {}, 'Schedules', 'scheduler').map(({ Name }) => Name),
  scaling: ask(
    account,
    'DescribeScalableTargets',
    { ServiceNamespace: 'ecs' },
    'ScalableTargets',
    'application-autoscaling',
  ),
});

/** The canary's weight on each route that has one, in permille of what the service and the canary get. */
export function weightsIn(account: Account): readonly number[] {
  return routesIn(account).flatMap(({ actions }) =>
    actions.flatMap(({ ForwardConfig }) => {
      const groups = ForwardConfig?.TargetGroups ?? [];
      const of = (test: (arn: string) => boolean) =>
        groups
          .filter(({ TargetGroupArn = '' }) => test(TargetGroupArn))
          .reduce((sum, { Weight = 1 }) => sum + Weight, 0);
      const canary = of((arn) => arn.includes('/canary-'));
      const stable = of((arn) => arn === targetGroupArn(1) || arn === targetGroupArn(2));
      return groups.length < 2 ? [] : [Math.round((1000 * canary) / (canary + stable))];
    }),
  );
}

/** Requests that users have lost, other than by errors of the version itself. */
export const lostThroughUs = (account: Account) => account.users.lost.filter(({ why }) => why !== 'version');

/** Another process writes the actions of a route. */
export function writeRoute(
  account: Account,
  { kind, arn }: ReturnType<typeof routesIn>[number],
  actions: unknown,
): void {
  if (kind === 'rule') account.someone('ModifyRule', { RuleArn: arn, Actions: actions }, 'elbv2');
  else account.someone('ModifyListener', { ListenerArn: arn, DefaultActions: actions }, 'elbv2');
}
