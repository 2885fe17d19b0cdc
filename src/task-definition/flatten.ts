import { isObject } from '../model/json.ts';
import type { Path } from './path.ts';

/** A value, a list of plain values (a command reads as one thing), or an object or list with nothing in it. */
export interface FlatValue {
  readonly value: unknown;
  /** The way to it from the top; of a name with its value, to the two. */
  readonly steps: Path;
}

/** The leaves of a JSON value by their path as people read it: `containerDefinitions[web].environment[LOG_LEVEL]`. */
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

/** Containers, variables, volumes and tags go by their name, so that one more at the top is not a change of all below it. */
function nameOf(item: unknown, list: readonly unknown[]): string | undefined {
  const name = isObject(item) ? (item.name ?? item.key) : undefined;
  if (typeof name !== 'string') return undefined;
  const unique = list.filter((other) => isObject(other) && (other.name ?? other.key) === name).length === 1;
  return unique ? name : undefined;
}

/** A name with one value is a pair, and reads best as one line. */
function isPair(item: unknown): item is { readonly value: unknown } {
  const keys = isObject(item) ? Object.keys(item).sort().join() : '';
  return keys === 'name,value' || keys === 'key,value';
}
