import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Account } from '../../../src/simulator/account.ts';
import { type Run, type Stage, serviceIn, shop, stage } from '../stage.ts';

type Update = NonNullable<RolloutRequest['settings']>['update'];

const web = { cluster: 'production', service: 'web' };
const asking = (update: Update): Partial<RolloutRequest> => ({
  strategy: 'rolling',
  settings: { update, creationOnly: {}, byInput: Object.keys(update) as never },
});
const changed = asking({
  desiredCount: 3,
  deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 },
  healthCheckGracePeriodSeconds: 90,
});

const before = { healthCheckGracePeriodSeconds: 30 };
const breaker = {
  ...before,
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};
const alarmed = {
  ...before,
  deploymentConfiguration: {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    alarms: { alarmNames: ['errors'], enable: true, rollback: true },
  },
};
const unwatched = {
  ...before,
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
};

/** Lets others do something when the deployment has been under way for some seconds. */
function afterPromote(here: Stage, later: number, act: (account: Account) => void) {
  return (event: TimedEvent): boolean => {
    if (event.kind === 'fact' && event.name === 'deployment-id') here.account.later(later, act);
    return false;
  };
}

function expectRestored(here: Stage, { outcome }: Run): void {
  expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
  expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
}

describe('settings that a run changes', () => {
  it('are restored when the deployment circuit breaker of ECS has restored the revision', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    expectRestored(here, await here.rollout(changed));
  });

  it('are restored when the circuit breaker was faster than this run', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    // Nothing is seen of the service until ECS has rolled it back.
    const run = await here.rollout(changed, (event) => {
      if (event.kind === 'fact' && event.name === 'deployment-id') {
        here.account.inject({ operation: 'DescribeServices', fault: 'server-error', times: 60 });
      }
      return false;
    });
    expectRestored(here, run);
  });

  it('are restored when the deployment alarms of ECS have restored the revision', async () => {
    const here = stage(shop('fargate', 1, { service: alarmed }), (seed) => ({ ...seed, alarms: [{ name: 'errors' }] }));
    const ring = afterPromote(here, 5 * second, (account) => account.setAlarm('errors', 'ALARM'));
    expectRestored(here, await here.rollout(changed, ring));
  });

  it('are restored when a person has deployed the old revision by hand', async () => {
    const here = stage(shop('fargate', 1, { service: unwatched }));
    const byHand = afterPromote(here, 5 * second, (account) =>
      account.someoneUpdatesService({ ...web, taskDefinition: 'web:1' }),
    );
    const run = await here.rollout(changed, byHand);
    expectRestored(here, run);
    // Neither did its tasks fail, nor was it ECS.
    expect(run.outcome.cause?.because).toMatch(
      /^the deployment failed: the service was returned to web:1 during the run \(ecs-svc\/\d+\), and ECS does not report a rollback/,
    );
  });

  it('are restored by the post step of a cancelled run, although the revision is restored already', async () => {
    const here = stage(shop('fargate', 1, { service: unwatched }));
    const run = await here.rollout(changed, (event) => event.kind === 'fact' && event.name === 'deployment-id');
    here.account.someoneUpdatesService({ ...web, taskDefinition: 'web:1' });
    expect(run.outcome.is).toBe('cancelled');
    expect(await here.post(run)).toEqual([]);
    await here.clock.sleep(30 * minute);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('are restored with what the service ran when ECS rolls back further than that', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    const { account } = here;
    account.someone(
      'RegisterTaskDefinition',
      structuredClone(shop('fargate', 1, { tag: 'theirs' }).definition) as never,
    );
    account.someoneUpdatesService({ ...web, taskDefinition: 'web:2' });
    // Long enough for its tasks to run, and not for the old ones to be drained.
    await here.clock.sleep(75 * second);
    const { outcome } = await here.rollout({ ...changed, onConflict: 'take-over' });
    expect(outcome).toMatchObject({ is: 'rolled-back', leftovers: [] });
    expect(here.after().services['production/web']).toMatchObject({
      desiredCount: 2,
      taskDefinition: 'web:2',
      settings: { healthCheckGracePeriodSeconds: 30 },
    });
  });

  it('that others have changed since keep the value of those, and this is said', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    const scale = afterPromote(here, 2 * second, (account) => account.scale('production', 'web', 5));
    const { outcome, report } = await here.rollout(changed, scale);
    expect(outcome).toMatchObject({ is: 'rolled-back', leftovers: [] });
    expect(here.after().services['production/web']).toMatchObject({
      desiredCount: 5,
      taskDefinition: 'web:1',
      settings: { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 } },
    });
    const warnings = report.events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    expect(warnings.join()).toMatch(/Another run or user has changed desiredCount/);
  });

  it('that AWS does not restore are left over, with the command', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    const { outcome } = await here.rollout(changed, (event) => {
      if (event.kind === 'undo' && event.undo.kind === 'restore-service' && event.is === 'begun') {
        here.account.inject({ operation: 'UpdateService', fault: 'deny', times: 10 });
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers[0]?.byHand).toMatch(
      /web:1 --desired-count 2 --deployment-configuration '\{"minimumHealthyPercent":100,"maximumPercent":200\}' --health-check-grace-period-seconds 30$/,
    );
  });

  it('stay where rollback-on-failure is false, and this is said', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    const { outcome } = await here.rollout({ ...changed, rollbackOnFailure: false });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers[0]?.because).toMatch(/desiredCount: 3/);
  });

  it('do not start another deployment of the old revision when they are restored after ECS did', async () => {
    const here = stage(shop('fargate', 1, { tag: 'crash', service: breaker }));
    await here.rollout(changed);
    const updates = here.account.calls.filter(
      ({ operation, outcome }) => operation === 'UpdateService' && outcome === 'ok',
    );
    expect(updates.at(-1)?.input).not.toHaveProperty('taskDefinition');
    expect(updates.at(-1)?.input).not.toHaveProperty('forceNewDeployment');
  });
});

