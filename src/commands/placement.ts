import type { RegisterTaskDefinitionRequest, Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskInput } from '../model/acts.ts';
import { isFargateProvider, type Launch, launchIn } from '../model/launch.ts';
import type { Problem } from '../model/problem.ts';
import type { RunRequest } from '../model/request.ts';
import { primaryOf } from '../model/service.ts';
import { mergeSetting } from './rollout/merge.ts';
import { taskVolumes } from './task-volumes.ts';

/** The fields of a task definition that decide where it can run. */
export type Placeable = Pick<
  TaskDefinition | RegisterTaskDefinitionRequest,
  'networkMode' | 'requiresCompatibilities' | 'volumes'
>;

/** Where a one-off task runs, with problems and notes. */
export interface Launching {
  readonly launch: TaskInput;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

type Source = Launch & { readonly from: string };

/** Where a one-off task runs: from the inputs, else service.json, else the live service. */
export function launchOf(
  { launch }: Pick<RunRequest, 'launch'>,
  { service, noService }: { readonly service?: Service; readonly noService?: string },
  definition: Placeable,
): Launching {
  const sources: readonly Source[] = [
    { ...launch.byInput, from: 'an input' },
    { ...likeLive(launch.byFile, service), from: 'service.json' },
    ...(service === undefined ? [] : [{ ...liveLaunch(service), from: 'the service' }]),
  ];
  const capacity = capacityOf(sources, definition);
  const network = networkOf(sources, definition, noService);
  const where = [capacity, network].filter(({ said }) => said !== '');
  const version = versionOf(sources, capacity.fargate);
  return {
    launch: { ...capacity.launch, ...network.launch, ...version.launch, ...volumesOf(sources, definition, service) },
    problems: [...network.problems, ...version.problems],
    notes: [`It runs ${where.map(({ said }) => said).join(', ')}.`],
  };
}

/** Members that service.json omits keep their live value, as in a rollout. */
function likeLive(byFile: Launch, service: Service | undefined): Launch {
  if (service === undefined) return byFile;
  const live = liveLaunch(service);
  const settings = (['networkConfiguration', 'volumeConfigurations'] as const)
    .filter((key) => byFile[key] !== undefined)
    .map((key) => [key, mergeSetting(live[key], byFile[key], key)]);
  return { ...byFile, ...(Object.fromEntries(settings) as Launch) };
}

const liveLaunch = (service: Service): Launch =>
  launchIn({ ...service, volumeConfigurations: primaryOf(service)?.volumeConfigurations });

const hasStrategy = ({ capacityProviderStrategy = [] }: Launch): boolean => capacityProviderStrategy.length > 0;

interface Capacity {
  readonly launch: TaskInput;
  readonly fargate: boolean;
  readonly said: string;
}

/** Launch type or capacity providers, never both: the first source that has either decides. */
function capacityOf(sources: readonly Source[], { requiresCompatibilities = [] }: Placeable): Capacity {
  const source = sources.find((one) => hasStrategy(one) || one.launchType !== undefined);
  if (source !== undefined && hasStrategy(source)) {
    const { capacityProviderStrategy = [], from } = source;
    const names = capacityProviderStrategy.map(({ capacityProvider = '' }) => capacityProvider);
    const fargate = names.every(isFargateProvider);
    return { launch: { capacityProviderStrategy }, fargate, said: `on ${names.join(', ')} (from ${from})` };
  }
  if (source?.launchType !== undefined) {
    const { launchType, from } = source;
    return { launch: { launchType }, fargate: launchType === 'FARGATE', said: `on ${launchType} (from ${from})` };
  }
  // By default RunTask uses the capacity providers of the cluster, else EC2, where a Fargate task cannot run.
  const only = requiresCompatibilities.length === 1 && requiresCompatibilities[0] === 'FARGATE';
  if (only)
    return {
      launch: { launchType: 'FARGATE' },
      fargate: true,
      said: 'on FARGATE (which the task definition requires)',
    };
  return { launch: {}, fargate: false, said: 'with the default launch type or capacity providers of the cluster' };
}

function networkOf(
  sources: readonly Source[],
  { networkMode = 'bridge' }: Placeable,
  noService: string | undefined,
): { readonly launch: TaskInput; readonly problems: readonly Problem[]; readonly said: string } {
  const where = 'network-configuration';
  if (networkMode !== 'awsvpc') {
    if (sources[0]?.networkConfiguration === undefined) return { launch: {}, problems: [], said: '' };
    const what = `is for tasks with network mode awsvpc, but the task definition has ${networkMode}; leave it out`;
    return { launch: {}, problems: [{ where, what }], said: '' };
  }
  const source = sources.find(({ networkConfiguration }) => networkConfiguration?.awsvpcConfiguration !== undefined);
  if (source?.networkConfiguration === undefined) {
    const said = noService === undefined ? '' : ` (${noService})`;
    const ways = 'set this input, networkConfiguration in service.json, or a service whose network it can use';
    const what = `is missing: the network mode of the task is awsvpc, so it needs subnets; ${ways}${said}`;
    return { launch: {}, problems: [{ where, what }], said: '' };
  }
  const { networkConfiguration, from } = source;
  const subnets = networkConfiguration.awsvpcConfiguration?.subnets ?? [];
  return { launch: { networkConfiguration }, problems: [], said: `in ${subnets.join(', ')} (from ${from})` };
}

/** Only Fargate has platform versions. */
function versionOf(sources: readonly Source[], fargate: boolean): Pick<Launching, 'launch' | 'problems'> {
  const platformVersion = sources.find((source) => source.platformVersion !== undefined)?.platformVersion;
  if (fargate) return { launch: platformVersion === undefined ? {} : { platformVersion }, problems: [] };
  if (sources[0]?.platformVersion === undefined) return { launch: {}, problems: [] };
  const what = 'is for tasks on Fargate, where this one does not run; leave it out, or set launch-type: FARGATE';
  return { launch: {}, problems: [{ where: 'platform-version', what }] };
}

/** A volume with `configuredAtLaunch` is configured when the task starts. */
function volumesOf(sources: readonly Source[], { volumes = [] }: Placeable, service: Service | undefined): TaskInput {
  if (!volumes.some(({ configuredAtLaunch }) => configuredAtLaunch)) return {};
  const given = sources.find(({ volumeConfigurations = [] }) => volumeConfigurations.length > 0);
  const volumeConfigurations = taskVolumes(given?.volumeConfigurations, service?.tags);
  return volumeConfigurations === undefined ? {} : { volumeConfigurations };
}
