/** A JSON object as it arrives from or goes to the wire: nothing is known about its members yet. */
export type JsonObject = { [name: string]: unknown };

/** The value as an object, or an empty one. */
export function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Whether the value is a JSON object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value as a list, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objects(value: unknown): readonly JsonObject[] {
  return list(value).filter(isObject);
}

/** The strings of a list. */
export function texts(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string');
}

/** The value if it is a string that is not empty: AWS treats an empty string in most members as absent. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value as a number; the Query protocol sends numbers as text. */
export function number(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** The value as a boolean; the Query protocol sends booleans as text. */
export function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** The object without its undefined and null members: what AWS does not send, it does not know. */
export function compact(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== null));
}

/** The same all the way down. */
export function compactDeep<T>(value: T): T {
  if (Array.isArray(value)) return value.map(compactDeep) as T;
  if (!isObject(value) || value instanceof Date) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, compactDeep(member)])) as T;
}

/** One spelling for values that mean the same: keys sorted, absent members left out. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member) => (isObject(member) ? sorted(member) : member)) ?? 'null';
}

const sorted = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(compact(value)).sort(([a], [b]) => (a < b ? -1 : 1)));
