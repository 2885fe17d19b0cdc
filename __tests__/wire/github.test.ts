import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orphans, shop } from '../commands/stage.ts';
import { eventFile, pullRequest } from '../github/hub.ts';
import { PretendGitHub } from '../github/pretend-github.ts';
import { type Job, job } from './job.ts';

const inputs = {
  'deploy-context': 'deploy',
  'idle-duration': '1s',
  'github-token': 'ghs_job-token',
  'create-deployment': 'true',
  environment: 'staging',
};

/** A proxy that carries every connection to one port of this machine, and writes down where it was to go. */
async function proxyTo(port: string): Promise<{ readonly url: string; readonly asked: string[]; close(): void }> {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((go) => proxy.listen(0, '127.0.0.1', go));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return { url, asked, close: () => void proxy.close() };
}

/** A job on a pull request, with a pretend AWS and a pretend GitHub behind sockets. */
async function onPullRequest(
  made: Promise<Job>,
  use: (job: Job, github: PretendGitHub, env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  const here = await made;
  const github = new PretendGitHub();
  const socket = await github.listen();
  try {
    await use(here, github, {
      GITHUB_API_URL: socket.url,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'octo-org/web',
      GITHUB_HEAD_REF: 'feature',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: eventFile(pullRequest()),
    });
  } finally {
    await socket.close();
    await here.end();
  }
}

describe.concurrent('dist/index.js on a pull request', { timeout: 90_000 }, () => {
  it('reports the result in a comment and a deployment, without the token', async () => {
    await onPullRequest(job(shop()), async (here, github, env) => {
      const { code, log, summary, state } = await here.step(inputs, { env });
      expect(code, log).toBe(0);
      expect(github.history()).toEqual(['queued', 'in_progress', 'success']);
      expect(github.deployments[0]?.statuses.at(-1)?.log_url).toMatch(
        /octo-org\/web\/actions\/runs\/4711\/attempts\/1$/,
      );
      expect(github.commentsOf(12)).toHaveLength(1);
      expect(github.ours()[0]?.body).toContain('### ✅ Succeeded');
      expect(state.team).toBe('');
      const said = log.replaceAll(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(state);
      expect(said + JSON.stringify(github.heard)).not.toContain('ghs_job-token');
      // Nothing is left for `post`.
      const calls = github.heard.length;
      await here.step(inputs, { env, state });
      expect(github.heard).toHaveLength(calls);
    });
  });

  it('says in post how it ended when the process was killed', async () => {
    await onPullRequest(job(shop('fargate', 1), { speed: 10 }), async (here, github, env) => {
      const main = await here.step(inputs, {
        env,
        during: ({ kill, until }) => void until('deployment         ').then(() => kill('SIGKILL')),
      });
      expect(github.history()).toEqual(['queued', 'in_progress']);
      await here.step(inputs, { env, state: main.state });
      expect(github.history()).toEqual(['queued', 'in_progress', 'failure']);
      expect(github.ours()).toHaveLength(1);
      const body = github.ours()[0]?.body ?? '';
      expect(body).toMatch(/### ⏹️ Cancelled: [\s\S]*was already being changed[\s\S]*Clean-up after the job/);
    });
  });

  it('says in post how it ended when the job was cancelled', async () => {
    await onPullRequest(job(shop('fargate', 1), { speed: 10 }), async (here, github, env) => {
      const main = await here.step(
        { ...inputs, 'bake-duration': '5m' },
        { env, during: ({ kill, until }) => void until('canary stays healthy').then(() => kill('SIGINT')) },
      );
      expect(main.outputs.outcome).toBe('cancelled');
      expect(github.history()).toEqual(['queued', 'in_progress']);
      await here.step({ ...inputs, 'bake-duration': '5m' }, { env, state: main.state });
      expect(github.history().at(-1)).toBe('failure');
      // What main knew of it is there: its report outlives it.
      expect(github.ours()[0]?.body).toMatch(
        /### ⏹️ Cancelled during step \d+ of \d+: [\s\S]*had not been touched[\s\S]*<summary>Details/,
      );
      expect(orphans(here.account.picture())).toEqual([]);
    });
  });

  it('reports bad input on the pull request, and the fix in the same comment', async () => {
    await onPullRequest(job(shop()), async (here, github, env) => {
      const path = join(here.workspace, 'deploy/service.json');
      writeFileSync(path, '{ "cluster": ');
      const refused = await here.step(inputs, { env });
      expect(refused.code).toBe(1);
      expect(github.deployments).toEqual([]);
      expect(github.ours()[0]?.body).toMatch(/### ❌ Failed: [\s\S]*deploy\/service\.json/);
      writeFileSync(path, JSON.stringify(shop().service));
      expect((await here.step(inputs, { env })).outputs.outcome).toBe('succeeded');
      expect(github.ours()).toHaveLength(1);
      expect(github.ours()[0]?.body).toContain('### ✅ Succeeded');
    });
  });

  it('shows a rehearsal, too', async () => {
    await onPullRequest(job(shop()), async (here, github, env) => {
      const { code, log } = await here.step(
        { command: 'rehearse', 'deploy-context': 'deploy', 'github-token': 'ghs_job-token' },
        { env },
      );
      expect(code, log).toBe(0);
      expect(github.ours()[0]?.body).toContain('### ✅ Rehearsal passed: ');
    });
  });

  it('reaches a GitHub Enterprise Server through the proxy of the runner', async () => {
    await onPullRequest(job(shop()), async (here, github, env) => {
      const api = new URL(env.GITHUB_API_URL ?? '');
      const proxy = await proxyTo(api.port);
      const { code, log } = await here.step(inputs, {
        env: {
          ...env,
          GITHUB_API_URL: `http://ghes.example:${api.port}/api/v3`,
          http_proxy: proxy.url,
          no_proxy: '127.0.0.1',
        },
      });
      proxy.close();
      expect(code, log).toBe(0);
      expect(new Set(proxy.asked)).toEqual(new Set([`ghes.example:${api.port}`]));
      expect(github.ours()[0]?.body).toContain('### ✅ Succeeded');
      expect(github.history()).toEqual(['queued', 'in_progress', 'success']);
    });
  });

  it('ends although GitHub never answers', async () => {
    await onPullRequest(job(shop()), async (here, github, env) => {
      github.troubles.push({ is: 'silent' });
      const { code, log } = await here.step(inputs, { env });
      expect(code, log).toBe(0);
      expect(log.match(/^::warning/gm)).toHaveLength(1);
      expect(log).toMatch(/^::warning .*The progress could not be shown on GitHub/m);
    });
  });
});
