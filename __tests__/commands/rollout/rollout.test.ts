import { describe, expect, it } from 'vitest';
import { type HandlerContext, orphans, place, serviceIn, shop, stage } from '../stage.ts';

const grounds: readonly HandlerContext[] = ['fargate', 'fargate-spot', 'ec2-awsvpc', 'ec2-bridge', 'ec2-host'];

describe('a rollout that goes well', () => {
  for (const ground of grounds) {
    for (const targetGroups of [0, 1, 2]) {
      for (const revision of ['new', 'given'] as const) {
        for (const updateService of [false, true]) {
          const title = `${ground}, ${targetGroups} target groups, ${revision} revision${updateService ? ', update-service' : ''}`;
          it(`brings the new revision in and leaves nothing behind: ${title}`, async () => {
            const what = shop(ground, targetGroups);
            const here = stage(what, (seed) => ({
              ...seed,
              // In host mode the canary has a port that the deployment waits for, and every task drains before the next.
              targetGroups: (seed.targetGroups ?? []).map((group) => ({ ...group, deregistrationDelaySeconds: 60 })),
              taskDefinitions: [
                ...(seed.taskDefinitions ?? []),
                ...(revision === 'new' ? [] : [{ ...what.definition, revision: 7 }]),
              ],
            }));
            const { outcome } = await here.rollout({
              ...(revision === 'new' ? {} : { revision: { kind: 'existing', name: 'web:7' } }),
              ...(updateService
                ? {
                    settings: {
                      update: { deploymentConfiguration: { minimumHealthyPercent: 50 }, enableECSManagedTags: true },
                      creationOnly: {},
                    },
                  }
                : {}),
            });
            expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: false, leftovers: [] });
            const after = here.after();
            expect(orphans(after)).toEqual([]);
            const service = after.services['production/web'];
            expect(service?.taskDefinition).toBe(revision === 'new' ? 'web:2' : 'web:7');
            expect(service?.deployments).toEqual([
              { status: 'PRIMARY', taskDefinition: service?.taskDefinition, rolloutState: 'COMPLETED' },
            ]);
            if (updateService) {
              expect(service?.settings).toMatchObject({
                enableECSManagedTags: true,
                deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 200 },
              });
            }
            const healthy = Object.values(after.targets).map(
              (group) => group.filter(({ state }) => state === 'healthy').length,
            );
            expect(healthy).toEqual(Array(targetGroups).fill(2));
          });
        }
      }
    }
  }
});

describe('a canary that is not good enough', () => {
  const cases: readonly (readonly [tag: string, targetGroups: number, cause: RegExp])[] = [
    ['no-pull', 1, /CannotPullContainerError/],
    ['no-auth', 1, /ResourceInitializationError/],
    ['crash', 1, /Essential container.*exit code 1/],
    ['oom', 0, /exit code 137/],
    ['crash-late', 0, /exit code 1/],
    ['http-404', 1, /404/],
    ['http-500', 2, /500/],
    ['timeout', 1, /timed out/i],
    ['refused', 1, /FailedHealthChecks/],
    ['no-capacity-late', 1, /Capacity is unavailable/],
  ];
  it.each(cases)('is rejected, and the service never touched: %s with %i target groups', async (tag, groups, cause) => {
    const here = stage(shop('fargate', groups, { tag }));
    const { outcome } = await here.rollout({ idle: 90_000 });
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(cause);
    expect(outcome.cause?.evidence).not.toEqual([]);
    expect(outcome.cause?.next).not.toBe('');
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services).toEqual(here.before.services);
  });

  it('is rejected when a container never becomes healthy', async () => {
    const here = stage(shop('fargate', 1, { tag: 'unhealthy', healthCheck: true }));
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    expect(outcome.cause?.because).toContain('UNHEALTHY');
    expect(orphans(here.after())).toEqual([]);
  });

  it('is rejected when it becomes sick while it is baked', async () => {
    const here = stage(shop('fargate', 1, { tag: 'sick-later' }));
    const { outcome } = await here.rollout({ bake: 300_000 });
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('is rejected when it does not run in time', async () => {
    const here = stage(shop('fargate', 1, { tag: 'never-running' }));
    const { outcome } = await here.rollout();
    expect(outcome.is).toBe('rejected');
    expect(outcome.cause?.because).toMatch(/not within 15m/);
    expect(orphans(here.after())).toEqual([]);
  });

  it('is rejected at once when the load balancer will never ask its target', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      subnets: [...(seed.subnets ?? []), { id: 'subnet-3', zone: 'us-west-2d' }],
      loadBalancers: (seed.loadBalancers ?? []).map((one) => ({ ...one, subnets: ['subnet-3'] })),
    }));
    const began = here.clock.now();
    const { outcome } = await here.rollout({ onConflict: 'take-over' });
    expect(outcome.is).toBe('rejected');
    expect(outcome.cause?.because).toContain('Target.NotInUse');
    expect(here.clock.now() - began).toBeLessThan(120_000);
    expect(orphans(here.after())).toEqual([]);
  });

  it('waits for a slow start as long as the grace period of the service allows', async () => {
    const patient = stage(shop('fargate', 1, { tag: 'slow', service: { healthCheckGracePeriodSeconds: 400 } }));
    expect((await patient.rollout()).outcome.is).toBe('succeeded');
    const hasty = stage(shop('fargate', 1, { tag: 'slow' }));
    expect((await hasty.rollout()).outcome.is).toBe('rejected');
  });
});

