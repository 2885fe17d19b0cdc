import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { showDuration } from '../../model/duration.ts';
import { formatError } from '../../model/failure.ts';
import type { WebReply, WebRequest } from '../../model/web.ts';
import { formatRoute } from './proxy.ts';
import type { Proxies } from './route.ts';

/** The most that is read of an answer. */
const mostBytes = 64 * 1024;

/**
 * Sends a request to a URL of the user: once, through the proxies of the environment, without following redirects. Node
 * takes the Host header as the name for TLS as well, so the certificate must be for the host that is asked for.
 */
export async function sendOnce(
  { method, url, headers, body, timeout }: WebRequest,
  proxies: Proxies,
  signal: AbortSignal,
): Promise<WebReply> {
  signal.throwIfAborted();
  const began = performance.now();
  const late = AbortSignal.timeout(timeout);
  try {
    const to = new URL(url);
    const { httpAgent, httpsAgent } = await proxies.agents();
    const secure = to.protocol === 'https:';
    const agent = (secure ? httpsAgent : httpAgent) as never;
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method,
        agent: agent ?? false,
        headers: { 'user-agent': 'ecs-canary-rollout', ...headers, ...length },
        signal: AbortSignal.any([signal, late]),
        // The agent of a proxy would take the Host header for the server to ask.
        ...(!secure && proxies.route(to).is === 'proxied' ? { path: `${to.origin}${to.pathname}${to.search}` } : {}),
      };
      const request = (secure ? overHttps : overHttp)(to, options, resolve);
      request.once('error', reject);
      request.end(body);
    });
    const text = await textOf(answer);
    return { is: 'answered', status: answer.statusCode ?? 0, text, latency: performance.now() - began };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { is: 'unanswered', because: `no answer within ${showDuration(timeout)}` };
    return { is: 'unanswered', because: whyNot(error, url, proxies) };
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    read += (chunk as Buffer).length;
    if (read >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
}

function whyNot(error: unknown, url: string, proxies: Proxies): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  const to = URL.parse(url);
  const route = to === null ? undefined : proxies.route(to);
  const through = route === undefined || route.is === 'direct' ? '' : ` (${formatRoute(route)})`;
  return `${formatError(first)}${through}`;
}
