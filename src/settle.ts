import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { nameIn } from './core/arn.ts';
import { type Origin, type Origins, writtenInFiles } from './core/change.ts';
import { type Edits, isUnedited } from './core/edits.ts';
import { refuseIfAny } from './core/problem.ts';
import type { BeforePromote, KnownRevision, RolloutRequest, SettledRollout, SettledTask } from './core/request.ts';
import type { Revision, Snapshot } from './core/snapshot.ts';
import { valuesIn } from './definition/compare.ts';
import { toRequest } from './definition/described.ts';
import { type Edited, editDefinition, nothingChanged } from './definition/edit.ts';
import { settleTasks } from './definition/settle-task.ts';

/** Makes of what was asked and of what is there the revision that is meant; throws a Refusal when that cannot be. */
export function settle(request: RolloutRequest, snapshot: Snapshot): SettledRollout {
  const { revision, remarks, origins } = known(request, snapshot, request.forceNewDeployment);
  const tasks = tasksBefore(request, revision, snapshot);
  return {
    ...request,
    revision,
    remarks: [...(request.remarks ?? []), ...remarks],
    // What was put into a file has been told with it.
    origins: { ...writtenInFiles, ...request.origins, ...(origins === undefined ? {} : { definition: origins }) },
    ...(tasks.length === 0 ? {} : { tasksBefore: tasks }),
  };
}

/** What is known of a revision that was asked for. */
interface Known {
  readonly revision: KnownRevision;
  readonly remarks: readonly string[];
  /** Where its values come from; absent where the request says it. */
  readonly origins?: Origins;
}

/** The revision that is meant, and what to say of how it came about; `idle` edits, which change nothing, can be welcome. */
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

/** All that nobody has edited comes from a revision that is there. */
function allOf(revision: Revision | undefined, at: Origins['at'] = {}): Origins {
  return { usual: { kind: 'revision', revision: nameIn(revision?.definition.taskDefinitionArn ?? '') }, at };
}

function existing(revision: Revision | undefined): KnownRevision {
  return { kind: 'existing', name: revision?.definition.taskDefinitionArn ?? '' };
}

/** Edits a definition; that they change nothing is a problem, unless it is to be deployed once more. */
export function edit(
  definition: RegisterTaskDefinitionRequest,
  edits: Edits,
  { forceNewDeployment, run }: Pick<RolloutRequest, 'forceNewDeployment' | 'run'>,
): Pick<Edited, 'definition' | 'problems'> & { readonly remarks: readonly string[]; readonly origins: Origins['at'] } {
  const edited = editDefinition(definition, edits);
  // What an earlier attempt of this job has brought in is there already, and that is well.
  const idle = edited.unchanged && !forceNewDeployment && run.attempt === 1;
  const remarks = edited.left.map(
    (one) => `${one} stays: a digest pins it, and only the input image can name another.`,
  );
  const problems = idle ? [nothingChanged(definition, edits)] : edited.problems;
  return { ...edited, remarks, problems, origins: originsOf(definition, edited.definition, edits) };
}

/** The inputs that each value comes from which the edits have made another one. */
function originsOf(before: object, after: object, { images, tag }: Edits): Origins['at'] {
  const known = valuesIn(before);
  const forImages = [...(images.length > 0 ? ['image'] : []), ...(tag === undefined ? [] : [tag.from])];
  const changed = [...valuesIn(after)].filter(([path, value]) => !isDeepStrictEqual(known.get(path), value));
  return Object.fromEntries(
    changed.map(([path]): readonly [string, Origin] => {
      const inputs = /\]\.image$/.test(path) ? forImages : ['environment-variables'];
      return [path, { kind: 'input', inputs }];
    }),
  );
}
