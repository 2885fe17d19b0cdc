import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { shop } from '../commands/stage.ts';
import { job } from './job.ts';

/** Writes down what is loaded, and ends the process at its first request. */
const witness = `
import { subscribe } from 'node:diagnostics_channel';
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
subscribe('http.client.request.start', () => {
  writeSync(2, '\\nwitness ' + JSON.stringify(loaded) + '\\n');
  process.exit(0);
});`;

it('loads no other protocol, no client of GitHub and no HTTP client of @actions before the first request', async () => {
  const here = await job(shop());
  try {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(witness)}`;
    const inputs = { 'deploy-context': 'deploy', 'github-token': '' };
    const { log } = await here.step(inputs, { env: { NODE_OPTIONS } });
    const loaded = JSON.parse(/^witness (.*)$/m.exec(log)?.[1] ?? '[]') as readonly string[];
    const files = loaded.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    expect(texts.join('\n')).toContain('DescribeServices');
    const clients = /com\.amazonaws\.(ec2|ssm)/;
    for (const needless of [/octokit-core\.js/, /undici/, /SmithyRpcV2Cbor/, /The simulator failed at/, clients]) {
      expect(files.filter((_, index) => needless.test(texts[index] ?? ''))).toEqual([]);
    }
    expect(loaded.filter((url) => /^node:(http2|child_process|worker_threads)$/.test(url))).toEqual([]);
    expect(texts.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(800_000);
  } finally {
    await here.end();
  }
});
