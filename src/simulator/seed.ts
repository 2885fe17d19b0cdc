import { createHash } from 'node:crypto';
import { AwsFailure, NotModelled } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { addAlarm } from './cloudwatch.ts';
import { createCluster, findCluster } from './clusters.ts';
import type { FaultRule } from './faults.ts';
import { compact, isObject, type JsonObject, number, object } from './json.ts';
import { addLogGroup } from './log-groups.ts';
import { takeAddress } from './network.ts';
import type {
  Alarm,
  Cluster,
  Forward,
  Listener,
  LoadBalancer,
  Role,
  Rule,
  Service,
  Subnet,
  TargetGroup,
} from './records.ts';
import { plantHistory, type SeedHistory } from './seed-history.ts';
import { createService } from './service-creation.ts';
import { register } from './target-groups.ts';
import { addRevision, findRevision } from './task-definitions.ts';

export type { SeedDeployment, SeedHistory } from './seed-history.ts';

/** The initial contents of a simulated account; plain JSON, so that it can be a file. Everything is optional. */
export interface Seed {
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `123456789012`. */
  readonly accountId?: string;
  /** The second part of every ARN, such as `aws-cn`; by default that of the region. */
  readonly partition?: string;
  readonly clusters?: readonly SeedCluster[];
  readonly subnets?: readonly SeedSubnet[];
  readonly loadBalancers?: readonly SeedLoadBalancer[];
  readonly targetGroups?: readonly SeedTargetGroup[];
  readonly alarms?: readonly SeedAlarm[];
  /** The names of log groups. */
  readonly logGroups?: readonly string[];
  readonly repositories?: readonly SeedRepository[];
  /** Images by full name, with the tag of `artifact.ts` whose behavior they have; other images behave as their own tag. */
  readonly playedAs?: Readonly<Record<string, string>>;
  readonly secrets?: readonly SeedSecret[];
  /** The names of parameters of Systems Manager. */
  readonly parameters?: readonly string[];
  /** Inputs of RegisterTaskDefinition, in order; `revision` sets the number, `status` can be `INACTIVE`. */
  readonly taskDefinitions?: readonly Readonly<JsonObject>[];
  /** Inputs of CreateService; these services are stable when the account starts. */
  readonly services?: readonly Readonly<JsonObject>[];
  /** Earlier service deployments, by `cluster/service`; by default only the seeded one. */
  readonly histories?: Readonly<Record<string, SeedHistory>>;
  /** Answers of DescribeScalableTargets of Application Auto Scaling. */
  readonly scalableTargets?: readonly Readonly<JsonObject>[];
  /** Roles with a trust policy or a maximum duration; GetRole finds only these. */
  readonly roles?: readonly Role[];
  /** Existing temporary keys, and their remaining lifetime. */
  readonly sessions?: readonly SeedSession[];
  readonly faults?: readonly FaultRule[];
  /** How long a new task is unknown to DescribeTasks and ListTasks; by default 1 to 2 s. */
  readonly taskVisibleMs?: readonly [low: number, high: number];
  /** The delay of log lines to their log stream; by default 1 s. */
  readonly logDelayMs?: number;
}

/** Temporary keys, and their remaining lifetime in seconds. */
export interface SeedSession {
  readonly accessKeyId: string;
  readonly token: string;
  readonly seconds: number;
}

