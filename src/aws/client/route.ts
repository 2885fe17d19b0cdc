/** The route of a request: direct, direct because NO_PROXY exempts the host, or through a proxy. */
export type Route =
  | { readonly is: 'direct'; readonly unset: string }
  | { readonly is: 'exempt'; readonly by: string; readonly proxy: string }
  | { readonly is: 'proxied'; readonly by: string; readonly proxy: string };

/** The destination of a request. */
export interface Destination {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | string | undefined;
}

/** The proxies set in the environment. */
export interface Proxies {
  /** Returns the route of a request; proxy addresses in it contain no credentials. */
  route(to: Destination): Route;
  /** Returns agents for Node's http and https, loaded only if a proxy is set. Throws a Failure for a bad variable. */
  agents(): Promise<{ readonly httpAgent?: object; readonly httpsAgent?: object }>;
  /** Passwords in the proxy addresses, as written and decoded. */
  readonly secrets: readonly string[];
}
