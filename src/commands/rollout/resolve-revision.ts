import { nameIn } from '../../model/arn.ts';
import { type Origins, writtenInFiles } from '../../model/change.ts';
import { isUnedited } from '../../model/edits.ts';
import { defined } from '../../model/json.ts';
import { refuseIfAny } from '../../model/problem.ts';
import type {
  BeforePromote,
  KnownRevision,
  ResolvedRollout,
  ResolvedTask,
  RolloutRequest,
} from '../../model/request.ts';
import type { Revision, Snapshot } from '../../model/snapshot.ts';
import { toRequest } from '../../task-definition/described.ts';
import { edit } from '../../task-definition/edit.ts';
import { resolveTasks } from '../../task-definition/resolve-task.ts';

/** Fills in the revision and the one-off tasks of a request from the snapshot; throws a Refusal if that is not possible. */
export function resolveRollout(request: RolloutRequest, snapshot: Snapshot): ResolvedRollout {
  const { revision, remarks, origins } = known(request, snapshot, request.forceNewDeployment);
  const { beforePromote = [], gates = [] } = request;
  const tasks = tasksOf(request, beforePromote, revision, snapshot);
  const asked = gates.flatMap((gate) => (gate.kind === 'task' ? [{ ...gate.task, name: gate.name }] : []));
  const gateTasks = tasksOf(request, asked, revision, snapshot);
  return {
    ...request,
    revision,
    remarks: [...(request.remarks ?? []), ...remarks],
    // The origins of edits to a file are part of the request.
    origins: { ...writtenInFiles, ...request.origins, ...defined({ definition: origins }) },
    ...(tasks.length === 0 ? {} : { tasksBefore: tasks }),
    ...(gateTasks.length === 0 ? {} : { gateTasks }),
  };
}

/** A requested revision, filled in. */
interface Known {
  readonly revision: KnownRevision;
  readonly remarks: readonly string[];
  /** Where its values come from; absent if the request says so. */
  readonly origins?: Origins;
}

/** The requested revision and remarks about it; `idle` allows edits that change nothing. */
export function known(
  { revision, run }: Pick<RolloutRequest, 'revision' | 'run'>,
  { given, base }: Pick<Snapshot, 'given' | 'base'>,
  idle: boolean,
): Known {
  if (revision.kind === 'new') return { revision, remarks: [] };
  if (revision.kind === 'existing') return { revision, remarks: [], origins: allOf(given) };
  if (revision.kind === 'past') return { revision: existing(given), remarks: [], origins: allOf(given) };
  if (base === undefined) throw new Error('the revision that is to be edited was not read');
  if (isUnedited(revision.edits)) return { revision: existing(base), remarks: [], origins: allOf(base) };
  const original = toRequest(base.definition, base.tags);
  const edited = edit(original, revision.edits, { forceNewDeployment: idle, run });
  const { definition, problems, remarks } = edited;
  refuseIfAny(problems);
  return { revision: { kind: 'new', definition }, remarks, origins: allOf(base, edited.origins) };
}

/** The one-off tasks of rollout.yml; a rollback runs none: those of its revision have run before. */
function tasksOf(
  { command }: RolloutRequest,
  asked: readonly BeforePromote[],
  revision: KnownRevision,
  { given, base }: Snapshot,
): readonly ResolvedTask<BeforePromote>[] {
  if (command === 'rollback') return [];
  const definition = revision.kind === 'new' ? revision.definition : (given ?? base)?.definition;
  const { tasks, problems } = resolveTasks(asked, definition?.containerDefinitions ?? []);
  refuseIfAny(problems);
  return tasks;
}

/** Values that are not edited come from the registered revision. */
function allOf(revision: Revision | undefined, at: Origins['at'] = {}): Origins {
  return { usual: { kind: 'revision', revision: nameIn(revision?.definition.taskDefinitionArn ?? '') }, at };
}

function existing(revision: Revision | undefined): KnownRevision {
  return { kind: 'existing', name: revision?.definition.taskDefinitionArn ?? '' };
}
