import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/model/duration.ts';
import type { UndeployRequest } from '../../src/model/request.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { failEverywhere, faults, killEverywhere, type Start } from './interrupt.ts';
import { orphans, type Shop, type Stage, serviceIn, shop, stage } from './stage.ts';

const open = (what: Shop = shop('fargate', 1), change?: (seed: Seed) => Seed): Stage => stage(what, change, 'direct');
const without: Partial<UndeployRequest> = {};
const statusOf = (here: Stage): string | undefined => here.after().services['production/web']?.status;
const revisionsOf = (here: Stage): readonly number[] => here.after().revisions.web ?? [];
const isGone = (here: Stage): boolean => statusOf(here) === 'INACTIVE' || statusOf(here) === undefined;

/** Another service of the cluster, which runs a family. */
const beside =
  (taskDefinition: string) =>
  (seed: Seed): Seed => ({
    ...seed,
    taskDefinitions: [...(seed.taskDefinitions ?? []), { ...seed.taskDefinitions?.[0], family: 'api' }],
    services: [
      ...(seed.services ?? []),
      { ...seed.services?.[0], serviceName: 'api', loadBalancers: [], taskDefinition },
    ],
  });

/** A run whose process and `post` are gone while its canary is in its target group. */
async function leaveCanary(here: Stage): Promise<void> {
  await here.rollout(
    { bake: 10 * minute, run: { id: 'gone', attempt: 1, token: 'gone' } },
    (event) => event.kind === 'step' && event.index === 6,
  );
  expect(orphans(here.after())).toHaveLength(2);
}

