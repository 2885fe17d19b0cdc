import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { groupArn, webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

const network = { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'] } };
const order: CreateServiceCommandInput = {
  cluster: 'main',
  serviceName: 'api',
  taskDefinition: 'web',
  desiredCount: 1,
  launchType: 'FARGATE',
  networkConfiguration: network,
};

const create = (w: World, more: Partial<CreateServiceCommandInput> = {}) =>
  w.ecs.send(new CreateServiceCommand({ ...order, ...more }));

const update = (w: World, more: Partial<UpdateServiceCommandInput>, service = 'web') =>
  w.ecs.send(new UpdateServiceCommand({ cluster: 'main', service, ...more }));

const remove = (w: World, more: { service?: string; force?: boolean } = {}) =>
  w.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', ...more }));

async function look(w: World, service = 'web'): Promise<Service | undefined> {
  const input = { cluster: 'main', services: [service], include: ['TAGS' as const] };
  return (await w.ecs.send(new DescribeServicesCommand(input))).services?.[0];
}

const refusal = (message: string) => ({ name: 'InvalidParameterException', message });

/** The first instance has more room than all others. */
const withInstances = (statuses: readonly ('ACTIVE' | 'DRAINING')[]): Seed => ({
  ...webSeed,
  clusters: [
    {
      name: 'main',
      containerInstances: statuses.map((status, index) => ({
        id: `i${index}`,
        ec2InstanceId: `i-0${index}`,
        subnet: 'subnet-a',
        memory: index === 0 ? 8192 : 1024,
        status,
      })),
    },
  ],
  taskDefinitions: [
    ...(webSeed.taskDefinitions ?? []),
    ...['good', 'good'].map((tag) => ({
      family: 'agent',
      containerDefinitions: [{ name: 'agent', image: `agent:${tag}`, memory: 512 }],
    })),
  ],
});

describe('CreateService', () => {
  it('keeps every member', async () => {
    const w = world();
    const given = {
      loadBalancers: [{ targetGroupArn: groupArn, containerName: 'app', containerPort: 80 }],
      healthCheckGracePeriodSeconds: 30,
      deploymentConfiguration: {
        maximumPercent: 150,
        minimumHealthyPercent: 50,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { alarmNames: ['errors'], enable: true, rollback: true },
      },
      platformVersion: '1.4.0',
      serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1' }],
      placementConstraints: [{ type: 'distinctInstance' as const }],
      enableECSManagedTags: true,
      propagateTags: 'SERVICE' as const,
      availabilityZoneRebalancing: 'DISABLED' as const,
      tags: [{ key: 'team', value: 'a' }],
    };
    const serviceConnectConfiguration = { enabled: true, namespace: 'internal' };
    const monitoring = { metricConfigurations: [{ metricNames: ['CPUUtilization' as const], resolutionSeconds: 20 }] };
    await create(w, { ...given, serviceConnectConfiguration, monitoring });
    const service = await look(w, 'api');
    expect(service).toMatchObject({
      ...given,
      serviceName: 'api',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: network,
      deploymentController: { type: 'ECS' },
      schedulingStrategy: 'REPLICA',
      deployments: [{ status: 'PRIMARY', serviceConnectConfiguration }],
    });
    const arn = service?.currentServiceRevisions?.[0]?.arn ?? '';
    const { serviceRevisions } = await w.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }));
    expect(serviceRevisions).toMatchObject([
      { serviceConnectConfiguration, monitoring, serviceRegistries: given.serviceRegistries },
    ]);
  });

  it('balances zones unless this is disabled or the limits do not allow it', async () => {
    const w = world();
    expect((await create(w)).service?.availabilityZoneRebalancing).toBe('ENABLED');
    const deploymentConfiguration = { maximumPercent: 100, minimumHealthyPercent: 50 };
    const { service } = await create(w, { serviceName: 'narrow', deploymentConfiguration });
    expect(service?.availabilityZoneRebalancing).toBe('DISABLED');
  });

  it('gives the same service for the same token and request, and refuses another request or none', async () => {
    const w = world();
    const clientToken = 'run-1';
    const first = await create(w, { clientToken });
    const again = await create(w, { clientToken });
    expect(again.service?.deployments?.[0]?.id).toBe(first.service?.deployments?.[0]?.id);
    const message = 'Creation of service was not idempotent.';
    await expect(create(w, { clientToken, desiredCount: 2 })).rejects.toMatchObject(refusal(message));
    await expect(create(w)).rejects.toMatchObject(refusal(message));
    await expect(create(w, { clientToken: 'x'.repeat(37) })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('is done once when its answer is lost and it is tried again with its token', async () => {
    const w = world();
    w.account.inject({ operation: 'CreateService', times: 1, fault: 'lost-after' });
    await expect(create(w, { clientToken: 't' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await create(w, { clientToken: 't' })).service?.status).toBe('ACTIVE');
    const { serviceDeployments } = await w.ecs.send(
      new ListServiceDeploymentsCommand({ cluster: 'main', service: 'api' }),
    );
    expect(serviceDeployments).toHaveLength(1);
  });

  it('refuses a name that drains, and takes one that is INACTIVE for a new service', async () => {
    const w = world();
    const before = await look(w);
    await remove(w, { force: true });
    const message = 'Unable to Start a service that is still Draining.';
    await expect(create(w, { serviceName: 'web' })).rejects.toMatchObject(refusal(message));
    await w.clock.sleep(180_000);
    const { service } = await create(w, { serviceName: 'web' });
    expect(service).toMatchObject({ status: 'ACTIVE', events: [], serviceArn: before?.serviceArn });
    expect(service?.createdAt?.getTime()).toBeGreaterThan(before?.createdAt?.getTime() ?? Number.POSITIVE_INFINITY);
    await w.clock.sleep(7_200_000);
    expect(await look(w)).toMatchObject({ status: 'ACTIVE', runningCount: 1 });
  });

  it.each<[string, Partial<CreateServiceCommandInput>, RegExp]>([
    ['no desired count', { desiredCount: undefined }, /desiredCount is required/],
    ['no task definition', { taskDefinition: undefined }, /TaskDefinition can not be blank/],
    ['CodeDeploy without a load balancer', { deploymentController: { type: 'CODE_DEPLOY' } }, /load balancer is requ/],
    ['a daemon with a desired count', { schedulingStrategy: 'DAEMON' }, /does not support a desired count/],
    ['a daemon on Fargate', { schedulingStrategy: 'DAEMON', desiredCount: undefined }, /the FARGATE launch type/],
  ])('refuses %s', async (_what, more, message) => {
    await expect(create(world(), more)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('refuses an INACTIVE revision', async () => {
    const w = world();
    await w.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    const message = 'TaskDefinition is inactive';
    await expect(create(w, { taskDefinition: 'web:1' })).rejects.toMatchObject({ name: 'ClientException', message });
  });
});

describe('a service with another deployment controller', () => {
  it('has a task set and no deployment when it is CodeDeploy', async () => {
    const w = world();
    const loadBalancers = [{ targetGroupArn: groupArn, containerName: 'app', containerPort: 80 }];
    const { service } = await create(w, { deploymentController: { type: 'CODE_DEPLOY' }, loadBalancers });
    expect(service).toMatchObject({ deployments: [], taskSets: [{ status: 'PRIMARY', computedDesiredCount: 1 }] });
    expect(service?.currentServiceDeployment).toBeUndefined();
    await expect(update(w, { forceNewDeployment: true }, 'api')).rejects.toMatchObject(
      refusal(
        'Cannot force a new deployment on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      ),
    );
  });

  it('runs nothing at first when it is external, and needs only a name', async () => {
    const w = world();
    const { service } = await w.ecs.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: 'api',
        deploymentController: { type: 'EXTERNAL' },
      }),
    );
    expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 0, deployments: [], taskSets: [] });
    expect(service?.taskDefinition).toBeUndefined();
    await w.clock.sleep(60_000);
    expect(await look(w, 'api')).toMatchObject({ runningCount: 0, pendingCount: 0 });
  });
});

describe('a daemon', () => {
  const daemon: Partial<CreateServiceCommandInput> = {
    taskDefinition: 'agent:1',
    schedulingStrategy: 'DAEMON',
    desiredCount: undefined,
    launchType: 'EC2',
    networkConfiguration: undefined,
  };

  it('runs one task on each ACTIVE instance, and replaces them when it is deployed', async () => {
    const w = world(withInstances(['ACTIVE', 'ACTIVE', 'DRAINING']));
    const { service } = await create(w, daemon);
    expect(service).toMatchObject({
      desiredCount: 2,
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
    });
    await w.clock.sleep(180_000);
    const instances = async () => {
      const { taskArns } = await w.ecs.send(new ListTasksCommand({ cluster: 'main', serviceName: 'api' }));
      const { tasks } = await w.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: taskArns }));
      return tasks?.map((task) => task.containerInstanceArn?.split('/')[2]).sort();
    };
    expect(await instances()).toEqual(['i0', 'i1']);
    expect(await look(w, 'api')).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
    await update(w, { taskDefinition: 'agent:2' }, 'api');
    await w.clock.sleep(300_000);
    expect(w.account.picture().services['main/api']).toMatchObject({
      desiredCount: 2,
      tasks: { 'agent:2 RUNNING': 2 },
    });
    expect(await instances()).toEqual(['i0', 'i1']);
  });

  it('takes no desired count, and can be deleted as it is', async () => {
    const w = world(withInstances(['ACTIVE']));
    await create(w, daemon);
    await expect(update(w, { desiredCount: 1 }, 'api')).rejects.toMatchObject(
      refusal(
        'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
      ),
    );
    const more = { deploymentConfiguration: { maximumPercent: 200 }, serviceName: 'other' };
    await expect(create(w, { ...daemon, ...more })).rejects.toMatchObject({
      message: expect.stringContaining('values above 100 for maximumPercent'),
    });
    expect((await remove(w, { service: 'api' })).service?.status).toBe('DRAINING');
  });
});

