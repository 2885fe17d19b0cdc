import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Edits } from '../core/edits.ts';
import type { Problem } from '../core/problem.ts';
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
