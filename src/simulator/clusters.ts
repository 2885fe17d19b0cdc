import { AwsFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, text, texts } from './json.ts';
import { page } from './paging.ts';
import type { Cluster } from './records.ts';
import { putTags, tagsOf } from './tags.ts';
import { isPending, isRunning } from './tasks.ts';

/** The cluster by name or ARN, `default` when none is named. */
export function findCluster(cloud: Cloud, name: unknown): Cluster {
  const cluster = lookUpCluster(cloud, text(name) ?? 'default');
  if (cluster === undefined) throw new AwsFailure('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

function lookUpCluster(cloud: Cloud, name: string): Cluster | undefined {
  const cluster = cloud.clusters.get(name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name);
  return cluster !== undefined && name.startsWith('arn:') && cluster.arn !== name ? undefined : cluster;
}

/** CreateCluster: a cluster that exists already is given back as it is. */
export function createCluster(cloud: Cloud, input: JsonObject): JsonObject {
  const name = text(input.clusterName) ?? 'default';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Identifier contains invalid characters.');
  const existing = cloud.clusters.get(name);
  if (existing !== undefined) return { cluster: describeCluster(cloud, existing, ['TAGS']) };
  const cluster: Cluster = {
    name,
    arn: cloud.arn('ecs', `cluster/${name}`),
    settings: input.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
    configuration: input.configuration,
    capacityProviders: texts(input.capacityProviders),
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
    instances: new Map(),
    services: new Map(),
    tasks: new Map(),
  };
  cloud.clusters.set(name, cluster);
  putTags(cloud, cluster.arn, input.tags);
  return { cluster: describeCluster(cloud, cluster, ['TAGS']) };
}

/** DescribeClusters. */
export function describeClusters(cloud: Cloud, input: JsonObject): JsonObject {
  const names = texts(input.clusters).length === 0 ? ['default'] : texts(input.clusters);
  const clusters: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const name of names) {
    const cluster = lookUpCluster(cloud, name);
    if (cluster !== undefined) clusters.push(describeCluster(cloud, cluster, texts(input.include)));
    else
      failures.push({ arn: name.startsWith('arn:') ? name : cloud.arn('ecs', `cluster/${name}`), reason: 'MISSING' });
  }
  return { clusters, failures };
}

/** ListClusters. */
export function listClusters(cloud: Cloud, input: JsonObject): JsonObject {
  const [clusterArns, nextToken] = page(
    [...cloud.clusters.values()].map((cluster) => cluster.arn),
    input,
    100,
  );
  return { clusterArns, nextToken };
}

function describeCluster(cloud: Cloud, cluster: Cluster, include: readonly string[]): JsonObject {
  const tasks = [...cluster.tasks.values()];
  return compact({
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: cluster.instances.size,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: [...cluster.services.values()].filter((service) => service.status === 'ACTIVE').length,
    statistics: [],
    tags: include.includes('TAGS') ? tagsOf(cloud, cluster.arn) : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    configuration: include.includes('CONFIGURATIONS') ? cluster.configuration : undefined,
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  });
}
