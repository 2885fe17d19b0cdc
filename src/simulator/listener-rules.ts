import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { loadBalancerNotFound, pageOf, validationError } from './elb.ts';
import { type JsonObject, number, objects, text, texts } from './json.ts';
import { changeActions, readActions, unchanged } from './listener-actions.ts';
import type { Listener, Rule } from './records.ts';

const notFound = (kind: 'Listener' | 'Rule'): AwsFailure =>
  new AwsFailure(`${kind}NotFound`, `One or more ${kind.toLowerCase()}s not found`);

/** All listeners of the account. */
export const allListeners = (cloud: Cloud): readonly Listener[] =>
  [...cloud.loadBalancers.values()].flatMap((loadBalancer) => loadBalancer.listeners);

/** DescribeListeners: of a load balancer, or by ARN. */
export function describeListeners(cloud: Cloud, input: JsonObject): JsonObject {
  const [loadBalancer, arns] = [text(input.LoadBalancerArn), texts(input.ListenerArns)];
  if (loadBalancer === undefined && arns.length === 0) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  }
  if (loadBalancer !== undefined && !cloud.loadBalancers.has(loadBalancer)) throw loadBalancerNotFound();
  const matching = allListeners(cloud)
    .filter((listener) => loadBalancer === undefined || listener.loadBalancer.arn === loadBalancer)
    .filter((listener) => arns.length === 0 || arns.includes(listener.arn));
  if (matching.length < arns.length) throw notFound('Listener');
  const [listeners, NextMarker] = pageOf(matching, input);
  return { Listeners: listeners.map(describeListener), NextMarker };
}

const describeListener = (listener: Listener): JsonObject => ({
  ListenerArn: listener.arn,
  LoadBalancerArn: listener.loadBalancer.arn,
  Port: listener.port,
  Protocol: listener.protocol,
  DefaultActions: defaultRuleOf(listener)?.does.actions ?? [],
});

/** The default rule of a listener. */
const defaultRuleOf = (listener: Listener): Rule | undefined =>
  listener.rules.find((rule) => rule.priority === 'default');

/** DescribeRules: of a listener, or by ARN. */
export function describeRules(cloud: Cloud, input: JsonObject): JsonObject {
  const [listener, arns] = [text(input.ListenerArn), texts(input.RuleArns)];
  if ((listener === undefined) === (arns.length === 0)) {
    throw validationError('You must specify either listener rule ARNs or a listener ARN');
  }
  const listeners = allListeners(cloud).filter((one) => listener === undefined || one.arn === listener);
  if (listener !== undefined && listeners.length === 0) throw notFound('Listener');
  const matching = listeners.flatMap((one) => one.rules).filter((rule) => arns.length === 0 || arns.includes(rule.arn));
  if (matching.length < arns.length) throw notFound('Rule');
  const [rules, NextMarker] = pageOf(matching, input);
  return { Rules: rules.map(describeRule), NextMarker };
}

const describeRule = (rule: Rule): JsonObject => ({
  RuleArn: rule.arn,
  Priority: String(rule.priority),
  Conditions: rule.conditions,
  Actions: rule.does.actions,
  IsDefault: rule.priority === 'default',
});

function ruleOf(cloud: Cloud, input: JsonObject): readonly [listener: Listener, rule: Rule] {
  const arn = text(input.RuleArn);
  if (arn === undefined) throw validationError('A rule ARN must be specified');
  for (const listener of allListeners(cloud)) {
    const rule = listener.rules.find((one) => one.arn === arn);
    if (rule !== undefined) return [listener, rule];
  }
  throw notFound('Rule');
}

function listenerOf(cloud: Cloud, input: JsonObject): Listener {
  const arn = text(input.ListenerArn);
  if (arn === undefined) throw validationError('A listener ARN must be specified');
  const listener = allListeners(cloud).find((one) => one.arn === arn);
  if (listener === undefined) throw notFound('Listener');
  return listener;
}

/** ModifyRule: actions are replaced as a whole; those of a default rule are changed with ModifyListener. */
export function modifyRule(cloud: Cloud, input: JsonObject): JsonObject {
  const [listener, rule] = ruleOf(cloud, input);
  if (rule.priority === 'default') {
    throw new AwsFailure('OperationNotPermitted', `Default rule '${rule.arn}' cannot be modified`);
  }
  const does = input.Actions === undefined ? undefined : readActions(cloud, listener, input.Actions, rule.does);
  if (input.Conditions !== undefined) rule.conditions = readConditions(input.Conditions);
  if (does !== undefined) changeActions(cloud, rule, does);
  return { Rules: [describeRule(rule)] };
}

/** ModifyListener: the default actions; the port and the certificate are not modelled. */
export function modifyListener(cloud: Cloud, input: JsonObject): JsonObject {
  const listener = listenerOf(cloud, input);
  const rule = defaultRuleOf(listener);
  if (rule !== undefined && input.DefaultActions !== undefined) {
    changeActions(cloud, rule, readActions(cloud, listener, input.DefaultActions, rule.does));
  }
  return { Listeners: [describeListener(listener)] };
}

/** CreateRule. */
export function createRule(cloud: Cloud, input: JsonObject): JsonObject {
  const listener = listenerOf(cloud, input);
  const priority = number(input.Priority);
  if (priority === undefined || priority < 1 || priority > 50_000) {
    throw validationError('Priority must be between 1 and 50000');
  }
  if (listener.rules.some((rule) => rule.priority === priority)) {
    throw new AwsFailure('PriorityInUse', `Priority '${priority}' is currently in use`);
  }
  const rule: Rule = {
    arn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${cloud.random.hex(16)}`,
    priority,
    conditions: readConditions(input.Conditions),
    ...unchanged(readActions(cloud, listener, input.Actions)),
  };
  listener.rules.push(rule);
  listener.rules.sort((a, b) => orderOf(a) - orderOf(b));
  return { Rules: [describeRule(rule)] };
}

const orderOf = ({ priority }: Rule): number => (priority === 'default' ? Number.POSITIVE_INFINITY : priority);

/** DeleteRule. */
export function deleteRule(cloud: Cloud, input: JsonObject): JsonObject {
  const [listener, rule] = ruleOf(cloud, input);
  if (rule.priority === 'default') {
    throw new AwsFailure('OperationNotPermitted', `Default rule '${rule.arn}' cannot be deleted`);
  }
  listener.rules.splice(listener.rules.indexOf(rule), 1);
  cloud.tags.delete(rule.arn);
  return {};
}

const configOf: Readonly<Record<string, string>> = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
};

/** Path and host conditions are returned in both forms. */
function readConditions(given: unknown): readonly JsonObject[] {
  const conditions = objects(given);
  if (conditions.length === 0) throw validationError('A rule must have at least one condition');
  return conditions.map((condition) => {
    const field = String(condition.Field);
    const config = configOf[field];
    if (config === undefined) return condition;
    const inner = objects([condition[config]])[0];
    const values = texts(condition.Values).length > 0 ? texts(condition.Values) : texts(inner?.Values);
    if (values.length === 0) throw validationError(`A condition '${field}' must have a value`);
    return { Field: field, Values: values, [config]: { Values: values } };
  });
}
