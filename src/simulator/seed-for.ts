import { artifactOf, tagOf } from './artifact.ts';
import { type JsonObject, list, number, object, objects, text, texts } from './json.ts';
import { partitionOf } from './partitions.ts';
import type { Role } from './records.ts';
import type {
  Seed,
  SeedCluster,
  SeedListener,
  SeedLoadBalancer,
  SeedRepository,
  SeedSubnet,
  SeedTargetGroup,
} from './seed.ts';
import { taskSize } from './task-definition-rules.ts';

/** The files of a deploy context. */
export interface DeployContext {
  /** Input of CreateService. */
  readonly service: Readonly<JsonObject>;
  /** Input of RegisterTaskDefinition. */
  readonly taskDefinition: Readonly<JsonObject>;
  readonly region?: string;
}

/**
 * A simulated account for a deploy context: its cluster, subnets, target groups, alarms, and the service,
 * which runs an older revision of the same task definition whose images are good.
 */
export function seedFor(context: DeployContext): Seed {
  const { service, taskDefinition } = context;
  const named = arnsIn([service, taskDefinition]);
  // Clusters and target groups are in the account and region of the service; roles only in its account.
  const [own, role] = [/^(ecs|elasticloadbalancing)$/, /^iam$/].map((kind) =>
    named.find(([, , service = '']) => kind.test(service)),
  );
  const region = context.region ?? (own?.[3] || 'us-east-1');
  const accountInArn = own?.[4] ?? role?.[4];
  const partition = (own ?? role)?.[1] ?? partitionOf(region);
  const ids = texts(object(object(service.networkConfiguration).awsvpcConfiguration).subnets);
  const subnets = (ids.length > 0 ? [...new Set(ids)] : ['subnet-1', 'subnet-2']).map((id, index) => ({
    id,
    zone: `${region}${'abc'.charAt(index % 3)}`,
    // Twice the number of addresses that the largest service needs.
    ...((number(service.desiredCount) ?? 1) > 50 ? { cidr: `10.${index + 1}.0.0/16` } : {}),
  }));
  const stable = `${text(taskDefinition.family) ?? 'app'}:1`;
  return {
    region,
    accountId: /^\d{12}$/.test(accountInArn ?? '') ? String(accountInArn) : '123456789012',
    partition,
    clusters: [clusterFor(service, taskDefinition, subnets)],
    subnets,
    targetGroups: targetGroupsFor(service, taskDefinition),
    loadBalancers: loadBalancersFor(service, subnets),
    alarms: alarmsFor(service),
    logGroups: logGroupsFor(taskDefinition, region),
    repositories: repositoriesFor(taskDefinition),
    roles: rolesFor(taskDefinition),
    ...referencesFor(taskDefinition, region),
    taskDefinitions: [{ ...withStableImages(taskDefinition), revision: 1 }],
    services: [{ ...service, ...countFor(service), taskDefinition: stable }],
  };
}

