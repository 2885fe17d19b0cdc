import type { Deployment, Service, Tag } from '@aws-sdk/client-ecs';
import { groupOf, type Mark, startedByOf, tagsOf } from '../core/mark.ts';
import type { CanaryTask, TaskInput } from '../core/plan.ts';
import type { RolloutRequest } from '../core/request.ts';
import { primaryOf } from '../core/service.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { longest } from './longest.ts';

/** The canary: as much like a task of the service as the API allows, and marked as what it is. */
export function canaryTask(request: RolloutRequest, snapshot: Snapshot): CanaryTask {
  const { place, run } = request;
  const service = settled(request, snapshot);
  const { instance } = snapshot;
  const mark = markOf(request, snapshot);
  return given({
    cluster: place.cluster,
    startedBy: startedByOf(place.service),
    group: groupOf(mark),
    tags: [...tagsOf(mark, run), ...propagated(service)],
    ...(instance === undefined ? { clientToken: run.token, ...placed(service) } : { instance }),
    ...alike(service),
  });
}

/** Where and how another task of the service runs that is none of it: a one-off task. */
export function likeService(request: RolloutRequest, snapshot: Snapshot): TaskInput {
  const service = settled(request, snapshot);
  const tags = propagated(service);
  return given({ ...placed(service), ...alike(service), tags: tags.length === 0 ? undefined : [...tags] });
}

const alike = (service: Settled) => ({
  networkConfiguration: service.networkConfiguration,
  enableECSManagedTags: service.enableECSManagedTags,
  enableExecuteCommand: service.enableExecuteCommand,
  propagateTags: service.propagateTags === 'TASK_DEFINITION' ? ('TASK_DEFINITION' as const) : undefined,
  volumeConfigurations: service.volumeConfigurations,
});

/** What is written on a canary of this run. */
export function markOf(request: RolloutRequest, { at }: Snapshot): Mark {
  const { place, run } = request;
  return { service: place.service, run: run.id, attempt: run.attempt, expires: at + longest(request) };
}

type Settled = Service & Pick<Deployment, 'volumeConfigurations'>;

/** The service as it will be: what `update-service` sets wins over what is live. */
function settled({ settings }: RolloutRequest, { service }: Snapshot): Settled {
  // Volumes are described on the deployment, not on the service.
  const primary = primaryOf(service);
  const volumes = primary?.volumeConfigurations;
  const live: Settled =
    volumes === undefined || volumes.length === 0 ? service : { ...service, volumeConfigurations: volumes };
  return { ...live, ...(settings?.update as Partial<Settled> | undefined) };
}

/** Launch type or capacity providers, never both. Placement is for tasks on EC2, a platform version for those on Fargate. */
function placed(service: Settled): Partial<CanaryTask> {
  const { capacityProviderStrategy = [], launchType, platformVersion } = service;
  const providers = capacityProviderStrategy.length > 0;
  const fargate = providers
    ? capacityProviderStrategy.every(({ capacityProvider = '' }) => /^FARGATE(_SPOT)?$/.test(capacityProvider))
    : launchType === 'FARGATE';
  const where = providers ? { capacityProviderStrategy } : { launchType };
  if (fargate) return given({ ...where, platformVersion });
  return given({
    ...where,
    placementConstraints: some(service.placementConstraints),
    placementStrategy: some(service.placementStrategy),
  });
}

const some = <T>(list: T[] | undefined): T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

/** RunTask knows no propagation from a service: the service's tags are given as the task's own. */
function propagated(service: Settled): readonly Tag[] {
  if (service.propagateTags !== 'SERVICE') return [];
  return (service.tags ?? []).filter(({ key = '' }) => !key.startsWith('aws:'));
}

/** An object without the keys that have no value: what nobody asked for is not sent. */
function given<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
