import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { describeGroup, groupOf, validationError } from './elb.ts';
import { addElbTags } from './elb-tags.ts';
import { canonical, flag, type JsonObject, number, object, objects, text } from './json.ts';
import { loadBalancersOf } from './load-balancers.ts';
import type { HealthCheck, TargetGroup } from './records.ts';

type Settings = Omit<TargetGroup, 'attributes' | 'targets' | 'healthCheck'> & {
  readonly healthCheck: { readonly [Name in keyof HealthCheck]?: HealthCheck[Name] | undefined };
};

/** A target group with AWS's default values for everything that is not given. */
export function newTargetGroup({ healthCheck, ...settings }: Settings): TargetGroup {
  const http = settings.protocol.startsWith('HTTP');
  const grpc = settings.protocolVersion === 'GRPC';
  const protocol = healthCheck.protocol ?? (http ? settings.protocol : 'TCP');
  const checksHttp = protocol.startsWith('HTTP');
  const defaults = {
    enabled: true,
    port: 'traffic-port',
    path: checksHttp ? (grpc ? '/AWS.ALB/healthcheck' : '/') : undefined,
    interval: 30,
    timeout: http ? 5 : 10,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: grpc ? '12' : http ? '200' : '200-399',
  };
  const given = Object.fromEntries(Object.entries(healthCheck).filter(([, value]) => value !== undefined));
  return {
    ...settings,
    healthCheck: { ...defaults, ...given, protocol },
    attributes: new Map([
      ['deregistration_delay.timeout_seconds', '300'],
      ['stickiness.enabled', 'false'],
      ['stickiness.type', http ? 'lb_cookie' : 'source_ip'],
      ['slow_start.duration_seconds', '0'],
      ['load_balancing.algorithm.type', 'round_robin'],
    ]),
    targets: new Map(),
  };
}

const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'];

/** CreateTargetGroup; the same name with the same settings returns the existing group. */
export function createTargetGroup(cloud: Cloud, input: JsonObject): JsonObject {
  const name = nameOf(input);
  const created = newTargetGroup({
    arn: cloud.arn('elasticloadbalancing', `targetgroup/${name}/${cloud.random.hex(16)}`),
    name,
    ...readSettings(cloud, input),
  });
  checkHealthCheck(created.healthCheck);
  const existing = [...cloud.targetGroups.values()].find((group) => group.name === name);
  if (existing !== undefined) {
    if (settingsOf(existing) === settingsOf(created)) return { TargetGroups: [describeGroup(cloud, existing)] };
    throw new AwsFailure(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  addElbTags(cloud, created.arn, objects(input.Tags));
  cloud.targetGroups.set(created.arn, created);
  return { TargetGroups: [describeGroup(cloud, created)] };
}

const settingsOf = ({ arn: _arn, attributes: _attributes, targets: _targets, ...settings }: TargetGroup): string =>
  canonical(settings);

function nameOf(input: JsonObject): string {
  const name = text(input.Name);
  if (name === undefined) throw validationError('A target group name must be specified');
  if (name.length > 32) throw validationError(`Target group name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw validationError(
      `Target group name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (/^-|-$/.test(name)) throw validationError(`Target group name '${name}' cannot begin or end with a hyphen(-)`);
  return name;
}

function readSettings(cloud: Cloud, input: JsonObject) {
  const targetType = text(input.TargetType) ?? 'instance';
  if (targetType !== 'ip' && targetType !== 'instance') {
    throw validationError(`The simulated account does not model target groups of type '${targetType}'`);
  }
  const [protocol, port, vpcId] = [text(input.Protocol), number(input.Port), text(input.VpcId)];
  if (protocol === undefined || !protocols.includes(protocol)) {
    throw validationError(`Protocol '${protocol}' must be one of '${protocols.join(', ')}'`);
  }
  if (port === undefined || port < 1 || port > 65_535)
    throw validationError('A port between 1 and 65535 must be specified');
  if (vpcId === undefined) throw validationError('A VPC ID must be specified');
  if (![...cloud.subnets.values()].some((subnet) => subnet.vpcId === vpcId)) {
    throw validationError(`The VPC ID '${vpcId}' is not found`);
  }
  const version = text(input.ProtocolVersion);
  if (version !== undefined && !protocol.startsWith('HTTP')) {
    throw validationError(`ProtocolVersion cannot be specified for the protocol '${protocol}'`);
  }
  const protocolVersion = protocol.startsWith('HTTP') ? (version ?? 'HTTP1') : undefined;
  return { targetType, protocol, port, vpcId, protocolVersion, healthCheck: readHealthCheck(input) } as const;
}

const readHealthCheck = (input: JsonObject): Settings['healthCheck'] => {
  const matcher = object(input.Matcher);
  return {
    enabled: flag(input.HealthCheckEnabled),
    protocol: text(input.HealthCheckProtocol),
    port: text(input.HealthCheckPort),
    path: text(input.HealthCheckPath),
    interval: number(input.HealthCheckIntervalSeconds),
    timeout: number(input.HealthCheckTimeoutSeconds),
    healthyThreshold: number(input.HealthyThresholdCount),
    unhealthyThreshold: number(input.UnhealthyThresholdCount),
    matcher: text(matcher.HttpCode) ?? text(matcher.GrpcCode),
  };
};

function checkHealthCheck(check: HealthCheck): void {
  const ranges = [
    ['interval', check.interval, 5, 300],
    ['timeout', check.timeout, 2, 120],
    ['healthy threshold count', check.healthyThreshold, 2, 10],
    ['unhealthy threshold count', check.unhealthyThreshold, 2, 10],
  ] as const;
  for (const [what, value, low, high] of ranges) {
    if (value < low || value > high) throw validationError(`Health check ${what} must be between ${low} and ${high}`);
  }
  if (check.timeout >= check.interval) {
    throw validationError('Health check interval must be greater than the timeout');
  }
}

/** DeleteTargetGroup: refused while a rule or a listener forwards to it. */
export function deleteTargetGroup(cloud: Cloud, input: JsonObject): JsonObject {
  const arn = text(input.TargetGroupArn);
  if (arn === undefined || !/:targetgroup\/.+/.test(arn)) groupOf(cloud, input);
  const group = cloud.targetGroups.get(arn ?? '');
  // Deleting a target group that does not exist succeeds in AWS.
  if (group === undefined) return {};
  if (loadBalancersOf(cloud, group).length > 0) {
    throw new AwsFailure('ResourceInUse', `Target group '${group.arn}' is currently in use by a listener or a rule`);
  }
  cloud.targetGroups.delete(group.arn);
  cloud.tags.delete(group.arn);
  return {};
}
