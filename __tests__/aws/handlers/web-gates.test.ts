import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { namedGates } from '../../../src/aws/handlers/named-gates.ts';
import type { Answer } from '../../../src/engine/world.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { Gate } from '../../../src/model/gates.ts';
import type { HttpGate } from '../../../src/model/measures.ts';
import type { WebReply, WebRequest } from '../../../src/model/web.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { contextOf, place, stateWith } from './known.ts';

const answered = (status: number, text = '', latency = 40): WebReply => ({ is: 'answered', status, text, latency });
const silent: WebReply = { is: 'unanswered', because: 'connect ECONNREFUSED 10.0.0.1:443' };
const state = stateWith({ revisions: { revision: { arn: 'arn:aws:ecs:us-west-2:1:task-definition/web:7' } } });

/** The web gates, with a web that gives these answers one after the other, the last one again and again. */
function webOf(replies: readonly (WebReply | Promise<WebReply>)[], variables: Readonly<Record<string, string>> = {}) {
  const requests: WebRequest[] = [];
  const clock = new VirtualClock();
  const send = async (request: WebRequest): Promise<WebReply> => {
    requests.push(request);
    return replies[Math.min(requests.length, replies.length) - 1] ?? silent;
  };
  const web = { send, variable: (name: string) => variables[name] };
  const gates = namedGates(contextOf({ aws: {} as Aws, clock, web }));
  const probe = (gate: HttpGate, memory: Answer['memory'] = {}) =>
    gates['http-probe']({ kind: 'http-probe', probe: gate }, { state, sampling: 'glance' }, memory);
  const webhook = (memory: Answer['memory'] = {}) => gates.webhook(hookGate, { state, sampling: 'thorough' }, memory);
  return { requests, clock, probe, webhook };
}

const http = (more: Partial<HttpGate> = {}): HttpGate => ({
  kind: 'http',
  name: 'smoke',
  url: 'https://canary.example.com/health?token=hidden',
  method: 'GET',
  status: 200,
  timeout: 5 * second,
  every: 10 * second,
  failures: 3,
  ...more,
});

const hookGate: Extract<Gate, { kind: 'webhook' }> = {
  kind: 'webhook',
  hook: {
    kind: 'webhook',
    name: 'window',
    url: 'https://hooks.example.com/secret-path',
    secretEnv: 'HOOK_SECRET',
    every: 30 * second,
    timeout: 10 * minute,
  },
  place,
  step: 2,
  weight: 250,
  run: 'run-1',
};

describe('an HTTP gate', () => {
  it('passes when what comes back is as asked for', async () => {
    const { probe, requests } = webOf([answered(200, 'all ok')]);
    const { verdict } = await probe(http({ host: 'www.example.com', contains: 'ok', maxLatency: 800 }));
    expect(verdict).toMatchObject({ is: 'pass', again: 10 * second });
    expect(verdict.because).toBe('GET https://canary.example.com/health answered 200');
    expect(requests).toMatchObject([
      {
        method: 'GET',
        url: 'https://canary.example.com/health?token=hidden',
        headers: { host: 'www.example.com' },
        timeout: 5 * second,
      },
    ]);
  });

  it.each([
    [http(), answered(503, 'no\n"database"'), 'status 503 instead of 200: "no\\n\\"database\\""'],
    [http({ contains: 'ok' }), answered(200, ''), 'the response does not contain "ok": it is empty'],
    [http({ contains: 'ok' }), answered(200, 'down'), 'the response does not contain "ok": "down"'],
    [http({ maxLatency: 800 }), answered(200, '', 1234), 'the response took 1234 ms, more than 800 ms'],
    [http(), silent, 'connect ECONNREFUSED 10.0.0.1:443'],
  ])('says what is wrong, %#', async (gate, reply, because) => {
    const { probe } = webOf([reply]);
    const { verdict } = await probe({ ...gate, failures: 1 });
    expect(verdict.is).toBe('fail');
    expect(verdict.because).toBe(`GET https://canary.example.com/health: ${because}`);
  });

  it('quotes no more than 200 characters of an answer', async () => {
    const { probe } = webOf([answered(500, 'x'.repeat(5000))]);
    const { verdict } = await probe(http({ failures: 1 }));
    expect(verdict.because.length).toBeLessThan(300);
  });

  it('fails after so many failures in a row', async () => {
    const { probe } = webOf([answered(500)]);
    let answer: Answer = await probe(http());
    expect(answer.verdict).toMatchObject({ is: 'wait', again: 10 * second, settles: 10 * second });
    expect(answer.verdict.because).toMatch(/^1 of 3 failures in a row: /);
    answer = await probe(http(), answer.memory);
    expect(answer.verdict.is).toBe('wait');
    answer = await probe(http(), answer.memory);
    expect(answer.verdict.is).toBe('fail');
    expect(answer.verdict.because).toMatch(/^3 failures in a row; the last: GET /);
  });

  it('counts anew after a success', async () => {
    const { probe } = webOf([answered(500), answered(500), answered(200), answered(500)]);
    let memory: Answer['memory'] = {};
    for (const is of ['wait', 'wait', 'pass', 'wait', 'wait', 'fail']) {
      const answer: Answer = await probe(http(), memory);
      expect(answer.verdict.is).toBe(is);
      memory = answer.memory ?? {};
    }
  });

  it('lets other gates be evaluated while its answer takes long', async () => {
    const slow = Promise.withResolvers<WebReply>();
    const { probe, requests, clock } = webOf([answered(200), slow.promise]);
    const first = await probe(http());
    const began = clock.now();
    const late = await probe(http(), first.memory);
    expect(clock.now() - began).toBe(second);
    expect(late.verdict).toMatchObject({ is: 'pass', again: second });
    slow.resolve(answered(500));
    expect((await probe(http(), late.memory)).verdict.is).toBe('wait');
    expect(requests).toHaveLength(2);
  });
});