describe("someone else's deployment", () => {
  const theirs = (account: Account) => {
    account.someone(
      'RegisterTaskDefinition',
      structuredClone({ ...shop('fargate', 1).definition, family: 'theirs' }) as never,
    );
    account.someoneUpdatesService({ ...web, taskDefinition: 'theirs:1' });
  };

  it('while the service is rolled back supersedes this run', async () => {
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: unwatched }));
    const { outcome, left } = await here.rollout({}, (event) => {
      if (event.kind === 'undo' && event.undo.kind === 'restore-service' && event.is === 'asked') theirs(here.account);
      return false;
    });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false, leftovers: [] });
    expect(outcome.cause?.next).toMatch(/Another run or user has deployed theirs:1/);
    expect(left).toEqual([]);
    await here.clock.sleep(20 * minute);
    expect(here.after().services['production/web']?.taskDefinition).toBe('theirs:1');
  });

  it('of the very revision of this run is left alone as well', async () => {
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: unwatched }));
    const again = (account: Account) =>
      account.someoneUpdatesService({ ...web, taskDefinition: 'web:2', forceNewDeployment: true });
    const { outcome } = await here.rollout({}, (event) => {
      if (event.kind === 'undo' && event.undo.kind === 'restore-service' && event.is === 'asked') again(here.account);
      return false;
    });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false, leftovers: [] });
  });

  it('is not looked for in a service that someone has deleted while it was rolled back', async () => {
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: unwatched }));
    const { outcome } = await here.rollout({}, (event) => {
      if (event.kind === 'undo' && event.undo.kind === 'restore-service' && event.is === 'asked') {
        here.account.someone('DeleteService', { ...web, force: true });
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false, leftovers: [] });
  });

  it('is left alone by the post step of a cancelled run', async () => {
    const here = stage(shop('fargate', 1, { service: unwatched }));
    const run = await here.rollout({}, (event) => event.kind === 'fact' && event.name === 'deployment-id');
    theirs(here.account);
    expect(await here.post(run)).toEqual([]);
    await here.clock.sleep(20 * minute);
    expect(here.after().services['production/web']?.taskDefinition).toBe('theirs:1');
  });

  it('to a service that a cancelled run has created is left alone by its post step', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({ ...seed, services: [] }));
    const run = await here.up({}, (event) => event.kind === 'fact' && event.name === 'deployment-id');
    theirs(here.account);
    expect(await here.post(run)).toEqual([]);
    expect(here.after().services['production/web']).toMatchObject({ status: 'ACTIVE', taskDefinition: 'theirs:1' });
  });
});
