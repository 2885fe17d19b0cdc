import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { validationError } from './elb.ts';
import { compact, flag, type JsonObject, number, object, objects, text } from './json.ts';
import { loadBalancersOf } from './load-balancers.ts';
import { pace } from './pace.ts';
import type { Forward, Listener, Rule, RuleActions, TargetGroup } from './records.ts';

/** "You can specify up to five target groups" in a forward action (User Guide, target group limits). */
const mostGroups = 5;
const routing = ['forward', 'redirect', 'fixed-response'];
const authenticating = ['authenticate-oidc', 'authenticate-cognito', 'jwt-validation'];

/** A rule before its first change. */
export const unchanged = (does: RuleActions): Pick<Rule, 'does' | 'inEffect' | 'changes'> => ({
  does,
  inEffect: does,
  changes: 0,
});

/** A forward action to these target groups; without any, a fixed response. */
export function actionsTo(forward: Forward, stickySeconds?: number): RuleActions {
  if (forward.length > 0) return { actions: [forwardAction(forward, 1, stickySeconds)], forward };
  const FixedResponseConfig = { MessageBody: 'not here', StatusCode: '503', ContentType: 'text/plain' };
  return { actions: [{ Type: 'fixed-response', Order: 1, FixedResponseConfig }], forward };
}

/** As AWS returns it: a single target group in both forms. */
function forwardAction(forward: Forward, order: number, stickySeconds: number | undefined): JsonObject {
  const TargetGroups = forward.map(({ targetGroupArn, weight }) => ({
    TargetGroupArn: targetGroupArn,
    Weight: weight,
  }));
  return compact({
    Type: 'forward',
    TargetGroupArn: TargetGroups.length === 1 ? TargetGroups[0]?.TargetGroupArn : undefined,
    Order: order,
    ForwardConfig: {
      TargetGroups,
      TargetGroupStickinessConfig: compact({ Enabled: stickySeconds !== undefined, DurationSeconds: stickySeconds }),
    },
  });
}

/** Replaces the actions of a rule; requests follow them some seconds later. */
export function changeActions(cloud: Cloud, rule: Rule, does: RuleActions): void {
  rule.does = does;
  const change = ++rule.changes;
  cloud.within(pace.ruleChange, () => {
    if (rule.changes === change) rule.inEffect = does;
  });
}

/** Reads the actions of a request as AWS accepts them. */
export function readActions(cloud: Cloud, listener: Listener, given: unknown, before?: RuleActions): RuleActions {
  const actions = [...objects(given)];
  if (actions.length === 0) throw validationError('At least one action must be specified');
  const network = listener.loadBalancer.type !== 'application';
  const last = orderOf(actions).at(-1);
  const routes = actions.filter((action) => routing.includes(String(action.Type)));
  const [route] = routes;
  if (routes.length !== 1 || route !== last || route === undefined) {
    throw invalidAction('The last action must be one of forward, redirect or fixed-response, and the only one');
  }
  if (network && (actions.length > 1 || route.Type !== 'forward')) {
    throw invalidAction('A listener of a Network Load Balancer supports only one forward action');
  }
  const others = actions.filter((action) => action !== route);
  for (const action of others) checkAuthentication(listener, action, before);
  const described = others.map(({ Order, ...action }) => ({ ...hideSecret(action), Order: number(Order) ?? 1 }));
  const order = number(route.Order) ?? 1;
  if (route.Type !== 'forward') return { actions: [...described, { ...route, Order: order }], forward: [] };
  const { forward, stickySeconds } = readForward(cloud, listener, route);
  return { actions: [...described, forwardAction(forward, order, stickySeconds)], forward };
}

const invalidAction = (message: string): AwsFailure => new AwsFailure('InvalidLoadBalancerAction', message);

/** The actions in their order, which is required as soon as there are several. */
function orderOf(actions: JsonObject[]): readonly JsonObject[] {
  const known = [...routing, ...authenticating];
  for (const { Type } of actions) {
    if (!known.includes(String(Type))) throw validationError(`Action type '${String(Type)}' must be one of '${known}'`);
  }
  const orders = actions.map((action) => number(action.Order));
  const valid = orders.every((order) => order !== undefined && order >= 1 && order <= 50_000);
  if (actions.length > 1 && (!valid || new Set(orders).size < orders.length)) {
    throw invalidAction('Every action must have an order of its own between 1 and 50000');
  }
  return actions.sort((a, b) => (number(a.Order) ?? 1) - (number(b.Order) ?? 1));
}

