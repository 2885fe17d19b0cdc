import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/core/duration.ts';
import { type Stage, shop, stage, strays } from './stage.ts';

/** A run whose process and `post` are gone while its canary is in its target group. */
async function vanished(here: Stage): Promise<void> {
  await here.rollout(
    { bake: 10 * minute, run: { id: 'gone', attempt: 1, token: 'gone' } },
    (event) => event.kind === 'step' && event.index === 6,
  );
  expect(strays(here.after())).toHaveLength(2);
}

const succeeds = async (here: Stage, rollout: ReturnType<Stage['rollout']>): Promise<void> => {
  expect((await rollout).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
  await here.clock.sleep(10 * minute);
  expect(strays(here.after())).toEqual([]);
};

describe('the canary of a run that has vanished', () => {
  it('is a conflict as long as its run may be alive', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/run gone has a canary of this service running/);
    expect(strays(here.after())).toHaveLength(2);
  });

  it('is put away by the next run when it has expired', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    await here.clock.sleep(3 * 60 * minute);
    await succeeds(here, here.rollout());
  });

  it('is put away by a later attempt of the same job', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    await succeeds(here, here.rollout({ run: { id: 'gone', attempt: 2, token: 'again' } }));
  });

  it('is put away at once by a run that takes over', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    await succeeds(here, here.rollout({ onConflict: 'take-over' }));
  });

  it('is waited for with on-conflict: wait, and the plan is made anew afterwards', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    const waiting = { onConflict: 'wait', timeouts: { ...longTimeouts } } as const;
    await succeeds(here, here.rollout(waiting));
  });

  it('is never touched by a rollout of another service', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      services: [...(seed.services ?? []), { ...seed.services?.[0], serviceName: 'api', loadBalancers: [] }],
    }));
    await vanished(here);
    const { outcome } = await here.rollout({ place: { region: 'us-west-2', cluster: 'production', service: 'api' } });
    expect(outcome.is).toBe('succeeded');
    expect(strays(here.after())).toHaveLength(2);
  });
});

const longTimeouts = {
  taskRunning: 15 * minute,
  taskHealthCheck: 15 * minute,
  targetHealthy: 15 * minute,
  taskStopped: 15 * minute,
  serviceStable: 4 * 60 * minute + 30 * second,
};
