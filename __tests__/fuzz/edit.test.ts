import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edits } from '../../src/model/edits.ts';
import { editDefinition, nothingChanged } from '../../src/task-definition/edit.ts';
import { expectClean, holds, patience } from './property.ts';
import { anyRequest } from './requests.ts';
import { anyText } from './texts.ts';

const repository = fc.constantFrom(
  'app',
  'docker.io/library/app',
  'my/app',
  'registry:5000/app',
  'localhost/app',
  'App',
);
const version = fc.constantFrom('', ':1', ':2', '@sha256:00', ':1@sha256:00');
const image = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(repository, version).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: anyText },
);
const name = fc.constantFrom('web', 'log', 'proxy');
const variable = fc.oneof(fc.constantFrom('A', 'B', '__proto__', 'constructor'), anyText);

const edits: fc.Arbitrary<Edits> = fc
  .record({
    images: fc.array(fc.record({ container: name, image }, { requiredKeys: ['image'] }), { maxLength: 3 }),
    tag: fc.option(fc.record({ from: fc.constant('image-tag' as const), value: fc.constantFrom('1', '2', '3', '') })),
    environment: fc.array(
      fc.record(
        { container: name, name: variable, value: fc.constantFrom('', 'h1dden') },
        { requiredKeys: ['name', 'value'] },
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ tag, ...rest }) => (tag === null ? rest : { ...rest, tag }));

const named = (request: RegisterTaskDefinitionRequest, images: readonly string[]): RegisterTaskDefinitionRequest => ({
  ...request,
  containerDefinitions: (request.containerDefinitions ?? []).map((container, index) => ({
    ...container,
    name: ['web', 'log'][index] ?? `c${index}`,
    image: images[index] ?? 'app:1',
  })),
});
const request = fc
  .tuple(anyRequest, fc.array(image, { minLength: 2 }))
  .map(([request, images]) => named(request, images));

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) freeze(each);
  return Object.freeze(value);
}

/** All but what edits may touch, with the order of its keys. */
const rest = ({ containerDefinitions = [], ...request }: RegisterTaskDefinitionRequest): string =>
  JSON.stringify([request, containerDefinitions.map(({ image: _, environment: __, ...container }) => container)]);

const variablesOf = ({ environment = [] }: ContainerDefinition) => environment.map(({ name }) => name);

describe('any edits of any definition', () => {
  it('change images and variables only, and never the input', patience, async () => {
    await holds(
      fc.property(request, edits, (request, edits) => {
        const { definition, problems, unchanged } = editDefinition(freeze(request), freeze(edits));
        expectClean();
        expect(JSON.stringify([problems, nothingChanged(definition, edits)])).not.toContain('h1dden');
        if (problems.length > 0) {
          expect(definition).toBe(request);
          return;
        }
        expect(rest(definition)).toBe(rest(request));
        if (unchanged) expect(definition).toStrictEqual(request);
        const after = definition.containerDefinitions ?? [];
        request.containerDefinitions?.forEach((before, index) => {
          const names = after[index] === undefined ? [] : variablesOf(after[index]);
          expect(names.slice(0, variablesOf(before).length)).toEqual(variablesOf(before));
        });
        // What names its container finds it again, whatever image is there by now.
        if (edits.images.every(({ container }) => container !== undefined))
          expect(editDefinition(definition, edits).definition).toStrictEqual(definition);
      }),
    );
  });
});
