import { refuseIfAny } from './core/problem.ts';
import type { KnownRevision, RolloutRequest, SettledRollout } from './core/request.ts';
import type { Snapshot } from './core/snapshot.ts';

/** Makes of what was asked and of what is there the revision that is meant; throws a Refusal when that cannot be. */
export function settle(request: RolloutRequest, snapshot: Snapshot): SettledRollout {
  return { ...request, revision: revisionOf(request, snapshot) };
}

function revisionOf({ revision }: RolloutRequest, { given, base }: Snapshot): KnownRevision {
  if (revision.kind === 'new' || revision.kind === 'existing') return revision;
  if (revision.kind === 'past') return { kind: 'existing', name: given?.definition.taskDefinitionArn ?? '' };
  refuseIfAny([]);
  return { kind: 'existing', name: base?.definition.taskDefinitionArn ?? '' };
}
