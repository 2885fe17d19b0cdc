import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type Edits, isUnedited } from './core/edits.ts';
import { refuseIfAny } from './core/problem.ts';
import type { KnownRevision, RolloutRequest, SettledRollout } from './core/request.ts';
import type { Revision, Snapshot } from './core/snapshot.ts';
import { toRequest } from './definition/described.ts';
import { type Edited, editDefinition, nothingChanged } from './definition/edit.ts';

/** Makes of what was asked and of what is there the revision that is meant; throws a Refusal when that cannot be. */
export function settle(request: RolloutRequest, snapshot: Snapshot): SettledRollout {
  const { revision } = request;
  if (revision.kind === 'new' || revision.kind === 'existing') return { ...request, revision };
  const { given, base } = snapshot;
  if (revision.kind === 'past') return { ...request, revision: existing(given) };
  if (base === undefined) throw new Error('the revision that is to be edited was not read');
  if (isUnedited(revision.edits)) return { ...request, revision: existing(base) };
  const { definition, problems, remarks } = edit(toRequest(base.definition, base.tags), revision.edits, request);
  refuseIfAny(problems);
  return { ...request, revision: { kind: 'new', definition }, remarks };
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
