import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import { renderSummary } from '../../../src/report/markdown/summary.ts';
import { orphans, type Run, type Stage, serviceAsAsked, serviceIn, stage } from '../stage.ts';
import { allTo, ask, configurations, deploymentsOf, nativeShop, textOf, when } from './native-shop.ts';

const native = { strategy: 'native' } as const;
const open = (name: string, tag?: string, more: object = {}): Stage =>
  stage(nativeShop({ ...configurations[name], ...more }, tag), undefined, 'direct');
const names = Object.keys(configurations);

const share = (percent: number) => (one: ServiceDeployment) =>
  (one.targetServiceRevision?.requestedProductionTrafficWeight ?? 0) >= percent;
const at = (stage: string) => (one: ServiceDeployment) => one.lifecycleStage === stage;

/** The service runs what it ran, has its traffic, and ECS has ended its rollback. */
async function expectAsBefore(here: Stage, ended = 'ROLLBACK_SUCCESSFUL'): Promise<void> {
  expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  expect(await allTo(here, 'web-1')).toBe(true);
  expect(orphans(here.after())).toEqual([]);
  expect((await deploymentsOf(here))[0]?.status).toBe(ended);
}

async function expectNew(here: Stage): Promise<void> {
  expect(serviceIn(here.after())).toEqual(serviceAsAsked(here.before));
  expect(await allTo(here, 'web-2')).toBe(true);
}

const becauseOf = ({ outcome: { cause } }: Run): string => cause?.because ?? '';

