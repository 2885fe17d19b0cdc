import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Destination } from './route.ts';

/** What Node tells an agent of a request, as far as it is used here. */
interface RequestOptions {
  readonly host?: string | null;
  readonly hostname?: string | null;
  readonly port?: number | string | null;
}

/** The method with which Node hands a request to its agent; its types leave it out. */
interface Accepts {
  addRequest(request: ClientRequest, options: RequestOptions): void;
}

type AddRequest = Accepts['addRequest'];

const keep = { keepAlive: true, maxSockets: 50 };

/** Node's own agents, which pass on to a proxy what is not exempt. */
export function proxyAgents({
  http,
  https,
  isExempt,
}: {
  readonly http: URL | undefined;
  readonly https: URL | undefined;
  readonly isExempt: (to: Destination) => boolean;
}): { readonly httpAgent?: object; readonly httpsAgent?: object } {
  // Without keepAlive: a kept connection would get a request whose path was not rewritten for the proxy.
  const httpAgent = http && divert(new HttpAgent(keep), new HttpProxyAgent(http), 'http:', isExempt);
  const httpsAgent = https && divert(new HttpsAgent(keep), new Tunnel(https, keep), 'https:', isExempt);
  return { ...(httpAgent && { httpAgent }), ...(httpsAgent && { httpsAgent }) };
}

function divert<A extends HttpAgent>(
  direct: A,
  proxied: HttpAgent,
  protocol: string,
  isExempt: (to: Destination) => boolean,
): A {
  const [own, other] = [direct, proxied] as unknown as readonly [Accepts, Accepts];
  const directly: AddRequest = own.addRequest.bind(direct);
  own.addRequest = (request, options) => {
    const to = { protocol, hostname: options.hostname ?? options.host ?? '', port: options.port ?? undefined };
    if (isExempt(to)) return directly(request, options);
    // agent-base would look for it in the stack trace otherwise.
    return other.addRequest(request, { ...options, secureEndpoint: protocol === 'https:' } as RequestOptions);
  };
  return direct;
}

/** As long as the SDK's own handler waits for a connection, in milliseconds. */
const patience = 5_000;

type Connect = HttpsProxyAgent<string>['connect'];

/** A tunnel whose refusal is an error of its own: the proxy's answer must not be taken for one of AWS. */
class Tunnel extends HttpsProxyAgent<string> {
  override async connect(request: Parameters<Connect>[0], options: Parameters<Connect>[1]): Promise<Socket> {
    const asked = `CONNECT ${options.host}:${options.port}`;
    let status = 200;
    request.once('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
      status = statusCode;
    });
    const late = new AbortController();
    // A proxy that never answers would keep the connection, and with it the process.
    const timer = setTimeout(() => late.abort(), patience);
    // It is read before the first await of the method below.
    Object.assign(this.connectOpts, { signal: late.signal });
    try {
      const socket = await super.connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
    } catch (error) {
      if (late.signal.aborted) throw withCode(new Error(`the proxy did not answer ${asked}`), 'ETIMEDOUT');
      // The one error that the agent has words for and no code: the proxy closed the connection.
      throw error instanceof Error && !('code' in error) ? withCode(error, 'ECONNRESET') : error;
    } finally {
      clearTimeout(timer);
    }
    const refusal = withCode(new Error(`the proxy answered ${asked} with HTTP ${status}`), `PROXY_${status}`);
    // As with any answer of the HTTP kind: 5xx may pass, other refusals do not.
    throw Object.assign(refusal, { $metadata: { httpStatusCode: status } });
  }
}

const withCode = (error: Error, code: string): Error => Object.assign(error, { code });
