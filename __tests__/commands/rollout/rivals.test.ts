import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { Account } from '../../../src/simulator/account.ts';
import { orphans, type Stage, serviceIn, shop, stage, targetGroupArn } from '../stage.ts';

const web = { cluster: 'production', service: 'web' };
const never = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } };

/** Lets somebody do something when the deployment has been under way for some seconds. */
function afterPromote(here: Stage, act: (account: Account) => void, later = 10 * second) {
  return (event: TimedEvent): boolean => {
    if (event.kind === 'fact' && event.name === 'deployment-id') here.account.later(later, act);
    return false;
  };
}

const canaryIn = (account: Account): string => account.picture().standaloneTasks[0]?.taskArn ?? '';

describe('somebody who scales the service', () => {
  it('while the canary is tried keeps the count that he has set', async () => {
    const here = stage(shop('fargate', 1));
    here.account.later(20 * second, (account) => account.scale('production', 'web', 1));
    const { outcome } = await here.rollout({ bake: minute });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(here.after().services['production/web']).toMatchObject({ desiredCount: 1, taskDefinition: 'web:2' });
    expect(orphans(here.after())).toEqual([]);
  });

  it('while the service is updated keeps it, also when the rollout goes back', async () => {
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: never }));
    const run = here.rollout(
      {},
      afterPromote(here, (account) => account.scale('production', 'web', 4), second),
    );
    expect((await run).outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    await here.clock.sleep(5 * minute);
    expect(here.after().services['production/web']).toMatchObject({ desiredCount: 4, taskDefinition: 'web:1' });
  });
});

describe('somebody who takes the canary away', () => {
  it.each([
    ['stops it', (account: Account) => account.someone('StopTask', { cluster: 'production', task: canaryIn(account) })],
    ['deregisters it', (account: Account) => account.someoneDeregisters(targetGroupArn(1))],
  ])('makes it rejected, and the service is never touched: %s', async (_, act) => {
    const here = stage(shop('fargate', 1));
    here.account.later(90 * second, act);
    const { outcome } = await here.rollout({ bake: 5 * minute });
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(
      /stopped|is being deregistered by another process|was deregistered by another process/,
    );
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('somebody who replaces a task of the service', () => {
  it('is not in the way', async () => {
    const here = stage(shop('fargate', 1));
    const run = here.rollout(
      {},
      afterPromote(here, (account) => account.someoneStopsTaskOf('production', 'web')),
    );
    expect((await run).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('somebody who deletes the service', () => {
  const act = (account: Account) => account.someone('DeleteService', { ...web, force: true });

  it('while the canary is tried supersedes the rollout, which starts nothing anew', async () => {
    const here = stage(shop('fargate', 1));
    here.account.later(20 * second, act);
    const { outcome } = await here.rollout({ bake: 2 * minute });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    expect(outcome.cause?.because).toMatch(/deleted/);
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services['production/web']?.status ?? 'INACTIVE').toBe('INACTIVE');
  });

  it('while it is updated supersedes the rollout, and nothing is put back', async () => {
    const here = stage(shop('fargate', 1));
    const { outcome } = await here.rollout({}, afterPromote(here, act));
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services['production/web']?.status ?? 'INACTIVE').toBe('INACTIVE');
  });
});

describe('somebody who changes the target groups', () => {
  it('of the service by a deployment of his own supersedes the rollout', async () => {
    const here = stage(shop('fargate', 2));
    const act = (account: Account) => account.someoneUpdatesService({ ...web, loadBalancers: [] });
    const { outcome } = await here.rollout({}, afterPromote(here, act));
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services['production/web']?.settings.loadBalancers).toEqual([]);
  });
});

describe('a way back', () => {
  const failing = () => stage(shop('fargate', 1, { tag: 'fails-in-service', service: never }));

  it('that is cancelled is taken up by post', async () => {
    const here = failing();
    const run = await here.rollout({}, (event) => event.kind === 'undo' && event.undo.kind === 'restore-service');
    expect(run.outcome).toMatchObject({ is: 'cancelled', serviceIntact: false });
    expect(run.left.map(({ kind }) => kind)).toContain('restore-service');
    await here.post(run);
    await here.clock.sleep(40 * minute);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect(orphans(here.after())).toEqual([]);
  });

  it('that is cancelled while it is verified is asked for again by post, and ends where it should', async () => {
    const here = failing();
    const run = await here.rollout(
      {},
      (event) => event.kind === 'undo' && event.undo.kind === 'restore-service' && event.is === 'asked',
    );
    expect(run.outcome.is).toBe('cancelled');
    await here.post(run);
    await here.clock.sleep(40 * minute);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('is not taken for its end because of an answer from before the update', async () => {
    const here = stage(shop('fargate', 0));
    // Remembered from here on: what a late read can show.
    here.account.inject({ operation: 'none', fault: 'stale' });
    const { outcome } = await here.rollout({}, (event) => {
      if (event.kind === 'fact' && event.name === 'deployment-id') {
        here.account.inject({ operation: 'DescribeServices', times: 1, fault: 'deny' });
      }
      if (event.kind === 'undo' && event.undo.kind === 'restore-service' && event.is === 'asked') {
        here.account.inject({ operation: 'DescribeServices', times: 3, fault: 'stale' });
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('that does not come to rest in time is said to have failed, with the command', async () => {
    const here = failing();
    const { outcome } = await here.rollout({
      timeouts: {
        taskRunning: 15 * minute,
        taskHealthCheck: 15 * minute,
        targetHealthy: 15 * minute,
        taskStopped: 15 * minute,
        serviceStable: 40 * second,
      },
    });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers[0]?.because).toMatch(/^requested, but not confirmed: .*not within 40s/);
    expect(outcome.leftovers[0]?.byHand).toMatch(/^aws ecs update-service .* --task-definition \S+web:1$/);
  });

  it('to a revision that somebody has deregistered is said to have failed, with the reason', async () => {
    const here = failing();
    here.account.later(30 * second, (account) =>
      account.someone('DeregisterTaskDefinition', { taskDefinition: 'web:1' }),
    );
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers[0]?.because).toMatch(/inactive/i);
  });

  it('is not forced upon a service that had nothing healthy to come back to', async () => {
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: never }), (seed) => ({
      ...seed,
      taskDefinitions: (seed.taskDefinitions ?? []).map((definition) => ({
        ...definition,
        containerDefinitions: [
          { name: 'web', image: 'registry.example/web:crash', portMappings: [{ containerPort: 8080 }] },
        ],
      })),
    }));
    const { outcome } = await here.rollout({ onConflict: 'take-over' });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers.map(({ because }) => because).join()).toMatch(/no running task to roll back to/);
    expect(here.after().services['production/web']?.taskDefinition).toBe('web:2');
  });
});
