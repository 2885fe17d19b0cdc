import { BlockList, isIP } from 'node:net';
import { Failure } from '../../model/failure.ts';
import type { Destination, Proxies, Route } from './route.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** An environment variable with a value. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY as curl and the GitHub runner do: lower case takes precedence; HTTPS_PROXY
 * applies to https:// endpoints, HTTP_PROXY to http:// ones.
 */
export function readProxies(environment: Environment): Proxies {
  const variable = (upper: string): Variable | undefined =>
    [upper.toLowerCase(), upper].flatMap((name) => {
      const value = environment[name]?.trim();
      return value ? [{ name, value }] : [];
    })[0];
  const plain = variable('HTTP_PROXY');
  const secure = variable('HTTPS_PROXY');
  const exempt = variable('NO_PROXY');
  const route = (to: Destination): Route => {
    const isPlain = to.protocol.startsWith('http:');
    const proxy = isPlain ? plain : secure;
    if (proxy === undefined) return { is: 'direct', unset: isPlain ? 'HTTP_PROXY' : 'HTTPS_PROXY' };
    const shown = addressOf(proxy)?.origin ?? proxy.name;
    if (exempt !== undefined && isExempt(to, exempt.value)) return { is: 'exempt', by: exempt.name, proxy: shown };
    return { is: 'proxied', by: proxy.name, proxy: shown };
  };
  const set = [plain, secure].filter((one) => one !== undefined);
  return {
    route,
    agents: async () => {
      if (set.length === 0) return {};
      const [http, https] = [plain, secure].map((one) => (one === undefined ? undefined : checked(one)));
      return (await import('./proxy-agents.ts')).proxyAgents({
        http,
        https,
        isExempt: (to) => route(to).is === 'exempt',
      });
    },
    secrets: [...new Set(set.flatMap(passwordsOf))],
  };
}

/** A proxy may be given without a scheme, as in curl. */
function addressOf({ value }: Variable): URL | undefined {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
}

/** The value can contain a password, so the error does not show it. */
function checked(variable: Variable): URL {
  const url = addressOf(variable);
  if (url !== undefined && [url.username, url.password].every(isEncoded)) return url;
  throw new Failure(variable.name, {
    kind: 'refused-call',
    because: `the environment variable ${variable.name} is not the address of an HTTP proxy (its value is not shown: it may contain a password)`,
    next: `Set ${variable.name} to http://host:port or https://host:port; write credentials as http://user:password@host:port, with special characters percent-encoded.`,
  });
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function passwordsOf(variable: Variable): readonly string[] {
  const { password = '', username = '' } = addressOf(variable) ?? {};
  if (password === '' || !isEncoded(password) || !isEncoded(username)) return password === '' ? [] : [password];
  const plain = decodeURIComponent(password);
  const sent = Buffer.from(`${decodeURIComponent(username)}:${plain}`).toString('base64');
  return [password, plain, sent];
}

/**
 * Entries of NO_PROXY: `*`, a host with its subdomains (`example.com`, `.example.com` and `*.example.com` are equal), an
 * IP address, or a CIDR range (10.0.0.0/8), each with or without a port.
 */
function isExempt({ protocol, hostname, port }: Destination, noProxy: string): boolean {
  const host = bare(hostname);
  const usual = protocol.startsWith('http:') ? '80' : '443';
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const [, name = entry, onPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
    if (onPort !== undefined && onPort !== String(port || usual)) return false;
    if (name === '*') return true;
    const suffix = bare(name.replace(/^\*?\./, ''));
    return host === suffix || host.endsWith(`.${suffix}`) || isInRange(host, suffix);
  });
}

/** Ignores case, IPv6 brackets and a trailing dot. */
const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$|\.$/g, '');

function isInRange(host: string, range: string): boolean {
  const [, network = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(range) ?? [];
  const version = isIP(network);
  if (version === 0 || isIP(host) !== version || Number(bits) > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** Describes the route in a few words, for the end of an error message. */
export function formatRoute(route: Route): string {
  if (route.is === 'proxied') return `through the proxy ${route.proxy} of ${route.by}`;
  return route.is === 'exempt'
    ? `without a proxy: ${route.by} exempts this host`
    : `without a proxy: ${route.unset} is not set`;
}
