import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, number, objects, text, texts } from './json.ts';
import { loadBalancersOf } from './load-balancers.ts';
import { inCidr, isAddress } from './network.ts';
import { readToken, writeToken } from './paging.ts';
import type { LoadBalancer, Target, TargetGroup } from './records.ts';
import { deregister, healthOfTarget, register } from './target-groups.ts';

/** ELB's error for input that is not valid. */
export const validationError = (message: string): AwsFailure => new AwsFailure('ValidationError', message);

/** The target group that the input names. */
export function groupOf(cloud: Cloud, input: JsonObject): TargetGroup {
  const arn = text(input.TargetGroupArn);
  if (arn === undefined) throw validationError('A target group ARN must be specified');
  const group = cloud.targetGroups.get(arn);
  if (group !== undefined) return group;
  if (!/^arn:[^:]+:elasticloadbalancing:.*:targetgroup\/.+/.test(arn))
    throw validationError(`'${arn}' is not a valid target group ARN`);
  throw new AwsFailure('TargetGroupNotFound', 'One or more target groups not found');
}

/** One page of a list, and the marker of the next. */
export function pageOf<T>(
  items: readonly T[],
  input: JsonObject,
): readonly [items: readonly T[], NextMarker: string | undefined] {
  const size = number(input.PageSize) ?? 400;
  if (size < 1 || size > 400) throw validationError(`The page size ${size} is not valid: it must be between 1 and 400`);
  const start = readToken(text(input.Marker));
  return [items.slice(start, start + size), start + size < items.length ? writeToken(start + size) : undefined];
}

/** DescribeTargetGroups: all, or by ARN, name or load balancer. */
export function describeTargetGroups(cloud: Cloud, input: JsonObject): JsonObject {
  const [arns, names, loadBalancer] = [texts(input.TargetGroupArns), texts(input.Names), text(input.LoadBalancerArn)];
  const all = [...cloud.targetGroups.values()];
  const unknown =
    arns.some((arn) => !cloud.targetGroups.has(arn)) || names.some((name) => !all.some((group) => group.name === name));
  if (unknown) throw new AwsFailure('TargetGroupNotFound', 'One or more target groups not found');
  if (loadBalancer !== undefined && !cloud.loadBalancers.has(loadBalancer)) throw loadBalancerNotFound();
  const matching = all
    .filter((group) => arns.length === 0 || arns.includes(group.arn))
    .filter((group) => names.length === 0 || names.includes(group.name))
    .filter(
      (group) => loadBalancer === undefined || loadBalancersOf(cloud, group).some(({ arn }) => arn === loadBalancer),
    );
  const [groups, NextMarker] = pageOf(matching, input);
  return { TargetGroups: groups.map((group) => describeGroup(cloud, group)), NextMarker };
}

/** A target group as DescribeTargetGroups returns it. */
export function describeGroup(cloud: Cloud, group: TargetGroup): JsonObject {
  const check = group.healthCheck;
  const http = check.protocol.startsWith('HTTP');
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: http ? check.path : undefined,
    Matcher: http ? { HttpCode: check.matcher } : undefined,
    LoadBalancerArns: loadBalancersOf(cloud, group).map(({ arn }) => arn),
    TargetType: group.targetType,
    ProtocolVersion: group.protocolVersion,
    IpAddressType: 'ipv4',
  };
}

/** DescribeTargetGroupAttributes. */
export function describeTargetGroupAttributes(cloud: Cloud, input: JsonObject): JsonObject {
  return { Attributes: attributesOf(groupOf(cloud, input)) };
}

const attributesOf = (group: TargetGroup): readonly JsonObject[] =>
  [...group.attributes].map(([Key, Value]) => ({ Key, Value }));

