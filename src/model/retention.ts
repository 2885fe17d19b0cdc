import { familyIn, nameIn, numberIn } from './arn.ts';

/**
 * Returns the revisions to deregister so that `keep` remain: first those newer than the previous revision that the service
 * never ran, then the oldest. Never returns the running and the previous revision, nor those newer than `running`, which
 * another run has just registered. `active` is oldest first, all of one family.
 */
export function revisionsToDrop(
  active: readonly string[],
  { keep, running, previous }: { readonly keep: number; readonly running: string; readonly previous: string },
): readonly string[] {
  const stays = new Set([nameIn(running), nameIn(previous)]);
  const free = active.filter((arn) => !stays.has(nameIn(arn)) && numberIn(arn) < numberIn(running));
  const sameFamily = familyIn(previous) === familyIn(running);
  const failed = sameFamily ? free.filter((arn) => numberIn(arn) > numberIn(previous)) : [];
  const others = free.filter((arn) => !failed.includes(arn));
  return [...failed, ...others].slice(0, Math.max(0, active.length - keep));
}
