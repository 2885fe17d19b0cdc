import type { Route } from './route.ts';

/** The parts of a call error that concern the connection. */
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

/** Whether the error concerns the connection to AWS, and is not an answer of AWS. */
export const isConnection = ({ code }: Pick<ConnectionError, 'code'>): boolean =>
  [names, unreached, certificates, tls, proxyAnswer, /^HTTP /].some((pattern) => pattern.test(code));

/** Returns advice for a connection error, depending on the route of the request; `undefined` for other errors. */
export function adviceOnConnection(error: ConnectionError): string | undefined {
  const { code, status, route, host = 'the endpoint' } = error;
  const answered = proxyAnswer.exec(code)?.[1];
  const said = answered === undefined ? status : Number(answered);
  if (route?.is === 'proxied') {
    const behind = answered !== undefined || code.startsWith('HTTP ') || (said === 407 && code !== '');
    if (behind) return adviceOnProxy(said, route, host);
  }
  if (certificates.test(code)) {
    return `Node.js does not trust the certificate of ${host}. If a proxy or firewall inspects TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its CA, in env of the job or in the .env file of the runner.`;
  }
  if (names.test(code)) return adviceOnName(error);
  if (tls.test(code) && route?.is === 'proxied') {
    return `The TLS connection through ${route.proxy} failed: check whether ${route.by} should begin with http:// instead of https://.`;
  }
  if (!unreached.test(code) || route === undefined) return undefined;
  if (route.is === 'proxied') {
    return `Check that the proxy in ${route.by} is correct and reachable from this runner, and that it allows ${host}. To bypass it, add ${host} to NO_PROXY.`;
  }
  if (route.is === 'exempt') {
    return `${host} cannot be reached without a proxy: remove it from ${route.by} to use ${route.proxy}, or give the runner a route to it.`;
  }
  return `AWS did not answer in time: try again in a few minutes. If this runner needs a proxy to reach ${host}, set ${route.unset}.`;
}

function adviceOnProxy(
  status: number | undefined,
  { by, proxy }: Route & { readonly is: 'proxied' },
  host: string,
): string {
  if (status === 407) {
    return `The proxy ${proxy} requires credentials: set ${by} to http://user:password@host:port, from a secret, with special characters percent-encoded.`;
  }
  if (status !== undefined && status >= 500) {
    return `The proxy ${proxy} could not connect to ${host}: check its log and the region, and try again. To bypass it, add ${host} to NO_PROXY.`;
  }
  return `The proxy ${proxy} blocks ${host}: allow the host in the proxy. To bypass the proxy, add ${host} to NO_PROXY.`;
}

/** With a proxy, the host name that was not found is that of the proxy. */
function adviceOnName({ route, host }: ConnectionError): string {
  const region = 'The endpoint does not exist: check the region.';
  if (route === undefined) return region;
  if (route.is === 'proxied') return `The host of the proxy ${route.proxy} could not be resolved: check ${route.by}.`;
  if (route.is === 'exempt') {
    return `${host} could not be resolved: check the region, or remove the host from ${route.by} if only the proxy ${route.proxy} can resolve it.`;
  }
  return `${region} If this runner reaches AWS only through a proxy, set ${route.unset} (and NO_PROXY).`;
}
