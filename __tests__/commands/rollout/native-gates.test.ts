import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { NamedGate } from '../../../src/model/measures.ts';
import { serviceAsAsked, serviceIn, stage } from '../stage.ts';
import { allTo, configurations, deploymentsOf, nativeShop } from './native-shop.ts';

const smoke: NamedGate = {
  kind: 'http',
  name: 'smoke',
  url: 'https://www.example.com/health',
  method: 'GET',
  status: 200,
  timeout: 5 * second,
  every: 10 * second,
  failures: 3,
};
const errors: NamedGate = {
  kind: 'metric',
  name: 'errors',
  metric: { namespace: 'Shop', name: 'Errors', dimensions: {}, statistic: 'Sum', period: minute },
  bounds: { max: 1 },
  onNoData: 'pass',
};
const native = { strategy: 'native' } as const;
const open = (configuration: object) => stage(nativeShop(configuration), undefined, 'direct');
const answers = (status: number) => ({ is: 'answered', status, text: '', latency: 20 }) as const;

describe.each(Object.keys(configurations))('gates of rollout.yml in the bakes of %s', (name) => {
  it('are evaluated in each of them', async () => {
    const here = open(configurations[name] ?? {});
    here.web.reply = () => answers(200);
    const run = await here.rollout({ ...native, gates: [smoke] });
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    const bakes = (run.report.plan?.steps ?? []).filter((step) => step.kind === 'bake');
    expect(bakes.every((step) => 'gates' in step && step.gates.some(({ kind }) => kind === 'http-probe'))).toBe(true);
    expect(here.web.requests.length).toBeGreaterThan(5 * bakes.length);
    expect(serviceIn(here.after())).toEqual(serviceAsAsked(here.before));
  });

  it('have ECS roll the deployment back', async () => {
    const here = open(configurations[name] ?? {});
    here.web.reply = () => answers(500);
    const run = await here.rollout({ ...native, gates: [smoke] });
    expect(run.outcome).toMatchObject({
      is: 'rolled-back',
      serviceIntact: true,
      cause: { gate: { kind: 'http-probe', name: 'smoke' } },
    });
    expect((await deploymentsOf(here))[0]?.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await allTo(here, 'web-1')).toBe(true);
  });
});

describe('a gate that fails in the last seconds of the last bake', () => {
  it('is seen while the old tasks still run', async () => {
    const here = open({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 });
    // The bake is watched for 110 s: one look each 10 s, and the three failures are the last ones.
    here.web.reply = () => answers(here.web.requests.length <= 8 ? 200 : 500);
    const run = await here.rollout({ ...native, gates: [smoke] });
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    const bakes = (run.report.plan?.steps ?? []).flatMap((step) => (step.kind === 'bake' ? step.during : []));
    expect(bakes).toEqual([110 * second]);
    expect((await deploymentsOf(here))[0]?.status).toBe('ROLLBACK_SUCCESSFUL');
  });
});

describe('gates with strategy native', () => {
  it('are not evaluated in bakes if after-promote lists them', async () => {
    const here = open({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 4 });
    here.web.reply = () => answers(200);
    const run = await here.rollout({ ...native, gates: [smoke], afterPromote: ['smoke'] });
    expect(run.outcome).toEqual({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(here.web.requests).toHaveLength(1);
  });

  it('of after-promote that fail bring the old revision back, in a deployment of its own', async () => {
    const here = open({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 4 });
    here.web.reply = () => answers(500);
    const run = await here.rollout({ ...native, gates: [smoke], afterPromote: ['smoke'] });
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, cause: { gate: { name: 'smoke' } } });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect((await deploymentsOf(here))[0]?.status).toBe('SUCCESSFUL');
  });

  it('judge by metrics only in bakes that are long enough', async () => {
    const here = open({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 2 },
      bakeTimeInMinutes: 5,
    });
    const run = await here.rollout({ ...native, gates: [errors] });
    expect(run.outcome.is).toBe('succeeded');
    const bakes = (run.report.plan?.steps ?? []).flatMap((step) => (step.kind === 'bake' ? [step] : []));
    expect(bakes.map(({ gates }) => gates.some(({ kind }) => kind === 'measure'))).toEqual([false, true]);
  });

  it('are an error before the first call that changes something, if no bake is long enough', async () => {
    for (const [gate, bake, text] of [
      [smoke, 0, 'gates.smoke: cannot be evaluated: the deployment configuration of the service has no bake time'],
      [
        errors,
        3,
        'gates.errors: cannot be evaluated: the deployment configuration of the service bakes for at most 3m',
      ],
    ] as const) {
      const here = open({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: bake });
      const { outcome } = await here.rollout({ ...native, gates: [gate] });
      expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
      expect(outcome.cause?.because).toContain(text);
    }
  });
});