/** ModifyTargetGroupAttributes. */
export function modifyTargetGroupAttributes(cloud: Cloud, input: JsonObject): JsonObject {
  const group = groupOf(cloud, input);
  const attributes = objects(input.Attributes);
  for (const attribute of attributes) {
    const [key, value] = [text(attribute.Key) ?? '', String(attribute.Value ?? '')];
    if (!group.attributes.has(key)) {
      throw new AwsFailure('InvalidConfigurationRequest', `Target group attribute key '${key}' is not recognized`);
    }
    const seconds = Number(value);
    if (key === 'deregistration_delay.timeout_seconds' && !(seconds >= 0 && seconds <= 3600)) {
      throw new AwsFailure(
        'InvalidConfigurationRequest',
        `'${value}' is not a valid value for '${key}': it must be between 0 and 3600`,
      );
    }
  }
  for (const attribute of attributes) group.attributes.set(String(attribute.Key), String(attribute.Value ?? ''));
  return { Attributes: attributesOf(group) };
}

/** ModifyTargetGroup: the health check. */
export function modifyTargetGroup(cloud: Cloud, input: JsonObject): JsonObject {
  const group = groupOf(cloud, input);
  const check = group.healthCheck;
  check.enabled = input.HealthCheckEnabled === undefined ? check.enabled : input.HealthCheckEnabled === 'true';
  check.protocol = text(input.HealthCheckProtocol) ?? check.protocol;
  check.port = text(input.HealthCheckPort) ?? check.port;
  check.path = text(input.HealthCheckPath) ?? check.path;
  check.interval = number(input.HealthCheckIntervalSeconds) ?? check.interval;
  check.timeout = number(input.HealthCheckTimeoutSeconds) ?? check.timeout;
  check.healthyThreshold = number(input.HealthyThresholdCount) ?? check.healthyThreshold;
  check.unhealthyThreshold = number(input.UnhealthyThresholdCount) ?? check.unhealthyThreshold;
  const [matcher] = objects([input.Matcher]);
  check.matcher = text(matcher?.HttpCode) ?? check.matcher;
  return { TargetGroups: [describeGroup(cloud, group)] };
}

