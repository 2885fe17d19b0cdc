import { describe, expect, it } from 'vitest';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { orphans, serviceIn, shop, stage } from '../stage.ts';

const rolling = { strategy: 'rolling' } as const;
const settings = (update: NonNullable<RolloutRequest['settings']>['update']): Partial<RolloutRequest> => ({
  settings: { update, creationOnly: {}, byInput: Object.keys(update) as never },
});
const revisionOf = (service: object): unknown => (service as { taskDefinition?: unknown }).taskDefinition;

describe('a rolling rollout', () => {
  it.each([0, 1, 2])('updates a service with %i target groups at once, and starts no canary', async (groups) => {
    const s = stage(shop('fargate', groups));
    const { outcome, report } = await s.rollout(rolling);
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(report.calls['ecs:RunTask']).toBeUndefined();
    expect(revisionOf(serviceIn(s.after()))).toBe('web:2');
    expect(orphans(s.after())).toEqual([]);
  });

  it.each(['crash', 'http-500', 'no-pull'])('puts everything back when the new version is bad (%s)', async (tag) => {
    const s = stage(shop('fargate', 1, { tag }));
    const { outcome } = await s.rollout(rolling);
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(serviceIn(s.after())).toEqual(serviceIn(s.before));
  });

  it('never calls it a success when a circuit breaker has rolled it back', async () => {
    const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const s = stage(shop('fargate', 0, { tag: 'crash', service: { deploymentConfiguration: breaker } }));
    const { outcome } = await s.rollout(rolling);
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(serviceIn(s.after())).toEqual(serviceIn(s.before));
  });

  it('says that nobody looks how it ends when it does not wait', async () => {
    const s = stage(shop('fargate', 1, { tag: 'crash' }));
    const { outcome, left } = await s.rollout({ ...rolling, wait: false });
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: false, unattended: true });
    expect(left).toEqual([]);
    expect(revisionOf(serviceIn(s.after()))).toBe('web:2');
  });

  it('goes on with the deployment that an earlier attempt of the job has begun', async () => {
    const s = stage(shop());
    const first = await s.rollout({ ...rolling, wait: false });
    expect(first.outcome.unattended).toBe(true);
    const again = await s.rollout({ ...rolling, run: { id: 'run-1', attempt: 2, token: 'again' } });
    expect(again.outcome).toMatchObject({ is: 'succeeded' });
    expect(again.report.calls['ecs:UpdateService']).toBeUndefined();
  });
});

describe('the desired count and the percents', () => {
  it('are set with the new version, and stay when it is good', async () => {
    const s = stage(shop());
    const percents = { minimumHealthyPercent: 50, maximumPercent: 150 };
    const { outcome } = await s.rollout({
      ...rolling,
      ...settings({ desiredCount: 3, deploymentConfiguration: percents }),
    });
    expect(outcome.is).toBe('succeeded');
    expect(serviceIn(s.after())).toMatchObject({ desiredCount: 3 });
    const live = s.account.picture().services['production/web'];
    expect(JSON.stringify(live)).toContain('"minimumHealthyPercent":50');
  });

  it('are put back with the old version when the new one is bad', async () => {
    const s = stage(shop('fargate', 1, { tag: 'crash' }));
    const { outcome } = await s.rollout({
      ...rolling,
      ...settings({ desiredCount: 3, deploymentConfiguration: { maximumPercent: 150 } }),
    });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(serviceIn(s.after())).toEqual(serviceIn(s.before));
  });

  it('leave the circuit breaker of the service as it is', async () => {
    const breaker = { enable: true, rollback: false };
    const s = stage(
      shop('fargate', 1, { service: { deploymentConfiguration: { deploymentCircuitBreaker: breaker } } }),
    );
    await s.rollout({ ...rolling, ...settings({ deploymentConfiguration: { maximumPercent: 150 } }) });
    expect(JSON.stringify(s.after().services['production/web'])).toContain('"rollback":false');
  });

  it('can be all that is asked for: it ends when as many tasks run as are wanted', async () => {
    const s = stage(shop());
    const edits = { images: [], environment: [] };
    const { outcome, report } = await s.rollout({
      ...rolling,
      revision: { kind: 'edited', base: 'service', edits },
      ...settings({ desiredCount: 4 }),
    });
    expect(outcome.is).toBe('succeeded');
    expect(report.calls['ecs:RegisterTaskDefinition']).toBeUndefined();
    const service = serviceIn(s.after()) as { tasks: readonly (readonly [string, number])[] };
    expect(service).toMatchObject({ desiredCount: 4, taskDefinition: 'web:1' });
    expect(service.tasks.reduce((sum, [, n]) => sum + n, 0)).toBe(4);
  });
});
