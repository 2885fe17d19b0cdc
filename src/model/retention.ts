import { familyIn, nameIn, numberIn } from './arn.ts';

/**
 * The revisions that go when `keep` are to stay: first those that have never come into the service, newer than what it ran
 * before, then the oldest. What it runs and what it ran before never go, and neither does what is newer than `running`,
 * which somebody else has just registered. `active` is oldest first, all of one family.
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
