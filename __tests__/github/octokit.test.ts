import { describe, expect, it, onTestFinished } from 'vitest';
import { createOctokit, freshBody, type Octokit, repeatable } from '../../src/github/octokit.ts';
import { second } from '../../src/model/duration.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { type HttpAnswer, never, PretendGitHub, responseOf, tooMany, unavailable } from './pretend-github.ts';
import { virtualOctokit } from './virtual-octokit.ts';

const json = { 'content-type': 'application/json' };
const good: HttpAnswer = { status: 200, headers: json, body: '{"ok":true}' };

interface Message {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
  readonly at: number;
}

/** A client that gets these answers, one after the other, and what it sent. */
function scripted(...answers: readonly (HttpAnswer | Error | 'silent')[]) {
  const clock = new VirtualClock();
  const sent: Message[] = [];
  const stop = new AbortController();
  const octokit = virtualOctokit({
    url: 'https://ghes.example/api/v3/',
    token: 't0ken',
    clock,
    signal: stop.signal,
    fetch: async (url, init) => {
      const { method, body } = init ?? {};
      sent.push({ url: String(url), method, headers: new Headers(init?.headers), body, at: clock.now() });
      const answer = answers[sent.length - 1] ?? good;
      if (answer === 'silent') return never(init?.signal);
      if (answer instanceof Error) throw answer;
      return responseOf(answer);
    },
  });
  const began = clock.now();
  const times = () => sent.map(({ at }) => Math.round((at - began) / second));
  return { octokit, clock, sent, stop, times };
}

const get = async (octokit: Octokit) => (await octokit.request('GET /repos/a/b')).data;
const post = async (octokit: Octokit, more: object = {}) =>
  (await octokit.request('POST /repos/a/b', { x: 1, ...more })).data;

