import type { Tag } from '@aws-sdk/client-ecs';
import type { CanaryTask, TaskInput } from '../../model/acts.ts';
import { defined } from '../../model/json.ts';
import { runsOnFargate } from '../../model/launch.ts';
import { groupOf, type OwnerTag, startedByOf, tagsOf } from '../../model/owner-tags.ts';
import type { RolloutRequest } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';
import { maxDuration } from '../max-duration.ts';
import { taskVolumes } from '../task-volumes.ts';
import { serviceAfter, type WholeService } from './settings.ts';
import { fitTags, ownTags } from './task-tags.ts';

/** The canary: configured like a task of the service as far as the API allows, with an owner tag. */
export function canaryTask(request: RolloutRequest, snapshot: Snapshot): CanaryTask {
  const { place, run } = request;
  const service = serviceAfter(request, snapshot);
  const { instance } = snapshot;
  const mark = ownerTagOf(request, snapshot);
  return {
    cluster: place.cluster,
    startedBy: startedByOf(place.service),
    group: groupOf(mark),
    tags: tagsFor(request, snapshot).tags,
    ...(instance === undefined ? { clientToken: run.token, ...placed(service) } : { instance }),
    ...alike(service),
  };
}

/** The tags of the canary, and how many of ours do not fit. */
export function tagsFor(request: RolloutRequest, snapshot: Snapshot): ReturnType<typeof fitTags> {
  const service = serviceAfter(request, snapshot);
  const ours = tagsOf(ownerTagOf(request, snapshot), request.run);
  return fitTags(ours, { given: fromService(service), propagated: fromDefinition(request, snapshot) });
}

/** A one-off task that runs where and how the tasks of the service run. */
export function likeService(request: RolloutRequest, snapshot: Snapshot): TaskInput {
  const service = serviceAfter(request, snapshot);
  const tags = fromService(service);
  return { ...placed(service), ...alike(service), ...(tags.length === 0 ? {} : { tags: [...tags] }) };
}

const alike = (service: WholeService) =>
  defined({
    networkConfiguration: service.networkConfiguration,
    enableECSManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags === 'TASK_DEFINITION' ? ('TASK_DEFINITION' as const) : undefined,
    volumeConfigurations: some(taskVolumes(service.volumeConfigurations, service.tags)),
  });

/** The owner tag of this run's canary. */
export function ownerTagOf(request: RolloutRequest, { at }: Snapshot): OwnerTag {
  const { place, run } = request;
  const weighted = strategyFacts[request.strategy].movesTraffic ? { weighted: true as const } : {};
  return { service: place.service, run: run.id, attempt: run.attempt, expires: at + maxDuration(request), ...weighted };
}

/** Launch type or capacity providers, never both. Placement is for tasks on EC2, a platform version for those on Fargate. */
function placed(service: WholeService): Partial<CanaryTask> {
  const { capacityProviderStrategy = [], launchType, platformVersion } = service;
  const providers = capacityProviderStrategy.length > 0;
  const where = providers ? { capacityProviderStrategy } : { launchType };
  if (runsOnFargate(service)) return defined({ ...where, platformVersion });
  return defined({
    ...where,
    placementConstraints: some(service.placementConstraints),
    placementStrategy: some(service.placementStrategy),
  });
}

const some = <T>(list: T[] | undefined): T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

/** RunTask cannot propagate tags from a service: the service's tags become the task's own. */
function fromService({ propagateTags, tags }: WholeService): readonly Tag[] {
  return propagateTags === 'SERVICE' ? ownTags(tags) : [];
}

/** The tags that ECS propagates from the task definition. */
export function fromDefinition(request: RolloutRequest, snapshot: Snapshot): readonly Tag[] {
  if (serviceAfter(request, snapshot).propagateTags !== 'TASK_DEFINITION') return [];
  const { revision } = request;
  return revision.kind === 'new' ? (revision.definition.tags ?? []) : (snapshot.given?.tags ?? []);
}
