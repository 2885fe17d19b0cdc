import {
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StartTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { fargateNetwork, webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

const order: RunTaskCommandInput = {
  cluster: 'main',
  taskDefinition: 'web',
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: [...fargateNetwork.awsvpcConfiguration.subnets] } },
};

async function start(w: World, more: Partial<RunTaskCommandInput> = {}): Promise<string> {
  const { tasks } = await w.ecs.send(new RunTaskCommand({ ...order, ...more }));
  return tasks?.[0]?.taskArn ?? '';
}

async function look(w: World, arn: string): Promise<Task | undefined> {
  const { tasks } = await w.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [arn], include: ['TAGS'] }));
  return tasks?.[0];
}

/** The different states, read every second. */
async function watch(w: World, arn: string, until: string, limitMs = 300_000): Promise<readonly string[]> {
  const seen: string[] = [];
  const end = w.clock.now() + limitMs;
  while (w.clock.now() < end) {
    const state = (await look(w, arn))?.lastStatus ?? 'MISSING';
    if (seen.at(-1) !== state) seen.push(state);
    if (state === until) break;
    await w.clock.sleep(500);
  }
  return seen;
}

const run = async (w: World, tag: string, more: Record<string, unknown> = {}): Promise<string> => {
  await w.ecs.send(new RegisterTaskDefinitionCommand(webDefinition(tag, more)));
  return start(w);
};

