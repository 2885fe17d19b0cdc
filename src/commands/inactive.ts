import { nameIn } from '../model/arn.ts';
import type { Problem } from '../model/problem.ts';
import type { Revision } from '../model/snapshot.ts';

/** Why a deregistered revision cannot run. */
export const formatInactive = (revision: string): string =>
  `${revision} is INACTIVE (deregistered): ECS starts no tasks of it`;

/** The problem of a deregistered revision, if it is one. */
export function inactiveProblems(revision: Revision | undefined, where: string): readonly Problem[] {
  if (revision?.definition.status !== 'INACTIVE') return [];
  return [{ where, what: formatInactive(nameIn(revision.definition.taskDefinitionArn ?? '')) }];
}