function checkAuthentication(listener: Listener, action: JsonObject, before: RuleActions | undefined): void {
  if (listener.protocol !== 'HTTPS') {
    throw invalidAction(`Actions of type '${String(action.Type)}' are supported only on HTTPS listeners`);
  }
  if (action.Type !== 'authenticate-oidc') return;
  const config = object(action.AuthenticateOidcConfig);
  const existing = flag(config.UseExistingClientSecret) === true;
  const had = before?.actions.some((one) => one.Type === 'authenticate-oidc') ?? false;
  if (text(config.ClientSecret) !== undefined) {
    if (existing) throw invalidAction('You cannot specify both ClientSecret and UseExistingClientSecret');
    return;
  }
  if (!existing || !had) throw invalidAction('A client secret must be specified in the authenticate-oidc action');
}

/** AWS never returns the secret. */
function hideSecret(action: JsonObject): JsonObject {
  if (action.Type !== 'authenticate-oidc') return action;
  const { ClientSecret: _secret, UseExistingClientSecret: _use, ...config } = object(action.AuthenticateOidcConfig);
  return { ...action, AuthenticateOidcConfig: config };
}

function readForward(cloud: Cloud, listener: Listener, action: JsonObject) {
  const single = text(action.TargetGroupArn);
  const config = object(action.ForwardConfig);
  const listed = objects(config.TargetGroups);
  const groups = listed.length > 0 ? listed : single === undefined ? [] : [{ TargetGroupArn: single }];
  if (groups.length === 0) throw validationError('A forward action must name at least one target group');
  if (single !== undefined && (groups.length > 1 || groups[0]?.TargetGroupArn !== single)) {
    throw invalidAction('TargetGroupArn and ForwardConfig must name the same single target group');
  }
  if (groups.length > mostGroups) throw invalidAction(`A forward action has at most ${mostGroups} target groups`);
  const forward = groups.map((group) => ({
    targetGroupArn: usable(cloud, listener, group).arn,
    weight: weightOf(group, groups.length),
  }));
  if (new Set(forward.map(({ targetGroupArn }) => targetGroupArn)).size < forward.length) {
    throw validationError('A target group ARN can be specified only once in a forward action');
  }
  const stickySeconds = stickinessOf(listener, object(config.TargetGroupStickinessConfig));
  const own = forward.some(({ targetGroupArn }) => isSticky(cloud.targetGroups.get(targetGroupArn)));
  if (forward.length > 1 && own && stickySeconds === undefined && listener.loadBalancer.type === 'application') {
    throw invalidAction(
      'Target group stickiness must be enabled on the action if a target group has stickiness enabled',
    );
  }
  return { forward, stickySeconds };
}

const isSticky = (group: TargetGroup | undefined): boolean => group?.attributes.get('stickiness.enabled') === 'true';

function weightOf({ Weight }: JsonObject, groups: number): number {
  const weight = Weight === undefined ? 1 : number(Weight);
  if (weight === undefined || !Number.isInteger(weight) || weight < 0 || weight > 999) {
    throw validationError(`Weight '${String(Weight)}' must be between 0 and 999 inclusive (${groups} target groups)`);
  }
  return weight;
}

function stickinessOf(listener: Listener, config: JsonObject): number | undefined {
  if (flag(config.Enabled) !== true) return undefined;
  if (listener.protocol === 'TLS') throw invalidAction('A TLS listener does not support target group stickiness');
  const seconds = number(config.DurationSeconds);
  if (seconds === undefined || seconds < 1 || seconds > 604_800) {
    throw validationError('Stickiness DurationSeconds must be between 1 and 604800');
  }
  return seconds;
}

function usable(cloud: Cloud, listener: Listener, { TargetGroupArn }: JsonObject): TargetGroup {
  const arn = text(TargetGroupArn) ?? '';
  const group = cloud.targetGroups.get(arn);
  if (group === undefined) throw new AwsFailure('TargetGroupNotFound', `Target groups '${arn}' not found`);
  const http = group.protocol.startsWith('HTTP');
  if (http !== (listener.loadBalancer.type === 'application')) {
    throw new AwsFailure(
      'IncompatibleProtocols',
      `The listener protocol '${listener.protocol}' and the target group protocol '${group.protocol}' are incompatible`,
    );
  }
  const elsewhere = loadBalancersOf(cloud, group).some((one) => one !== listener.loadBalancer);
  if (!elsewhere) return group;
  throw new AwsFailure(
    'TargetGroupAssociationLimit',
    `The following target groups cannot be associated with more than one load balancer: ${arn}`,
  );
}
