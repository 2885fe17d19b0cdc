import type { Shape, Structure } from '../schema.ts';

/** A JSON Schema, draft-07, which is what editors understand. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How a value of rollout.yml is checked: when it is read, and in an editor. */
export interface Kind {
  readonly shape: Shape;
  readonly schema: JsonSchema;
}

/** A key: its kind and what it is for, in a sentence or two. */
export interface Key extends Kind {
  readonly about: string;
}

/** The keys of a map, by name. */
export type Keys = Readonly<Record<string, Key>>;

/** Adds a description to a kind. */
export const key = (kind: Kind, about: string): Key => ({ ...kind, about });

/** Any value can come from the environment. */
const variable: JsonSchema = { type: 'string', pattern: '\\$\\{' };
const scalar: Shape = { is: 'text' };

/** A text in quotes or without, on one or more lines. */
export const string: Kind = { shape: { is: 'string' }, schema: { type: 'string' } };

/** A text that can also be written as a number or a boolean. */
export const text: Kind = { shape: scalar, schema: { type: ['string', 'number', 'boolean'] } };

/** A number in a range. */
export const number = (range: JsonSchema = {}, type: 'number' | 'integer' = 'number'): Kind => ({
  shape: scalar,
  schema: { anyOf: [{ type, ...range }, { type: 'string', pattern: '^\\s*[-+]?[\\d.]+(e[-+]?\\d+)?\\s*$' }, variable] },
});

/** A duration in some units. */
const durationIn = (units: string): Kind => ({
  shape: scalar,
  schema: {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: `^\\s*\\d+(\\.\\d+)?\\s*(${units})?\\s*$` },
      variable,
    ],
  },
});

/** A duration as everywhere: `15` (seconds), `90s`, `5m`, `1h`. */
export const duration = durationIn('[smh]');

/** The same, or in milliseconds: `800ms`. */
export const latency = durationIn('ms|[smh]');

/** One of some words. */
export const choice = (...words: readonly string[]): Kind => ({
  shape: { is: 'string' },
  schema: { anyOf: [{ enum: words }, variable] },
});

/** A text of some form. */
export const pattern = (form: string): Kind => ({
  shape: { is: 'string' },
  schema: { anyOf: [{ type: 'string', pattern: form }, variable] },
});

/** The arguments of a command: a list, or one on each line. */
export const commandLine: Kind = {
  shape: { is: 'arguments' },
  schema: { anyOf: [{ type: 'array', items: { type: 'string' }, minItems: 1 }, { type: 'string' }] },
};

/** A list; `called`: what its items are. */
export const list = (of: Kind, called: string, range: JsonSchema = {}): Kind => ({
  shape: { is: 'list', of: of.shape, called },
  schema: { type: 'array', items: of.schema, ...range },
});

/** A map whose keys the user chooses. */
export const mapOf = (of: Kind, range: JsonSchema = {}): Kind => ({
  shape: { is: 'map', of: of.shape },
  schema: { type: 'object', additionalProperties: of.schema, ...range },
});

/** A map with known keys. */
export function map(name: string, keys: Keys, required: readonly string[] = []): Kind & { readonly shape: Structure } {
  const members = new Map(Object.entries(keys).map(([key, { shape }]) => [key, () => shape]));
  return {
    shape: { is: 'structure', name, members, required, union: false, listed: true },
    schema: schemaOf(keys, required),
  };
}

/** The schema of a map with these keys and no others. */
export const schemaOf = (keys: Keys, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(keys).map(([key, { schema, about }]) => [key, { description: about, ...schema }]),
  ),
  ...(required.length > 0 ? { required } : {}),
  additionalProperties: false,
});
