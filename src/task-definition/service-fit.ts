import type {
  CapacityProviderStrategyItem,
  ContainerDefinition,
  LoadBalancer,
  NetworkConfiguration,
  RegisterTaskDefinitionRequest,
  ServiceConnectConfiguration,
  ServiceRegistry,
  ServiceVolumeConfiguration,
  VpcLatticeConfiguration,
} from '@aws-sdk/client-ecs';
import { isFargateProvider } from '../model/launch.ts';
import { mappedPorts, mapsPort, targetTypeFor } from '../model/ports.ts';
import type { Problem } from '../model/problem.ts';
import { suggest } from '../model/suggest.ts';

/** The requirements of a service on its task definition. */
export interface Demands {
  readonly loadBalancers?: readonly LoadBalancer[] | undefined;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  readonly serviceRegistries?: readonly ServiceRegistry[] | undefined;
  readonly serviceConnectConfiguration?: ServiceConnectConfiguration | undefined;
  readonly vpcLatticeConfigurations?: readonly VpcLatticeConfiguration[] | undefined;
  readonly volumeConfigurations?: readonly ServiceVolumeConfiguration[] | undefined;
  readonly launchType?: string | undefined;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
}

type Misfit = Pick<Problem, 'what' | 'next'>;

type Definition = Pick<
  RegisterTaskDefinitionRequest,
  'containerDefinitions' | 'networkMode' | 'requiresCompatibilities' | 'volumes'
>;

/**
 * Returns why ECS would refuse a task definition for a service: containers, ports and port names that the service refers
 * to and the definition does not have. `shown` formats a name of the definition for display.
 */
export function misfitsOf(
  demands: Demands,
  { containerDefinitions = [], networkMode = 'bridge', requiresCompatibilities = [], volumes = [] }: Definition,
  groups: readonly { readonly targetGroup: string; readonly targetType: string }[],
  shown: (name: string) => string,
): readonly Misfit[] {
  return [
    ...unfitNetwork(demands, networkMode, groups),
    ...unfitCapacity(demands, requiresCompatibilities),
    ...unfitVolumes(demands, volumes, shown),
    ...(demands.loadBalancers ?? []).flatMap(({ containerName, containerPort, ...balancer }) =>
      unfitContainer(formatBalancer(balancer), { containerName, containerPort }, containerDefinitions, shown),
    ),
    ...(demands.serviceRegistries ?? []).flatMap(({ containerName, containerPort }) =>
      unfitContainer('the service registry', { containerName, containerPort }, containerDefinitions, shown),
    ),
    ...unknownPortNames(demands, containerDefinitions, shown),
  ];
}

function unfitNetwork(
  { networkConfiguration }: Demands,
  networkMode: string,
  groups: readonly { readonly targetGroup: string; readonly targetType: string }[],
): readonly Misfit[] {
  const awsvpc = networkMode === 'awsvpc';
  const type = targetTypeFor(networkMode);
  const wrong = groups.filter(({ targetType }) => targetType !== type);
  const configured = networkConfiguration?.awsvpcConfiguration !== undefined;
  const mode = `the task definition has network mode ${networkMode}`;
  return [
    ...wrong.map(({ targetGroup, targetType }) => {
      const group = `target group ${targetGroup.split('/')[1] ?? targetGroup}`;
      return {
        what: `${mode}, which needs target groups of type ${type}; ${group} of the service has type ${targetType}`,
      };
    }),
    ...(awsvpc && !configured
      ? [{ what: `${mode}, and the service has no networkConfiguration`, next: 'set one with update-service' }]
      : []),
    ...(!awsvpc && configured
      ? [{ what: `${mode}, and the service has a networkConfiguration, which needs awsvpc` }]
      : []),
  ];
}

/** What is registered for Fargate can run on instances as well, but not the other way round. */
function unfitCapacity(
  { launchType, capacityProviderStrategy = [] }: Demands,
  compatibilities: readonly string[],
): readonly Misfit[] {
  const fargate =
    launchType === 'FARGATE' || capacityProviderStrategy.some((one) => isFargateProvider(one.capacityProvider));
  if (!fargate || compatibilities.length === 0 || compatibilities.includes('FARGATE')) return [];
  const what = `the task definition has requiresCompatibilities ${compatibilities.join(', ')}`;
  return [{ what: `${what}, and the service runs on Fargate`, next: 'add FARGATE there' }];
}