/** The parts of each ARN in a document. */
const arnsIn = (document: unknown): readonly (readonly string[])[] =>
  (JSON.stringify(document).match(/arn:aws[\w-]*:[^"]*/g) ?? []).map((arn) => arn.split(':'));

/** A daemon has no desired count. */
const countFor = (service: JsonObject): JsonObject =>
  service.schedulingStrategy === 'DAEMON' ? {} : { desiredCount: number(service.desiredCount) ?? 1 };

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

function clusterFor(service: JsonObject, taskDefinition: JsonObject, subnets: readonly SeedSubnet[]): SeedCluster {
  const providers = texts(objects(service.capacityProviderStrategy).map((item) => item.capacityProvider));
  const own = providers.filter((name) => !name.startsWith('FARGATE'));
  const fargate = service.launchType === 'FARGATE' || (providers.length > 0 && own.length === 0);
  return {
    name: nameOf(text(service.cluster) ?? 'default'),
    capacityProviders: [...new Set(['FARGATE', 'FARGATE_SPOT', ...providers])],
    ...(fargate ? {} : { containerInstances: instancesFor(service, taskDefinition, subnets, own[0]) }),
  };
}

/** Three instances with room for twice the service and a canary; more if fixed ports allow only one task per instance. */
function instancesFor(
  service: JsonObject,
  taskDefinition: JsonObject,
  subnets: readonly SeedSubnet[],
  provider: string | undefined,
) {
  const containers = objects(taskDefinition.containerDefinitions);
  const sum = (...members: readonly string[]): number =>
    containers.reduce((total, container) => {
      const given = members.map((member) => number(container[member]) ?? 0);
      return total + Math.max(...given);
    }, 0);
  const size = taskSize(taskDefinition);
  const tasks = (number(service.desiredCount) ?? 1) * 2 + 2;
  const cpu = Math.max(4096, (size.cpu ?? sum('cpu')) * tasks);
  const memory = Math.max(16_384, (size.memory ?? sum('memory', 'memoryReservation')) * tasks);
  const count = takesFixedPorts(taskDefinition) ? Math.max(3, tasks) : 3;
  return Array.from({ length: count }, (_, index) => index + 1).map((n) => ({
    id: n < 10 ? String(n).repeat(32) : String(n).padStart(32, '0'),
    ec2InstanceId: `i-${n < 10 ? String(n).repeat(17) : String(n).padStart(17, '0')}`,
    subnet: subnets[(n - 1) % subnets.length]?.id ?? 'subnet-1',
    cpu,
    memory,
    ...(provider === undefined ? {} : { capacityProvider: provider }),
  }));
}

function takesFixedPorts(taskDefinition: JsonObject): boolean {
  const mappings = objects(taskDefinition.containerDefinitions).flatMap((container) => objects(container.portMappings));
  if (taskDefinition.networkMode === 'awsvpc') return false;
  return taskDefinition.networkMode === 'host' || mappings.some((mapping) => (number(mapping.hostPort) ?? 0) > 0);
}

function targetGroupsFor(service: JsonObject, taskDefinition: JsonObject): readonly SeedTargetGroup[] {
  const groups = new Map<string, SeedTargetGroup>();
  for (const loadBalancer of objects(service.loadBalancers)) {
    for (const arn of pairOf(loadBalancer)) {
      if (groups.has(arn)) continue;
      groups.set(arn, {
        name: targetGroupName(arn),
        arn,
        port: number(loadBalancer.containerPort) ?? 80,
        targetType: taskDefinition.networkMode === 'awsvpc' ? 'ip' : 'instance',
      });
    }
  }
  return [...groups.values()];
}

/** The target group of a load balancer, and the one that takes turns with it. */
const pairOf = (loadBalancer: JsonObject): readonly string[] =>
  texts([loadBalancer.targetGroupArn, object(loadBalancer.advancedConfiguration).alternateTargetGroupArn]);

const targetGroupName = (arn: string): string => /:targetgroup\/([^/]+)\//.exec(arn)?.[1] ?? nameOf(arn);

function loadBalancersFor(service: JsonObject, subnets: readonly SeedSubnet[]): readonly SeedLoadBalancer[] {
  const balanced = new Map(
    objects(service.loadBalancers).flatMap((one) => texts([one.targetGroupArn]).map((arn) => [arn, one])),
  );
  if (balanced.size === 0) return [];
  const listeners = [...balanced].map(([arn, one], index) => listenerFor(arn, one, 80 + index));
  return [{ name: 'rehearsal', subnets: subnets.map((subnet) => subnet.id), listeners }];
}

/** A listener with a rule through which ECS can move traffic, if the service has one; else one that only forwards. */
function listenerFor(arn: string, loadBalancer: JsonObject, port: number): SeedListener {
  const { productionListenerRule, testListenerRule } = object(loadBalancer.advancedConfiguration);
  const rule = text(productionListenerRule);
  const [first = arn, second] = pairOf(loadBalancer);
  if (rule === undefined || second === undefined) return { port, forward: arn };
  const forward = [
    { targetGroup: first, weight: 1 },
    { targetGroup: second, weight: 0 },
  ];
  if (!rule.includes(':listener-rule/')) return { port, arn: rule, forward };
  const test = text(testListenerRule);
  const rules = [rule, ...(test === undefined || !test.includes(':listener-rule/') ? [] : [test])];
  return {
    port,
    forward: [],
    rules: rules.map((one, index) => ({ priority: index + 1, path: `/${index}*`, arn: one, forward })),
  };
}

function alarmsFor(service: JsonObject): readonly { name: string }[] {
  const { alarmNames } = object(object(service.deploymentConfiguration).alarms);
  return texts(alarmNames).map((name) => ({ name }));
}

/** The log groups of the containers, which are assumed to exist. */
function logGroupsFor(taskDefinition: JsonObject, region: string): readonly string[] {
  const named = objects(taskDefinition.containerDefinitions).flatMap((container) => {
    const options = object(object(container.logConfiguration).options);
    const here = (text(options['awslogs-region']) ?? region) === region;
    const group = here && options['awslogs-create-group'] !== 'true' ? text(options['awslogs-group']) : undefined;
    return group === undefined ? [] : [group];
  });
  return [...new Set(named)];
}

/** Images in the account's registry: those of the files, and those of the previous revision. */
function repositoriesFor(taskDefinition: JsonObject): readonly SeedRepository[] {
  const repositories = new Map<string, SeedRepository['images']>();
  for (const container of objects(taskDefinition.containerDefinitions)) {
    const image = text(container.image) ?? '';
    const [name, digest] = image.split('@');
    const repository = /^\d{12}\.dkr[.-]ecr[^/]*\/([^@]+)$/.exec(repositoryOf(image))?.[1];
    if (repository === undefined) continue;
    const tag = tagOf(name ?? image);
    const mine =
      artifactOf({ image, where: 'standalone' }).doesNotStart === 'not-found'
        ? []
        : [digest === undefined ? { tags: [tag] } : { digest }];
    const known = repositories.get(repository) ?? (tag === 'stable' ? [] : [{ tags: ['stable'] }]);
    repositories.set(repository, [...known, ...mine]);
  }
  return [...repositories].map(([name, images]) => ({ name, images }));
}

/** The roles of the task, which ECS can assume. */
function rolesFor({ executionRoleArn, taskRoleArn }: JsonObject): readonly Role[] {
  const arns = [...new Set(texts([executionRoleArn, taskRoleArn]))].filter((arn) => arn.startsWith('arn:'));
  return arns.map((arn) => ({ arn, services: ['ecs-tasks.amazonaws.com'] }));
}

/** Secrets and parameters of the containers, which are assumed to exist. */
function referencesFor(taskDefinition: JsonObject, region: string): Pick<Seed, 'secrets' | 'parameters'> {
  const from = objects(taskDefinition.containerDefinitions).flatMap((container) => [
    ...[...objects(container.secrets), ...objects(object(container.logConfiguration).secretOptions)].map(
      (one) => one.valueFrom,
    ),
    object(container.repositoryCredentials).credentialsParameter,
  ]);
  const named = texts(from).filter((one) => !one.startsWith('arn:') || one.split(':')[3] === region);
  const isSecret = (one: string): boolean => one.split(':')[2] === 'secretsmanager';
  const parameter = (one: string): string => one.replace(/^arn:[^:]*:ssm:[^:]*:\d*:parameter/, '');
  const secrets = named.filter(isSecret).map((one) => one.split(':').slice(0, 7).join(':'));
  return {
    secrets: [...new Set(secrets)].map((arn) => ({ arn })),
    parameters: [...new Set(named.filter((one) => !isSecret(one)).map(parameter))],
  };
}

/** The same definition with healthy images. */
function withStableImages(taskDefinition: JsonObject): JsonObject {
  return {
    ...taskDefinition,
    containerDefinitions: list(taskDefinition.containerDefinitions).map((container) => {
      const image = text(object(container).image) ?? 'app';
      return {
        ...object(container),
        image: `${repositoryOf(image)}:stable`,
      };
    }),
  };
}

function repositoryOf(image: string): string {
  const name = image.split('@')[0] ?? image;
  const tag = `:${tagOf(name)}`;
  return name.endsWith(tag) ? name.slice(0, -tag.length) : name;
}
