import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Origin, Origins } from '../model/change.ts';
import type { Edits } from '../model/edits.ts';
import type { Problem } from '../model/problem.ts';
import type { RolloutRequest } from '../model/request.ts';
import { valuesIn } from './compare.ts';
import { editImages, formatImages } from './edit-images.ts';
import { editVariables } from './edit-variables.ts';

/** An edited definition, with problems and remarks. */
export interface Edited {
  /** Unchanged if there is a problem. */
  readonly definition: RegisterTaskDefinitionRequest;
  readonly problems: readonly Problem[];
  /** Whether edits of images were requested but change nothing; see nothingChanged. */
  readonly unchanged: boolean;
  /** Images pinned by a digest, which a tag alone does not change, as `container = image`. */
  readonly left: readonly string[];
}

/** Returns a copy of a definition with edited images and variables. */
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

/** The problem of edits that change nothing. */
export function nothingChanged(definition: RegisterTaskDefinitionRequest, edits: Edits): Problem {
  const there = formatImages(definition.containerDefinitions ?? []);
  const next = 'use another image, or deploy the same one again with `force-new-deployment: true`';
  return {
    where: edits.images.length > 0 ? 'image' : (edits.tag?.from ?? 'image'),
    what: `changes nothing; ${next} (images: ${there})`,
  };
}

/** Edits a definition. Edits that change nothing are a problem, unless a new deployment is forced. */
export function edit(
  definition: RegisterTaskDefinitionRequest,
  edits: Edits,
  { forceNewDeployment, run }: Pick<RolloutRequest, 'forceNewDeployment' | 'run'>,
): Pick<Edited, 'definition' | 'problems'> & { readonly remarks: readonly string[]; readonly origins: Origins['at'] } {
  const edited = editDefinition(definition, edits);
  // An earlier attempt of this job may have deployed it already.
  const idle = edited.unchanged && !forceNewDeployment && run.attempt === 1;
  const remarks = edited.left.map(
    (one) => `${one} is unchanged: it is pinned by a digest; use the input image to change it.`,
  );
  const problems = idle ? [nothingChanged(definition, edits)] : edited.problems;
  return { ...edited, remarks, problems, origins: originsOf(definition, edited.definition, edits) };
}

/** Returns the input that each changed value comes from. */
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