describe('a rollout that cannot be tried', () => {
  it('fails without a trace when there is no such service', async () => {
    const here = stage(shop());
    const { outcome } = await here.rollout({ place: { ...place, service: 'wbe' } });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('there is no service wbe in cluster production');
    expect(here.after()).toEqual(here.before);
  });

  it('fails with what RunTask says in failures, starts nothing and leaves nothing', async () => {
    const here = stage(shop('fargate', 1, { tag: 'no-capacity' }));
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toContain('Capacity is unavailable');
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services).toEqual(here.before.services);
  });

  it.each([
    ['DescribeServices', 'ecs:DescribeServices'],
    ['RegisterTaskDefinition', 'ecs:RegisterTaskDefinition'],
    ['RunTask', 'ecs:RunTask'],
    ['DescribeTasks', 'ecs:DescribeTasks'],
    ['UpdateService', 'ecs:UpdateService'],
  ])('fails when %s is denied, and names the action', async (operation, action) => {
    const here = stage(shop());
    here.account.inject({ operation, fault: 'deny' });
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.next).toContain(`Allow ${action}`);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    if (operation !== 'DescribeTasks') expect(orphans(here.after())).toEqual([]);
  });

  it('takes back the target group that took the canary when another one refuses it', async () => {
    const here = stage(shop('fargate', 2));
    here.account.inject({ operation: 'RegisterTargets', nth: 2, fault: 'deny' });
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('a revision that fails in the service', () => {
  it.each([
    ['without a circuit breaker', { enable: false, rollback: false }],
    ['with a circuit breaker that rolls back', { enable: true, rollback: true }],
    ['with a circuit breaker that does not', { enable: true, rollback: false }],
  ])('is rolled back, and the way back is verified: %s', async (_, deploymentCircuitBreaker) => {
    const service = { deploymentConfiguration: { deploymentCircuitBreaker } };
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service }));
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.evidence.some(({ kind }) => kind === 'task')).toBe(true);
    expect(orphans(here.after())).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('is left where it is when rollback-on-failure is false, and says so', async () => {
    const service = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } };
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service }));
    const { outcome } = await here.rollout({ rollbackOnFailure: false });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers.map(({ because }) => because).join()).toContain('rollback-on-failure is false');
    expect(here.after().services['production/web']?.taskDefinition).toBe('web:2');
    expect(orphans(here.after())).toEqual([]);
  });

  it('is brought back when UpdateService was not answered and nobody may look whether it was carried out', async () => {
    const here = stage(shop('fargate', 1));
    here.account.inject({ operation: 'UpdateService', nth: 1, fault: 'lost-after' });
    const { outcome } = await here.rollout({}, (event) => {
      if (event.kind === 'retry' && event.operation === 'ecs:UpdateService') {
        here.account.inject({ operation: 'DescribeServices', times: 1, fault: 'deny' });
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('takes the settings back that came with it', async () => {
    const service = {
      healthCheckGracePeriodSeconds: 5,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
    };
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service }));
    const settings = { update: { healthCheckGracePeriodSeconds: 99 }, creationOnly: {} };
    const { outcome } = await here.rollout({ settings });
    expect(outcome.is).toBe('rolled-back');
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });
});

