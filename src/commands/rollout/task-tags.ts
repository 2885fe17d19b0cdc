import type { Tag } from '@aws-sdk/client-ecs';

/** The most tags that a task can have; AWS does not count its own (`aws:`). */
const most = 50;

/** Tags without those that AWS has made itself, which cannot be given and do not count. */
export const ownTags = (tags: readonly Tag[] = []): readonly Tag[] =>
  tags.filter(({ key = '' }) => !/^aws:/i.test(key));

/** The tags of a task: `ours` give way where they do not fit with the ones it gets anyway. */
export function fitTags(
  ours: readonly Tag[],
  /** Given with ours, and what ECS adds from the task definition. */
  { given, propagated = [] }: { readonly given: readonly Tag[]; readonly propagated?: readonly Tag[] },
): { readonly tags: Tag[]; readonly left: number } {
  const theirs = new Set([...ownTags(given), ...ownTags(propagated)].map(({ key }) => key));
  const free = ours.filter(({ key }) => !theirs.has(key));
  const fitting = free.slice(0, Math.max(0, most - theirs.size));
  return { tags: [...fitting, ...given], left: free.length - fitting.length };
}
