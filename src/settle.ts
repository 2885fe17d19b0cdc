import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type Edits, isUnedited } from './core/edits.ts';
import { refuseIfAny } from './core/problem.ts';
import type { BeforePromote, KnownRevision, RolloutRequest, SettledRollout, SettledTask } from './core/request.ts';
import type { Revision, Snapshot } from './core/snapshot.ts';
import { toRequest } from './definition/described.ts';
import { type Edited, editDefinition, nothingChanged } from './definition/edit.ts';
import { settleTasks } from './definition/settle-task.ts';

/** Makes of what was asked and of what is there the revision that is meant; throws a Refusal when that cannot be. */
export function settle(request: RolloutRequest, snapshot: Snapshot): SettledRollout {
  const { revision, remarks } = known(request, snapshot, request.forceNewDeployment);
  const tasks = tasksBefore(request, revision, snapshot);
  return {
    ...request,
    revision,
    remarks: [...(request.remarks ?? []), ...remarks],
    ...(tasks.length === 0 ? {} : { tasksBefore: tasks }),
  };
}

/** The revision that is meant, and what to say of how it came about; `idle` edits, which change nothing, can be welcome. */
export function known(
  { revision, run }: Pick<RolloutRequest, 'revision' | 'run'>,
  { given, base }: Pick<Snapshot, 'given' | 'base'>,
  idle: boolean,
): { readonly revision: KnownRevision; readonly remarks: readonly string[] } {
  if (revision.kind === 'new' || revision.kind === 'existing') return { revision, remarks: [] };
  if (revision.kind === 'past') return { revision: existing(given), remarks: [] };
  if (base === undefined) throw new Error('the revision that is to be edited was not read');
  if (isUnedited(revision.edits)) return { revision: existing(base), remarks: [] };
  const original = toRequest(base.definition, base.tags);
  const { definition, problems, remarks } = edit(original, revision.edits, { forceNewDeployment: idle, run });
  refuseIfAny(problems);
  return { revision: { kind: 'new', definition }, remarks };
}

/** The one-off tasks of rollout.yml; a rollback goes back to what has had its own. */
function tasksBefore(
  { command, beforePromote = [] }: RolloutRequest,
  revision: KnownRevision,
  { given, base }: Snapshot,
): readonly SettledTask<BeforePromote>[] {
  if (command === 'rollback') return [];
  const definition = revision.kind === 'new' ? revision.definition : (given ?? base)?.definition;
  const { tasks, problems } = settleTasks(beforePromote, definition?.containerDefinitions ?? []);
  refuseIfAny(problems);
  return tasks;
}

function existing(revision: Revision | undefined): KnownRevision {
  return { kind: 'existing', name: revision?.definition.taskDefinitionArn ?? '' };
}

/** Edits a definition; that they change nothing is a problem, unless it is to be deployed once more. */
export function edit(
  definition: RegisterTaskDefinitionRequest,
  edits: Edits,
  { forceNewDeployment, run }: Pick<RolloutRequest, 'forceNewDeployment' | 'run'>,
): Pick<Edited, 'definition' | 'problems'> & { readonly remarks: readonly string[] } {
  const edited = editDefinition(definition, edits);
  // What an earlier attempt of this job has brought in is there already, and that is well.
  const idle = edited.unchanged && !forceNewDeployment && run.attempt === 1;
  const remarks = edited.left.map(
    (one) => `${one} stays: a digest pins it, and only the input image can name another.`,
  );
  return { ...edited, remarks, problems: idle ? [nothingChanged(definition, edits)] : edited.problems };
}
