/** ECS operations with answers that are partly sent back: task definitions and service settings. */
const described: ReadonlySet<string> = new Set([
  'DescribeServicesCommand',
  'DescribeServiceRevisionsCommand',
  'DescribeTaskDefinitionCommand',
]);

/** Operations with requests that are built from these answers, or from a file with such an answer. */
const sent: ReadonlySet<string> = new Set([
  'CreateServiceCommand',
  'RegisterTaskDefinitionCommand',
  'RunTaskCommand',
  'StartTaskCommand',
  'UpdateServiceCommand',
]);

/** Whether unknown members are kept in the answer of a command. */
export const isKept = (command: string): boolean => described.has(command);

/** Whether unknown members are added to the request of a command. */
export const isSent = (command: string): boolean => sent.has(command);

/**
 * Adds to `to` every member of `from` that it lacks, on every level. The SDK drops members that its schema does not know,
 * and AWS adds some every year. Lists are matched by position, and skipped if their lengths differ.
 */
export function graft(from: unknown, to: unknown): void {
  if (Array.isArray(from) && Array.isArray(to)) {
    if (from.length === to.length) for (const [index, item] of from.entries()) graft(item, to[index]);
    return;
  }
  if (!isPlain(from) || !isPlain(to)) return;
  for (const [key, value] of Object.entries(from)) {
    // `$metadata` and `$unknown` belong to the SDK; null means absent.
    if (value === undefined || value === null || key.startsWith('$')) continue;
    if (to[key] === undefined) to[key] = structuredClone(value);
    else graft(value, to[key]);
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Returns the bytes of a response body: a stream from the network, bytes from an in-process handler. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Parses JSON from bytes or text; `undefined` if it is not JSON. */
export function jsonIn(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array));
  } catch {
    return undefined;
  }
}
