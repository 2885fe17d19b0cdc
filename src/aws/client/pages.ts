import type { Aws } from './account.ts';
import type { InputOf, OperationName, OutputOf, ServiceName } from './clients.ts';

/** The names of the page token in AWS's APIs: in the answer, and in the next request. */
const tokens = [
  ['nextToken', 'nextToken'],
  ['NextToken', 'NextToken'],
  ['NextMarker', 'Marker'],
] as const;

/**
 * Calls a paginated operation and yields its pages. A page may be empty although more follow. A repeated token ends the
 * list, to prevent an endless loop.
 */
export async function* readPages<S extends ServiceName, O extends OperationName<S>>(
  aws: Aws,
  service: S,
  operation: O,
  input: InputOf<S, O>,
): AsyncGenerator<OutputOf<S, O>> {
  let token: string | undefined;
  let next: object = {};
  for (;;) {
    const answer = await aws.call(service, operation, { ...(input as object), ...next } as InputOf<S, O>);
    yield answer;
    const [given, asked] = tokens.find(([name]) => tokenIn(answer, name) !== undefined) ?? tokens[0];
    const following = tokenIn(answer, given);
    if (following === undefined || following === token) return;
    token = following;
    next = { [asked]: token };
  }
}

function tokenIn(answer: unknown, name: string): string | undefined {
  const value = (answer as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the items of all pages. */
export async function readAll<S extends ServiceName, O extends OperationName<S>, T>(
  aws: Aws,
  service: S,
  operation: O,
  input: InputOf<S, O>,
  itemsOf: (answer: OutputOf<S, O>) => readonly T[] | undefined,
): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const answer of readPages(aws, service, operation, input)) items.push(...(itemsOf(answer) ?? []));
  return items;
}

/** Splits a list into chunks of at most `most` items, the limit of a Describe call. */
export function inChunks<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) => items.slice(i * most, (i + 1) * most));
}

/** Reads a list in chunks of at most `most` items, one after the other, and returns all that was read. */
export async function readInChunks<I, T>(
  items: readonly I[],
  most: number,
  read: (chunk: I[]) => Promise<readonly T[] | undefined>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const chunk of inChunks(items, most)) found.push(...((await read([...chunk])) ?? []));
  return found;
}
