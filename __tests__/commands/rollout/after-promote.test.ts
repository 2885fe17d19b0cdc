import { describe, expect, it } from 'vitest';
import { outputsOf } from '../../../src/github/outputs.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { NamedGate } from '../../../src/model/measures.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { awslogs, orphans, serviceAsAsked, serviceIn, shop, stage } from '../stage.ts';

const smoke: NamedGate = {
  kind: 'http',
  name: 'smoke',
  url: 'https://www.example.com/health',
  method: 'GET',
  status: 200,
  contains: 'ok',
  timeout: 5 * second,
  every: 10 * second,
  failures: 3,
};
const load = (word: string): NamedGate => ({
  kind: 'task',
  name: 'load',
  task: {
    command: ['sh', '-c', word],
    environment: [],
    timeout: 15 * minute,
    written: { where: 'deploy/rollout.yml: gates.load.task' },
  },
});
const approval: NamedGate = {
  kind: 'webhook',
  name: 'approval',
  url: 'https://hooks.example.com/approve',
  secretEnv: 'HOOK_SECRET',
  every: 30 * second,
  timeout: 10 * minute,
};

const asking = (...gates: readonly NamedGate[]): Partial<RolloutRequest> => ({
  gates,
  afterPromote: gates.map(({ name }) => name),
});
const open = () => stage(shop('fargate', 1, { log: awslogs() }));
const bad = { is: 'answered', status: 500, text: 'out of order', latency: 20 } as const;

describe('after-promote', () => {
  it.each(['canary-task', 'rolling'] as const)('keeps the new version when its gates pass: %s', async (strategy) => {
    const here = open();
    here.web.variables.HOOK_SECRET = 'shared';
    here.web.reply = ({ method }) => ({ is: 'answered', status: 200, text: method === 'GET' ? 'ok' : '', latency: 20 });
    let serving = '';
    const run = await here.rollout({ strategy, ...asking(smoke, load('exit 0'), approval) }, () => {
      if (here.web.requests.length === 1) serving ||= here.after().services['production/web']?.taskDefinition ?? '';
      return false;
    });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(serving).toBe('web:2');
    expect(serviceIn(here.after())).toEqual(serviceAsAsked(here.before));
    expect(orphans(here.after())).toEqual([]);
    const [hook] = here.web.requests.filter(({ method }) => method === 'POST');
    expect(JSON.parse(hook?.body ?? '')).toEqual({
      id: 'run-1',
      service: 'web',
      step: 0,
      weight: 100,
      revision: 'web:2',
    });
    expect(outputsOf(run.report)).not.toHaveProperty('failed-gate');
  });

  it.each(['canary-task', 'rolling'] as const)('restores the service when an HTTP gate fails: %s', async (strategy) => {
    const here = open();
    here.web.reply = () => bad;
    const run = await here.rollout({ strategy, ...asking(smoke) });
    expect(run.outcome).toMatchObject({
      is: 'rolled-back',
      serviceIntact: true,
      leftovers: [],
      cause: { gate: { kind: 'http-probe', name: 'smoke' } },
    });
    expect(run.outcome.cause?.because).toContain(
      '3 failures in a row; the last: GET https://www.example.com/health: status 500 instead of 200: "out of order"',
    );
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect(here.web.requests).toHaveLength(3);
    expect(outputsOf(run.report)['failed-gate']).toBe('smoke');
  });

  it('passes at the first success', async () => {
    const here = open();
    here.web.reply = () =>
      here.web.requests.length < 3 ? bad : { is: 'answered', status: 200, text: 'ok', latency: 1 };
    expect((await here.rollout(asking(smoke))).outcome.is).toBe('succeeded');
    expect(here.web.requests).toHaveLength(3);
  });

  it('restores the service when a one-off task fails', async () => {
    const here = open();
    const run = await here.rollout(asking(load('exit 3')));
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, cause: { gate: { name: 'load' } } });
    expect(outputsOf(run.report)['failed-gate']).toBe('load');
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect(orphans(here.after())).toEqual([]);
  });

  it('restores the service when a webhook rejects it, or says nothing in time', async () => {
    for (const status of [403, 503]) {
      const here = open();
      here.web.variables.HOOK_SECRET = 'shared';
      here.web.reply = () => ({ is: 'answered', status, text: '', latency: 20 });
      const run = await here.rollout(asking(approval));
      expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
      expect(outputsOf(run.report)['failed-gate']).toBe('approval');
      expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    }
  });

  it('is refused when nothing waits for the service to be stable', async () => {
    const here = open();
    const run = await here.rollout({ wait: false, ...asking(smoke) });
    expect(run.outcome.is).toBe('failed');
    expect(run.outcome.cause?.because).toContain('after-promote');
    expect(here.after()).toEqual(here.before);
  });

  it('does not undo a rollback', async () => {
    const here = open();
    await here.rollout();
    here.web.reply = () => bad;
    const run = await here.rollout({ command: 'rollback', revision: { kind: 'past', number: 1 }, ...asking(smoke) });
    expect(run.outcome.is).toBe('succeeded');
    expect(here.web.requests).toEqual([]);
  });

  it.each([
    ['pass', 'succeeded'],
    ['wait', 'rolled-back'],
    ['fail', 'rolled-back'],
  ] as const)('takes a metric without data for what on-no-data says: %s, %s', async (onNoData, is) => {
    const here = open();
    const metric = { namespace: 'Shop', name: 'Errors', dimensions: {}, statistic: 'Sum', period: minute };
    const run = await here.rollout(asking({ kind: 'metric', name: 'errors', bounds: { max: 1 }, onNoData, metric }));
    expect(run.outcome.is).toBe(is);
    if (is === 'rolled-back') expect(outputsOf(run.report)['failed-gate']).toBe('errors');
    expect(here.account.calls.filter(({ operation }) => operation === 'GetMetricData').length).toBeLessThan(12);
  });
});
