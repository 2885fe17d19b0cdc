import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { orphans, type Run, type Stage, serviceIn, shop, stage } from '../stage.ts';

const attempt = (n: number): Pick<RolloutRequest, 'run'> => ({
  run: { id: '4711-deploy', attempt: n, token: `token-${n}` },
});

/** An attempt that vanishes, with its runner and its post step, when a step of a kind has been done. */
async function vanishes(here: Stage, after: string, request: Partial<RolloutRequest> = {}): Promise<Run> {
  let index = -1;
  const run = await here.rollout({ ...attempt(1), ...request }, (event: TimedEvent) => {
    if (event.kind === 'planned') index = event.plan.steps.findIndex(({ kind }) => kind === after);
    return event.kind === 'step' && event.is === 'done' && event.index === index;
  });
  // Nobody runs a job again within less, and ListTasks may be late by seconds.
  await here.clock.sleep(20 * second);
  return run;
}

const started = (here: Stage): number => here.account.calls.filter(({ operation }) => operation === 'RunTask').length;
const updated = (here: Stage): number =>
  here.account.calls.filter(({ operation }) => operation === 'UpdateService').length;

async function isWhole(here: Stage, { outcome }: Run): Promise<void> {
  expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
  await here.clock.sleep(10 * minute);
  expect(orphans(here.after())).toEqual([]);
  expect(here.after().services['production/web']).toMatchObject({ taskDefinition: 'web:2' });
  expect(here.after().revisions.web).toEqual([1, 2]);
}

describe('a later attempt of a job whose runner has vanished', () => {
  it.each(['register-revision', 'start-canary', 'register-targets'])(
    'goes on with what was there after %s, and makes nothing twice',
    async (after) => {
      const here = stage(shop('fargate', 1));
      await vanishes(here, after);
      const run = await here.rollout(attempt(2));
      await isWhole(here, run);
      expect(started(here)).toBe(1);
      expect(updated(here)).toBe(1);
    },
  );

  it.each(['start-canary', 'register-targets'])(
    'has the undos after %s that the first attempt had, so that its post step cleans up as well',
    async (after) => {
      const here = stage(shop('fargate', 1));
      const first = await vanishes(here, after);
      const second = await vanishes(here, after, attempt(2));
      expect(first.left.map(({ kind }) => kind)).toContain('stop-tasks');
      expect(second.left).toEqual(expect.arrayContaining([...first.left]));
      // Whether its targets were registered already is not known: that they are to be deregistered does no harm.
      expect(second.left.map(({ kind }) => kind)).toEqual(['stop-tasks', 'deregister-targets']);
      expect(await here.post(second)).toEqual([]);
      await here.clock.sleep(10 * minute);
      expect(orphans(here.after())).toEqual([]);
    },
  );

  it('has the undo of the update although it has not made it', async () => {
    const here = stage(shop('fargate', 1));
    const first = await vanishes(here, 'promote');
    const second = await vanishes(here, 'promote', attempt(2));
    const [restore] = first.left.filter(({ kind }) => kind === 'restore-service');
    expect(second.left).toContainEqual(restore);
    expect(await here.post(second)).toEqual([]);
    await here.clock.sleep(20 * minute);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('keeps the revision from before the deployment that it goes on with when it tidies up', async () => {
    const here = stage(shop('fargate', 1));
    await vanishes(here, 'promote');
    expect((await here.rollout({ ...attempt(2), maxRevisions: 1 })).outcome).toMatchObject({ is: 'succeeded' });
    expect(updated(here)).toBe(1);
    expect(here.after().services['production/web']).toMatchObject({ taskDefinition: 'web:2' });
    expect(here.after().revisions.web).toEqual([1, 2]);
  });

  it('goes on with the deployment that is under way', async () => {
    const here = stage(shop('fargate', 1));
    await vanishes(here, 'promote');
    const run = await here.rollout(attempt(2));
    await isWhole(here, run);
    expect(started(here)).toBe(1);
    expect(updated(here)).toBe(1);
    expect(run.report.facts['previous-task-definition-arn']).toMatch(/web:1$/);
  });

  it('goes on with it although no instance has the host ports free that a canary would need', async () => {
    const here = stage(shop('ec2-host', 1), (seed) => ({
      ...seed,
      clusters: (seed.clusters ?? []).map((one) => ({
        ...one,
        containerInstances: (one.containerInstances ?? []).slice(0, 3),
      })),
    }));
    await vanishes(here, 'promote');
    const [canary] = here.after().standaloneTasks;
    here.account.someone('StopTask', { cluster: 'production', task: canary?.taskArn ?? '' });
    await here.clock.sleep(30 * second);
    expect(here.after().services['production/web']?.deployments).toHaveLength(2);
    expect((await here.rollout(attempt(2))).outcome.is).toBe('succeeded');
    expect(updated(here)).toBe(1);
  });

  it('goes on with it also when the canary has stopped already', async () => {
    const here = stage(shop('fargate', 1));
    await vanishes(here, 'promote');
    const [canary] = here.after().standaloneTasks;
    here.account.someone('StopTask', { cluster: 'production', task: canary?.taskArn ?? '' });
    expect(here.after().services['production/web']?.deployments).toHaveLength(2);
    const run = await here.rollout(attempt(2));
    expect(run.outcome.is).toBe('succeeded');
    expect(updated(here)).toBe(1);
  });

  it('brings the service back when that deployment fails', async () => {
    const what = shop('fargate', 1, {
      tag: 'fails-in-service',
      service: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } },
    });
    const here = stage(what);
    await vanishes(here, 'promote');
    const { outcome } = await here.rollout(attempt(2));
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('rejects the canary that it has taken on when it is not good, and puts it away', async () => {
    const here = stage(shop('fargate', 1, { tag: 'http-500' }));
    await vanishes(here, 'start-canary');
    const { outcome } = await here.rollout(attempt(2));
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(started(here)).toBe(1);
  });

  it('is seen as alive by other runs as long as it can last itself', async () => {
    const here = stage(shop('fargate', 1));
    await vanishes(here, 'register-targets');
    // Just before the first attempt would be over for sure.
    await here.clock.sleep(100 * minute);
    await vanishes(here, 'register-targets', { ...attempt(2), bake: 5 * minute });
    await here.clock.sleep(10 * minute);
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/run 4711-deploy (has|is running) a canary/);
  });

  it('starts a canary of its own when another revision is asked for, and puts the old one away', async () => {
    const here = stage(shop('fargate', 1));
    await vanishes(here, 'start-canary');
    const other = shop('fargate', 1, { tag: 'good-too' }).definition;
    const { outcome } = await here.rollout({ ...attempt(2), revision: { kind: 'new', definition: other } });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(started(here)).toBe(2);
  });

  it("never takes somebody else's deployment for its own", async () => {
    const here = stage(shop('fargate', 1));
    await vanishes(here, 'register-revision');
    // Somebody deploys by hand the very revision that this job has registered.
    here.account.someoneUpdatesService({ cluster: 'production', service: 'web', taskDefinition: 'web:2' });
    const { outcome } = await here.rollout(attempt(2));
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/another deployment is under way/);
  });
});
