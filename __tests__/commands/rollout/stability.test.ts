import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import { type Stage, serviceIn, shop, stage } from '../stage.ts';

const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
const edits = { images: [], environment: [] };

/** Makes the tasks of the old revision do something else than the new one. */
const oldImage = (image: string) => (seed: Parameters<NonNullable<Parameters<typeof stage>[1]>>[0]) => ({
  ...seed,
  taskDefinitions: (seed.taskDefinitions ?? []).map((definition) => ({
    ...definition,
    containerDefinitions: [{ name: 'web', image: `registry.example/web:${image}` }],
  })),
});

const updates = (here: Stage): number =>
  here.account.calls.filter(({ operation, outcome }) => operation === 'UpdateService' && outcome === 'ok').length;

describe('a deployment that ECS calls COMPLETED', () => {
  it.each([
    ['rolling', 'no load balancer', 0],
    ['canary-task', 'no load balancer', 0],
  ] as const)('is no success when its tasks die a minute after their start: %s, %s', async (strategy, _, groups) => {
    const here = stage(shop('fargate', groups, { tag: 'crash-late', service: breaker }));
    const { outcome } = await here.rollout({ strategy });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/web:2 does not stay up.*exit code 1/);
    expect(outcome.cause?.evidence.some(({ kind }) => kind === 'task')).toBe(true);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('is no success when a worker ends by itself with exit code 0', async () => {
    const here = stage(shop('fargate', 0, { tag: 'works-50' }));
    const { outcome } = await here.rollout({ strategy: 'rolling' });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
  });

  it('is no success when a web service crashes after it was healthy once', async () => {
    const here = stage(shop('fargate', 1, { tag: 'works-25-exit-1', service: { desiredCount: 1 } }));
    const { outcome } = await here.rollout({ strategy: 'rolling' });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
  });

  it('is a success although tasks are scaled in or replaced by Spot meanwhile', async () => {
    const here = stage(shop('fargate', 0, { service: { desiredCount: 3 } }));
    const scaleIn = (event: TimedEvent): boolean => {
      if (event.kind === 'fact' && event.name === 'deployment-id') {
        here.account.later(80 * second, (account) => account.scale('production', 'web', 1));
      }
      return false;
    };
    expect((await here.rollout({ strategy: 'rolling' }, scaleIn)).outcome).toMatchObject({ is: 'succeeded' });
  });

  it('is a success soon after where a health check watches the tasks, and 90 s after their start elsewhere', async () => {
    const took = async (healthCheck: boolean): Promise<number> => {
      const here = stage(shop('fargate', 0, { healthCheck }));
      const { outcome, report } = await here.rollout({ strategy: 'rolling' });
      expect(outcome.is).toBe('succeeded');
      return report.finishedAt - report.startedAt;
    };
    expect(await took(true)).toBeLessThan(minute + 20 * second);
    expect(await took(false)).toBeGreaterThan(90 * second);
    expect(await took(false)).toBeLessThan(2.5 * minute);
  });

  it('is a success although the time for it is shorter than the tasks have to run', async () => {
    const here = stage(shop('fargate', 0));
    const timeouts = {
      taskRunning: minute,
      taskHealthCheck: minute,
      targetHealthy: minute,
      taskStopped: minute,
      serviceStable: 85 * second,
    };
    expect((await here.rollout({ strategy: 'rolling', timeouts })).outcome).toMatchObject({ is: 'succeeded' });
  });

  it('is a success at once where no task is wanted', async () => {
    const here = stage(shop('fargate', 0, { service: { desiredCount: 0 } }));
    const { outcome, report } = await here.rollout({ strategy: 'rolling' });
    expect(outcome.is).toBe('succeeded');
    expect(report.finishedAt - report.startedAt).toBeLessThan(30 * second);
  });

  it('is a success for a DAEMON service', async () => {
    const { desiredCount: _, ...service } = shop('ec2-host', 0).service;
    const here = stage({ ...shop('ec2-host', 0), service: { ...service, schedulingStrategy: 'DAEMON' } });
    expect((await here.rollout({ strategy: 'rolling' })).outcome).toMatchObject({ is: 'succeeded' });
  });
});

describe('a service that runs the revision already', () => {
  const same = { strategy: 'rolling', revision: { kind: 'edited', base: 'service', edits } } as const;

  it('is stable without any waiting when its tasks have run for long', async () => {
    const here = stage(shop('fargate', 0));
    await here.clock.sleep(5 * minute);
    const { outcome, report } = await here.rollout(same);
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: true });
    expect(report.finishedAt - report.startedAt).toBeLessThan(10 * second);
  });

  it('is not stable while its tasks die again and again', async () => {
    const here = stage(shop('fargate', 0), oldImage('crash-late'));
    await here.clock.sleep(5 * minute);
    const { outcome } = await here.rollout(same);
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/web:1 does not stay up/);
    expect(updates(here)).toBe(0);
  });
});

describe('command: up', () => {
  it('does not call a service created whose tasks die a minute after their start', async () => {
    const here = stage(shop('fargate', 0, { tag: 'crash-late' }), (seed) => ({ ...seed, services: [] }));
    const { outcome } = await here.up();
    expect(outcome).toMatchObject({ is: 'rolled-back', leftovers: [] });
    expect(outcome.cause?.because).toMatch(/does not stay up/);
  });
});

describe('a rollback', () => {
  it('is not verified when the old tasks die a minute after their start', async () => {
    const here = stage(shop('fargate', 0, { tag: 'crash' }), oldImage('crash-late'));
    const { outcome } = await here.rollout({ strategy: 'rolling' });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers[0]?.because).toMatch(/web:1 does not stay up/);
  });
});

describe('a service with more than a page of stopped tasks', () => {
  it('is given up as early, and with the same dead tasks, as one with few', async () => {
    const ran = async (before: number) => {
      const here = stage(shop('fargate', 0, { tag: 'crash', service: { desiredCount: before } }));
      here.account.scale('production', 'web', 2);
      await here.clock.sleep(5 * minute);
      const { outcome, report } = await here.rollout({ strategy: 'rolling' });
      expect(outcome.is).toBe('rolled-back');
      expect(outcome.cause?.because).toMatch(/exit code 1/);
      expect(outcome.cause?.evidence.filter(({ kind }) => kind === 'task')).toHaveLength(3);
      return report.finishedAt - report.startedAt;
    };
    expect(await ran(130)).toBeLessThan((await ran(2)) + 30 * second);
  });
});

describe('a web service whose tasks crash after they were healthy', () => {
  it.each([20, 35, 50, 70])('is no success when they do so %i seconds after their start', async (seconds) => {
    const here = stage(shop('fargate', 1, { tag: `works-${seconds}-exit-1` }), (seed) => ({
      ...seed,
      targetGroups: (seed.targetGroups ?? []).map((group) => ({ ...group, deregistrationDelaySeconds: 60 })),
    }));
    const { outcome } = await here.rollout({ strategy: 'rolling' });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
  });
});
