import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { loadShapes, type Shape, type Structure } from '../../src/deploy-context/schema.ts';
import { anyText } from './texts.ts';

/** The schemas that come with the SDK. */
export const shapes = await loadShapes();

/** Texts as they may stand in a request: whole characters, and often none. */
const text = fc.oneof(
  fc.constantFrom('', '', ' ', '0', 'a', 'web', 'null', '${HOME}'),
  anyText.map((some) => some.toWellFormed()),
);

/** A value of a shape. Every member may be there or not, every list and map may be empty. */
function anyOf(of: Shape): fc.Arbitrary<unknown> {
  if (of.is === 'structure') return structureOf(of);
  if (of.is === 'list') return fc.array(anyOf(of.of), { maxLength: 2 });
  if (of.is === 'map') return fc.dictionary(text, anyOf(of.of), { maxKeys: 2, noNullPrototype: true });
  if (of.is === 'number') return fc.oneof(fc.constantFrom(0, 1, 80), fc.integer({ min: -80 }));
  if (of.is === 'string' && of.words !== undefined) return fc.constantFrom(...of.words);
  return of.is === 'boolean' ? fc.boolean() : text;
}

function structureOf({ members, required, union }: Structure): fc.Arbitrary<unknown> {
  const all = Object.fromEntries([...members].map(([name, member]) => [name, anyOf(member())]));
  // Most of many members are left out, so that a value stays small; each has the same chance.
  const optional = [...members.keys()].filter((name) => !required.includes(name));
  return fc
    .subarray(optional, union ? { minLength: 1, maxLength: 1 } : { maxLength: Math.min(5, optional.length) })
    .chain((some) => {
      const chosen = Object.fromEntries([...required, ...some].map((name) => [name, all[name] ?? text]));
      return fc.record(chosen, { noNullPrototype: true });
    });
}

/** Any request that the schema allows: each member of each structure may be in it. */
export const anyRequest = structureOf(
  shapes.RegisterTaskDefinitionRequest,
) as fc.Arbitrary<RegisterTaskDefinitionRequest>;
