import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { shop } from '../commands/stage.ts';
import { job } from './job.ts';

const inputs = { 'deploy-context': 'deploy', 'idle-duration': '1s' };

interface Asked {
  readonly what: string;
  readonly authorization: string | undefined;
}

/** A proxy that writes down what it is asked; it carries http://, and answers CONNECT with a status. */
async function proxy(status: number) {
  const asked: Asked[] = [];
  const server = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? '');
    asked.push({ what: url.host, authorization: incoming.headers['proxy-authorization'] });
    if (status === 407) return answer.writeHead(407).end();
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const onward = request(
      // A name that only the proxy can resolve.
      { port: url.port, path: url.pathname + url.search, method: incoming.method ?? 'GET', headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on('error', () => answer.writeHead(502).end());
    return incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    asked.push({ what: `CONNECT ${incoming.url}`, authorization: incoming.headers['proxy-authorization'] });
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host = '', port] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    return socket.on('error', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Runs a step with a proxy; the endpoint of the account is left out unless it is given. */
async function stepWith(
  status: number,
  env: (proxy: string, url: string) => Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
) {
  const [here, one] = [await job(shop()), await proxy(status)];
  try {
    const result = await here.step(
      { ...inputs, ...more },
      { env: { AWS_ENDPOINT_URL: '', ...env(one.host, here.url) } },
    );
    return { result, asked: one.asked };
  } finally {
    one.close();
    await here.end();
  }
}

/** A certificate for localhost that no authority has signed. */
function certificate(): { readonly key: string; readonly cert: string } {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ];
  execFileSync('openssl', made, { stdio: 'ignore' });
  return { key, cert };
}

/** A step against the account behind TLS, through a proxy that opens tunnels. */
async function stepOverTls(trusted: boolean) {
  const { key, cert } = certificate();
  let target = '';
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    const onward = connect(Number(portOf(target)), '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const one of [socket, onward]) one.on('error', () => [socket, onward].map((each) => each.destroy()));
  }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const done = await stepWith(
    200,
    (host, url) => {
      target = url;
      const trust = trusted ? { NODE_EXTRA_CA_CERTS: cert } : {};
      return { AWS_ENDPOINT_URL: `https://localhost:${port}`, https_proxy: `http://${host}`, ...trust };
    },
    { 'dry-run': 'true' },
  );
  server.close();
  return { ...done, endpoint: `localhost:${port}` };
}

const portOf = (url: string) => new URL(url).port;
const endpoint = 'ecs.us-west-2.amazonaws.com';

describe('a runner behind a proxy', { timeout: 60_000 }, () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('reaches AWS through the proxy of %s', async (name) => {
    const { result, asked } = await stepWith(403, (host) => ({ [name]: `http://${host}` }), { 'dry-run': 'true' });
    expect(new Set(asked.map(({ what }) => what))).toEqual(new Set([`CONNECT ${endpoint}:443`]));
    expect(result.code).toBe(1);
    expect(result.log).toContain(`the proxy answered CONNECT ${endpoint}:443 with HTTP 403`);
    expect(result.log).toMatch(new RegExp(`through the proxy http://127\\.0\\.0\\.1:\\d+ of ${name}`));
    expect(result.log).toContain(`blocks ${endpoint}: allow the host in the proxy`);
  });

  it('rolls out through HTTP_PROXY where the endpoint is http://, by a name that only the proxy resolves', async () => {
    const { result, asked } = await stepWith(403, (host, url) => ({
      AWS_ENDPOINT_URL: `http://aws.example.internal:${portOf(url)}`,
      HTTP_PROXY: `http://deployer:s%3Acret-of-the-proxy@${host}`,
    }));
    expect(result.outputs.outcome).toBe('succeeded');
    expect(result.code).toBe(0);
    expect(new Set(asked.map(({ what }) => what.replace(/:\d+$/, '')))).toEqual(new Set(['aws.example.internal']));
    const credentials = Buffer.from('deployer:s:cret-of-the-proxy').toString('base64');
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([`Basic ${credentials}`]));
    const shown = result.log.replaceAll(/^::add-mask::.*$/gm, '');
    expect(shown).not.toMatch(/s%3Acret|s:cret/);
    expect(shown).not.toContain(credentials);
    expect(result.log).toContain('::add-mask::s:cret-of-the-proxy');
  });

  it.each(['127.0.0.1', 'localhost, 127.0.0.0/8', '*'])(
    'goes directly to what NO_PROXY exempts: %s',
    async (exempt) => {
      const { result, asked } = await stepWith(
        403,
        (host, url) => ({ AWS_ENDPOINT_URL: url, http_proxy: host, no_proxy: exempt, NO_PROXY: 'other.example' }),
        { 'dry-run': 'true' },
      );
      expect(result.code).toBe(0);
      expect(asked).toEqual([]);
    },
  );

  it('asks STS for the role through the proxy, and says what to do when the proxy wants credentials', async () => {
    const { result, asked } = await stepWith(407, (host) => ({ HTTPS_PROXY: `http://wrong:pass-of-proxy@${host}` }), {
      'dry-run': 'true',
      'role-to-assume': 'arn:aws:iam::123456789012:role/deployer',
    });
    expect(asked.map(({ what }) => what)).toEqual(['CONNECT sts.us-west-2.amazonaws.com:443']);
    expect(result.log).toContain('set HTTPS_PROXY to http://user:password@host:port');
    expect(result.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('pass-of-proxy');
  });

  it('exchanges a web identity token that the SDK finds through the proxy as well', async () => {
    const { asked } = await stepWith(
      403,
      (host) => ({
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_WEB_IDENTITY_TOKEN_FILE: join(import.meta.dirname, 'job.ts'),
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deployer',
        HTTPS_PROXY: `http://${host}`,
      }),
      { 'dry-run': 'true' },
    );
    expect(new Set(asked.map(({ what }) => what))).toEqual(new Set(['CONNECT sts.us-west-2.amazonaws.com:443']));
  });

  it('says which proxy was used when the OIDC token cannot be had', async () => {
    const { result } = await stepWith(
      403,
      (host) => ({
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.invalid/token?api-version=2.0',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-of-the-job',
        HTTPS_PROXY: `http://${host}`,
      }),
      { 'dry-run': 'true', 'role-to-assume': 'arn:aws:iam::123456789012:role/deployer' },
    );
    expect(result.log).toMatch(/OIDC token of the job.*of HTTPS_PROXY/s);
  });

  it('asks the metadata service of a container for credentials without the proxy', async () => {
    const metadata = createServer((_, answer) => {
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      answer.end(JSON.stringify({ AccessKeyId: 'a', SecretAccessKey: 'b', Token: 'c', Expiration }));
    }).listen(0, '127.0.0.1');
    await once(metadata, 'listening');
    const { port } = metadata.address() as AddressInfo;
    const { asked } = await stepWith(
      403,
      (host) => ({
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
        HTTP_PROXY: `http://${host}`,
        HTTPS_PROXY: `http://${host}`,
      }),
      { 'dry-run': 'true' },
    );
    metadata.close();
    expect(new Set(asked.map(({ what }) => what))).toEqual(new Set([`CONNECT ${endpoint}:443`]));
  });

  it('says that the proxy of an http:// endpoint wants credentials', async () => {
    const { result } = await stepWith(407, (host, url) => ({ AWS_ENDPOINT_URL: url, http_proxy: `http://${host}` }), {
      'dry-run': 'true',
    });
    expect(result.code).toBe(1);
    expect(result.log).toContain('set http_proxy to http://user:password@host:port');
    expect(result.log).toContain('of http_proxy');
  });

  it('says that the proxy cannot be reached, and does not show its password', async () => {
    const { result } = await stepWith(200, () => ({ HTTPS_PROXY: 'http://me:hidden-word@proxy.invalid:3128' }), {
      'dry-run': 'true',
    });
    expect(result.log).toContain(
      'The host of the proxy http://proxy.invalid:3128 could not be resolved: check HTTPS_PROXY.',
    );
    expect(result.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hidden-word');
  });

  it('refuses a variable that names no HTTP proxy, without its value', async () => {
    const { result } = await stepWith(200, () => ({ HTTPS_PROXY: 'socks5://me:hidden-word@proxy:1080' }), {
      'dry-run': 'true',
    });
    expect(result.code).toBe(1);
    expect(result.log).toContain('the environment variable HTTPS_PROXY is not the address of an HTTP proxy');
    expect(result.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hidden-word');
  });

  it('speaks TLS with AWS through the tunnel', async () => {
    const { result, asked, endpoint: to } = await stepOverTls(true);
    expect(result.code).toBe(0);
    expect(new Set(asked.map(({ what }) => what))).toEqual(new Set([`CONNECT ${to}`]));
  });

  it('names NODE_EXTRA_CA_CERTS when the certificate is not from a known authority', async () => {
    const { result } = await stepOverTls(false);
    expect(result.code).toBe(1);
    expect(result.log).toContain('set NODE_EXTRA_CA_CERTS to the PEM file of its CA');
    expect(result.log).toContain('of https_proxy');
  });

  it('names the proxy variables when AWS is not found without one', async () => {
    const { result } = await stepWith(200, () => ({}), { 'dry-run': 'true' });
    expect(result.log).toContain('without a proxy: HTTPS_PROXY is not set');
    expect(result.log).toMatch(/set HTTPS_PROXY/);
  });
});