describe('a webhook', () => {
  const secret = { HOOK_SECRET: 'shared' };

  it('gets a signed request that says which step of which rollout waits', async () => {
    const { webhook, requests } = webOf([answered(204)], secret);
    expect((await webhook()).verdict.is).toBe('pass');
    const { method, body = '', headers } = requests[0] ?? ({} as WebRequest);
    expect(method).toBe('POST');
    expect(JSON.parse(body)).toEqual({ id: 'run-1', service: 'web', step: 2, weight: 25, revision: 'web:7' });
    const signature = createHmac('sha256', 'shared').update(body).digest('hex');
    expect(headers['x-signature-256']).toBe(`sha256=${signature}`);
  });

  it.each([
    [answered(200, ''), 'pass', 'hooks.example.com answered 200'],
    [answered(200, '{"verdict":"pass","because":"open"}'), 'pass', 'hooks.example.com says pass: open'],
    [answered(200, '{"verdict":"wait","because":"closed"}'), 'wait', 'hooks.example.com says wait: closed'],
    [answered(201, '{"verdict":"fail"}'), 'fail', 'hooks.example.com says fail'],
    [answered(200, '<html>'), 'fail', 'hooks.example.com answered 200 without a verdict pass, wait or fail: "<html>"'],
    [answered(200, '{"verdict":"yes"}'), 'fail', /without a verdict/],
    [answered(302, ''), 'fail', 'hooks.example.com answered 302, and redirects are not followed'],
    [answered(403, 'no'), 'fail', 'hooks.example.com answered 403: "no"'],
    [answered(503, 'later'), 'wait', 'hooks.example.com answered 503: "later"'],
    [silent, 'wait', 'hooks.example.com did not answer: connect ECONNREFUSED 10.0.0.1:443'],
  ] as const)('%o means %s', async (reply, is, because) => {
    const { webhook } = webOf([reply], secret);
    const { verdict } = await webhook();
    expect(verdict.is).toBe(is);
    if (because instanceof RegExp) expect(verdict.because).toMatch(because);
    else expect(verdict.because).toBe(because);
    if (is === 'wait') expect(verdict.again).toBe(30 * second);
  });

  it('cuts a reason', async () => {
    const { webhook } = webOf([answered(200, JSON.stringify({ verdict: 'fail', because: 'x'.repeat(900) }))], secret);
    const { verdict } = await webhook();
    expect(verdict.because.length).toBe('hooks.example.com says fail: '.length + 500);
  });

  it('is not asked again once it has passed', async () => {
    const { webhook, requests } = webOf([answered(204), answered(403)], secret);
    const { memory } = await webhook();
    expect((await webhook(memory)).verdict.is).toBe('pass');
    expect(requests).toHaveLength(1);
  });

  it('fails without its secret, and sends nothing', async () => {
    const { webhook, requests } = webOf([answered(204)]);
    const { verdict } = await webhook();
    expect(verdict.is).toBe('fail');
    expect(verdict.because).toContain('HOOK_SECRET');
    expect(requests).toEqual([]);
  });

  it('keeps its secret to itself', async () => {
    const { webhook } = webOf([answered(500, 'oops')], { HOOK_SECRET: 'very-secret' });
    expect(JSON.stringify(await webhook())).not.toContain('very-secret');
  });
});
