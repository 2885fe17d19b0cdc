import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { type Stage, shop, stage, usual } from '../stage.ts';

const unwatched = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } };
const { timeouts } = usual(shop());
const wait: Partial<RolloutRequest> = { onConflict: 'wait' };

/** Others deploy an image to the service, some time before the run begins. */
async function deployed(tag: string, before: number, groups = 1, service: object = unwatched): Promise<Stage> {
  const here = stage(shop('fargate', groups, { service }));
  here.account.someone('RegisterTaskDefinition', structuredClone(shop('fargate', groups, { tag }).definition) as never);
  here.account.someoneUpdatesService({ cluster: 'production', service: 'web', taskDefinition: 'web:2' });
  await here.clock.sleep(before);
  return here;
}

describe('a deployment that is waited for and cannot end', () => {
  it.each([
    ['whose tasks crash', 'crash', 2 * minute, 3 * minute],
    ['whose tasks crash, and have just begun to', 'crash', 0, 5 * minute],
    ['whose image is not there', 'no-pull', 2 * minute, 3 * minute],
    ['whose tasks never become healthy', 'http-500', 4 * minute, 10 * minute],
    ['whose tasks stay PENDING', 'never-running', 11 * minute, minute],
    ['whose tasks cannot be placed', 'no-capacity', 6 * minute, minute],
  ])('%s ends the waiting early, and take-over is named', async (_, tag, before, most) => {
    const here = await deployed(tag, before);
    const { outcome, report } = await here.rollout(wait);
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/another deployment is under way: web:2/);
    expect(outcome.cause?.next).toMatch(/on-conflict: take-over/);
    expect(report.finishedAt - report.startedAt).toBeLessThan(most);
    const again = await here.rollout({ onConflict: 'take-over' });
    expect(again.outcome).toMatchObject({ is: 'succeeded' });
  });

  it('is waited for where a circuit breaker ends it', async () => {
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
    const here = await deployed('crash', 30_000, 1, breaker);
    expect((await here.rollout(wait)).outcome).toMatchObject({ is: 'succeeded' });
  });

  it('is waited for where a circuit breaker only ends it, and does not roll back', async () => {
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    const here = await deployed('crash', 5_000, 1, breaker);
    const { outcome, report } = await here.rollout(wait);
    expect(outcome).toMatchObject({ is: 'succeeded' });
    expect(report.events.some((event) => event.kind === 'verdict' && event.gate === 'service-free')).toBe(true);
  });

  it('is waited for where it comes up', async () => {
    const here = await deployed('slow', 0, 1, { ...unwatched, healthCheckGracePeriodSeconds: 300 });
    expect((await here.rollout(wait)).outcome).toMatchObject({ is: 'succeeded' });
  });

  it('is not waited for by a rollback, which waits for canaries only', async () => {
    const here = await deployed('crash', 2 * minute);
    const first = here.rollout({ onConflict: 'take-over', bake: 2 * minute });
    await here.clock.sleep(minute);
    const { outcome } = await here.rollout({
      ...wait,
      command: 'rollback',
      strategy: 'rolling',
      revision: { kind: 'past', number: 1 },
    });
    await first;
    expect(outcome.cause?.because ?? '').not.toMatch(/another deployment is under way/);
  });
});

describe('a canary that is waited for', () => {
  it.each(['rollout', 'undeploy'] as const)('and stays too long names take-over: %s', async (command) => {
    const here = stage(shop('fargate', 1));
    const first = here.rollout({ bake: 5 * minute });
    await here.clock.sleep(2 * minute);
    const { outcome } = await here[command]({ onConflict: 'wait', timeouts: { ...timeouts, serviceStable: minute } });
    expect(outcome.cause?.next).toMatch(/on-conflict: take-over/);
    await first;
  });
});
