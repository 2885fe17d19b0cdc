import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Origin, Origins } from '../model/change.ts';
import type { Edits } from '../model/edits.ts';
import type { Problem } from '../model/problem.ts';
import type { RolloutRequest } from '../model/request.ts';
import { valuesIn } from './compare.ts';
import { editImages, saidImages } from './edit-images.ts';
import { editVariables } from './edit-variables.ts';

/** A definition after its edits, and what there is to say about them. */
export interface Edited {
  /** With a problem it is what it was. */
  readonly definition: RegisterTaskDefinitionRequest;
  readonly problems: readonly Problem[];
  /** Images were to change, and the edits change nothing at all; see nothingChanged. */
  readonly unchanged: boolean;
  /** Images that a tag alone does not change, as `container = image`: a digest pins them. */
  readonly left: readonly string[];
}

/** Puts images and variables into a definition; whatever nobody named stays as it is, and so does what was given. */
export function editDefinition(definition: RegisterTaskDefinitionRequest, edits: Edits): Edited {
  const before = definition.containerDefinitions ?? [];
  const images = editImages(before, edits);
  const variables = editVariables(images.containers, edits.environment);
  const problems = [...images.problems, ...variables.problems];
  if (problems.length > 0) return { definition, problems, unchanged: false, left: [] };
  const after = variables.containers;
  const asked = edits.images.length > 0 || edits.tag !== undefined;
  return {
    definition: after.length === 0 ? definition : { ...definition, containerDefinitions: [...after] },
    problems,
    unchanged: asked && isDeepStrictEqual(after, before),
    left: images.left,
  };
}

/** What to say when the edits change nothing: this is no deployment of anything new. */
export function nothingChanged(definition: RegisterTaskDefinitionRequest, edits: Edits): Problem {
  const there = saidImages(definition.containerDefinitions ?? []);
  const next = 'name another version, or deploy this one once more with `force-new-deployment: true`';
  return {
    where: edits.images.length > 0 ? 'image' : (edits.tag?.from ?? 'image'),
    what: `changes nothing; ${next} (there is ${there})`,
  };
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
export function originsOf(before: object, after: object, { images, tag }: Edits): Origins['at'] {
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