describe("a call of GitHub's API", () => {
  it('goes below the address of the API, with the token in its header only', async () => {
    const { octokit, sent } = scripted();
    expect(await post(octokit)).toEqual({ ok: true });
    expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://ghes.example/api/v3/repos/a/b', body: '{"x":1}' });
    expect(sent[0]?.headers.get('authorization')).toBe('token t0ken');
    expect(sent[0]?.headers.get('user-agent')).toMatch(/^ecs-canary-rollout /);
    expect(sent[0]?.headers.get('x-github-api-version')).toBe('2022-11-28');
  });

  it('finds GraphQL beside the REST API of a server of a company', async () => {
    const { octokit, sent } = scripted();
    await octokit.graphql('{ viewer { login } }');
    expect(sent[0]?.url).toBe('https://ghes.example/api/graphql');
  });

  it('is tried three times when it may be done twice', async () => {
    const { octokit, times } = scripted(unavailable, new Error('socket hang up'), good);
    expect(await get(octokit)).toEqual({ ok: true });
    expect(times()).toEqual([0, 1, 3]);
  });

  it('is tried once when nobody knows whether it was carried out', async () => {
    const { octokit, sent } = scripted(unavailable, good);
    await expect(post(octokit)).rejects.toMatchObject({ kind: 'unanswered', message: 'GitHub says 503' });
    expect(sent).toHaveLength(1);
  });

  it('is tried again when it does no harm twice', async () => {
    const { octokit, times } = scripted(new Error('socket hang up'), unavailable, good);
    expect(await post(octokit, { request: repeatable })).toEqual({ ok: true });
    expect(times()).toEqual([0, 1, 3]);
  });

  it('is given up after ten seconds without an answer', async () => {
    const { octokit, clock } = scripted('silent');
    const began = clock.now();
    await expect(post(octokit)).rejects.toMatchObject({ kind: 'unanswered', message: 'no answer within 10 seconds' });
    expect(clock.now() - began).toBe(10 * second);
  });

  it('says what is true when it is sent', async () => {
    const { octokit, clock, sent } = scripted(unavailable, tooMany(30));
    const began = clock.now();
    const request = freshBody(() => `after ${Math.round((clock.now() - began) / second)} s`);
    await octokit.request('PATCH /repos/a/b', { body: '', request });
    expect(sent.map(({ body }) => body)).toEqual([0, 1, 31].map((at) => `{"body":"after ${at} s"}`));
  });

  it('that was turned away is made later, also a POST', async () => {
    const { octokit, times } = scripted(tooMany(30), good);
    expect(await post(octokit)).toEqual({ ok: true });
    expect(times()).toEqual([0, 30]);
  });

  it('waits for the reset of the limit, or a minute and then longer, as GitHub wants it', async () => {
    // The plugin compares the reset with the real time.
    const reset = String(Math.round(Date.now() / second) + 20);
    const { octokit, times } = scripted(
      { status: 403, headers: { ...json, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, body: '{}' },
      { status: 429, headers: json, body: '{}' },
      { status: 403, headers: json, body: '{"message":"You have exceeded a secondary rate limit"}' },
      good,
    );
    await get(octokit);
    const [, first = 0, ...more] = times();
    expect(first).toBeGreaterThanOrEqual(20);
    expect(first).toBeLessThanOrEqual(22);
    expect(more).toEqual([first + 120, first + 360]);
  });

  it('of one holds back the calls of others', async () => {
    const { octokit, times } = scripted(tooMany(30));
    await Promise.all([get(octokit), Promise.resolve().then(() => get(octokit))]);
    expect(times().slice(-1)).toEqual([30]);
  });

  it('that is refused is not made again', async () => {
    const body = '{"message":"Validation Failed","errors":[{"resource":"Deployment","field":"ref","code":"invalid"}]}';
    const { octokit, sent } = scripted({ status: 422, headers: json, body });
    await expect(get(octokit)).rejects.toMatchObject({
      kind: 'refused',
      status: 422,
      message: 'GitHub says 422 Validation Failed: Deployment ref invalid',
    });
    expect(sent).toHaveLength(1);
  });

  it('follows nobody to another address', async () => {
    const { octokit } = scripted({ status: 301, headers: { location: 'https://evil.example' }, body: '' });
    await expect(get(octokit)).rejects.toMatchObject({ kind: 'refused', message: 'GitHub says 301' });
  });

  it('ends when it is stopped, also while it waits', async () => {
    const { octokit, stop } = scripted(tooMany(3600));
    const call = get(octokit);
    setTimeout(() => stop.abort(new Error('over')), 20);
    await expect(call).rejects.toThrow('over');
  });
});

describe('a call over the network', () => {
  const realTime = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        const end = (): void => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        if (signal?.aborted) end();
        signal?.addEventListener('abort', end);
      }),
  };

  async function connected() {
    const github = new PretendGitHub();
    const socket = await github.listen();
    onTestFinished(socket.close);
    const stop = new AbortController();
    const { url } = socket;
    const octokit = createOctokit({ url, token: 'ghs_job-token', clock: realTime, signal: stop.signal });
    return { github, octokit, stop };
  }

  it('is carried out and answered', async () => {
    const { github, octokit } = await connected();
    const issue = { owner: 'octo-org', repo: 'web', issue_number: 12 };
    await octokit.rest.issues.createComment({ ...issue, body: 'grüß Gott' });
    expect((await octokit.rest.issues.listComments(issue)).data).toMatchObject([{ body: 'grüß Gott' }]);
    expect(github.commentsOf(12)).toHaveLength(1);
    expect(await octokit.graphql('{ viewer { login } }')).toMatchObject({ viewer: { login: 'github-actions[bot]' } });
  });

  it('is given up when it is stopped', async () => {
    const { github, octokit, stop } = await connected();
    github.troubles.push({ is: 'silent' });
    const call = get(octokit);
    setTimeout(() => stop.abort(new Error('over')), 100);
    await expect(call).rejects.toThrow('over');
  });

  it('is tried again when the connection breaks', async () => {
    const { github, octokit } = await connected();
    github.troubles.push({ is: 'reset', times: 1 });
    const issue = { owner: 'octo-org', repo: 'web', issue_number: 12 };
    expect((await octokit.rest.issues.listComments(issue)).data).toEqual([]);
  });
});
