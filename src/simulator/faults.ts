import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, text, texts } from './json.ts';

/** A fault of a call. */
export type Fault =
  | 'throttle'
  | 'deny'
  | 'server-error'
  | 'lost-before'
  | 'lost-after'
  /** Not executed, and never answered. */
  | 'hang'
  /** Executed, but never answered. */
  | 'hang-after'
  | 'expired'
  /** A read returns the state of some seconds before. */
  | 'stale'
  /** A read by name does not find resources: `failures`, reason MISSING. */
  | 'partial'
  | { readonly error: { readonly code: string; readonly message: string; readonly status?: number } }
  | { readonly failures: readonly { readonly arn?: string; readonly reason: string; readonly detail?: string }[] };

/** Selects calls by service and operation, from the `from`-th to the `to`-th match (the first is 1). */
export interface FaultRule {
  readonly service?: string;
  readonly operation?: string;
  /** Only the nth matching call. */
  readonly nth?: number;
  readonly from?: number;
  readonly to?: number;
  /** The maximum number of faults. */
  readonly times?: number;
  readonly fault: Fault;
}

/** Injected faults, and how often each has matched. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; seen: number; used: number }[] = [];

  /** Adds a fault for future calls. */
  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0, used: 0 });
  }

  /** Whether a fault needs earlier answers. */
  get remember(): boolean {
    return this.#rules.some(({ rule }) => rule.fault === 'stale');
  }

  /** Returns the fault of a call: that of the first matching rule. */
  next(service: string, operation: string): Fault | undefined {
    let fault: Fault | undefined;
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.service !== undefined && rule.service !== service) continue;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      entry.seen++;
      if (fault !== undefined || !isDue(rule, entry.seen, entry.used)) continue;
      entry.used++;
      fault = rule.fault;
    }
    return fault;
  }
}

function isDue(rule: FaultRule, seen: number, used: number): boolean {
  if (rule.times !== undefined && used >= rule.times) return false;
  if (rule.nth !== undefined) return seen === rule.nth;
  return seen >= (rule.from ?? 1) && seen <= (rule.to ?? Number.POSITIVE_INFINITY);
}

/** XML services use different error codes. */
const isQuery = (service: string): boolean => ['elbv2', 'sts', 'iam'].includes(service);

const actionPrefix: Readonly<Record<string, string>> = { elbv2: 'elasticloadbalancing' };

/** Returns the throttling error of a service. */
export function throttled(service: string): AwsFailure {
  const codes: Readonly<Record<string, string>> = {
    elbv2: 'Throttling',
    sts: 'Throttling',
    iam: 'Throttling',
    ec2: 'RequestLimitExceeded',
  };
  return new AwsFailure(codes[service] ?? 'ThrottlingException', 'Rate exceeded', service === 'ec2' ? 503 : 400);
}

/** Returns the access-denied error of a service. */
export function denied(service: string, operation: string, caller: string, resource: string): AwsFailure {
  const action = `${actionPrefix[service] ?? service}:${operation}`;
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  if (service === 'ec2')
    return new AwsFailure('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403);
  const query = isQuery(service);
  return new AwsFailure(query ? 'AccessDenied' : 'AccessDeniedException', message, query ? 403 : 400);
}

/** Returns the resource in an access-denied error, as far as the input names it. */
export function resourceOf(cloud: Cloud, service: string, operation: string, input: JsonObject): string {
  const [group, cluster, target] = [text(input.TargetGroupArn), text(input.cluster) ?? 'default', text(input.service)];
  if (service === 'elbv2') return group !== undefined && !operation.startsWith('Describe') ? group : '*';
  if (service === 'logs') return logResource(cloud, input);
  if (service !== 'ecs') return '*';
  const arn = (kind: string, name: string): string =>
    name.startsWith('arn:') ? name : cloud.arn('ecs', `${kind}${name}`);
  const path = cluster.slice(cluster.lastIndexOf('/') + 1);
  if (operation === 'RunTask' || operation === 'StartTask')
    return arn('task-definition/', text(input.taskDefinition) ?? '*');
  if (target !== undefined) return arn(`service/${path}/`, target);
  const name = text(input.serviceName) ?? texts(input.services)[0];
  if (name !== undefined) return arn(`service/${path}/`, name);
  const named =
    text(input.serviceDeploymentArn) ?? texts(input.serviceDeploymentArns)[0] ?? texts(input.serviceRevisionArns)[0];
  if (named !== undefined) return named;
  const task = text(input.task) ?? texts(input.tasks)[0];
  return task === undefined ? '*' : arn(`task/${path}/`, task);
}

function logResource(cloud: Cloud, input: JsonObject): string {
  const group = cloud.arn('logs', `log-group:${text(input.logGroupName) ?? '*'}`);
  const stream = text(input.logStreamName);
  return stream === undefined ? group : `${group}:log-stream:${stream}`;
}

/** Returns the expired-credentials error of a service. */
export function expired(service: string): AwsFailure {
  const message = 'The security token included in the request is expired';
  if (service === 'ec2') return new AwsFailure('RequestExpired', message);
  const query = isQuery(service);
  return new AwsFailure(query ? 'ExpiredToken' : 'ExpiredTokenException', message, query ? 403 : 400);
}

/** Returns an internal error of a service. */
export function serverError(service: string): AwsFailure {
  const code = service === 'ecs' ? 'ServerException' : 'InternalFailure';
  return new AwsFailure(code, 'Service Unavailable. Please try again later.', 500);
}
