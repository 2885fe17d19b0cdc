import { describe, expect, it } from 'vitest';
import { minute } from '../../src/model/duration.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import { headline } from '../../src/report/messages.ts';
import { allTo, ask, configurations, deploymentsOf, nativeShop, textOf, when } from './rollout/native-shop.ts';
import { type Run, type Stage, serviceIn, shop, stage } from './stage.ts';

const command = (here: Stage, name: 'status' | 'follow' | 'continue' | 'abort', more: object = {}): Promise<Run> =>
  here.rollout({ command: name, ...more } as unknown as Partial<RolloutRequest>);

const pause = {
  targetType: 'PAUSE' as const,
  lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT' as const],
  timeoutConfiguration: { timeoutInMinutes: 600, action: 'ROLLBACK' as const },
};

/** A deployment that a person has started, which is in its first minutes. */
async function theirs(tag = 'theirs', more: object = {}): Promise<Stage> {
  const here = stage(nativeShop({ ...configurations.CANARY, ...more }), undefined, 'direct');
  const { taskDefinition } = await ask(here, 'ecs', 'RegisterTaskDefinition', nativeShop({}, tag).definition);
  const { taskDefinitionArn } = taskDefinition as { taskDefinitionArn: string };
  const where = { cluster: 'production', service: 'web' };
  await ask(here, 'ecs', 'UpdateService', { ...where, taskDefinition: taskDefinitionArn });
  await here.clock.sleep(2 * minute);
  return here;
}

const said = ({ outcome }: Run, name: string): string => headline(outcome, { command: name, service: 'web' });

describe('command: status', () => {
  it('shows a deployment that is under way, whoever started it, and changes nothing', async () => {
    const here = await theirs();
    const before = here.account.calls.length;
    const run = await command(here, 'status');
    expect(run.outcome).toEqual({ is: 'succeeded', serviceIntact: true, leftovers: [] });
    expect(textOf(run)).toMatch(/web:2: IN_PROGRESS \(service deployment \w+, created /);
    expect(textOf(run)).toMatch(/2 of 2 new tasks running, 10 % of the traffic/);
    const [deployment] = await deploymentsOf(here);
    expect(run.report.facts['service-deployment-arn']).toBe(deployment?.serviceDeploymentArn);
    const asked = here.account.calls.slice(before).map(({ operation }) => operation);
    expect(asked.filter((name) => !/^(Describe|List)/.test(name))).toEqual([]);
    expect(said(run, 'status')).toMatch(/this is the newest deployment of web/);
  });

  it('shows a pause, and how to let it go on', async () => {
    const here = await theirs('theirs', { lifecycleHooks: [pause] });
    const run = await command(here, 'status');
    expect(textOf(run)).toMatch(/paused by a hook of the service/);
    expect(textOf(run)).toMatch(/aws ecs continue-service-deployment .* or with command: continue/);
  });

  it('shows the last one of a service that rests, also with the deployment strategy ROLLING', async () => {
    const here = stage(shop('fargate', 1), undefined, 'direct');
    const run = await command(here, 'status');
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: true });
    expect(textOf(run)).toMatch(/web:1: SUCCESSFUL/);
  });
});

describe('command: continue', () => {
  it('answers a pause', async () => {
    const here = await theirs('theirs', { lifecycleHooks: [pause] });
    const run = await command(here, 'continue');
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: false });
    await here.clock.sleep(2 * minute);
    expect((await deploymentsOf(here))[0]?.targetServiceRevision?.requestedProductionTrafficWeight).toBe(10);
  });

  it('is refused if nothing waits for an answer', async () => {
    const here = await theirs();
    const run = await command(here, 'continue');
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(run.outcome.cause?.because).toMatch(/no hook waits for an answer/);
  });
});

describe('command: abort', () => {
  it('has ECS roll a deployment back, and does not wait', async () => {
    const here = await theirs();
    const run = await command(here, 'abort');
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: false });
    expect(said(run, 'abort')).toMatch(/ECS rolls the deployment of web back.*follow waits for its end/);
    await here.clock.sleep(20 * minute);
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expect(await allTo(here, 'web-1')).toBe(true);
  });

  it('is refused if no deployment is under way, and fails if it is denied', async () => {
    const idle = stage(nativeShop(configurations.CANARY ?? {}), undefined, 'direct');
    expect((await command(idle, 'abort')).outcome.cause?.because).toMatch(/no service deployment is under way/);
    const here = await theirs();
    here.account.inject({ service: 'ecs', operation: 'StopServiceDeployment', fault: 'deny', from: 1, times: 100 });
    expect((await command(here, 'abort')).outcome).toMatchObject({ is: 'failed', serviceIntact: true });
  });

  it('says what to do when it is too late', async () => {
    const here = await theirs();
    await when(
      here,
      ({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP',
      () => undefined,
    );
    const asked = await command(here, 'abort', { dryRun: true });
    expect(textOf(asked)).toMatch(/stopping the old tasks already, so this can come too late/);
    here.account.inject({ service: 'ecs', operation: 'StopServiceDeployment', fault: 'deny', from: 1, times: 100 });
    const { outcome } = await command(here, 'abort');
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toMatch(/too late for a rollback: ECS is stopping the old tasks/);
    expect(outcome.cause?.next).toMatch(/command: rollback/);
    expect((await deploymentsOf(here))[0]?.status).not.toMatch(/ROLLBACK/);
  });

  it('only says what it would do in a dry run', async () => {
    const here = await theirs();
    expect((await command(here, 'abort', { dryRun: true })).outcome).toMatchObject({ is: 'planned' });
    expect((await deploymentsOf(here))[0]?.status).toBe('IN_PROGRESS');
  });
});

describe('command: follow', () => {
  it('ends as the deployment does: succeeded', async () => {
    const here = await theirs();
    const run = await command(here, 'follow');
    expect(run.outcome).toEqual({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect((await deploymentsOf(here))[0]?.status).toBe('SUCCESSFUL');
  });

  it('ends as the deployment does: rolled back by a person', async () => {
    const here = await theirs();
    const stopping = when(
      here,
      ({ targetServiceRevision }) => targetServiceRevision?.requestedProductionTrafficWeight === 100,
      ({ serviceDeploymentArn }) => ask(here, 'ecs', 'StopServiceDeployment', { serviceDeploymentArn }),
    );
    const [run] = await Promise.all([command(here, 'follow'), stopping]);
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(run.outcome.cause?.because).toMatch(/because it was stopped/);
  });

  it('ends as the deployment does: replaced by another one', async () => {
    const here = await theirs();
    const where = { cluster: 'production', service: 'web' };
    const replacing = here.clock
      .sleep(minute)
      .then(() => ask(here, 'ecs', 'UpdateService', { ...where, forceNewDeployment: true }));
    const [run] = await Promise.all([command(here, 'follow'), replacing]);
    expect(run.outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
  });

  it('changes nothing when the job is cancelled', async () => {
    const here = await theirs();
    const run = await here.rollout({ command: 'follow' } as never, (event) => event.kind === 'verdict');
    expect(run.outcome).toMatchObject({ is: 'cancelled' });
    expect(run.left).toEqual([]);
    await here.clock.sleep(60 * minute);
    expect((await deploymentsOf(here))[0]?.status).toBe('SUCCESSFUL');
  });
});