/** DescribeTargetHealth: all targets of a group, or those that are asked for. */
export function describeTargetHealth(cloud: Cloud, input: JsonObject): JsonObject {
  const group = groupOf(cloud, input);
  const asked = objects(input.Targets);
  if (asked.length === 0) {
    return {
      TargetHealthDescriptions: [...group.targets.values()].map((target) => describeTarget(cloud, group, target)),
    };
  }
  return {
    TargetHealthDescriptions: asked.flatMap((one): readonly JsonObject[] => {
      const found = chosen(group, one);
      if (found.length > 0) return found.map((target) => describeTarget(cloud, group, target));
      const Target = { Id: one.Id, Port: number(one.Port) ?? group.port };
      const Description = 'Target is not registered to the target group';
      return [{ Target, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered', Description } }];
    }),
  };
}

/** Without a port all registrations of the id are meant, if there are any. */
function chosen(group: TargetGroup, asked: JsonObject): readonly Target[] {
  const port = number(asked.Port);
  return [...group.targets.values()].filter(
    (target) => target.id === asked.Id && (port === undefined || target.port === port),
  );
}

function describeTarget(cloud: Cloud, group: TargetGroup, target: Target): JsonObject {
  const health = healthOfTarget(cloud, group, target);
  const { port } = group.healthCheck;
  return {
    Target: { Id: target.id, Port: target.port, AvailabilityZone: group.targetType === 'ip' ? target.zone : undefined },
    HealthCheckPort: port === 'traffic-port' ? String(target.port) : port,
    TargetHealth: compact({ State: health.state, Reason: health.reason, Description: health.description }),
  };
}

/** RegisterTargets: all of them, or none when one is wrong. */
export function registerTargets(cloud: Cloud, input: JsonObject): JsonObject {
  const group = groupOf(cloud, input);
  const targets = objects(input.Targets);
  if (targets.length === 0) throw validationError('At least one target must be specified');
  const zones = targets.map((target) => zoneOf(cloud, group, target));
  targets.forEach((target, index) => {
    register(cloud, group, String(target.Id), portOf(group, target), zones[index] ?? 'all');
  });
  return {};
}

function portOf(group: TargetGroup, target: JsonObject): number {
  const port = number(target.Port) ?? group.port;
  if (port < 1 || port > 65535) throw validationError(`Port '${port}' is not valid: it must be between 1 and 65535`);
  return port;
}

function zoneOf(cloud: Cloud, group: TargetGroup, target: JsonObject): string {
  const id = text(target.Id);
  if (id === undefined) throw validationError('A target must have an id');
  return group.targetType === 'instance' ? instanceZone(cloud, group, id) : addressZone(cloud, group, id, target);
}

function instanceZone(cloud: Cloud, group: TargetGroup, id: string): string {
  if (!/^i-[0-9a-f]+$/.test(id)) throw validationError(`Instance ID '${id}' is not valid`);
  const instances = [...cloud.clusters.values()].flatMap((cluster) => [...cluster.instances.values()]);
  const instance = instances.find((candidate) => candidate.ec2InstanceId === id);
  if (instance === undefined)
    throw new AwsFailure(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    );
  if (instance.subnet.vpcId !== group.vpcId) {
    throw new AwsFailure(
      'InvalidTarget',
      `The following targets are not in the target group VPC '${group.vpcId}': '${id}'`,
    );
  }
  return instance.subnet.zone;
}

function addressZone(cloud: Cloud, group: TargetGroup, id: string, target: JsonObject): string {
  if (!isAddress(id)) throw validationError(`The IP address '${id}' is not a valid IPv4 address`);
  const subnets = [...cloud.subnets.values()].filter((subnet) => subnet.vpcId === group.vpcId);
  const subnet = subnets.find((candidate) => inCidr(id, candidate.cidr));
  const asked = text(target.AvailabilityZone);
  if (subnet === undefined) {
    if (asked === 'all') return 'all';
    throw new AwsFailure(
      'InvalidTarget',
      `You must specify an Availability Zone of 'all' for '${id}': it is outside the VPC '${group.vpcId}'`,
    );
  }
  if (asked !== undefined && asked !== 'all' && asked !== subnet.zone) {
    throw validationError(`The Availability Zone '${asked}' is not valid for '${id}': it is in '${subnet.zone}'`);
  }
  return subnet.zone;
}

/** DeregisterTargets: one that is not registered is nothing to complain about. */
export function deregisterTargets(cloud: Cloud, input: JsonObject): JsonObject {
  const group = groupOf(cloud, input);
  const asked = objects(input.Targets);
  if (asked.length === 0) throw validationError('At least one target must be specified');
  for (const target of asked.flatMap((one) => chosen(group, one))) deregister(cloud, group, target.id, target.port);
  return {};
}

/** The error for a load balancer that does not exist. */
export const loadBalancerNotFound = (): AwsFailure =>
  new AwsFailure('LoadBalancerNotFound', 'One or more load balancers not found');

/** DescribeLoadBalancers. */
export function describeLoadBalancers(cloud: Cloud, input: JsonObject): JsonObject {
  const [arns, names] = [texts(input.LoadBalancerArns), texts(input.Names)];
  const all = [...cloud.loadBalancers.values()];
  if (arns.some((arn) => !cloud.loadBalancers.has(arn))) throw loadBalancerNotFound();
  if (names.some((name) => !all.some((one) => one.name === name))) {
    throw new AwsFailure('LoadBalancerNotFound', `Load balancers '[${names.join(', ')}]' not found`);
  }
  const matching = all
    .filter((one) => arns.length === 0 || arns.includes(one.arn))
    .filter((one) => names.length === 0 || names.includes(one.name));
  const [loadBalancers, NextMarker] = pageOf(matching, input);
  return { LoadBalancers: loadBalancers.map((one) => describeLoadBalancer(cloud, one)), NextMarker };
}

function describeLoadBalancer(cloud: Cloud, one: LoadBalancer): JsonObject {
  return {
    LoadBalancerArn: one.arn,
    DNSName: `${one.name}-1234567890.${cloud.region}.elb.${cloud.dnsSuffix}`,
    CanonicalHostedZoneId: 'Z1H1FL5HABSF5',
    CreatedTime: one.createdAt,
    LoadBalancerName: one.name,
    Scheme: one.scheme,
    VpcId: one.vpcId,
    State: { Code: 'active' },
    Type: one.type,
    AvailabilityZones: one.subnets.map((subnet) => ({
      ZoneName: subnet.zone,
      SubnetId: subnet.id,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: [],
    IpAddressType: 'ipv4',
  };
}
