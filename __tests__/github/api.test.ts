import { describe, expect, it, onTestFinished } from 'vitest';
import { second } from '../../src/core/duration.ts';
import { createApi, type HttpAnswer, type HttpMessage, overHttp } from '../../src/github/api.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { PretendGitHub, tooMany, unavailable } from './pretend-github.ts';

const good: HttpAnswer = { status: 200, headers: {}, body: '{"ok":true}' };

/** An API that gives these answers, one after the other, and what it was sent. */
function scripted(...answers: readonly (HttpAnswer | Error)[]) {
  const clock = new VirtualClock();
  const sent: (HttpMessage & { readonly at: number })[] = [];
  const stop = new AbortController();
  const api = createApi({
    url: 'https://ghes.example/api/v3/',
    token: 't0ken',
    clock,
    signal: stop.signal,
    transport: async (message) => {
      sent.push({ ...message, at: clock.now() });
      const answer = answers[sent.length - 1] ?? good;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const began = clock.now();
  const times = () => sent.map(({ at }) => Math.round((at - began) / second));
  return { api, clock, sent, stop, times };
}

const get = () => ({ method: 'GET' as const, path: '/repos/a/b' });
const post = () => ({ method: 'POST' as const, path: '/repos/a/b', body: { x: 1 } });

describe("a call of GitHub's API", () => {
  it('goes below the address of the API, with the token in its header only', async () => {
    const { api, sent } = scripted();
    expect(await api.call(post)).toEqual({ ok: true });
    expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://ghes.example/api/v3/repos/a/b', body: '{"x":1}' });
    expect(sent[0]?.headers.authorization).toBe('Bearer t0ken');
  });

  it('finds GraphQL beside the REST API of a server of a company', async () => {
    const { api, sent } = scripted();
    await api.call(() => ({ method: 'POST', path: '/graphql', body: {} }));
    expect(sent[0]?.url).toBe('https://ghes.example/api/graphql');
  });

  it('is tried three times when it may be done twice', async () => {
    const { api, times } = scripted(unavailable, new Error('socket hang up'), good);
    expect(await api.call(get)).toEqual({ ok: true });
    expect(times()).toEqual([0, 1, 3]);
  });

  it('is tried once when nobody knows whether it was carried out', async () => {
    const { api, sent } = scripted(unavailable, good);
    await expect(api.call(post)).rejects.toMatchObject({ kind: 'unanswered', message: 'GitHub says 503' });
    expect(sent).toHaveLength(1);
  });

  it('is given up after ten seconds without an answer', async () => {
    const clock = new VirtualClock();
    const began = clock.now();
    const { signal } = new AbortController();
    const transport = () => new Promise<never>(() => {});
    const api = createApi({ url: 'https://api.github.example', token: 't0ken', clock, signal, transport });
    await expect(api.call(post)).rejects.toMatchObject({ kind: 'unanswered', message: 'no answer within 10 seconds' });
    expect(clock.now() - began).toBe(10 * second);
  });

  it('that was turned away is made later, also a POST', async () => {
    const { api, times } = scripted(tooMany(30), good);
    expect(await api.call(post)).toEqual({ ok: true });
    expect(times()).toEqual([0, 30]);
  });

  it('waits for the reset of the limit, or a minute and then longer, as GitHub wants it', async () => {
    const { api, clock, times } = scripted(
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': resetIn(20) }, body: '{}' },
      { status: 429, headers: {}, body: '{}' },
      { status: 403, headers: {}, body: '{"message":"You have exceeded a secondary rate limit"}' },
      good,
    );
    expect(clock.now()).toBe(Date.UTC(2026, 10, 20, 9));
    await api.call(get);
    expect(times()).toEqual([0, 20, 140, 380]);
  });

  it('of one holds back the calls of others', async () => {
    const { api, times } = scripted(tooMany(30));
    await Promise.all([api.call(get), Promise.resolve().then(() => api.call(get))]);
    expect(times().slice(-1)).toEqual([30]);
  });

  it('that is refused is not made again', async () => {
    const body = '{"message":"Validation Failed","errors":[{"resource":"Deployment","field":"ref","code":"invalid"}]}';
    const { api, sent } = scripted({ status: 422, headers: {}, body });
    await expect(api.call(get)).rejects.toMatchObject({
      kind: 'refused',
      status: 422,
      message: 'GitHub says 422 Validation Failed: Deployment ref invalid',
    });
    expect(sent).toHaveLength(1);
  });

  it('follows nobody to another address', async () => {
    const { api } = scripted({ status: 301, headers: { location: 'https://evil.example' }, body: '' });
    await expect(api.call(get)).rejects.toMatchObject({ kind: 'refused', message: 'GitHub says 301' });
  });

  it('ends when it is stopped, also while it waits', async () => {
    const { api, stop } = scripted(tooMany(3600));
    const call = api.call(get);
    setTimeout(() => stop.abort(new Error('over')), 20);
    await expect(call).rejects.toThrow('over');
  });
});

/** As GitHub says it: seconds since 1970. */
const resetIn = (seconds: number): string => String(Date.UTC(2026, 10, 20, 9) / second + seconds);

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
    const api = createApi({ url, token: 'ghs_job-token', transport: overHttp, clock: realTime, signal: stop.signal });
    return { github, api, stop };
  }

  it('is carried out and answered', async () => {
    const { github, api } = await connected();
    const path = '/repos/octo-org/web/issues/12/comments';
    await api.call(() => ({ method: 'POST', path, body: { body: 'grüß Gott' } }));
    expect(await api.call(() => ({ method: 'GET', path }))).toMatchObject([{ body: 'grüß Gott' }]);
    expect(github.commentsOf(12)).toHaveLength(1);
    expect(await api.call(() => ({ method: 'POST', path: '/graphql', body: {} }))).toMatchObject({
      data: { viewer: { login: 'github-actions[bot]' } },
    });
  });

  it('is given up when it is stopped', async () => {
    const { github, api, stop } = await connected();
    github.troubles.push({ is: 'silent' });
    const call = api.call(get);
    setTimeout(() => stop.abort(new Error('over')), 100);
    await expect(call).rejects.toThrow('over');
  });

  it('is tried again when the connection breaks', async () => {
    const { github, api } = await connected();
    github.troubles.push({ is: 'reset', times: 1 });
    const path = '/repos/octo-org/web/issues/12/comments';
    expect(await api.call(() => ({ method: 'GET', path }))).toEqual([]);
  });
});
