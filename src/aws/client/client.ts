import type { Proxies, Route } from './route.ts';

/** What requests are signed with. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Keys as the SDK has found them, with what it knows of where they come from. */
export interface Identity extends Keys {
  readonly expiration?: Date | undefined;
  readonly $source?: Readonly<Record<string, unknown>>;
}

/** What every client is made with; the tests and `rehearse` put the simulator in as `requestHandler`. */
export interface ClientOptions {
  readonly region: string;
  readonly requestHandler?: object;
  /** Without them the SDK looks for some where it always does. */
  readonly credentials?: Keys;
  /** The proxies of the environment; without them requests go directly, and errors do not speak of proxies. */
  readonly proxies?: Proxies;
}

/** Sends one operation, once. */
export type Send = (operation: string, input: object, signal: AbortSignal) => Promise<object>;

/** A client of one service. */
export interface Client {
  readonly send: Send;
  /** What it signs with; once it has signed something, the answer is remembered. */
  identity(): Promise<Identity>;
}

/** What the SDK's clients take of our options, with the proxies' agents in the request handler. Throws a Failure. */
export async function settingsOf({ proxies, ...options }: ClientOptions): Promise<object> {
  if (options.requestHandler !== undefined) return options;
  // How long an answer may take is ours as well.
  return { requestHandler: { connectionTimeout: 5_000, ...(await proxies?.agents()) }, ...options };
}

/** An error with the route of its request, which says what a failed connection was to. */
export function withRoute(error: unknown, route: Route, host: string): unknown {
  return error instanceof Error ? Object.assign(error, { route, host }) : error;
}
