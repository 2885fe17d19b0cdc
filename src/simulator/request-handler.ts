import type { Account } from './account.ts';
import { isObject } from './json.ts';
import type { WireRequest } from './wire.ts';

/** A `requestHandler` of the AWS SDK for JavaScript v3. */
export interface SimulatorRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(
    request: SdkRequest,
    options?: { abortSignal?: { readonly aborted: boolean } | undefined },
  ): Promise<{ response: SdkResponse }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/** The relevant members of the SDK's HttpRequest. */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The SDK's HttpResponse. */
export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** Connects SDK clients of this process to the account, without a socket. */
export function requestHandler(account: Account): SimulatorRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request, options) {
      const signal = options?.abortSignal instanceof AbortSignal ? options.abortSignal : undefined;
      const { status, headers, body } = await untilAborted(signal, () => account.handle(wireRequest(request), signal));
      return { response: { statusCode: status, headers: { ...headers }, body: bytes(body) } };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

/** The SDK expects an error named AbortError, whatever the reason. */
async function untilAborted<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  if (signal?.aborted) throw aborted(signal);
  try {
    return await run();
  } catch (error) {
    throw signal?.aborted ? aborted(signal) : error;
  }
}

function aborted(signal: AbortSignal): Error {
  return Object.assign(new Error('Request aborted', { cause: signal.reason }), { name: 'AbortError' });
}

function wireRequest(request: SdkRequest): WireRequest {
  const { method, path, body } = request;
  return {
    method,
    path,
    query: strings(request.query ?? {}),
    headers: strings(request.headers, (name) => name.toLowerCase()),
    body: typeof body === 'string' || body instanceof Uint8Array ? body : '',
  };
}

function strings(
  bag: Readonly<Record<string, unknown>>,
  rename = (name: string): string => name,
): Record<string, string> {
  const entries = Object.entries(bag).filter(([, value]) => value !== null && value !== undefined && !isObject(value));
  return Object.fromEntries(entries.map(([name, value]) => [rename(name), String(value)]));
}

const bytes = (body: string | Uint8Array): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body;
