import type { Proxies, Route } from './route.ts';

/** The keys that sign requests. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Keys resolved by the SDK, with their source as far as it is known. */
export interface Identity extends Keys {
  readonly expiration?: Date | undefined;
  readonly $source?: Readonly<Record<string, unknown>>;
}

/** Options of every client; tests and `rehearse` pass the simulator as `requestHandler`. */
export interface ClientOptions {
  readonly region: string;
  readonly requestHandler?: object;
  /** By default the SDK's credential provider chain. */
  readonly credentials?: Keys;
  /** The proxies of the environment; if absent, requests go directly and errors do not mention proxies. */
  readonly proxies?: Proxies;
}

/** Sends one operation, once. */
export type Send = (operation: string, input: object, signal: AbortSignal) => Promise<object>;

/** A client of one service. */
export interface Client {
  readonly send: Send;
  /** The identity that signs requests; the SDK caches it after the first request. */
  identity(): Promise<Identity>;
}

/** Converts our options to those of the SDK, with proxy agents in the request handler. Throws a Failure for a bad proxy variable. */
export async function settingsOf({ proxies, ...options }: ClientOptions): Promise<object> {
  if (options.requestHandler !== undefined) return options;
  // The time limit of an answer is ours; see attempts.ts.
  return { requestHandler: { connectionTimeout: 5_000, ...(await proxies?.agents()) }, ...options };
}

/** Adds the route of a request to its error, for advice on failed connections. */
export function withRoute(error: unknown, route: Route, host: string): unknown {
  return error instanceof Error ? Object.assign(error, { route, host }) : error;
}
