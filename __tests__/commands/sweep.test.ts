import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import { orphans, type Stage, serviceIn, shop, stage, targetGroupArn } from './stage.ts';

/** A run whose process and `post` are gone while its canary is in its target group. */
async function vanished(here: Stage, left = 2): Promise<void> {
  await here.rollout(
    { bake: 10 * minute, run: { id: 'gone', attempt: 1, token: 'gone' } },
    (event) => event.kind === 'step' && event.index === 6,
  );
  expect(orphans(here.after())).toHaveLength(left);
}

const succeeds = async (here: Stage, rollout: ReturnType<Stage['rollout']>): Promise<void> => {
  expect((await rollout).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
  await here.clock.sleep(10 * minute);
  expect(orphans(here.after())).toEqual([]);
};

describe('the canary of a run that has vanished', () => {
  it('is a conflict as long as its run may be alive', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/run gone is running a canary of this service/);
    expect(orphans(here.after())).toHaveLength(2);
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
    expect(orphans(here.after())).toHaveLength(2);
  });
});

describe('targets that a canary left registered when it died', () => {
  /** The process is gone, and then the canary dies as well. */
  async function died(here: Stage): Promise<void> {
    await vanished(here);
    const [canary] = here.after().standaloneTasks;
    here.account.someone('StopTask', { cluster: 'production', task: canary?.taskArn ?? '' });
    await here.clock.sleep(5 * minute);
    expect(orphans(here.after())).toHaveLength(1);
  }

  it('are taken away by the next rollout', async () => {
    const here = stage(shop('fargate', 1));
    await died(here);
    await succeeds(here, here.rollout());
  });

  it('are taken away by a sweep, on instances too', async () => {
    const here = stage(shop('ec2-bridge', 2));
    await vanished(here, 3);
    const [canary] = here.after().standaloneTasks;
    here.account.someone('StopTask', { cluster: 'production', task: canary?.taskArn ?? '' });
    await here.clock.sleep(5 * minute);
    expect(orphans(here.after())).toHaveLength(2);
    const { outcome } = await here.sweep();
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('are left alone where something answers again', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    const [canary] = here.after().standaloneTasks;
    here.account.someone('StopTask', { cluster: 'production', task: canary?.taskArn ?? '' });
    // The load balancer has not noticed yet: for all that is known it still sends requests there.
    await here.clock.sleep(second);
    const { outcome } = await here.sweep();
    expect(outcome.is).toBe('succeeded');
    expect(orphans(here.after())).toHaveLength(1);
  });
});

describe('command: sweep', () => {
  it('puts away the canary of a run that is over for sure', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    await here.clock.sleep(3 * 60 * minute);
    const { outcome } = await here.sweep();
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('leaves a canary alone whose run may be alive, and says so', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    const { outcome, report } = await here.sweep();
    expect(outcome.is).toBe('succeeded');
    expect(report.plan?.notes.join()).toMatch(/Left alone: run gone is running a canary of this service/);
    expect(orphans(here.after())).toHaveLength(2);
  });

  it('puts that away too with on-conflict: take-over', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    const { outcome } = await here.sweep({ onConflict: 'take-over' });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
  });

  it('says what it would do with dry-run, and does nothing', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    await here.clock.sleep(3 * 60 * minute);
    const { outcome, report } = await here.sweep({ dryRun: true });
    expect(outcome.is).toBe('planned');
    expect(report.plan?.steps.map(({ kind }) => kind)).toEqual(['sweep', 'retire']);
    expect(orphans(here.after())).toHaveLength(2);
  });

  it('says that there is nothing where nothing is left', async () => {
    const here = stage(shop('fargate', 1));
    const { outcome, report } = await here.sweep();
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(report.plan).toMatchObject({ steps: [], notes: ['Nothing to clean up.'] });
  });

  it('stops the canary of a service that is gone', async () => {
    const here = stage(shop('fargate', 0));
    await here.rollout(
      { bake: 10 * minute, run: { id: 'gone', attempt: 1, token: 'gone' } },
      (event) => event.kind === 'step' && event.index === 4,
    );
    here.account.someone('DeleteService', { cluster: 'production', service: 'web', force: true });
    await here.clock.sleep(3 * 60 * minute);
    expect(orphans(here.after())).toHaveLength(1);
    const { outcome } = await here.sweep();
    expect(outcome.is).toBe('succeeded');
    expect(orphans(here.after())).toEqual([]);
  });

  it('is red when something cannot be put back, and says what to run', async () => {
    const here = stage(shop('fargate', 1));
    await vanished(here);
    await here.clock.sleep(3 * 60 * minute);
    here.account.inject({ operation: 'StopTask', fault: 'deny' });
    const { outcome } = await here.sweep();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.leftovers[0]?.byHand).toMatch(/aws ecs stop-task/);
  });

  it('names a target of which nobody knows whose it is, and leaves it alone', async () => {
    const here = stage(shop('fargate', 1));
    here.account.someoneRegisters(targetGroupArn(1), '10.0.1.200', 8080);
    const { outcome, report } = await here.sweep();
    expect(outcome.is).toBe('succeeded');
    expect(report.plan?.notes.join()).toMatch(/target 10.0.1.200:8080 .* belongs to no task of the service/);
    expect(orphans(here.after())).toHaveLength(1);
  });
});

const longTimeouts = {
  taskRunning: 15 * minute,
  taskHealthCheck: 15 * minute,
  targetHealthy: 15 * minute,
  taskStopped: 15 * minute,
  serviceStable: 4 * 60 * minute + 30 * second,
};
