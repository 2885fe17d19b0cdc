import type { Tag } from '@aws-sdk/client-ecs';

/** The most tags that a task can have; AWS does not count its own (`aws:`). */
const most = 50;

/** Tags without those of AWS itself, which cannot be set and do not count. */
export const ownTags = (tags: readonly Tag[] = []): readonly Tag[] =>
  tags.filter(({ key = '' }) => !/^aws:/i.test(key));

/** The tags of a task: `ours` are dropped if they do not fit next to the others. */
export function fitTags(
  ours: readonly Tag[],
  /** Tags that are sent with ours, and tags that ECS propagates from the task definition. */
  { given, propagated = [] }: { readonly given: readonly Tag[]; readonly propagated?: readonly Tag[] },
): { readonly tags: Tag[]; readonly left: number } {
  const theirs = new Set([...ownTags(given), ...ownTags(propagated)].map(({ key }) => key));
  const free = ours.filter(({ key }) => !theirs.has(key));
  const fitting = free.slice(0, Math.max(0, most - theirs.size));
  return { tags: [...fitting, ...given], left: free.length - fitting.length };
}