/** A volume that the definition leaves open is configured by the service, and no other. */
function unfitVolumes(
  { volumeConfigurations = [] }: Demands,
  volumes: NonNullable<Definition['volumes']>,
  shown: (name: string) => string,
): readonly Misfit[] {
  const open = volumes.flatMap(({ name, configuredAtLaunch }) => (configuredAtLaunch && name ? [name] : []));
  const given = volumeConfigurations.flatMap(({ name }) => name ?? []);
  return [
    ...open
      .filter((name) => !given.includes(name))
      .map((name) => ({
        what: `volume ${shown(name)} of the task definition is configuredAtLaunch, and the service has no volumeConfigurations for it`,
        next: 'add them to service.json and set update-service: true',
      })),
    ...given
      .filter((name) => !open.includes(name))
      .map((name) => ({
        what: `the service configures volume ${shown(name)}, which the task definition does not have with configuredAtLaunch`,
        next: 'add it, or set volumeConfigurations in service.json and update-service: true',
      })),
  ];
}

function formatBalancer({ targetGroupArn, loadBalancerName }: LoadBalancer): string {
  if (targetGroupArn === undefined) return `the Classic Load Balancer ${loadBalancerName ?? ''}`.trim();
  return `the load balancer (target group ${targetGroupArn.split('/')[1] ?? targetGroupArn})`;
}

function unfitContainer(
  who: string,
  { containerName, containerPort }: Pick<LoadBalancer, 'containerName' | 'containerPort'>,
  containers: readonly ContainerDefinition[],
  shown: (name: string) => string,
): readonly Misfit[] {
  if (containerName === undefined) return [];
  const container = containers.find(({ name }) => name === containerName);
  const of = `${who} of the service`;
  if (container === undefined) {
    const names = containers.flatMap(({ name }) => name ?? []);
    const next = didYouMean(containerName, names, 'its containers', shown);
    return [{ what: `${of} needs container ${shown(containerName)}, which the task definition does not have`, next }];
  }
  if (containerPort === undefined || mapsPort(container, containerPort)) return [];
  const ports = mappedPorts(container);
  const has = ports.length === 0 ? 'has none' : `has ${ports.join(', ')}`;
  return [
    {
      what: `${of} needs port ${containerPort} of container ${shown(containerName)}, which is not among its portMappings`,
      next: `it ${has}`,
    },
  ];
}

/** Service Connect and VPC Lattice refer to a port mapping, not a container. */
function unknownPortNames(
  { serviceConnectConfiguration, vpcLatticeConfigurations = [] }: Demands,
  containers: readonly ContainerDefinition[],
  shown: (name: string) => string,
): readonly Misfit[] {
  const names = containers.flatMap(({ portMappings = [] }) => portMappings.flatMap(({ name }) => name ?? []));
  const connected = serviceConnectConfiguration?.enabled ? (serviceConnectConfiguration.services ?? []) : [];
  const wanted = [
    ...connected.map(({ portName }) => ({ portName, who: 'Service Connect' })),
    ...vpcLatticeConfigurations.map(({ portName }) => ({ portName, who: 'VPC Lattice' })),
  ];
  return wanted.flatMap(({ portName, who }) => {
    if (portName === undefined || names.includes(portName)) return [];
    const next = didYouMean(portName, names, 'names of port mappings', shown);
    const what = `${who} of the service needs a port mapping named ${shown(portName)}, which the task definition does not have`;
    return [{ what, next }];
  });
}

function didYouMean(name: string, known: readonly string[], what: string, shown: (name: string) => string): string {
  const near = suggest(name, known) ?? (known.length === 1 ? known[0] : undefined);
  if (near !== undefined) return `did you mean ${shown(near)}?`;
  return `${what}: ${known.length === 0 ? 'none' : known.map(shown).join(', ')}`;
}
