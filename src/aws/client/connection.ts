import type { Route } from './route.ts';

/** An error of a call, as far as it tells of the connection. */
interface ConnectionError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly route?: Route;
  readonly host?: string;
}

const names = /^(ENOTFOUND|EAI_AGAIN)$/;
const unreached = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError)$/;
const certificates =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/;
const tls = /^(ERR_SSL_\w+|EPROTO)$/;
const proxyAnswer = /^PROXY_(\d+)$/;

/** Whether the error is about the way to AWS, not an answer of AWS. */
export const isConnection = ({ code }: Pick<ConnectionError, 'code'>): boolean =>
  [names, unreached, certificates, tls, proxyAnswer, /^HTTP /].some((pattern) => pattern.test(code));

/** What to do about an error of the connection, by the route of the request; `undefined` for any other error. */
export function adviceOnConnection(error: ConnectionError): string | undefined {
  const { code, status, route, host = 'the endpoint' } = error;
  const answered = proxyAnswer.exec(code)?.[1];
  const said = answered === undefined ? status : Number(answered);
  if (route?.is === 'proxied') {
    const behind = answered !== undefined || code.startsWith('HTTP ') || (said === 407 && code !== '');
    if (behind) return adviceOnProxy(said, route, host);
  }
  if (certificates.test(code)) {
    return `The certificate of ${host} is not from an authority that Node.js knows, as behind a proxy or firewall that inspects TLS: set NODE_EXTRA_CA_CERTS to the PEM file of its CA, in env of the job or in the .env file of the runner.`;
  }
  if (names.test(code)) return adviceOnName(error);
  if (tls.test(code) && route?.is === 'proxied') {
    return `The TLS connection through ${route.proxy} failed: check whether ${route.by} should begin with http:// instead of https://.`;
  }
  if (!unreached.test(code) || route === undefined) return undefined;
  if (route.is === 'proxied') {
    return `Check that the proxy in ${route.by} is right and reachable from this runner, and that it allows ${host}; to go without it, add ${host} to NO_PROXY.`;
  }
  if (route.is === 'exempt') {
    return `${host} cannot be reached without a proxy: remove it from ${route.by} to use ${route.proxy}, or give the runner a route to it.`;
  }
  return `AWS did not answer in time: try again in some minutes. If this runner needs a proxy to reach ${host}, set ${route.unset}.`;
}

function adviceOnProxy(
  status: number | undefined,
  { by, proxy }: Route & { readonly is: 'proxied' },
  host: string,
): string {
  if (status === 407) {
    return `The proxy ${proxy} asks for credentials: set ${by} to http://user:password@host:port, from a secret, with special characters percent-encoded.`;
  }
  if (status !== undefined && status >= 500) {
    return `The proxy ${proxy} did not get through to ${host}: look at its log, check the region, and try again; to go without it, add ${host} to NO_PROXY.`;
  }
  return `The proxy ${proxy} does not let ${host} through: have it allowed there; to go without the proxy, add ${host} to NO_PROXY.`;
}

/** The name that was not found is the proxy's where there is one. */
function adviceOnName({ route, host }: ConnectionError): string {
  const region = 'There is no such endpoint: check the region.';
  if (route === undefined) return region;
  if (route.is === 'proxied') return `The host of the proxy ${route.proxy} was not found: check ${route.by}.`;
  if (route.is === 'exempt') {
    return `${host} was not found: check the region, or remove the host from ${route.by} if only the proxy ${route.proxy} can resolve it.`;
  }
  return `${region} If this runner reaches AWS only through a proxy, set ${route.unset} (and NO_PROXY).`;
}
