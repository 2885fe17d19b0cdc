import { isObject, type JsonObject } from './json.ts';

/**
 * Reads a form body of the Query or EC2 protocol: `Targets.member.1.Id=i-1` and `SubnetId.1=subnet-1` both become lists.
 */
export function parseQuery(body: string): JsonObject {
  const root: JsonObject = Object.create(null);
  for (const [path, value] of new URLSearchParams(body)) put(root, path.split('.'), value);
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, withLists(value)]));
}

function put(node: JsonObject, path: readonly string[], value: string): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    node[name] = value;
    return;
  }
  const child = node[name];
  const next: JsonObject = isObject(child) ? child : Object.create(null);
  node[name] = next;
  put(next, rest, value);
}

function withLists(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const only = entries.length === 1 ? entries[0] : undefined;
  if (only?.[0] === 'member') return isObject(only[1]) ? withLists(only[1]) : [];
  if (entries.every(([name]) => /^\d+$/.test(name))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => withLists(member));
  }
  return Object.fromEntries(entries.map(([name, member]) => [name, withLists(member)]));
}