describe('a service that is scaled to 0', () => {
  it('drains its targets before its tasks are stopped, and is steady', async () => {
    const w = world();
    const id = (await look(w))?.deployments?.[0]?.id;
    const { service } = await update(w, { desiredCount: 0 });
    expect(service).toMatchObject({ desiredCount: 0, deployments: [{ id, rolloutState: 'COMPLETED' }] });
    await w.clock.sleep(10_000);
    const draining = w.account.picture();
    expect(draining.targets.web?.map(({ state }) => state)).toEqual(['draining', 'draining']);
    expect(draining.services['main/web']?.tasks).toEqual({ 'web:1 DEACTIVATING': 2 });
    await w.clock.sleep(60_000);
    expect(w.account.picture().targets.web).toEqual([]);
    await w.clock.sleep(60_000);
    const after = await look(w);
    expect(after).toMatchObject({ status: 'ACTIVE', runningCount: 0, pendingCount: 0, deployments: [{ id }] });
    const messages = after?.events?.map(({ message }) => message ?? '') ?? [];
    expect(messages[0]).toContain('has reached a steady state.');
    expect(messages.join()).toMatch(/has stopped 2 running tasks.*has begun draining connections/);
  });
});

describe('DeleteService', () => {
  it('refuses a service that is scaled up or still replaces tasks', async () => {
    const w = world();
    const scaled = 'The service cannot be stopped while it is scaled above 0.';
    await expect(remove(w)).rejects.toMatchObject(refusal(scaled));
    await w.ecs.send(new RegisterTaskDefinitionCommand(webDefinition('good')));
    await update(w, { taskDefinition: 'web:2' });
    await w.clock.sleep(5_000);
    await update(w, { desiredCount: 0 });
    const active = 'The service cannot be stopped while deployments are active.';
    await expect(remove(w)).rejects.toMatchObject(refusal(active));
    await w.clock.sleep(180_000);
    expect((await remove(w)).service?.status).toBe('DRAINING');
  });

  it('drains by force, then shows the service as INACTIVE for a while and in no list', async () => {
    const w = world({ ...webSeed, services: [{ ...webSeed.services?.[0], tags: [{ key: 'a', value: 'b' }] }] });
    const before = await look(w);
    const list = async () => (await w.ecs.send(new ListServicesCommand({ cluster: 'main' }))).serviceArns;
    expect(await list()).toHaveLength(1);
    expect((await remove(w, { force: true })).service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    expect(await list()).toEqual([]);
    expect((await remove(w)).service?.status).toBe('DRAINING');
    await w.clock.sleep(50_000);
    expect(await look(w)).toMatchObject({ status: 'DRAINING', runningCount: 2, tags: [{ key: 'a' }] });
    await expect(update(w, { desiredCount: 1 })).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    await w.clock.sleep(60_000);
    expect(await look(w)).toMatchObject({ status: 'INACTIVE', desiredCount: 0, runningCount: 0, deployments: [] });
    expect((await look(w))?.tags).toEqual([]);
    expect((await look(w))?.taskDefinition).toBe(before?.taskDefinition);
    await expect(remove(w)).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
    const arn = before?.currentServiceRevisions?.[0]?.arn ?? '';
    const revisions = await w.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }));
    expect(revisions.failures).toMatchObject([{ reason: 'MISSING' }]);
    await w.clock.sleep(7_200_000);
    const gone = await w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    expect(gone).toMatchObject({ services: [], failures: [{ reason: 'MISSING' }] });
  });
});

