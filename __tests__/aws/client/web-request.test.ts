import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readProxies } from '../../../src/aws/client/proxy.ts';
import { sendOnce } from '../../../src/aws/client/web-request.ts';
import { second } from '../../../src/model/duration.ts';
import type { WebRequest } from '../../../src/model/web.ts';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on this machine; resolves with its URL. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const send = (url: string, more: Partial<WebRequest> = {}, environment: Record<string, string> = {}) =>
  sendOnce(
    { method: 'GET', url, headers: {}, timeout: 2 * second, ...more },
    readProxies(environment),
    new AbortController().signal,
  );

describe('a request to a URL of the user', () => {
  it('has the method, the headers and the body of the gate', async () => {
    let seen: object = {};
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { host, 'content-type': type } = request.headers;
        seen = { method: request.method, path: request.url, host, type, body };
        response.writeHead(202).end('noted');
      });
    });
    const headers = { host: 'www.example.com', 'content-type': 'application/json' };
    const reply = await send(`${url}/hook?a=1`, { method: 'POST', headers, body: '{"ä":1}' });
    expect(reply).toMatchObject({ is: 'answered', status: 202, text: 'noted' });
    expect(seen).toEqual({
      method: 'POST',
      path: '/hook?a=1',
      host: 'www.example.com',
      type: 'application/json',
      body: '{"ä":1}',
    });
  });

  it('does not follow a redirect', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await send(url)).toMatchObject({ is: 'answered', status: 302 });
  });

  it('reads at most 64 KiB of an answer', async () => {
    const url = await serve((_, response) => {
      const more = setInterval(() => response.write('x'.repeat(50_000)), 1);
      response.once('close', () => clearInterval(more));
    });
    const reply = await send(url);
    expect(reply.is === 'answered' && reply.text.length).toBe(64 * 1024);
  });

  it('ends after its timeout', async () => {
    const url = await serve(() => {});
    expect(await send(url, { timeout: 100 })).toEqual({ is: 'unanswered', because: 'no answer within 0.1s' });
  });

  it('ends after its timeout in the middle of an answer too', async () => {
    const url = await serve((_, response) => response.writeHead(200).write('half'));
    expect(await send(url, { timeout: 300 })).toMatchObject({ is: 'unanswered', because: 'no answer within 0.3s' });
  });

  it('says why there was no answer', async () => {
    const reply = await send('http://127.0.0.1:1/');
    expect(reply).toEqual({ is: 'unanswered', because: 'connect ECONNREFUSED 127.0.0.1:1' });
  });

  it('goes through the proxy of the environment', async () => {
    let asked: object = {};
    const proxy = await serve((request, response) => {
      asked = { url: request.url, host: request.headers.host };
      response.end('by proxy');
    });
    const headers = { host: 'www.example.com' };
    const reply = await send('http://shop.example/health?a=1', { headers }, { HTTP_PROXY: proxy });
    expect(reply).toMatchObject({ is: 'answered', status: 200, text: 'by proxy' });
    expect(asked).toEqual({ url: 'http://shop.example/health?a=1', host: 'www.example.com' });
  });

  it('rejects when the job is cancelled', async () => {
    const url = await serve(() => {});
    const abort = new AbortController();
    const reply = sendOnce({ method: 'GET', url, headers: {}, timeout: 5 * second }, readProxies({}), abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(reply).rejects.toThrow('cancelled');
  });
});
