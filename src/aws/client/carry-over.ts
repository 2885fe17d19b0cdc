/** Answers of ECS of which something is sent back: what a revision is made of, and the settings of a service. */
const described: ReadonlySet<string> = new Set([
  'DescribeServicesCommand',
  'DescribeServiceRevisionsCommand',
  'DescribeTaskDefinitionCommand',
]);

/** Requests that are made of them, or of a file with what AWS has described. */
const sent: ReadonlySet<string> = new Set([
  'CreateServiceCommand',
  'RegisterTaskDefinitionCommand',
  'RunTaskCommand',
  'StartTaskCommand',
  'UpdateServiceCommand',
]);

/** Whether the members that this version of the SDK does not know are kept in an answer. */
export const isKept = (command: string): boolean => described.has(command);

/** Whether they are put into a request. */
export const isSent = (command: string): boolean => sent.has(command);

/**
 * Adds to `to` every member of `from` that it lacks, on every level: the SDK drops the members that its schema does not
 * have, and AWS adds some every year. Lists are matched by position, and left alone where their lengths differ.
 */
export function graft(from: unknown, to: unknown): void {
  if (Array.isArray(from) && Array.isArray(to)) {
    if (from.length === to.length) for (const [index, item] of from.entries()) graft(item, to[index]);
    return;
  }
  if (!isPlain(from) || !isPlain(to)) return;
  for (const [key, value] of Object.entries(from)) {
    // `$metadata` and `$unknown` are the SDK's own; null means that AWS has nothing there.
    if (value === undefined || value === null || key.startsWith('$')) continue;
    if (to[key] === undefined) to[key] = structuredClone(value);
    else graft(value, to[key]);
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The bytes of an answer: a stream over the wire, bytes from a handler in the same process. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The JSON in bytes or a text; `undefined` where it is none. */
export function jsonIn(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array));
  } catch {
    return undefined;
  }
}
