import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { nameIn } from '../../../../model/arn.ts';
import type { WeightedAsked } from '../../../../model/measures.ts';
import type { RolloutRequest } from '../../../../model/request.ts';
import type { Snapshot } from '../../../../model/snapshot.ts';
import { type Subject, theCanary } from '../../../../model/subject.ts';
import {
  type CanaryGroup,
  type FoundRoute,
  groupName,
  type Route,
  type ScalingFound,
  type Traffic,
  type TrafficOwner,
  type Weight,
} from '../../../../model/traffic.ts';
import { actionsOfOnly, showWeight } from '../../../../model/weights.ts';
import { orphanSplits } from '../../conflicts.ts';

/** What rollout.yml and inputs say about the traffic. The request already has the defaults. */
export function askedOf({ weighted }: Pick<RolloutRequest, 'weighted'>): WeightedAsked {
  if (weighted === undefined) throw new Error('the steps of the strategy weighted were not resolved');
  return weighted;
}

/** The routes as they are when the requests are shared: with `on-split: roll-back` none goes to groups of others. */
export function routesOf(request: RolloutRequest, snapshot: Snapshot): readonly FoundRoute[] {
  const own = ownGroups(snapshot);
  return routesBefore(request, snapshot).map((route) =>
    endsSplit(request, route) ? { ...route, actions: actionsOfOnly(route, own), others: [] } : route,
  );
}

/** Routes whose share of others is returned to the service, as they are before. */
export const splitRoutes = (request: RolloutRequest, snapshot: Snapshot): readonly FoundRoute[] =>
  routesBefore(request, snapshot).filter((route) => endsSplit(request, route));

const endsSplit = ({ weighted }: RolloutRequest, { others }: FoundRoute): boolean =>
  weighted?.onSplit === 'roll-back' && others.length > 0;

/** ARNs of the target groups of the service. */
export const ownGroups = ({ attachments }: Pick<Snapshot, 'attachments'>): readonly string[] => [
  ...new Set(attachments.map(({ targetGroup }) => targetGroup)),
];

/** The routes that are shared: all that were found, or those that `traffic.rules` names; as they are once orphans are swept. */
export function routesBefore(request: RolloutRequest, { traffic, at }: Snapshot): readonly FoundRoute[] {
  const { routes = [], splits = [] } = traffic ?? {};
  const rules = request.weighted?.rules;
  const swept = orphanSplits(request, splits, at).flatMap((split) => split.traffic.routes);
  return routes
    .filter(({ arn }) => rules === undefined || rules.includes(arn))
    .map((route) => ({ ...route, actions: swept.find(({ arn }) => arn === route.arn)?.actions ?? route.actions }));
}

/** ARNs of the target groups that actions forward to; ELB takes an absent weight as 1. */
export const servedBy = (actions: readonly Action[]): readonly string[] =>
  actions.flatMap(({ Type, TargetGroupArn, ForwardConfig }) => {
    if (Type !== 'forward') return [];
    const groups = ForwardConfig?.TargetGroups ?? [];
    // The weight of a single group does not matter.
    if (groups.length <= 1) return [groups[0]?.TargetGroupArn ?? TargetGroupArn ?? ''];
    return groups.flatMap((group) => ((group.Weight ?? 1) > 0 ? [group.TargetGroupArn ?? ''] : []));
  });

/** ARNs of the service's target groups that receive requests from the routes. */
export function stableGroups(request: RolloutRequest, snapshot: Snapshot): readonly string[] {
  const served = new Set(routesOf(request, snapshot).flatMap(({ actions }) => servedBy(actions)));
  return ownGroups(snapshot).filter((arn) => served.has(arn));
}

/** The run that owns the canary's target groups. */
export const ownerOf = ({ run }: RolloutRequest): TrafficOwner => ({
  run: run.id,
  attempt: run.attempt,
  ...(run.url === undefined ? {} : { url: run.url }),
});

/** Where requests are shared, and between which target groups. */
export function trafficOf(request: RolloutRequest, snapshot: Snapshot): Traffic {
  const { settle, targetGroup: given } = askedOf(request);
  const owner = ownerOf(request);
  return {
    routes: routesOf(request, snapshot).map(({ kind, arn, name, actions }): Route => ({ kind, arn, name, actions })),
    groups: stableGroups(request, snapshot).map(
      (stable): CanaryGroup => ({
        stable,
        name: given === undefined ? groupName(request.place, owner, stable) : shortGroup(given),
        ...(given === undefined ? {} : { given }),
      }),
    ),
    settle,
  };
}

/** Number of canary tasks at a weight: the weight times the running tasks of the service. */
export function tasksAt(weight: Weight, request: RolloutRequest, { service }: Snapshot): number {
  const { tasks } = askedOf(request);
  return tasks === 'auto' ? Math.max(1, Math.ceil(((service.runningCount ?? 0) * weight) / 1000)) : tasks;
}

/** The largest number of canary tasks. */
export const mostTasks = (request: RolloutRequest, snapshot: Snapshot): number =>
  Math.max(...askedOf(request).steps.map(({ weight }) => tasksAt(weight, request, snapshot)));

/** Names of canary tasks, beginning after the first `after`. */
export const canariesFrom = (after: number, count: number): readonly Subject[] =>
  Array.from({ length: count }, (_, i) => (after + i === 0 ? theCanary : `${theCanary}-${after + i + 1}`));

/** Whether scale-in is suspended, and why not. */
export type Scaling =
  | { readonly is: 'suspend'; readonly found: ScalingFound }
  | { readonly is: 'leave'; readonly warning?: string };

/** RegisterScalableTarget moves the desired count into its limits, so it would change a service that is outside of them. */
export function scalingOf({ traffic, service }: Snapshot): Scaling {
  const scaling = traffic?.scaling;
  const shrinks =
    'scale-in can remove tasks of the service while the canary has requests, and the rest may be too few when the requests return';
  if (scaling === undefined) return { is: 'leave' };
  if (scaling === 'unknown') {
    const why = 'It is not known whether Application Auto Scaling manages the service';
    const allow = 'Allow application-autoscaling:DescribeScalableTargets.';
    return { is: 'leave', warning: `${why}. If it does, ${shrinks}. ${allow}` };
  }
  const { min, max, scaleInSuspended, policies } = scaling;
  if (scaleInSuspended || policies === 0) return { is: 'leave' };
  const { desiredCount = 0 } = service;
  if (desiredCount >= min && desiredCount <= max) return { is: 'suspend', found: { min, max, scaleInSuspended } };
  const why = `Scale-in is not suspended, because the desired count ${desiredCount} is not between the minimum ${min} and the maximum ${max} of Application Auto Scaling`;
  return { is: 'leave', warning: `${why}: ${shrinks}. Correct the scalable target first.` };
}

/** What a route distributes: requests, or with an NLB connections. */
export function trafficNoun(routes: readonly Pick<FoundRoute, 'type'>[]): string {
  const kinds = new Set(routes.map(({ type }) => (type === 'network' ? 'new connections' : 'requests')));
  return kinds.size === 0 ? 'requests' : [...kinds].toSorted().toReversed().join(' and ');
}

/** `25 % of the requests`; `all requests`. */
export const shareOf = (weight: Weight, noun: string): string =>
  weight >= 1000 ? `all ${noun}` : `${showWeight(weight)} % of the ${noun}`;

/** `arn:…:targetgroup/NAME/id` */
export const shortGroup = (arn: string): string => arn.split('/')[1] ?? nameIn(arn);