describe('a Fargate task', () => {
  it('is missing at first, then goes through provisioning, pending and running', async () => {
    const w = world();
    const arn = await start(w);
    expect(await watch(w, arn, 'RUNNING')).toEqual(['MISSING', 'PROVISIONING', 'PENDING', 'RUNNING']);
  });

  it('is described with its interface, addresses, digests and times once it runs', async () => {
    const w = world();
    const arn = await start(w, { startedBy: 'me', tags: [{ key: 'a', value: 'b' }] });
    await watch(w, arn, 'RUNNING');
    const task = await look(w, arn);
    const address = task?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
    expect(address).toMatch(/^10\.0\.[12]\.\d+$/);
    expect(task).toMatchObject({
      desiredStatus: 'RUNNING',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      connectivity: 'CONNECTED',
      group: 'family:web',
      startedBy: 'me',
      tags: [{ key: 'a', value: 'b' }],
      attachments: [{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }],
      containers: [{ name: 'app', lastStatus: 'RUNNING', imageDigest: expect.stringMatching(/^sha256:/) }],
    });
    expect(task?.attachments?.[0]?.details).toContainEqual({ name: 'privateIPv4Address', value: address });
    expect(task?.startedAt?.getTime()).toBeGreaterThan(task?.createdAt?.getTime() ?? Number.POSITIVE_INFINITY);
  });

  it('loses its tags when it is stopped, and can be described for an hour', async () => {
    const w = world();
    const arn = await start(w, { tags: [{ key: 'a', value: 'b' }] });
    await watch(w, arn, 'RUNNING');
    await w.ecs.send(new StopTaskCommand({ cluster: 'main', task: arn, reason: 'enough' }));
    expect(await watch(w, arn, 'STOPPED')).toEqual([
      'RUNNING',
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    expect(await look(w, arn)).toMatchObject({
      tags: [],
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      attachments: [{ status: 'DELETED' }],
    });
    const stopped = await w.ecs.send(new ListTasksCommand({ cluster: 'main', desiredStatus: 'STOPPED' }));
    expect(stopped.taskArns).toEqual([arn]);
    await w.clock.sleep(3_601_000);
    expect(await look(w, arn)).toBeUndefined();
  });

  it('is found by startedBy, and only by startedBy alone', async () => {
    const w = world();
    const arn = await start(w, { startedBy: 'run/1' });
    await w.clock.sleep(3_000);
    const found = await w.ecs.send(new ListTasksCommand({ cluster: 'main', startedBy: 'run/1' }));
    expect(found.taskArns).toEqual([arn]);
    const both = w.ecs.send(new ListTasksCommand({ cluster: 'main', startedBy: 'run/1', family: 'web' }));
    await expect(both).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('is the same task again for the same client token, and a conflict for another request', async () => {
    const w = world();
    const arn = await start(w, { clientToken: 'token' });
    expect(await start(w, { clientToken: 'token' })).toBe(arn);
    await expect(start(w, { clientToken: 'token', startedBy: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [arn],
    });
    expect(w.account.picture().standaloneTasks).toHaveLength(1);
  });
});

describe('what the image does', () => {
  it.each([
    ['crash', 'EssentialContainerExited', 'Essential container in task exited', 1],
    ['exit-0', 'EssentialContainerExited', 'Essential container in task exited', 0],
    ['exit-42', 'EssentialContainerExited', 'Essential container in task exited', 42],
    ['oom', 'EssentialContainerExited', 'Essential container in task exited', 137],
    ['no-pull', 'TaskFailedToStart', 'CannotPullContainerError', undefined],
    ['no-auth', 'TaskFailedToStart', 'ResourceInitializationError', undefined],
    ['no-capacity-late', 'TaskFailedToStart', 'Capacity is unavailable', undefined],
  ])('%s: stops with %s', async (tag, stopCode, reason, exitCode) => {
    const w = world();
    const arn = await run(w, tag);
    await watch(w, arn, 'STOPPED');
    const task = await look(w, arn);
    expect(task).toMatchObject({ stopCode, stoppedReason: expect.stringContaining(reason) });
    expect(task?.containers?.[0]?.exitCode).toBe(exitCode);
  });

  it('no-capacity: RunTask answers with a failure and no task', async () => {
    const w = world();
    await w.ecs.send(new RegisterTaskDefinitionCommand(webDefinition('no-capacity')));
    const answer = await w.ecs.send(new RunTaskCommand(order));
    expect(answer.tasks).toEqual([]);
    expect(answer.failures?.[0]?.reason).toContain('Capacity is unavailable at this time');
  });

  it('never-running: stays PENDING', async () => {
    const w = world();
    const arn = await run(w, 'never-running');
    expect(await watch(w, arn, 'RUNNING', 1_800_000)).toEqual(['MISSING', 'PROVISIONING', 'PENDING']);
  });

  it('fails-in-service: is fine as a standalone task', async () => {
    const w = world();
    const arn = await run(w, 'fails-in-service');
    await w.clock.sleep(120_000);
    expect((await look(w, arn))?.lastStatus).toBe('RUNNING');
  });

  it.each([
    ['good', 'HEALTHY'],
    ['unhealthy', 'UNHEALTHY'],
  ])('%s: the container health check says %s', async (tag, health) => {
    const w = world();
    const check = { healthCheck: { command: ['CMD-SHELL', 'true'], interval: 5, retries: 2, startPeriod: 10 } };
    const arn = await run(w, tag, check);
    await watch(w, arn, 'RUNNING');
    expect((await look(w, arn))?.healthStatus).toBe('UNKNOWN');
    await w.clock.sleep(25_000);
    const task = await look(w, arn);
    expect(task?.healthStatus).toBe(health);
    expect(task?.containers?.[0]?.healthStatus).toBe(health);
  });
});

describe('a task on EC2', () => {
  const bridge = (hostPort: number) => ({
    family: 'bridge',
    containerDefinitions: [
      { name: 'app', image: 'app:good', memory: 1024, cpu: 256, portMappings: [{ containerPort: 80, hostPort }] },
    ],
  });
  const seed: Seed = {
    ...webSeed,
    clusters: [
      { name: 'main', containerInstances: [{ id: 'one', ec2InstanceId: 'i-0a', subnet: 'subnet-a', memory: 2048 }] },
    ],
  };
  const onEc2 = { cluster: 'main', taskDefinition: 'bridge', launchType: 'EC2' as const };

  it('gets a port of the host, and another one for the next task', async () => {
    const w = world(seed);
    await w.ecs.send(new RegisterTaskDefinitionCommand(bridge(0)));
    const answer = await w.ecs.send(new RunTaskCommand({ ...onEc2, count: 2 }));
    await w.clock.sleep(30_000);
    const arns = answer.tasks?.map((task) => task.taskArn ?? '') ?? [];
    const { tasks } = await w.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: arns }));
    expect(tasks?.map((task) => task.containers?.[0]?.networkBindings?.[0]?.hostPort)).toEqual([32768, 32769]);
  });

  it.each([
    ['RESOURCE:PORTS', 8080, 1],
    ['RESOURCE:MEMORY', 0, 2],
  ])('is not placed when the instance lacks %s', async (reason, port, before) => {
    const w = world(seed);
    await w.ecs.send(new RegisterTaskDefinitionCommand(bridge(port)));
    await w.ecs.send(new RunTaskCommand({ ...onEc2, count: before }));
    const { tasks, failures } = await w.ecs.send(
      new StartTaskCommand({ cluster: 'main', taskDefinition: 'bridge', containerInstances: ['one'] }),
    );
    expect(tasks).toEqual([]);
    expect(failures).toMatchObject([{ arn: expect.stringContaining('container-instance/main/one'), reason }]);
  });
});

describe('what RunTask refuses', () => {
  it.each<[string, Partial<RunTaskCommandInput>, string, RegExp]>([
    ['an unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException', /Cluster not found/],
    ['an unknown definition', { taskDefinition: 'none' }, 'ClientException', /TaskDefinition not found/],
    [
      'Fargate without a network',
      { networkConfiguration: undefined },
      'InvalidParameterException',
      /Network Configuration/,
    ],
    ['a group of services', { group: 'service:web' }, 'InvalidParameterException', /service:/],
    ['a startedBy that is too long', { startedBy: 'x'.repeat(129) }, 'InvalidParameterException', /startedBy/],
    ['a startedBy with a colon', { startedBy: 'a:b' }, 'InvalidParameterException', /startedBy/],
    ['execute command without a role', { enableExecuteCommand: true }, 'InvalidParameterException', /taskRoleArn/],
    [
      'launch type and strategy together',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException',
      /launch type and capacity provider/,
    ],
    [
      'a subnet that is not there',
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['no'] } } },
      'InvalidParameterException',
      /subnet/,
    ],
  ])('%s', async (_what, more, name, message) => {
    const w = world();
    await expect(start(w, more)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});
