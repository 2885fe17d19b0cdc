import type { Aws } from './account.ts';
import type { InputOf, OperationName, OutputOf, ServiceName } from './clients.ts';

/** How AWS's APIs name the token of the next page: in the answer, and in the next request. */
const tokens = [
  ['nextToken', 'nextToken'],
  ['NextToken', 'NextToken'],
  ['NextMarker', 'Marker'],
] as const;

/**
 * Calls an operation that answers in pages until the last page has come. A page may be empty although more follow; a
 * token that repeats itself ends the list, so that a broken answer cannot be read for ever.
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

/** Reads a list to its end: the items of all its pages. */
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

/** Parts of a list that are no longer than a Describe call accepts. */
export function inChunks<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) => items.slice(i * most, (i + 1) * most));
}
