import { invalidParameter } from './aws-failure.ts';
import { type JsonObject, number, text } from './json.ts';

/** One page of a list and the token of the next; `most` is both the greatest page and the default. */
export function page<T>(
  all: readonly T[],
  input: JsonObject,
  most: number,
  fallback: number = most,
): readonly [items: readonly T[], nextToken: string | undefined] {
  const size = number(input.maxResults) ?? fallback;
  if (size < 1 || size > most) throw invalidParameter(`maxResults must be between 1 and ${most}.`);
  const start = readToken(text(input.nextToken));
  const end = start + size;
  return [all.slice(start, end), end < all.length ? writeToken(end) : undefined];
}

/** A token that says where the next page starts, without looking like a number. */
export function writeToken(start: number): string {
  return Buffer.from(`from:${start}`).toString('base64url');
}

/** Where the page of that token starts. */
export function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw invalidParameter('Invalid token.');
  return Number(start);
}