describe('undeploy', () => {
  it.each([
    ['fargate', 0],
    ['fargate', 2],
    ['fargate-spot', 1],
    ['ec2-bridge', 2],
    ['ec2-host', 1],
  ] as const)('takes a service away, and nothing of it is left: %s, %i target groups', async (ground, groups) => {
    const here = stage(shop(ground, groups));
    const { outcome, report, left } = await here.undeploy();
    expect(outcome).toEqual({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(left).toEqual([]);
    const after = here.after();
    expect(after.services['production/web']).toMatchObject({ status: 'INACTIVE', tasks: {} });
    expect(Object.values(after.targets).flat()).toEqual([]);
    expect(report.facts['previous-task-definition-arn']).toMatch(/web:1$/);
    expect(revisionsOf(here)).toEqual([1]);
  });

  it('deletes nothing as long as a request can be on its way', async () => {
    const here = open();
    let tasks = -1;
    await here.undeploy(without, (event) => {
      if (event.kind === 'step' && event.is === 'begun' && event.index === 2) {
        tasks = Object.values(here.after().targets).flat().length;
      }
      return false;
    });
    expect(tasks).toBe(0);
  });

  it('says that nothing is there to be taken away', async () => {
    const here = open(shop('fargate', 1), (seed) => ({ ...seed, services: [] }));
    const { outcome, report } = await here.undeploy();
    expect(outcome).toEqual({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(report.plan?.title).toBe('Nothing to delete: there is no service web in production');
  });

  it('says that it has been taken away already', async () => {
    const here = open();
    await here.undeploy();
    const { outcome, report } = await here.undeploy({ deregisterRevisions: true });
    expect(outcome).toEqual({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(report.plan?.title).toBe('Nothing to delete: web in production is gone already (INACTIVE)');
    expect(revisionsOf(here)).toEqual([1]);
  });

  it('sees one through that somebody has deleted', async () => {
    const here = open();
    here.account.someone('DeleteService', { cluster: 'production', service: 'web', force: true });
    expect((await here.undeploy()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(statusOf(here)).toBe('INACTIVE');
  });

  it('takes a DAEMON service away with its tasks', async () => {
    const what = shop('ec2-bridge', 1);
    const { desiredCount: _, ...service } = what.service;
    const here = open({ ...what, service: { ...service, schedulingStrategy: 'DAEMON' } });
    expect((await here.undeploy()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(here.after().services['production/web']).toMatchObject({ status: 'INACTIVE', tasks: {} });
    expect(Object.values(here.after().targets).flat()).toEqual([]);
  });

  it('takes a service without tasks away', async () => {
    const here = open(shop('fargate', 1, { service: { desiredCount: 0 } }));
    expect((await here.undeploy()).outcome.is).toBe('succeeded');
    expect(statusOf(here)).toBe('INACTIVE');
  });

  it('takes a service away whose deployment is under way', async () => {
    const here = open(shop('fargate', 1, { tag: 'slow' }));
    await here.rollout({ strategy: 'rolling', wait: false });
    expect((await here.undeploy()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(statusOf(here)).toBe('INACTIVE');
  });

  it('takes a service away whose target group is gone', async () => {
    const here = open(shop('fargate', 1));
    here.account.inject({
      operation: 'DescribeTargetGroups',
      fault: { error: { code: 'TargetGroupNotFound', message: 'One or more target groups not found' } },
    });
    expect((await here.undeploy()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(statusOf(here)).toBe('INACTIVE');
  });

  it('only says what it would do in a dry run', async () => {
    const here = open();
    const { outcome, report } = await here.undeploy({ dryRun: true, deregisterRevisions: true });
    expect(outcome).toMatchObject({ is: 'planned', serviceIntact: true });
    expect(report.plan?.steps.map(({ title }) => title)).toEqual([
      'drain and stop the 2 tasks of web',
      'wait until no task is left',
      'delete web',
      'check that web is gone',
      'the service stays deleted',
      'deregister all revisions of web',
    ]);
    expect(here.after()).toEqual(here.before);
  });

  it('warns that Application Auto Scaling would scale it up again', async () => {
    const here = open(shop('fargate', 1), (seed) => ({
      ...seed,
      scalableTargets: [
        {
          ServiceNamespace: 'ecs',
          ResourceId: 'service/production/web',
          ScalableDimension: 'ecs:service:DesiredCount',
        },
      ],
    }));
    const { report, outcome } = await here.undeploy();
    expect(outcome.is).toBe('succeeded');
    expect(report.plan?.warnings).toEqual([
      expect.stringMatching(/deregister-scalable-target --region us-west-2 .*--resource-id service\/production\/web$/),
    ]);
  });
});

describe('the revisions of a service that is taken away', () => {
  it('are deregistered on request', async () => {
    const here = open();
    await here.rollout();
    const { outcome } = await here.undeploy({ deregisterRevisions: true });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(revisionsOf(here)).toEqual([]);
  });

  it('stay when another service of the cluster runs their family, which is said', async () => {
    const here = open(shop('fargate', 1), beside('web:1'));
    const { outcome, report } = await here.undeploy({ deregisterRevisions: true });
    expect(outcome.is).toBe('succeeded');
    expect(revisionsOf(here)).toEqual([1]);
    expect(report.plan?.notes).toContain('No revision of web is deregistered: api in production runs it too.');
  });

  it('go when another service runs another family, which stays', async () => {
    const here = open(shop('fargate', 1), beside('api:1'));
    expect((await here.undeploy({ deregisterRevisions: true })).outcome.is).toBe('succeeded');
    expect(here.after().revisions).toEqual({ web: [], api: [1] });
  });

  it('are left over, by name, when they cannot be deregistered', async () => {
    const here = open();
    here.account.inject({ operation: 'DeregisterTaskDefinition', fault: 'deny' });
    const { outcome } = await here.undeploy({ deregisterRevisions: true });
    expect(outcome).toMatchObject({ is: 'succeeded', serviceIntact: false });
    expect(outcome.leftovers).toMatchObject([{ what: 'deregister all revisions of web' }]);
    expect(statusOf(here)).toBe('INACTIVE');
  });
});

describe('the canary of a run that may be alive', () => {
  it('is a conflict', async () => {
    const here = open();
    await leaveCanary(here);
    const { outcome } = await here.undeploy();
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/run gone is running a canary of this service/);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('is put away with take-over', async () => {
    const here = open();
    await leaveCanary(here);
    expect((await here.undeploy({ onConflict: 'take-over' })).outcome).toMatchObject({
      is: 'succeeded',
      leftovers: [],
    });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(isGone(here)).toBe(true);
  });

  it('is waited for with wait', async () => {
    const here = open();
    await leaveCanary(here);
    const [canary] = here.after().standaloneTasks;
    void here.clock
      .sleep(60 * second)
      .then(() => here.account.someone('StopTask', { cluster: 'production', task: canary?.taskArn ?? '' }));
    const { outcome } = await here.undeploy({ onConflict: 'wait' });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(isGone(here)).toBe(true);
  });

  it('is a stray once its run is over for sure', async () => {
    const here = open();
    await leaveCanary(here);
    await here.clock.sleep(4 * 60 * minute);
    expect((await here.undeploy()).outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('a failure on the way', () => {
  it('brings the tasks back when DeleteService is denied', async () => {
    const here = open();
    here.account.inject({ operation: 'DeleteService', fault: 'deny' });
    const { outcome, left } = await here.undeploy();
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.next).toMatch(/Allow ecs:DeleteService/);
    expect(left).toEqual([]);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('has touched nothing when UpdateService is denied', async () => {
    const here = open();
    here.account.inject({ operation: 'UpdateService', fault: 'deny' });
    expect((await here.undeploy()).outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(here.after()).toEqual(here.before);
  });

  it('leaves the count to whoever has scaled the service up meanwhile', async () => {
    const here = open();
    let scaled = false;
    const { outcome } = await here.undeploy(without, (event) => {
      if (!scaled && event.kind === 'service-event') {
        scaled = true;
        void here.clock
          .sleep(60 * second)
          .then(() =>
            here.account.someone('UpdateService', { cluster: 'production', service: 'web', desiredCount: 3 }),
          );
      }
      return false;
    });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/its desired count is 3 again: it was scaled up during the run/);
    expect(here.after().services['production/web']).toMatchObject({ status: 'ACTIVE', desiredCount: 3 });
  });

  it('is a service that needs a look when nobody can say whether it was deleted', async () => {
    const here = open();
    here.account.inject({ operation: 'DeleteService', nth: 1, fault: 'lost-after' });
    here.account.inject({ operation: 'DeleteService', from: 2, fault: 'lost-before' });
    const { outcome } = await here.undeploy();
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers.map(({ because }) => because).join()).toMatch(/web has been deleted .*cannot be undone/);
  });

  it('never says that a service is intact whose deletion does not come to an end', async () => {
    const here = open(shop('fargate', 0, { service: { desiredCount: 0 } }));
    const { outcome } = await here.undeploy({ timeouts: { ...timeouts, serviceStable: 1 } });
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers.map(({ because }) => because).join()).toMatch(/web has been deleted/);
  });
});

const timeouts = {
  taskRunning: 15 * minute,
  taskHealthCheck: 15 * minute,
  targetHealthy: 15 * minute,
  taskStopped: 15 * minute,
  serviceStable: 15 * minute,
};

const scenarios: Readonly<Record<string, Shop>> = {
  'behind a target group': shop('fargate', 1),
  'on EC2 behind two target groups': shop('ec2-bridge', 2),
  'without load balancer': shop('fargate-spot', 0),
};

const undeployed: Start = (here, cancel) => here.undeploy({ deregisterRevisions: true }, cancel);

/** What is there is what was there, or nothing. */
const isWhole = (here: Stage): boolean =>
  isGone(here) || JSON.stringify(serviceIn(here.after())) === JSON.stringify(serviceIn(here.before));

describe('an undeploy that is killed at any of its calls', { timeout: 120_000 }, () => {
  it.each(Object.entries(scenarios))('leaves the service as before, or gone, after post: %s', async (_, what) => {
    const wrong = await killEverywhere(
      () => open(what),
      undeployed,
      async (here, run, said) => {
        const lost = await here.post(run);
        await here.clock.sleep(40 * minute);
        const silent = isGone(here) && run.outcome.is === 'cancelled' && lost.length === 0;
        return [
          ...(isWhole(here) ? [] : [`${said}: ${JSON.stringify(serviceIn(here.after()))}`]),
          ...(silent ? [`${said}: gone, not reported`] : []),
          ...(isGone(here) ? [] : lost.map(({ because }) => `${said}: ${because}`)),
        ];
      },
    );
    expect(wrong).toEqual([]);
  });
});

describe('a call of undeploy whose answer is lost, late, partial or refused', { timeout: 60_000 }, () => {
  it.each(faults)('ends in an outcome that the account agrees with, at every call: %s', async (fault) => {
    const asked = { fault, times: fault === 'stale' ? [1, 4] : [1] };
    const start = () => open(shop('fargate', 1));
    const wrong = await failEverywhere(start, undeployed, asked, async (here, run, said) => {
      const { is, serviceIntact } = run.outcome;
      await here.post(run);
      await here.clock.sleep(40 * minute);
      // What was deleted, and could not be seen to be gone, is for a person to look at.
      const honest = isGone(here) ? ['succeeded', 'rollback-failed'].includes(is) : is !== 'succeeded';
      const passing = fault !== 'deny' && fault !== 'expired';
      return [
        ...(isWhole(here) ? [] : [`${said}: ${JSON.stringify(serviceIn(here.after()))}`]),
        ...(honest ? [] : [`${said}: but it is ${statusOf(here)}`]),
        ...(serviceIntact === isGone(here) ? [`${said}: service-intact is ${serviceIntact}`] : []),
        ...(passing && is !== 'succeeded' ? [`${said}: it should have succeeded`] : []),
      ];
    });
    expect(wrong).toEqual([]);
  });
});
