import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type Change, writtenInFiles } from '../../model/change.ts';
import type { Problem } from '../../model/problem.ts';
import { redactor } from '../../model/redact.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Revision, Snapshot } from '../../model/snapshot.ts';
import { definitionChanges } from '../../task-definition/changes.ts';
import { sameDefinition } from '../../task-definition/compare.ts';
import { toRequest } from '../../task-definition/described.ts';
import { misfitsOf } from '../../task-definition/service-fit.ts';
import { serviceAfter } from './settings.ts';

/** The requested revision, compared with those that are registered. */
export interface Comparison {
  /** The service already runs exactly this revision. */
  readonly identical: boolean;
  /** Revisions that are exactly what was asked for, as ARNs; the service's own first. */
  readonly fitting: readonly string[];
  readonly changes: readonly Change[];
  /** Why ECS would refuse the revision for this service. */
  readonly unfit?: readonly Problem[];
}

/** A resolved rollout: the request, the snapshot, and how they differ. */
export interface Resolved {
  readonly request: ResolvedRollout;
  readonly snapshot: Snapshot;
  readonly comparison: Comparison;
}

/** Compares the revision that is asked for with those that are registered. */
export function compare(request: ResolvedRollout, snapshot: Snapshot): Comparison {
  const { stable, tried, given } = snapshot;
  const arnOf = ({ definition }: Revision): string => definition.taskDefinitionArn ?? '';
  const { revision } = request;
  const fits = (one: Revision): boolean =>
    revision.kind === 'new'
      ? sameDefinition(revision.definition, one.definition, one.tags)
      : arnOf(one) === given?.definition.taskDefinitionArn;
  const all = given === undefined ? [stable, ...tried] : [stable, given];
  const wanted = wantedOf(request, snapshot);
  const changes = definitionChanges(wanted, stable, request);
  const unfit = unfitIn(request, snapshot, wanted);
  return { identical: fits(stable), fitting: all.filter(fits).map(arnOf), changes, unfit };
}

/** What the service requires of a task definition and this one lacks, with the settings that the rollout sends. */
function unfitIn(
  request: ResolvedRollout,
  snapshot: Snapshot,
  wanted: RegisterTaskDefinitionRequest,
): readonly Problem[] {
  const { command, revision, hidden, origins = writtenInFiles } = request;
  const cover = redactor(hidden);
  const { usual } = origins.definition;
  const written = usual.kind === 'file' ? usual.file : 'service';
  const named = command === 'rollback' ? 'to-revision' : 'task-definition-arn';
  const where = revision.kind === 'new' ? written : named;
  const problems = misfitsOf(serviceAfter(request, snapshot), wanted, snapshot.attachments, (name) =>
    String(cover(name)),
  );
  return problems.map((problem) => ({ where, ...problem }));
}

/** The task definition that is deployed, as ECS will register or has registered it. */
export function wantedOf({ revision }: ResolvedRollout, { given }: Snapshot): RegisterTaskDefinitionRequest {
  return revision.kind === 'new' ? revision.definition : toRequest(given?.definition ?? {}, given?.tags ?? []);
}
