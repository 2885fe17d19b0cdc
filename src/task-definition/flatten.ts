import { isObject } from '../model/json.ts';
import type { Path } from './path.ts';

/** A leaf: a value, a list of plain values such as a command, or an empty object or list. */
export interface FlatValue {
  readonly value: unknown;
  /** The path from the root; for a name-value pair, to the pair. */
  readonly steps: Path;
}

/** Returns the leaves of a JSON value by a readable path: `containerDefinitions[web].environment[LOG_LEVEL]`. */
export function flatten(value: unknown, path = '', steps: Path = []): ReadonlyMap<string, FlatValue> {
  const children = childrenOf(value, path);
  if (children.length === 0) return value === undefined ? new Map() : new Map([[path, { value, steps }]]);
  return new Map(children.flatMap(({ path: below, child, step }) => [...flatten(child, below, [...steps, step])]));
}

interface Child {
  readonly path: string;
  readonly child: unknown;
  readonly step: string | number;
}

function childrenOf(value: unknown, path: string): readonly Child[] {
  if (Array.isArray(value)) {
    if (!value.some(isObject)) return [];
    return value.map((item, step) => ({
      path: `${path}[${nameOf(item, value) ?? step}]`,
      child: isPair(item) ? item.value : item,
      step,
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([step, child]) => ({ path: stepTo(path, step), child, step }));
}

function stepTo(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Containers, variables, volumes and tags are identified by name, so that an inserted item does not change the others. */
function nameOf(item: unknown, list: readonly unknown[]): string | undefined {
  const name = isObject(item) ? (item.name ?? item.key) : undefined;
  if (typeof name !== 'string') return undefined;
  const unique = list.filter((other) => isObject(other) && (other.name ?? other.key) === name).length === 1;
  return unique ? name : undefined;
}

/** A name-value pair is shown in one line. */
function isPair(item: unknown): item is { readonly value: unknown } {
  const keys = isObject(item) ? Object.keys(item).sort().join() : '';
  return keys === 'name,value' || keys === 'key,value';
}
