import {
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

async function look(w: World): Promise<Service> {
  const { services } = await w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
  const [service] = services ?? [];
  if (service === undefined) throw new Error('there is no service');
  return service;
}

async function update(w: World, more: Partial<UpdateServiceCommandInput>): Promise<Service> {
  const { service } = await w.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', ...more }));
  if (service === undefined) throw new Error('there is no service');
  return service;
}

async function deploy(w: World, tag: string): Promise<Service> {
  const { taskDefinition } = await w.ecs.send(new RegisterTaskDefinitionCommand(webDefinition(tag)));
  return update(w, { taskDefinition: taskDefinition?.taskDefinitionArn });
}

/** Looks every five seconds until there is one deployment left and it is not in progress. */
async function settled(w: World, limitMs = 1_800_000): Promise<Service> {
  const end = w.clock.now() + limitMs;
  for (;;) {
    await w.clock.sleep(5_000);
    const service = await look(w);
    const done = service.deployments?.length === 1 && service.deployments[0]?.rolloutState !== 'IN_PROGRESS';
    if (done || w.clock.now() > end) return service;
  }
}

const messages = (service: Service): readonly string[] => service.events?.map((event) => event.message ?? '') ?? [];
const lastDeployments = async (w: World) =>
  (await w.ecs.send(new ListServiceDeploymentsCommand({ cluster: 'main', service: 'web' }))).serviceDeployments ?? [];

describe('a service', () => {
  it('is steady when the account starts', async () => {
    const service = await look(world());
    expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(service.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }]);
    expect(messages(service)[0]).toBe('(service web) has reached a steady state.');
  });

  it('starts a good revision before it stops the old one, and drains the old targets', async () => {
    const w = world();
    const before = await deploy(w, 'good');
    expect(before.deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
      { status: 'ACTIVE', runningCount: 2 },
    ]);
    const start = w.clock.now();
    const counts: number[] = [];
    const drained = new Set<string>();
    for (let service = before; service.deployments?.length !== 1; service = await look(w)) {
      counts.push(w.account.picture().targets.web?.filter((target) => target.state === 'healthy').length ?? 0);
      for (const target of w.account.picture().targets.web ?? []) drained.add(target.state);
      await w.clock.sleep(2_000);
    }
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    expect(drained).toContain('draining');
    expect(w.clock.now() - start).toBeGreaterThan(60_000);
    const service = await look(w);
    expect(service.deployments?.[0]).toMatchObject({ id: before.deployments?.[0]?.id, rolloutState: 'COMPLETED' });
    expect(messages(service)).toEqual(expect.arrayContaining([expect.stringContaining('deployment completed.')]));
    await w.clock.sleep(60_000);
    expect(w.account.picture().services['main/web']?.tasks).toEqual({ 'web:2 RUNNING': 2 });
  });

  it.each(['crash', 'no-pull', 'http-500', 'unhealthy-in-service', 'fails-in-service'])(
    'goes back by itself when the new revision is %s and the circuit breaker is on',
    async (tag) => {
      const w = world();
      const asked = await deploy(w, tag);
      const ours = asked.deployments?.[0]?.id;
      const service = await settled(w);
      expect(service.taskDefinition).toMatch(/web:1$/);
      expect(service.deployments?.[0]?.id).not.toBe(ours);
      expect(service.deployments?.[0]?.rolloutState).toBe('COMPLETED');
      expect(messages(service)).toEqual(
        expect.arrayContaining([
          `(service web) (deployment ${ours}) deployment failed: tasks failed to start.`,
          expect.stringContaining('rolling back to (deployment ecs-svc/'),
        ]),
      );
      const [newest] = await lastDeployments(w);
      expect(newest?.status).toBe('ROLLBACK_SUCCESSFUL');
      expect(w.account.picture().targets.web?.map((target) => target.state)).toEqual(['healthy', 'healthy']);
    },
  );

  it('fails and stays as it is without rollback', async () => {
    const w = world();
    await update(w, { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } });
    await deploy(w, 'crash');
    await w.clock.sleep(300_000);
    const service = await look(w);
    expect(service.deployments?.[0]).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(service.deployments?.[1]).toMatchObject({ status: 'ACTIVE', runningCount: 2 });
  });

  it('keeps trying without a circuit breaker', async () => {
    const w = world();
    await update(w, { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } });
    await deploy(w, 'crash');
    await w.clock.sleep(600_000);
    const service = await look(w);
    expect(service.deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    expect(service.deployments?.[0]?.failedTasks).toBeGreaterThan(3);
    expect(messages(service).join()).toContain('is unable to consistently start tasks successfully');
  });

  it('rolls back when one of its alarms is in ALARM', async () => {
    const w = world();
    await update(w, { deploymentConfiguration: { alarms: { alarmNames: ['errors'], enable: true, rollback: true } } });
    await deploy(w, 'good');
    w.account.later(30_000, (account) => account.setAlarm('errors', 'ALARM'));
    w.account.later(60_000, (account) => account.setAlarm('errors', 'OK'));
    const service = await settled(w);
    expect(service.taskDefinition).toMatch(/web:1$/);
    const arn = (await lastDeployments(w))[0]?.serviceDeploymentArn ?? '';
    const { serviceDeployments } = await w.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    expect(serviceDeployments?.[0]).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
  });

  it('gives up a deployment for a newer one', async () => {
    const w = world();
    const first = await deploy(w, 'slow');
    await w.clock.sleep(20_000);
    w.account.someoneUpdatesService({
      cluster: 'main',
      service: 'web',
      taskDefinition: 'web:1',
      forceNewDeployment: true,
    });
    const service = await settled(w);
    expect(service.deployments?.[0]?.id).not.toBe(first.deployments?.[0]?.id);
    expect((await lastDeployments(w)).map((deployment) => deployment.status)).toEqual([
      'SUCCESSFUL',
      'STOPPED',
      'SUCCESSFUL',
    ]);
  });

  it('rolls back when the deployment is stopped', async () => {
    const w = world();
    const { currentServiceDeployment } = await deploy(w, 'slow');
    await w.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: currentServiceDeployment }));
    expect((await lastDeployments(w))[0]?.status).toBe('ROLLBACK_REQUESTED');
    await w.clock.sleep(5_000);
    expect((await lastDeployments(w))[0]?.status).toBe('ROLLBACK_IN_PROGRESS');
    expect((await settled(w)).taskDefinition).toMatch(/web:1$/);
  });

  it('does not deploy for settings that do not need it, and remembers them', async () => {
    const w = world();
    const id = (await look(w)).deployments?.[0]?.id;
    const service = await update(w, {
      desiredCount: 3,
      healthCheckGracePeriodSeconds: 60,
      propagateTags: 'SERVICE',
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
    });
    expect(service.deployments).toMatchObject([{ id }]);
    expect(service).toMatchObject({
      healthCheckGracePeriodSeconds: 60,
      propagateTags: 'SERVICE',
      deploymentConfiguration: { maximumPercent: 150, deploymentCircuitBreaker: { enable: true } },
    });
    await w.clock.sleep(120_000);
    expect(await look(w)).toMatchObject({ runningCount: 3, deployments: [{ id }] });
  });

  it.each<[string, Partial<UpdateServiceCommandInput>, number]>([
    ['the same task definition', { taskDefinition: 'web:1' }, 1],
    ['force-new-deployment', { forceNewDeployment: true }, 2],
    ['another platform version', { platformVersion: '1.4.0' }, 2],
    ['other subnets', { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } } }, 2],
  ])('%s: makes or keeps the deployment as AWS does', async (_what, more, deployments) => {
    expect((await update(world(), more)).deployments).toHaveLength(deployments);
  });

  it('keeps to a maximum of 100 % by stopping first', async () => {
    const w = world();
    await update(w, { deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 } });
    await deploy(w, 'good');
    let most = 0;
    let service = await look(w);
    while (service.deployments?.length !== 1) {
      most = Math.max(most, (service.runningCount ?? 0) + (service.pendingCount ?? 0));
      await w.clock.sleep(2_000);
      service = await look(w);
    }
    expect(most).toBe(2);
    expect(service.taskDefinition).toMatch(/web:2$/);
  });

  it('cannot be deployed when its limits allow neither a stop nor a start, and says so', async () => {
    const w = world();
    const deploymentConfiguration = { maximumPercent: 100, minimumHealthyPercent: 99 };
    await update(w, { deploymentConfiguration });
    await deploy(w, 'good');
    await w.clock.sleep(600_000);
    const service = await look(w);
    expect(service.deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', runningCount: 0 });
    expect(messages(service)[0]).toContain('was unable to stop or start tasks during a deployment');
    await update(w, { deploymentConfiguration: { maximumPercent: 200 } });
    expect((await settled(w)).taskDefinition).toMatch(/web:2$/);
  });

  it('is refused while it is scaled up, then drains and becomes inactive', async () => {
    const w = world();
    const remove = () => w.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'web' }));
    await expect(remove()).rejects.toMatchObject({ name: 'InvalidParameterException' });
    w.account.scale('main', 'web', 0);
    expect((await remove()).service?.status).toBe('DRAINING');
    await w.clock.sleep(180_000);
    expect((await look(w)).status).toBe('INACTIVE');
    await expect(update(w, { desiredCount: 1 })).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
  });

  it('that CodeDeploy deploys takes no task definition from UpdateService', async () => {
    const [service] = webSeed.services ?? [];
    const w = world({ ...webSeed, services: [{ ...service, deploymentController: { type: 'CODE_DEPLOY' } }] });
    expect(await look(w)).toMatchObject({ deploymentController: { type: 'CODE_DEPLOY' }, deployments: [] });
    await expect(update(w, { taskDefinition: 'web:1' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('CODE_DEPLOY'),
    });
  });

  it('replaces a task that becomes sick while it runs', async () => {
    const w = world({ ...webSeed, taskDefinitions: [webDefinition('sick-later')] });
    await w.clock.sleep(600_000);
    expect(messages(await look(w)).join()).toContain('is unhealthy in (target-group');
  });
});
