import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Duration, minute, second } from './duration.ts';
import { defined, isObject } from './json.ts';
import type { WeightStep } from './measures.ts';
import type { Parsed } from './parsed.ts';
import type { CanaryGroup, Route, Weight } from './traffic.ts';

/** Parses a share of the traffic in percent, 0.1 to 100 with at most one decimal; the value is in permille. */
export function readWeight(text: string): Parsed<number> {
  const [, percent] = /^(\d{1,3}(?:\.\d)?)$/.exec(text.trim()) ?? [];
  const value = Math.round(Number(percent ?? Number.NaN) * 10);
  if (value >= 1 && value <= 1000) return { value };
  return { wrong: 'is not a weight; use a percentage from 0.1 to 100 with at most one decimal, without %' };
}

/** Formats a weight in percent, without `%`. */
export const showWeight = (weight: number): string => String(weight / 10);

/** The largest number of steps. */
export const mostSteps = 100;

/** What is wrong with a step after the previous one. An equal weight keeps the traffic as it is. */
export function wrongOrder(step: Pick<WeightStep, 'weight'>, before: Pick<WeightStep, 'weight'>): string | undefined {
  if (step.weight >= before.weight) return undefined;
  return `is less than ${showWeight(before.weight)}, the weight of the step before; weights must not decrease`;
}

/** The default steps. */
export const defaultSteps: readonly [WeightStep, WeightStep] = [
  { weight: 100, wait: 5 * minute },
  { weight: 500, wait: 5 * minute },
];

/** A load balancer applies a change of its rules within some seconds. */
export const leastSettle: Duration = 5 * second;

/** The default wait after a change of the weights. */
export const defaultSettle: Duration = 30 * second;

/** ELB's weights are integers from 0 to 999. */
const most = 999;
const whole = 1000;

/** A target group of an action with its weight, which ELB takes as 1 when it is absent. */
interface Part {
  readonly arn: string;
  readonly weight: number;
}

/** The ARN of the canary's target group. Throws if the group was not created, which is a bug of the planner. */
export function canaryArn({ given, arn, name }: CanaryGroup): string {
  const known = given ?? arn;
  if (known === undefined) throw new Error(`the ARN of the target group ${name} is not known`);
  return known;
}

/** The target groups of an action with their weights; empty for an action that forwards to none. */
export function partsOf({ Type, TargetGroupArn, ForwardConfig }: Action): readonly Part[] {
  if (Type !== 'forward') return [];
  const tuples = ForwardConfig?.TargetGroups ?? [];
  // ELB shows a single group twice: as the ARN of the action and in its configuration. Its weight does not matter.
  if (tuples.length === 0) return TargetGroupArn === undefined ? [] : [{ arn: TargetGroupArn, weight: 1 }];
  const [first, ...others] = tuples;
  if (others.length === 0) return [{ arn: first?.TargetGroupArn ?? '', weight: 1 }];
  return tuples.map(({ TargetGroupArn: arn = '', Weight = 1 }) => ({ arn, weight: Weight }));
}

/** Whether an action list forwards to one of these target groups. */
export const forwardsTo = (actions: readonly Action[], arns: readonly string[]): boolean =>
  actions.some((action) => partsOf(action).some(({ arn }) => arns.includes(arn)));

/** The actions of a route before the rollout, in the form that ELB accepts. */
export const foundActions = ({ actions }: Pick<Route, 'actions'>): readonly Action[] => actions.map(sendable);

/**
 * The actions of a route with the canary at a weight. The share of each target group of the service is divided; other
 * groups keep their share. Weights are always sent, and at least one is above 0.
 */
export function actionsAt(
  { actions }: Pick<Route, 'actions'>,
  groups: readonly CanaryGroup[],
  weight: Weight,
): readonly Action[] {
  return actions.map((action) => (isShared(action, groups) ? split(action, groups, weight) : sendable(action)));
}

/** A group of the service that receives no requests from an action has none to share. */
const isShared = (action: Action, groups: readonly CanaryGroup[]): boolean =>
  partsOf(action).some(({ arn, weight }) => weight > 0 && groups.some(({ stable }) => stable === arn));

function split(action: Action, groups: readonly CanaryGroup[], weight: Weight): Action {
  const parts = partsOf(action);
  const canaries = new Map(groups.map((group) => [group.stable, canaryArn(group)]));
  const serving = parts.filter((part) => part.weight > 0);
  const alone = serving.length === 1;
  const factor = alone ? 1 : Math.floor(most / Math.max(...serving.map((part) => part.weight)));
  const TargetGroups = parts.flatMap(({ arn, weight: found }): readonly TargetGroupTuple[] => {
    const canary = canaries.get(arn);
    // This run's weights replace what an earlier run left in the action.
    if ([...canaries.values()].includes(arn)) return [];
    if (canary === undefined || found === 0) return [tuple(arn, found * factor)];
    const [stays, moves] = alone ? inPermille(weight) : ofShare(found * factor, weight);
    return [tuple(arn, stays), tuple(canary, moves)];
  });
  const { TargetGroupArn: _, ...rest } = action;
  const { TargetGroupStickinessConfig } = action.ForwardConfig ?? {};
  return { ...rest, ForwardConfig: { TargetGroups, ...defined({ TargetGroupStickinessConfig }) } };
}

