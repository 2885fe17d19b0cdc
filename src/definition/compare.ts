import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { settableTags } from './described.ts';
import { normalForm } from './normal-form.ts';
import { isObject } from './validate.ts';

/**
 * Whether registering `wanted` would give a revision that differs from the registered `live` one in nothing that matters.
 * Without `liveTags` (DescribeTaskDefinition tells them only when asked) live counts as untagged.
 */
export function sameDefinition(
  wanted: RegisterTaskDefinitionRequest,
  live: TaskDefinition,
  liveTags: readonly Tag[] = [],
): boolean {
  return isDeepStrictEqual(normalForm(wanted), normalForm({ ...live, tags: settableTags(liveTags) }));
}

/** One thing that would change: what is there now and what would be, each absent where there is nothing. */
export interface Difference {
  readonly path: string;
  readonly live?: unknown;
  readonly wanted?: unknown;
}

/**
 * What differs, for a person to read: `containerDefinitions[web].environment[LOG_LEVEL]`, before, after. No value of
 * `hidden` (DeployContext.substituted) shows, and neither does what may be an older value of the same secret.
 */
export function differences(wanted: object, live: object, hidden: readonly string[] = []): readonly Difference[] {
  const before = leavesOf(normalForm(live));
  const after = leavesOf(normalForm(wanted));
  const paths = [...new Set([...after.keys(), ...before.keys()])];
  return paths
    .filter((path) => !isDeepStrictEqual(before.get(path), after.get(path)))
    .map((path) => hide({ path, ...given('live', before.get(path)), ...given('wanted', after.get(path)) }, hidden));
}

/** A leaf is a value, a list of plain values (a command reads as one thing), or an object or list with nothing in it. */
type Leaf = string | number | boolean | null | readonly unknown[] | object;

function leavesOf(value: unknown, path = ''): ReadonlyMap<string, Leaf> {
  const children = childrenOf(value, path);
  if (children.length === 0) return value === undefined ? new Map() : new Map([[path, value as Leaf]]);
  return new Map(children.flatMap(([below, child]) => [...leavesOf(child, below)]));
}

function childrenOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) {
    return value.some(isObject)
      ? value.map((item, index) => namedItem(item, `${path}[${nameOf(item, value) ?? index}]`))
      : [];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, child]) => [stepTo(path, key), child]);
}

function stepTo(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Containers, variables, volumes and tags go by their name, so that one more at the top is not a change of all below it. */
function nameOf(item: unknown, list: readonly unknown[]): string | undefined {
  const name = isObject(item) ? (item.name ?? item.key) : undefined;
  if (typeof name !== 'string') return undefined;
  const unique = list.filter((other) => isObject(other) && (other.name ?? other.key) === name).length === 1;
  return unique ? name : undefined;
}

/** A name with one value is a pair, and reads best as one line. */
function namedItem(item: unknown, path: string): readonly [string, unknown] {
  const keys = isObject(item) ? Object.keys(item).sort().join() : '';
  return isObject(item) && (keys === 'name,value' || keys === 'key,value') ? [path, item.value] : [path, item];
}

function given(side: 'live' | 'wanted', value: unknown): object {
  return value === undefined ? {} : { [side]: value };
}

const veil = '***';

function hide(difference: Difference, hidden: readonly string[]): Difference {
  const cover = covering(hidden);
  const wanted = cover(difference.wanted);
  const secret = !isDeepStrictEqual(wanted, difference.wanted);
  // What an environment variable was may have come from the environment when it was deployed; only a value that is
  // written out in the file now says that it is none.
  const orphan = difference.wanted === undefined && /\.environment\[/.test(difference.path);
  const live = secret || orphan ? veil : cover(difference.live);
  const path = difference.path.replaceAll(/(?<=\[)[^\]]*[^\]\d][^\]]*(?=\])/g, (name) => String(cover(name)));
  return { path, ...(difference.live !== undefined && given('live', live)), ...given('wanted', wanted) };
}

/** Replaces each hidden value wherever it occurs; the longest first, since one may be a part of another. */
function covering(hidden: readonly string[]): (value: unknown) => unknown {
  const values = hidden.filter((value) => value !== '').toSorted((a, b) => b.length - a.length);
  const cover = (value: unknown): unknown => {
    if (typeof value === 'string') return values.reduce((text, secret) => text.replaceAll(secret, veil), value);
    if (Array.isArray(value)) return value.map(cover);
    if (typeof value === 'number' || typeof value === 'boolean') return values.includes(String(value)) ? veil : value;
    return value;
  };
  return cover;
}
