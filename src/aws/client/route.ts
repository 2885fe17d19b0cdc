/** How one request reaches its host: directly, directly because NO_PROXY exempts the host, or through a proxy. */
export type Route =
  | { readonly is: 'direct'; readonly unset: string }
  | { readonly is: 'exempt'; readonly by: string; readonly proxy: string }
  | { readonly is: 'proxied'; readonly by: string; readonly proxy: string };

/** Where a request goes. */
export interface Destination {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | string | undefined;
}

/** The proxies that the environment names. */
export interface Proxies {
  /** The route of a request; addresses of proxies in it have no credentials. */
  route(to: Destination): Route;
  /** Agents for Node's http and https, which are loaded only where a proxy is set. Throws a Failure for a bad variable. */
  agents(): Promise<{ readonly httpAgent?: object; readonly httpsAgent?: object }>;
  /** Passwords in the addresses of the proxies, as they are written and as they are sent. */
  readonly secrets: readonly string[];
}
