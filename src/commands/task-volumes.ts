import type { Tag, TaskVolumeConfiguration } from '@aws-sdk/client-ecs';
import { ownTags } from './rollout/task-tags.ts';

type VolumeTags = NonNullable<NonNullable<TaskVolumeConfiguration['managedEBSVolume']>['tagSpecifications']>[number];

/**
 * The volumes of a service as RunTask takes them. "Tags can only propagate to a SERVICE specified in
 * ServiceVolumeConfiguration": the service's tags are given as the volume's own.
 */
export function taskVolumes(
  volumes: readonly TaskVolumeConfiguration[] | undefined,
  serviceTags: readonly Tag[] | undefined,
): TaskVolumeConfiguration[] | undefined {
  return volumes?.map((volume) => {
    const { managedEBSVolume } = volume;
    if (managedEBSVolume?.tagSpecifications === undefined) return volume;
    const specifications = managedEBSVolume.tagSpecifications.map((one) => withoutService(one, serviceTags));
    const { tagSpecifications: _, ...others } = managedEBSVolume;
    // An empty specification is dropped.
    const kept = specifications.filter((one) => one.tags !== undefined || one.propagateTags !== undefined);
    return {
      ...volume,
      managedEBSVolume: kept.length === 0 ? others : { ...others, tagSpecifications: kept },
    };
  });
}

function withoutService(specification: VolumeTags, serviceTags: readonly Tag[] | undefined): VolumeTags {
  const { propagateTags, tags, ...others } = specification;
  if (propagateTags !== 'SERVICE') return specification;
  const own = tags ?? [];
  const keys = new Set(own.map(({ key }) => key));
  const service = ownTags(serviceTags).filter(({ key }) => !keys.has(key));
  const all = [...own, ...service].slice(0, 50);
  return { ...others, ...(all.length === 0 ? {} : { tags: all }) };
}