describe.each(names)('a service with the deployment strategy %s', (name) => {
  it('gets a good version, and the ARN of the service deployment is known', async () => {
    const here = open(name);
    const run = await here.rollout(native);
    expect(run.outcome).toEqual({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    await expectNew(here);
    const [deployment] = await deploymentsOf(here);
    expect(deployment?.status).toBe('SUCCESSFUL');
    expect(run.report.facts['service-deployment-arn']).toBe(deployment?.serviceDeploymentArn);
  });

  it('has its traffic untouched by a version that crashes before the first shift', async () => {
    const here = open(name, 'crash');
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(becauseOf(run)).toMatch(/3 tasks of the new version have stopped/);
    expect(textOf(run)).toMatch(/DATABASE_URL is not set|Essential container in task exited/);
    await expectAsBefore(here);
  });

  it('is rolled back from a version that fails its health checks, within the time of the step', async () => {
    const here = open(name, 'http-500');
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    await expectAsBefore(here);
  });

  it('is rolled back from a version that crashes in its first bake', async () => {
    const here = open(name, 'crash-late');
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    await expectAsBefore(here);
  });

  it('is rolled back when an alarm fires in mid-shift', async () => {
    const here = stage(
      nativeShop(configurations[name] ?? {}),
      (seed) => ({ ...seed, alarms: [{ name: 'errors' }] }),
      'direct',
    );
    const ringing = when(here, share(name === 'LINEAR' ? 50 : 10), () =>
      ask(here, 'cloudwatch', 'SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'too many' }),
    );
    const [run] = await Promise.all([here.rollout({ ...native, alarms: ['errors'] }), ringing]);
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(becauseOf(run)).toMatch(/alarm errors is in ALARM/);
    await expectAsBefore(here);
  });

  it.each(['SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME'])(
    'is rolled back by post when the job is cancelled in %s',
    async (stage) => {
      const here = open(name);
      const cancelled = here.rollout(
        native,
        (event) => event.kind === 'verdict' && event.verdict.because.startsWith(stage),
      );
      const run = await cancelled;
      expect(run.outcome).toMatchObject({ is: 'cancelled', serviceIntact: false });
      const began = here.clock.now();
      expect(await here.post(run)).toEqual([]);
      expect(here.clock.now() - began).toBeLessThan(20 * second);
      await here.clock.sleep(20 * minute);
      await expectAsBefore(here);
    },
  );
});

describe('the end of a service deployment', () => {
  it('is explained by the alarm of ECS, not by the tasks that were still starting', async () => {
    const alarms = { alarms: { alarmNames: ['ecs-errors'], enable: true, rollback: true } };
    const here = open('CANARY', undefined, alarms);
    const ringing = when(here, at('SCALE_UP'), () =>
      ask(here, 'cloudwatch', 'SetAlarmState', { AlarmName: 'ecs-errors', StateValue: 'ALARM', StateReason: 'x' }),
    );
    const [run] = await Promise.all([here.rollout(native), ringing]);
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    expect(run.outcome.cause?.probably).toMatch(/alarm in the deployment configuration of the service/);
    await expectAsBefore(here);
  });

  it('is the rollback of ECS when one of its own alarms fires, and its reason is the cause', async () => {
    const alarms = { alarms: { alarmNames: ['ecs-errors'], enable: true, rollback: true } };
    const here = open('CANARY', undefined, alarms);
    const ringing = when(here, share(10), () =>
      ask(here, 'cloudwatch', 'SetAlarmState', { AlarmName: 'ecs-errors', StateValue: 'ALARM', StateReason: 'x' }),
    );
    const [run] = await Promise.all([here.rollout(native), ringing]);
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(becauseOf(run)).toMatch(/this run has not asked for it: .*alarms were triggered/);
    await expectAsBefore(here);
  });

  it('is that of a person who stops it before the first shift', async () => {
    const here = open('BLUE_GREEN');
    const stopping = when(here, at('SCALE_UP'), ({ serviceDeploymentArn }) =>
      ask(here, 'ecs', 'StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' }),
    );
    const [run] = await Promise.all([here.rollout(native), stopping]);
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(becauseOf(run)).toMatch(/because it was stopped/);
    await expectAsBefore(here);
  });

  it('is superseded by a deployment of someone else, which is left alone', async () => {
    const here = open('LINEAR');
    const { definition } = nativeShop({}, 'theirs');
    const theirs = when(here, share(50), async () => {
      const { taskDefinition } = await ask(here, 'ecs', 'RegisterTaskDefinition', definition);
      const { taskDefinitionArn } = taskDefinition as { taskDefinitionArn: string };
      await ask(here, 'ecs', 'UpdateService', {
        cluster: 'production',
        service: 'web',
        taskDefinition: taskDefinitionArn,
      });
    });
    const [run] = await Promise.all([here.rollout(native), theirs]);
    expect(run.outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    expect(becauseOf(run)).toMatch(/another deployment replaced ours/);
    await here.clock.sleep(60 * minute);
    expect(here.after().services['production/web']?.taskDefinition).toMatch(/web:3$/);
    expect((await deploymentsOf(here)).map(({ status }) => status).slice(0, 2)).toEqual(['SUCCESSFUL', 'STOPPED']);
  });

  it.each([
    ['crash', 'rejected'],
    ['crash-late', 'rolled-back'],
  ])('is a new deployment of the old revision when StopServiceDeployment is denied: %s', async (tag, outcome) => {
    const here = open('CANARY', tag);
    here.account.inject({ service: 'ecs', operation: 'StopServiceDeployment', fault: 'deny', from: 1, times: 100 });
    const run = await here.rollout({ ...native, timeouts: { ...(await timeouts()), serviceStable: 20 * minute } });
    expect(run.outcome).toMatchObject({ is: outcome, serviceIntact: true, leftovers: [] });
    expect(textOf(run)).toMatch(/so the old revision is deployed again/);
    const was = serviceIn(here.before);
    expect(serviceIn(here.after())).toEqual(was);
  });

  it('is a new deployment of the old revision when the new one fails while ECS stops the old tasks', async () => {
    const here = stage(
      nativeShop({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }),
      (seed) => ({ ...seed, alarms: [{ name: 'errors' }] }),
      'direct',
    );
    const ringing = when(here, at('CLEAN_UP'), () =>
      ask(here, 'cloudwatch', 'SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'too many' }),
    );
    const [run] = await Promise.all([here.rollout({ ...native, alarms: ['errors'] }), ringing]);
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
  });

  it('is not a rollback with rollback-on-failure: false, and ECS goes on', async () => {
    const here = open('CANARY', 'crash');
    const run = await here.rollout({ ...native, rollbackOnFailure: false });
    expect(run.outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(run.outcome.leftovers[0]).toMatchObject({
      because: expect.stringMatching(/rollback-on-failure is false; ECS goes on with the deployment of web:2/),
      byHand: expect.stringMatching(/aws ecs stop-service-deployment .* --stop-type ROLLBACK/),
    });
  });
});

const timeouts = async () => {
  const time = 15 * minute;
  return { taskRunning: time, taskHealthCheck: time, targetHealthy: time, taskStopped: time, serviceStable: time };
};

describe('a hook of the service', () => {
  const lifecycleHooks = [
    {
      targetType: 'PAUSE' as const,
      lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT' as const],
      timeoutConfiguration: { timeoutInMinutes: 120, action: 'ROLLBACK' as const },
    },
  ];

  it('is shown and waited for, longer than the time of the step, and answered by a person only', async () => {
    const here = open('BLUE_GREEN', undefined, { lifecycleHooks });
    const answering = when(here, at('PRE_PRODUCTION_TRAFFIC_SHIFT'), async (deployment) => {
      await here.clock.sleep(60 * minute);
      const { serviceDeploymentArn, lifecycleHookDetails } = deployment;
      const hookId = lifecycleHookDetails?.[0]?.hookId;
      await ask(here, 'ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId });
    });
    const [run] = await Promise.all([here.rollout(native), answering]);
    expect(run.outcome).toMatchObject({ is: 'succeeded' });
    expect(textOf(run)).toMatch(/paused by a hook of the service \(ecs-pause-\d+\) until .*, then ROLLBACK/);
    expect(textOf(run)).toMatch(/aws ecs continue-service-deployment/);
    expect(textOf(run)).toMatch(/The service has a PAUSE hook at PRE_PRODUCTION_TRAFFIC_SHIFT/);
    await expectNew(here);
  });

  it('that nobody answers ends in the rollback of ECS', async () => {
    const here = open('BLUE_GREEN', undefined, { lifecycleHooks });
    const run = await here.rollout(native);
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(becauseOf(run)).toMatch(/lifecycle hook failures/);
    await expectAsBefore(here);
  });
});

describe('what a person reads of a version that was rolled back before it had traffic', () => {
  it('is that it had none, and that this is verified', async () => {
    const here = open('CANARY', 'crash');
    const { report } = await here.rollout(native);
    const page = renderSummary(report);
    expect(page).toMatch(
      /The new version had no production traffic, and the service is verified to run what it ran before/,
    );
    expect(page).not.toMatch(/The service was not changed|canary task/);
    expect(page).toMatch(/container web: exit code 1/);
  });
});
