import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Destination } from './route.ts';

/** The request options that Node passes to an agent, as far as they are used here. */
interface RequestOptions {
  readonly host?: string | null;
  readonly hostname?: string | null;
  readonly port?: number | string | null;
}

/** The method that passes a request to an agent; missing in Node's types. */
interface Accepts {
  addRequest(request: ClientRequest, options: RequestOptions): void;
}

type AddRequest = Accepts['addRequest'];

const keep = { keepAlive: true, maxSockets: 50 };

/** Creates Node's agents; they forward requests to a proxy unless NO_PROXY exempts the host. */
export function proxyAgents({
  http,
  https,
  isExempt,
}: {
  readonly http: URL | undefined;
  readonly https: URL | undefined;
  readonly isExempt: (to: Destination) => boolean;
}): { readonly httpAgent?: object; readonly httpsAgent?: object } {
  // No keepAlive: a reused connection would send a request path that was not rewritten for the proxy.
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
    // Otherwise agent-base derives it from the stack trace.
    return other.addRequest(request, { ...options, secureEndpoint: protocol === 'https:' } as RequestOptions);
  };
  return direct;
}

/** Connection timeout in milliseconds, as in the SDK's own handler. */
const patience = 5_000;

type Connect = HttpsProxyAgent<string>['connect'];

/** A tunnel that reports a refusal as its own error, so that the proxy's answer is not taken for one of AWS. */
class Tunnel extends HttpsProxyAgent<string> {
  override async connect(request: Parameters<Connect>[0], options: Parameters<Connect>[1]): Promise<Socket> {
    const asked = `CONNECT ${options.host}:${options.port}`;
    let status = 200;
    request.once('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
      status = statusCode;
    });
    const late = new AbortController();
    // A proxy that never answers would keep the connection and the process alive.
    const timer = setTimeout(() => late.abort(), patience);
    // `super.connect` reads it before its first await.
    Object.assign(this.connectOpts, { signal: late.signal });
    try {
      const socket = await super.connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
    } catch (error) {
      if (late.signal.aborted) throw withCode(new Error(`the proxy did not answer ${asked}`), 'ETIMEDOUT');
      // The only error that the agent throws without a code: the proxy closed the connection.
      throw error instanceof Error && !('code' in error) ? withCode(error, 'ECONNRESET') : error;
    } finally {
      clearTimeout(timer);
    }
    const refusal = withCode(new Error(`the proxy answered ${asked} with HTTP ${status}`), `PROXY_${status}`);
    // As for any HTTP answer: 5xx is transient, other refusals are not.
    throw Object.assign(refusal, { $metadata: { httpStatusCode: status } });
  }
}

const withCode = (error: Error, code: string): Error => Object.assign(error, { code });
