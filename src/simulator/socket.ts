import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Account } from './account.ts';
import type { FaultRule } from './faults.ts';
import type { WireRequest } from './wire.ts';

/** A simulated account that listens at a URL. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Puts the account behind a socket of this machine, for clients that know `AWS_ENDPOINT_URL`.
 * `GET /_simulator/picture`, `GET /_simulator/calls` and `POST /_simulator/faults` are for tests.
 */
export function listen(account: Account, options: { port?: number; host?: '127.0.0.1' } = {}): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    serve(account, incoming, outgoing).catch(() => outgoing.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** A connection that is destroyed without an answer is what a lost answer looks like. */
async function serve(account: Account, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://simulator');
  const body = await readBody(incoming);
  if (url.pathname.startsWith('/_simulator/')) {
    control(account, incoming.method ?? 'GET', url.pathname.slice('/_simulator/'.length), body, outgoing);
    return;
  }
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort(new Error('the client has gone')));
  const { status, headers, body: answer } = await account.handle(wireRequest(incoming, url, body), gone.signal);
  outgoing.writeHead(status, headers).end(answer);
}

function wireRequest(incoming: IncomingMessage, url: URL, body: Uint8Array): WireRequest {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    body,
  };
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function control(account: Account, method: string, what: string, body: Uint8Array, outgoing: ServerResponse): void {
  const answer = (status: number, value: unknown): void => {
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (method === 'GET' && what === 'picture') answer(200, account.picture());
  else if (method === 'GET' && what === 'calls') answer(200, account.calls);
  else if (method === 'POST' && what === 'faults') {
    const rules = readFaults(body);
    for (const rule of rules ?? []) account.inject(rule);
    answer(rules === undefined ? 400 : 200, rules === undefined ? { error: 'not a fault rule or a list of them' } : {});
  } else answer(404, { error: `there is no ${method} ${what}` });
}

function readFaults(body: Uint8Array): readonly FaultRule[] | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    const rules = Array.isArray(value) ? value : [value];
    return rules.every((rule) => typeof rule === 'object' && rule !== null && 'fault' in rule) ? rules : undefined;
  } catch {
    return undefined;
  }
}