describe('somebody else', () => {
  it('wins when their deployment replaces ours, and nothing of theirs is undone', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      taskDefinitions: [...(seed.taskDefinitions ?? []), { ...shop().definition, revision: 9 }],
    }));
    const { outcome } = await here.rollout({}, (event) => {
      if (event.kind === 'fact' && event.name === 'deployment-id') {
        here.account.later(20_000, (account) =>
          account.someoneUpdatesService({ cluster: 'production', service: 'web', taskDefinition: 'web:9' }),
        );
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    expect(here.after().services['production/web']?.taskDefinition).toBe('web:9');
    expect(orphans(here.after())).toEqual([]);
  });

  it('wins when they deploy while our canary is tried', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      taskDefinitions: [...(seed.taskDefinitions ?? []), { ...shop().definition, revision: 9 }],
    }));
    here.account.later(10_000, (account) =>
      account.someoneUpdatesService({ cluster: 'production', service: 'web', taskDefinition: 'web:9' }),
    );
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    expect(here.after().services['production/web']?.taskDefinition).toBe('web:9');
    expect(orphans(here.after())).toEqual([]);
  });

  it('is in the way: fail, wait and take-over', async () => {
    const busy = () => {
      const here = stage(shop('fargate', 1));
      here.account.someoneUpdatesService({ cluster: 'production', service: 'web', forceNewDeployment: true });
      return here;
    };
    const failing = await busy().rollout();
    expect(failing.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(failing.outcome.cause?.because).toContain('on-conflict');
    expect((await busy().rollout({ onConflict: 'wait' })).outcome.is).toBe('succeeded');
    expect((await busy().rollout({ onConflict: 'take-over' })).outcome.is).toBe('succeeded');
  });
});

describe('alarms', () => {
  const withAlarm = (state: 'OK' | 'ALARM') =>
    stage(shop('fargate', 1), (seed) => ({ ...seed, alarms: [{ name: 'errors', state }] }));

  it('reject the canary when one rings', async () => {
    const here = withAlarm('OK');
    here.account.later(20_000, (account) => account.setAlarm('errors', 'ALARM'));
    const { outcome } = await here.rollout({ alarms: ['errors'], bake: 120_000 });
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    expect(outcome.cause?.because).toContain('alarm errors is in ALARM');
    expect(orphans(here.after())).toEqual([]);
  });

  it('bring the service back when one rings after the update', async () => {
    const here = withAlarm('OK');
    const { outcome } = await here.rollout({ alarms: ['errors'] }, (event) => {
      if (event.kind === 'fact' && event.name === 'deployment-id') {
        here.account.later(30_000, (account) => account.setAlarm('errors', 'ALARM'));
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it.each([
    ['missing', 'there is no CloudWatch alarm nope', 'nope'],
    ['ringing', 'is in ALARM already', 'errors'],
  ])('stop the rollout before it begins when one is %s', async (_, because, name) => {
    const here = withAlarm('ALARM');
    const { outcome } = await here.rollout({ alarms: [name] });
    expect(outcome.is).toBe('failed');
    expect(outcome.cause?.because).toContain(because);
    expect(here.after()).toEqual(here.before);
  });
});

describe('a revision that the service runs already', () => {
  it('is not registered again and starts no deployment', async () => {
    const what = shop('fargate', 1, { tag: 'stable' });
    const here = stage(what);
    const { outcome } = await here.rollout();
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: true });
    expect(here.after()).toEqual(here.before);
  });

  it('is deployed all the same with force-new-deployment', async () => {
    const here = stage(shop('fargate', 1, { tag: 'stable' }));
    const { outcome, report } = await here.rollout({ forceNewDeployment: true });
    expect(outcome.is).toBe('succeeded');
    expect(report.facts['deployment-id']).toBeDefined();
    expect(here.after().revisions).toEqual(here.before.revisions);
    expect(report.calls['ecs:RegisterTaskDefinition']).toBeUndefined();
    expect(report.calls['ecs:UpdateService']).toBe(1);
  });
});

describe('a dry run', () => {
  it('tells the plan and changes nothing', async () => {
    const here = stage(shop('fargate', 1));
    const { outcome, report } = await here.rollout({ dryRun: true });
    expect(outcome).toMatchObject({ is: 'planned', serviceIntact: true });
    expect(report.plan?.steps.map(({ kind }) => kind)).toContain('promote');
    expect(here.account.calls.every(({ operation }) => /^(Describe|List|Get)/.test(operation))).toBe(true);
    expect(here.after()).toEqual(here.before);
  });
});