/** A cluster and its container instances. */
export interface SeedCluster {
  readonly name: string;
  /** `FARGATE`, `FARGATE_SPOT` and the names of the instances' own ones; both Fargate providers when absent. */
  readonly capacityProviders?: readonly string[];
  readonly defaultCapacityProviderStrategy?: readonly Readonly<JsonObject>[];
  readonly containerInstances?: readonly SeedContainerInstance[];
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** An EC2 instance of a cluster. */
export interface SeedContainerInstance {
  readonly ec2InstanceId: string;
  readonly subnet: string;
  /** The last part of its ARN; made up when absent. */
  readonly id?: string;
  /** CPU units, 2048 when absent. */
  readonly cpu?: number;
  /** MiB, 7680 when absent. */
  readonly memory?: number;
  readonly capacityProvider?: string;
  readonly agentConnected?: boolean;
  readonly status?: 'ACTIVE' | 'DRAINING';
}

/** A subnet; `vpc` is `vpc-1` when absent, the address block is made up when absent. */
export interface SeedSubnet {
  readonly id: string;
  readonly zone: string;
  readonly vpc?: string;
  readonly cidr?: string;
  /** Addresses used by others; none by default. */
  readonly taken?: number;
}

/** A load balancer in some subnets (their zones are the enabled ones), with its listeners. */
export interface SeedLoadBalancer {
  readonly name: string;
  readonly arn?: string;
  readonly type?: 'application' | 'network';
  readonly scheme?: 'internet-facing' | 'internal';
  readonly subnets: readonly string[];
  readonly listeners?: readonly SeedListener[];
}

/** A listener: its default action and its rules forward to target groups, named by name or ARN. */
export interface SeedListener {
  readonly port: number;
  readonly protocol?: string;
  readonly arn?: string;
  /** Empty: a fixed answer. */
  readonly forward: SeedForward;
  readonly rules?: readonly SeedRule[];
}

/** A rule of a listener; its ARN is made up when absent. */
export interface SeedRule {
  readonly priority: number;
  readonly path: string;
  readonly arn?: string;
  readonly forward: SeedForward;
}

/** A target group, or several with weights. */
export type SeedForward = string | readonly { readonly targetGroup: string; readonly weight: number }[];

/** A target group; everything about its health check is AWS's default when absent. */
export interface SeedTargetGroup {
  readonly name: string;
  readonly arn?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly targetType?: 'ip' | 'instance';
  readonly vpc?: string;
  readonly healthCheck?: Partial<TargetGroup['healthCheck']>;
  readonly deregistrationDelaySeconds?: number;
  /** Targets registered by hand. */
  readonly targets?: readonly { readonly id: string; readonly port: number }[];
}

/** A repository of ECR, with its images. */
export interface SeedRepository {
  readonly name: string;
  readonly images: readonly {
    readonly tags?: readonly string[];
    /** Made up when absent. */
    readonly digest?: string;
    /** As `linux/amd64`; absent for an image that is not one of several. */
    readonly platforms?: readonly string[];
  }[];
}

/** A secret of Secrets Manager, by its whole ARN. */
export interface SeedSecret {
  readonly arn: string;
  readonly deleted?: boolean;
}

/** A CloudWatch alarm; by default a metric alarm in state `OK`. */
export interface SeedAlarm {
  readonly name: string;
  readonly state?: Alarm['state'];
  readonly kind?: Alarm['kind'];
}

/** Fills an empty account. Throws an error with the reason if AWS would refuse the seed. */
export function plant(cloud: Cloud, seed: Seed): void {
  cloud.taskVisibleMs = seed.taskVisibleMs ?? cloud.taskVisibleMs;
  cloud.logDelayMs = seed.logDelayMs ?? cloud.logDelayMs;
  (seed.subnets ?? []).forEach((subnet, index) => {
    plantSubnet(cloud, subnet, index);
  });
  for (const group of seed.targetGroups ?? []) plantTargetGroup(cloud, group);
  for (const loadBalancer of seed.loadBalancers ?? []) plantLoadBalancer(cloud, loadBalancer);
  for (const alarm of seed.alarms ?? []) {
    addAlarm(cloud, alarm.name, alarm.kind ?? 'metric', alarm.state ?? 'OK', alarmSettings(alarm));
  }
  for (const name of seed.logGroups ?? []) addLogGroup(cloud, name);
  for (const repository of seed.repositories ?? []) plantRepository(cloud, repository);
  for (const { arn, deleted = false } of seed.secrets ?? []) {
    cloud.secrets.set(arn, { arn, name: (arn.split(':')[6] ?? arn).replace(/-[A-Za-z0-9]{6}$/, ''), deleted });
  }
  cloud.parameters.push(...(seed.parameters ?? []));
  for (const [image, tag] of Object.entries(seed.playedAs ?? {})) cloud.playedAs.set(image, tag);
  for (const cluster of seed.clusters ?? []) plantCluster(cloud, cluster);
  for (const group of seed.targetGroups ?? []) plantTargets(cloud, group);
  for (const { revision, status: _later, ...input } of seed.taskDefinitions ?? []) {
    explain(`task definition ${String(input.family)}`, () => addRevision(cloud, input, number(revision)));
  }
  for (const service of seed.services ?? []) plantService(cloud, service);
  for (const [path, history] of Object.entries(seed.histories ?? {})) {
    plantHistory(cloud, serviceOf(cloud, path), history);
  }
  deregister(cloud, seed);
  for (const role of seed.roles ?? []) cloud.roles.set(role.arn, role);
  cloud.scalableTargets.push(...(seed.scalableTargets ?? []).map((target) => ({ ...object(target) })));
}

/** Becomes stable as a ROLLING service, which takes less time; then it gets its own controller and strategy. */
function plantService(cloud: Cloud, { deploymentController, ...input }: Readonly<JsonObject>): void {
  const { strategy, linearConfiguration, canaryConfiguration, ...configuration } = object(
    input.deploymentConfiguration,
  );
  const rolling = Object.keys(configuration).length === 0 ? {} : { deploymentConfiguration: configuration };
  const planted = strategy === undefined ? input : { ...input, deploymentConfiguration: undefined, ...rolling };
  explain(`service ${String(input.serviceName)}`, () => createService(cloud, planted));
  const service = findCluster(cloud, input.cluster).services.get(String(input.serviceName));
  if (service === undefined) return;
  if (deploymentController !== undefined) service.settings.deploymentController = deploymentController;
  if (strategy === undefined) return;
  const own = compact({ strategy, linearConfiguration, canaryConfiguration });
  service.settings.deploymentConfiguration = { ...object(service.settings.deploymentConfiguration), ...own };
}

function serviceOf(cloud: Cloud, path: string): Service {
  const [cluster, name] = path.split('/');
  const service = cloud.clusters.get(cluster ?? '')?.services.get(name ?? '');
  if (service === undefined) throw new Error(`The seed has a history for a service that it does not have: ${path}`);
  return service;
}

/** Runs after the services are created, because these may run deregistered revisions. */
function deregister(cloud: Cloud, seed: Seed): void {
  for (const { family, revision, status } of seed.taskDefinitions ?? []) {
    const definition = findRevision(cloud, `${String(family)}:${number(revision) ?? 1}`);
    if (status !== 'INACTIVE' || definition === undefined) continue;
    definition.status = 'INACTIVE';
    definition.deregisteredAt = cloud.date();
  }
}

function explain(what: string, plantIt: () => unknown): void {
  try {
    plantIt();
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    const why =
      error instanceof NotModelled
        ? `The rehearsal does not model ${error.what}, so ${what} cannot be rehearsed. This says nothing about AWS.`
        : `The simulated account, which follows the API documentation of Amazon ECS, refuses ${what}: ${error.message}`;
    throw new Error(why, { cause: error });
  }
}

const alarmSettings = (alarm: SeedAlarm): JsonObject =>
  alarm.kind === 'composite'
    ? { AlarmRule: 'ALARM(something)' }
    : {
        MetricName: 'HTTPCode_Target_5XX_Count',
        Namespace: 'AWS/ApplicationELB',
        Statistic: 'Sum',
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      };

function plantSubnet(cloud: Cloud, subnet: SeedSubnet, index: number): void {
  const { id, zone, vpc = 'vpc-1', cidr = `10.0.${index + 1}.0/24`, taken = 0 } = subnet;
  cloud.subnets.set(id, { id, zone, vpcId: vpc, cidr, taken, nextHost: 0 });
}

function plantRepository(cloud: Cloud, { name, images }: SeedRepository): void {
  cloud.repositories.set(name, {
    name,
    images: images.map(({ tags = [], digest, platforms }) => ({
      digest: digest ?? `sha256:${createHash('sha256').update(`${name}:${tags.join()}`).digest('hex')}`,
      tags,
      pushedAt: cloud.date(),
      ...(platforms === undefined ? {} : { platforms }),
    })),
  });
}

function plantCluster(cloud: Cloud, seed: SeedCluster): void {
  createCluster(cloud, {
    clusterName: seed.name,
    capacityProviders: [...(seed.capacityProviders ?? ['FARGATE', 'FARGATE_SPOT'])],
    defaultCapacityProviderStrategy: seed.defaultCapacityProviderStrategy,
    tags: seed.tags,
  });
  const cluster = findCluster(cloud, seed.name);
  for (const instance of seed.containerInstances ?? []) plantInstance(cloud, cluster, instance);
}

function plantInstance(cloud: Cloud, cluster: Cluster, seed: SeedContainerInstance): void {
  const subnet = subnetOf(cloud, seed.subnet);
  const arn = cloud.arn('ecs', `container-instance/${cluster.name}/${seed.id ?? cloud.random.hex(32)}`);
  cluster.instances.set(arn, {
    arn,
    ec2InstanceId: seed.ec2InstanceId,
    subnet,
    address: takeAddress(subnet),
    cpu: seed.cpu ?? 2048,
    memory: seed.memory ?? 7680,
    capacityProviderName: seed.capacityProvider,
    registeredAt: cloud.date(),
    status: seed.status ?? 'ACTIVE',
    agentConnected: seed.agentConnected ?? true,
  });
}

function subnetOf(cloud: Cloud, id: string): Subnet {
  const subnet = cloud.subnets.get(id);
  if (subnet === undefined) throw new Error(`The seed names a subnet that it does not have: ${id}`);
  return subnet;
}

function plantTargetGroup(cloud: Cloud, seed: SeedTargetGroup): void {
  const protocol = seed.protocol ?? 'HTTP';
  const http = protocol.startsWith('HTTP');
  const arn = seed.arn ?? cloud.arn('elasticloadbalancing', `targetgroup/${seed.name}/${cloud.random.hex(16)}`);
  cloud.targetGroups.set(arn, {
    arn,
    name: seed.name,
    protocol,
    port: seed.port ?? 80,
    vpcId: seed.vpc ?? [...cloud.subnets.values()][0]?.vpcId ?? 'vpc-1',
    targetType: seed.targetType ?? 'ip',
    healthCheck: {
      enabled: true,
      protocol: http ? protocol : 'TCP',
      port: 'traffic-port',
      path: http ? '/' : undefined,
      interval: 30,
      timeout: http ? 5 : 10,
      healthyThreshold: 5,
      unhealthyThreshold: 2,
      matcher: http ? '200' : '200-399',
      ...seed.healthCheck,
    },
    attributes: new Map([
      ['deregistration_delay.timeout_seconds', String(seed.deregistrationDelaySeconds ?? 300)],
      ['stickiness.enabled', 'false'],
      ['stickiness.type', http ? 'lb_cookie' : 'source_ip'],
      ['slow_start.duration_seconds', '0'],
      ['load_balancing.algorithm.type', 'round_robin'],
    ]),
    targets: new Map(),
  });
}

function plantTargets(cloud: Cloud, seed: SeedTargetGroup): void {
  const group = targetGroupOf(cloud, seed.arn ?? seed.name);
  for (const target of seed.targets ?? []) {
    const zone = [...cloud.subnets.values()].find((subnet) => subnet.vpcId === group.vpcId)?.zone ?? 'all';
    register(cloud, group, target.id, target.port, zone);
  }
}

function targetGroupOf(cloud: Cloud, reference: string): TargetGroup {
  const group =
    cloud.targetGroups.get(reference) ?? [...cloud.targetGroups.values()].find((one) => one.name === reference);
  if (group === undefined) throw new Error(`The seed names a target group that it does not have: ${reference}`);
  return group;
}

function plantLoadBalancer(cloud: Cloud, seed: SeedLoadBalancer): void {
  const type = seed.type ?? 'application';
  const path = `${type === 'application' ? 'app' : 'net'}/${seed.name}/${cloud.random.hex(16)}`;
  const arn = seed.arn ?? cloud.arn('elasticloadbalancing', `loadbalancer/${path}`);
  const subnets = seed.subnets.map((id) => subnetOf(cloud, id));
  const loadBalancer: LoadBalancer = {
    arn,
    name: seed.name,
    type,
    scheme: seed.scheme ?? 'internet-facing',
    vpcId: subnets[0]?.vpcId ?? 'vpc-1',
    subnets,
    createdAt: cloud.date(),
    listeners: [],
  };
  for (const listener of seed.listeners ?? []) loadBalancer.listeners.push(newListener(cloud, loadBalancer, listener));
  cloud.loadBalancers.set(arn, loadBalancer);
}

function newListener(cloud: Cloud, loadBalancer: LoadBalancer, seed: SeedListener): Listener {
  const arn = seed.arn ?? `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${cloud.random.hex(16)}`;
  const ruleArn = (): string => `${arn.replace(':listener/', ':listener-rule/')}/${cloud.random.hex(16)}`;
  const rules: Rule[] = (seed.rules ?? []).map((rule) => ({
    arn: rule.arn ?? ruleArn(),
    priority: rule.priority,
    conditions: [{ field: 'path-pattern', values: [rule.path] }],
    forward: forwardOf(cloud, rule.forward),
  }));
  rules.push({ arn: ruleArn(), priority: 'default', conditions: [], forward: forwardOf(cloud, seed.forward) });
  const protocol = seed.protocol ?? (loadBalancer.type === 'application' ? 'HTTP' : 'TCP');
  return { arn, loadBalancer, port: seed.port, protocol, rules };
}

function forwardOf(cloud: Cloud, seed: SeedForward): Forward {
  const destinations = typeof seed === 'string' ? [{ targetGroup: seed, weight: 1 }] : seed;
  return destinations.map(({ targetGroup, weight }) => ({
    targetGroupArn: targetGroupOf(cloud, targetGroup).arn,
    weight,
  }));
}

/** Whether a value read from a file can be a seed. */
export function isSeed(value: unknown): value is Seed {
  return isObject(value);
}
