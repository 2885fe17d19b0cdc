import { nameIn } from '../model/arn.ts';
import type { Problem } from '../model/problem.ts';
import type { Revision } from '../model/snapshot.ts';

/** A revision that is deregistered, in a message. */
export const formatInactive = (revision: string): string =>
  `${revision} is INACTIVE (deregistered): ECS starts no tasks of it`;

/** The problem of a revision that is deregistered. */
export function inactiveProblems(revision: Revision | undefined, where: string): readonly Problem[] {
  if (revision?.definition.status !== 'INACTIVE') return [];
  return [{ where, what: formatInactive(nameIn(revision.definition.taskDefinitionArn ?? '')) }];
}