/** The actions of a route in which only these target groups get requests; their shares among each other stay. */
export const actionsOfOnly = ({ actions }: Pick<Route, 'actions'>, own: readonly string[]): readonly Action[] =>
  actions.map((action): Action => {
    const parts = partsOf(action);
    const others = parts.filter(({ arn, weight }) => weight > 0 && !own.includes(arn));
    const stays = parts.some(({ arn, weight }) => weight > 0 && own.includes(arn));
    if (!stays || others.length === 0) return sendable(action);
    const { TargetGroupArn: _, ...rest } = action;
    const { TargetGroupStickinessConfig } = action.ForwardConfig ?? {};
    const TargetGroups = parts.map(({ arn, weight }) => tuple(arn, own.includes(arn) ? weight : 0));
    return { ...rest, ForwardConfig: { TargetGroups, ...defined({ TargetGroupStickinessConfig }) } };
  });

const tuple = (TargetGroupArn: string, Weight: number): TargetGroupTuple => ({ TargetGroupArn, Weight });

/** ELB's weights end at 999: for 0 and 100 %, one group has 1 and the other 0. */
function inPermille(weight: Weight): readonly [stays: number, moves: number] {
  if (weight <= 0) return [1, 0];
  return weight >= whole ? [0, 1] : [whole - weight, weight];
}

/** A weight above 0 is at least 1, and one below the whole leaves at least 1. */
function ofShare(share: number, weight: Weight): readonly [stays: number, moves: number] {
  if (weight <= 0) return [share, 0];
  if (weight >= whole) return [0, share];
  const moves = Math.min(Math.max(1, Math.round((share * weight) / whole)), Math.max(1, share - 1));
  return [Math.max(1, share - moves), moves];
}

/** ELB does not return the client secret of an OIDC action, so a write must ask it to keep the existing one. */
function sendable(action: Action): Action {
  if (action.Type !== 'authenticate-oidc' || action.AuthenticateOidcConfig === undefined) return action;
  const { ClientSecret: _, ...config } = action.AuthenticateOidcConfig;
  return { ...action, AuthenticateOidcConfig: { ...config, UseExistingClientSecret: true } };
}

/**
 * The highest share of a target group of the service that its canary has in these actions, in permille; `undefined` where
 * they do not name the canary's group.
 */
export function weightIn(actions: readonly Action[], groups: readonly CanaryGroup[]): Weight | undefined {
  const weights = actions.flatMap((action) => {
    const parts = partsOf(action);
    const weightOf = (arn: string) => parts.find((part) => part.arn === arn)?.weight;
    return groups.flatMap((group) => {
      const canary = weightOf(canaryArn(group));
      if (canary === undefined) return [];
      if (canary === 0) return [0];
      // A canary that receives requests has a share of at least 1, also next to another group.
      return [Math.max(1, Math.round((canary / (canary + (weightOf(group.stable) ?? 0))) * whole))];
    });
  });
  return weights.length === 0 ? undefined : Math.max(...weights);
}

/** Actions of another process without the canary's groups; `undefined` if no remaining group would receive requests. */
export function withoutCanary(
  actions: readonly Action[],
  groups: readonly CanaryGroup[],
): readonly Action[] | undefined {
  const canaries = groups.map(canaryArn);
  if (!forwardsTo(actions, canaries)) return actions.map(sendable);
  const rest = actions.map((action): Action | undefined => {
    if (!partsOf(action).some(({ arn }) => canaries.includes(arn))) return sendable(action);
    const left = partsOf(action).filter(({ arn }) => !canaries.includes(arn));
    if (!left.some(({ weight }) => weight > 0)) return undefined;
    const { TargetGroupArn: _, ...other } = action;
    const { TargetGroupStickinessConfig } = action.ForwardConfig ?? {};
    const TargetGroups = left.map(({ arn, weight }) => tuple(arn, weight));
    return { ...other, ForwardConfig: { TargetGroups, ...defined({ TargetGroupStickinessConfig }) } };
  });
  return rest.every((action) => action !== undefined) ? rest : undefined;
}

/** The weight with which a run can have written these actions; `found` if they are those from before the run. */
export function writtenWith(
  route: Pick<Route, 'actions'>,
  groups: readonly CanaryGroup[],
  weights: readonly Weight[] | 'any',
  actions: readonly Action[],
): Weight | 'found' | undefined {
  if (sameActions(actions, route.actions)) return 'found';
  return (weights === 'any' ? near(weightIn(actions, groups)) : weights).find((weight) =>
    sameActions(actions, actionsAt(route, groups, weight)),
  );
}

/** Next to other groups the share of a canary is not exactly its weight. */
const near = (weight: Weight | undefined): readonly Weight[] =>
  weight === undefined ? [] : [weight, ...Array.from({ length: whole + 1 }, (_, i) => i)];

/** Whether two action lists mean the same, regardless of the form in which ELB returns them. */
export const sameActions = (one: readonly Action[], other: readonly Action[]): boolean =>
  JSON.stringify(normal(one)) === JSON.stringify(normal(other));

const normal = (actions: readonly Action[]): unknown =>
  actions.toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0)).map(normalAction);

function normalAction(action: Action): unknown {
  const { Order: _order, TargetGroupArn: _arn, ForwardConfig, AuthenticateOidcConfig, ...rest } = action;
  const { Enabled, DurationSeconds } = ForwardConfig?.TargetGroupStickinessConfig ?? {};
  const { ClientSecret: _secret, UseExistingClientSecret: _kept, ...oidc } = AuthenticateOidcConfig ?? {};
  const parts = partsOf(action).toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  return sorted({
    ...rest,
    ...(parts.length === 0 ? {} : { parts, sticky: Enabled ? (DurationSeconds ?? 0) : false }),
    ...(AuthenticateOidcConfig === undefined ? {} : { oidc }),
  });
}

/** The same value with the members of its objects in alphabetical order, and without those that are undefined or null. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(
    members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  );
}
