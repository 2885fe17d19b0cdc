import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { nameIn } from './core/arn.ts';
import type { Origin, Origins } from './core/change.ts';
import { type Edits, isUnedited } from './core/edits.ts';
import { refuseIfAny } from './core/problem.ts';
import type { KnownRevision, RolloutRequest, SettledRollout } from './core/request.ts';
import type { Revision, Snapshot } from './core/snapshot.ts';
import { valuesIn } from './definition/compare.ts';
import { toRequest } from './definition/described.ts';
import { type Edited, editDefinition, nothingChanged } from './definition/edit.ts';

/** Makes of what was asked and of what is there the revision that is meant; throws a Refusal when that cannot be. */
export function settle(request: RolloutRequest, snapshot: Snapshot): SettledRollout {
  const { revision } = request;
  const { given, base } = snapshot;
  if (revision.kind === 'new') return { ...request, revision, origins: { ...usualOrigins, ...request.origins } };
  if (revision.kind === 'existing') return { ...request, revision, origins: originsIn(request, given) };
  if (revision.kind === 'past') return { ...request, revision: existing(given), origins: originsIn(request, given) };
  if (base === undefined) throw new Error('the revision that is to be edited was not read');
  if (isUnedited(revision.edits)) return { ...request, revision: existing(base), origins: originsIn(request, base) };
  const edited = edit(toRequest(base.definition, base.tags), revision.edits, request);
  const { definition, problems, remarks } = edited;
  refuseIfAny(problems);
  return {
    ...request,
    revision: { kind: 'new', definition },
    remarks,
    origins: originsIn(request, base, edited.origins),
  };
}

const usualOrigins: NonNullable<RolloutRequest['origins']> = {
  definition: { usual: { kind: 'file', file: 'task-definition.json' }, at: {} },
  settings: { usual: { kind: 'file', file: 'service.json' }, at: {} },
};

/** All that nobody has edited comes from a revision that is there. */
function originsIn(
  { origins }: RolloutRequest,
  revision: Revision | undefined,
  at: Origins['at'] = {},
): NonNullable<RolloutRequest['origins']> {
  const name = nameIn(revision?.definition.taskDefinitionArn ?? '');
  return { ...usualOrigins, ...origins, definition: { usual: { kind: 'revision', revision: name }, at } };
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
