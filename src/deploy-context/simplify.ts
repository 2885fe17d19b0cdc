import { isObject } from '../model/json.ts';
import type { Path } from '../task-definition/path.ts';
import type { Shape, Structure } from './schema.ts';

/** A value without the forms that other tools write for "not set", and the positions of its parts in the file. */
export interface Simplified {
  readonly value: unknown;
  /** Number of members and items that were null. */
  readonly nulls: number;
  /** Number of empty strings and empty lists of tags, which AWS would refuse. */
  readonly empties: number;
  /** Converts a path in `value` to the path in the file; they differ after a null item of a list. */
  readonly locate: (path: Path) => Path;
}

/** Returns the user's text at a path; `undefined` if it contains a variable. */
export type Literal = (path: Path) => string | undefined;

/**
 * Normalizes forms that other tools write: null means absent (as in the console and Terraform), a number becomes a string
 * where the API takes strings, and empty strings and empty lists of tags are dropped. A value from the environment is never
 * dropped, because an empty one is a mistake.
 */
export function simplify(value: unknown, shape: Structure, literal: Literal): Simplified {
  const indices = new Map<unknown, readonly number[]>();
  let nulls = 0;
  let empties = 0;
  const simple = (item: unknown, expected: Shape | undefined, path: Path): unknown => {
    if (Array.isArray(item)) return list(item, expected, path);
    if (isObject(item)) return members(item, expected, path);
    return expected?.is === 'string' && isNumeric(path) ? asText(item, path, literal) : item;
  };
  const list = (item: readonly unknown[], expected: Shape | undefined, path: Path): unknown => {
    const of = expected?.is === 'list' ? expected.of : undefined;
    const kept = item.flatMap((each, index) => (each === null ? [] : [index]));
    nulls += item.length - kept.length;
    const values = kept.map((index) => simple(item[index], of, [...path, index]));
    indices.set(values, kept);
    return values;
  };
  const members = (item: Readonly<Record<string, unknown>>, expected: Shape | undefined, path: Path): unknown => {
    const entries = Object.entries(item).flatMap(([key, each]): readonly (readonly [string, unknown])[] => {
      if (each === null) {
        nulls++;
        return [];
      }
      const below = [...path, key];
      const inside = simple(each, memberOf(expected, key), below);
      if (!meansNothing(inside, expected, key) || isFilledIn(inside, below, literal)) return [[key, inside]];
      empties++;
      return [];
    });
    return Object.fromEntries(entries);
  };
  const found = simple(value, shape, []);
  return { value: found, nulls, empties, locate: (path) => located(path, found, indices) };
}

/** Returns a sentence about the ignored fields; empty if there are none. */
export function formatIgnored(
  file: string,
  { nulls, empties }: Pick<Simplified, 'nulls' | 'empties'>,
): readonly string[] {
  const parts = [...(nulls > 0 ? [`${nulls} null`] : []), ...(empties > 0 ? [`${empties} empty`] : [])];
  if (parts.length === 0) return [];
  return [`${file}: ${parts.join(' and ')} ${nulls + empties === 1 ? 'field' : 'fields'} ignored.`];
}

function memberOf(shape: Shape | undefined, key: string): Shape | undefined {
  if (shape?.is === 'map') return shape.of;
  return shape?.is === 'structure' ? shape.members.get(key)?.() : undefined;
}

/** Members for which the API takes numbers as strings: task sizes, and values of variables, tags and options. */
const isNumeric = ([first, ...more]: Path): boolean =>
  (more.length === 0 && (first === 'cpu' || first === 'memory')) ||
  more.at(-1) === 'value' ||
  more.at(-2) === 'options' ||
  more.at(-2) === 'dockerLabels';

/** Only if the number has the same text: `1.0` and `1e3` would become a different string. */
function asText(item: unknown, path: Path, literal: Literal): unknown {
  return typeof item === 'number' && Number.isSafeInteger(item) && literal(path) === String(item) ? String(item) : item;
}

/** Strings that are meaningful when empty, and strings whose absence would hide a mistake. */
const keptWhenEmpty: ReadonlySet<string> = new Set([
  'cluster',
  'executionRoleArn',
  'family',
  'image',
  'key',
  'name',
  'serviceName',
  'taskRoleArn',
  'value',
]);

function meansNothing(inside: unknown, parent: Shape | undefined, key: string): boolean {
  if (parent?.is !== 'structure' || !parent.members.has(key)) return false;
  // "Tags can not be empty."
  if (Array.isArray(inside)) return key === 'tags' && inside.length === 0;
  if (key === 'repositoryCredentials') return isObject(inside) && Object.keys(inside).length === 0;
  if (inside !== '' || keptWhenEmpty.has(key)) return false;
  return !parent.required.includes(key) || parent.name === 'RepositoryCredentials';
}

const isFilledIn = (inside: unknown, path: Path, literal: Literal): boolean =>
  inside === '' && literal(path) === undefined;

function located(path: Path, root: unknown, indices: ReadonlyMap<unknown, readonly number[]>): Path {
  let at = root;
  return path.map((step) => {
    const original = typeof step === 'number' ? (indices.get(at)?.[step] ?? step) : step;
    at = typeof at === 'object' && at !== null ? (at as Readonly<Record<string | number, unknown>>)[step] : undefined;
    return original;
  });
}
