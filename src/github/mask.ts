/** Replaces values that must not be seen. */
export type Mask = (text: string) => string;

/** A value that is shorter than this is in every other word. */
const shortest = 4;

/** Makes a mask that replaces every secret with `***`, the longest first, so that no end of a longer one is left. */
export function createMask(secrets: readonly string[]): Mask {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= shortest).sort((a, b) => b.length - a.length);
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}

/** Masks every text in a value that is to become JSON; names of properties stay. */
export function maskDeep<T>(value: T, mask: Mask): T {
  return deep(value, mask) as T;
}

function deep(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => deep(item, mask));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, deep(item, mask)]));
}