describe('UpdateService', () => {
  it.each<[string, UpdateServiceCommandInput | Record<string, never>, boolean]>([
    ['a desired count', { service: 'web', desiredCount: 3 }, false],
    [
      'a deployment configuration',
      { service: 'web', deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } },
      false,
    ],
    ['a grace period', { service: 'web', healthCheckGracePeriodSeconds: 10 }, false],
    ['execute command', { service: 'web', enableExecuteCommand: false }, false],
    ['managed tags', { service: 'web', enableECSManagedTags: true, propagateTags: 'SERVICE' }, false],
    ['placement', { service: 'web', placementConstraints: [], placementStrategy: [] }, false],
    ['zone rebalancing', { service: 'web', availabilityZoneRebalancing: 'DISABLED' }, false],
    [
      'the same load balancers',
      { service: 'web', loadBalancers: webSeed.services?.[0]?.loadBalancers as never },
      false,
    ],
    ['no load balancers', { service: 'web', loadBalancers: [] }, true],
    ['service registries', { service: 'web', serviceRegistries: [{ registryArn: 'arn:r' }] }, true],
    ['service connect', { service: 'web', serviceConnectConfiguration: { enabled: true } }, true],
    ['a platform version', { service: 'web', platformVersion: '1.4.0' }, true],
  ])('%s: starts a deployment or does not, as its documentation says', async (_what, input, deploys) => {
    const w = world();
    const id = (await look(w))?.deployments?.[0]?.id;
    const { service } = await update(w, input);
    expect(service?.deployments?.[0]?.id === id).toBe(!deploys);
    expect(service?.deployments).toHaveLength(deploys ? 2 : 1);
  });

  it('keeps the members of a deployment configuration that are left out', async () => {
    const w = world();
    const { service } = await update(w, { deploymentConfiguration: { minimumHealthyPercent: 50 } });
    expect(service?.deploymentConfiguration).toMatchObject({
      minimumHealthyPercent: 50,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
  });

  it('scales a service whose revision has been deregistered, and does not deploy one', async () => {
    const w = world();
    await w.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    await update(w, { desiredCount: 3 });
    await w.clock.sleep(120_000);
    expect(await look(w)).toMatchObject({ runningCount: 3 });
    const message = 'TaskDefinition is inactive';
    await expect(update(w, { taskDefinition: 'web:1' })).rejects.toMatchObject({ name: 'ClientException', message });
  });
});
