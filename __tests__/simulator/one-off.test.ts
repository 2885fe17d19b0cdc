import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type ContainerDefinition,
  type ContainerOverride,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { fargateNetwork, webDefinition, webSeed, world } from './fixture.ts';

const logConfiguration = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': '/ecs/job', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'job' },
};

const container = (name: string, tag: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name,
  image: `${name}:${tag}`,
  logConfiguration,
  ...more,
});

function account(more: Partial<Seed> = {}) {
  const here = world({ ...webSeed, logGroups: ['/ecs/job'], ...more });
  return { ...here, logs: new CloudWatchLogsClient(here.config) };
}

type Here = ReturnType<typeof account>;

const network = { awsvpcConfiguration: { subnets: [...fargateNetwork.awsvpcConfiguration.subnets] } };

/** Starts a one-off task of these containers. */
async function start(
  here: Here,
  containerDefinitions: ContainerDefinition[],
  containerOverrides: ContainerOverride[] = [],
  more: Partial<RunTaskCommandInput> = {},
) {
  const definition = { ...webDefinition('good'), family: 'job', executionRoleArn: 'arn:aws:iam::123456789012:role/x' };
  await here.ecs.send(new RegisterTaskDefinitionCommand({ ...definition, containerDefinitions }));
  const { tasks } = await here.ecs.send(
    new RunTaskCommand({
      cluster: 'main',
      taskDefinition: 'job',
      launchType: 'FARGATE',
      networkConfiguration: network,
      overrides: { containerOverrides },
      ...more,
    }),
  );
  return tasks?.[0]?.taskArn ?? '';
}

async function look(here: Here, arn: string) {
  return (await here.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [arn] }))).tasks?.[0];
}

/** The task in the state that it is waited for. */
async function until(here: Here, arn: string, state: string) {
  for (let seconds = 0; seconds < 1_800; seconds++) {
    await here.clock.sleep(1_000);
    const task = await look(here, arn);
    if (task?.lastStatus === state) return task;
  }
  throw new Error(`the task is never ${state}`);
}

const streamOf = (arn: string, name = 'app'): string => `job/${name}/${arn.split('/').at(-1)}`;

const read = (here: Here, arn: string, nextToken?: string, name?: string) =>
  here.logs.send(
    new GetLogEventsCommand({
      logGroupName: '/ecs/job',
      logStreamName: streamOf(arn, name),
      startFromHead: true,
      nextToken,
    }),
  );

const linesOf = ({ events = [] }: { events?: { message?: string | undefined }[] | undefined }) =>
  events.map(({ message }) => message);

describe('the command of a one-off task', () => {
  it.each([
    [['migrate', 'exit-3'], 'good', 3],
    [['sh', '-c', 'exit 3'], 'good', 3],
    [['sh', '-c', 'sleep 1; exit 0'], 'crash', 0],
    [['rake', 'db:migrate'], 'good', 0],
    [['rake', 'db:migrate'], 'crash', 1],
    [['oom'], 'good', 137],
    [undefined, 'exit-4', 4],
  ])('%j in an image that is %s exits with %i', async (command, tag, exitCode) => {
    const here = account();
    const arn = await start(here, [container('app', tag)], [{ name: 'app', command }]);
    const task = await until(here, arn, 'STOPPED');
    expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode }] });
    expect(task.stoppedReason).toBe('Essential container in task exited');
  });

  it('does not help an image that cannot be pulled', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'no-pull')], [{ name: 'app', command: ['exit-0'] }]);
    const task = await until(here, arn, 'STOPPED');
    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', containers: [{ lastStatus: 'STOPPED' }] });
    expect(task.stoppedReason).toMatch(/^CannotPullContainerError: .*app:no-pull: not found$/);
    expect(task.containers?.[0]?.exitCode).toBeUndefined();
  });

  it('is shown by DescribeTasks with the environment, and the other containers without any', async () => {
    const here = account();
    const override = { name: 'app', command: ['exit-0'], environment: [{ name: 'A', value: '1' }], cpu: 128 };
    const arn = await start(here, [container('app', 'good'), container('side', 'good')], [override], {});
    await here.clock.sleep(3_000);
    expect((await look(here, arn))?.overrides?.containerOverrides).toEqual([override, { name: 'side' }]);
  });

  it('gets the environment of the definition and of the override, which wins', async () => {
    const here = account();
    const environment = [
      { name: 'A', value: 'definition' },
      { name: 'B', value: 'definition' },
    ];
    const override = { name: 'app', command: ['printenv'], environment: [{ name: 'B', value: 'override' }] };
    const arn = await start(here, [container('app', 'good', { environment })], [override]);
    await until(here, arn, 'STOPPED');
    expect(linesOf(await read(here, arn))).toEqual(['A=definition', 'B=override']);
  });
});

describe('several containers', () => {
  it('have an exit code each; one that is not essential ends alone, a sidecar is killed in the end', async () => {
    const here = account();
    const arn = await start(here, [
      container('app', 'works-60-exit-2'),
      container('init', 'exit-7', { essential: false }),
      container('side', 'good'),
      container('deaf', 'stuck-stopping', { stopTimeout: 5 }),
    ]);
    await until(here, arn, 'RUNNING');
    await here.clock.sleep(10_000);
    const codes = async () =>
      Object.fromEntries((await look(here, arn))?.containers?.map((one) => [one.name, one.exitCode]) ?? []);
    expect(await codes()).toEqual({ app: undefined, init: 7, side: undefined, deaf: undefined });
    expect((await look(here, arn))?.lastStatus).toBe('RUNNING');
    await until(here, arn, 'STOPPED');
    expect(await codes()).toEqual({ app: 2, init: 7, side: 143, deaf: 137 });
  });

  it('write to a stream each', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'exit-0'), container('side', 'prints-2')]);
    await until(here, arn, 'STOPPED');
    expect(linesOf(await read(here, arn, undefined, 'side'))).toEqual(['line 1 of 2', 'line 2 of 2']);
    expect(linesOf(await read(here, arn))).toEqual(['starting', 'listening on 0.0.0.0:8080']);
  });
});

describe('the log of a task that is still running', () => {
  it('grows, and gives the same token until there is more', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'works-60')]);
    await until(here, arn, 'RUNNING');
    await here.clock.sleep(7_000);
    const first = await read(here, arn);
    expect(linesOf(first)).toEqual(['starting', '5 of 60 s done']);
    const nothing = await read(here, arn, first.nextForwardToken);
    expect(linesOf(nothing)).toEqual([]);
    expect(nothing.nextForwardToken).toBe(first.nextForwardToken);
    await here.clock.sleep(10_000);
    const more = await read(here, arn, first.nextForwardToken);
    expect(linesOf(more)).toEqual(['10 of 60 s done', '15 of 60 s done']);
    const task = await until(here, arn, 'STOPPED');
    expect(task.containers?.[0]?.exitCode).toBe(0);
    expect(linesOf(await read(here, arn, more.nextForwardToken)).at(-1)).toBe('finished');
  });

  it('is there and empty as soon as the container runs, although it says nothing', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'slow')]);
    await until(here, arn, 'RUNNING');
    expect(linesOf(await read(here, arn))).toEqual([]);
  });

  it('can be long on its way', async () => {
    const here = account({ logDelayMs: 20_000 });
    const arn = await start(here, [container('app', 'works-10')]);
    await until(here, arn, 'RUNNING');
    await here.clock.sleep(12_000);
    expect(linesOf(await read(here, arn))).toEqual([]);
    await here.clock.sleep(30_000);
    expect(linesOf(await read(here, arn))).toEqual(['starting', '5 of 10 s done', 'finished']);
  });

  it('may hold whatever a program can write', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'hostile-log')]);
    const task = await until(here, arn, 'STOPPED');
    expect(task.containers?.[0]?.exitCode).toBe(1);
    const lines = linesOf(await read(here, arn));
    expect(lines).toContainEqual(expect.stringMatching(/^::error /));
    expect(lines.join('')).toContain('\u001b[31m');
  });

  it('comes in pages of 10,000 lines', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'prints-25000')]);
    await until(here, arn, 'STOPPED');
    const counts: number[] = [];
    let token: string | undefined;
    for (;;) {
      const page = await read(here, arn, token);
      if (page.nextForwardToken === token) break;
      counts.push(page.events?.length ?? 0);
      token = page.nextForwardToken;
    }
    expect(counts).toEqual([10_000, 10_000, 5_000]);
  });

  it('comes in pages of 1 MB', async () => {
    const here = account();
    here.account.writeLog(
      '/ecs/job',
      'job/app/big',
      Array.from({ length: 5 }, (_, index) => `${index}${'x'.repeat(400_000)}`),
    );
    const sizes: (string | undefined)[] = [];
    let page = await read(here, 'task/big');
    while ((page.events?.length ?? 0) > 0) {
      sizes.push(linesOf(page).reduce((all, line) => `${all}${line?.[0]}`, ''));
      page = await read(here, 'task/big', page.nextForwardToken);
    }
    expect(sizes).toEqual(['01', '23', '4']);
  });
});

describe('what is refused, and what cannot be placed', () => {
  const ec2 = (memory: number[], connected = true): Partial<Seed> => ({
    clusters: [
      {
        name: 'main',
        containerInstances: memory.map((one, index) => ({
          id: `i${index}`,
          ec2InstanceId: `i-0${index}`,
          subnet: 'subnet-a',
          memory: one,
          agentConnected: connected,
        })),
      },
    ],
  });

  async function onEc2(here: Here, more: Partial<RunTaskCommandInput> = {}) {
    const containerDefinitions = [{ name: 'app', image: 'app:good', memory: 1024 }];
    await here.ecs.send(new RegisterTaskDefinitionCommand({ family: 'bridge', containerDefinitions }));
    const order = { cluster: 'main', taskDefinition: 'bridge', launchType: 'EC2' as const };
    return here.ecs.send(new RunTaskCommand({ ...order, ...more }));
  }

  it.each([
    ['RESOURCE:MEMORY', ec2([512, 256, 1000])],
    ['AGENT', ec2([4096, 4096, 4096], false)],
  ])('%s: RunTask answers with a failure for each instance', async (reason, seed) => {
    const { tasks, failures } = await onEc2(account(seed));
    expect(tasks).toEqual([]);
    expect(failures).toHaveLength(3);
    expect(new Set(failures?.map((failure) => failure.reason))).toEqual(new Set([reason]));
    expect(failures?.[0]?.arn).toMatch(/:container-instance\/main\/i\d$/);
  });

  it('is a platform version on EC2, and a network configuration in bridge mode', async () => {
    const version = onEc2(account(ec2([4096])), { platformVersion: '1.4.0' });
    await expect(version).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('The platform version must be null'),
    });
    const net = onEc2(account(ec2([4096])), { networkConfiguration: network });
    await expect(net).rejects.toMatchObject({ message: expect.stringContaining('is not valid for the given') });
  });

  it.each<[string, ContainerOverride, string]>([
    ['a container that is not there', { name: 'none' }, 'Override for container named none is not a container'],
    ['more than 8192 characters', { name: 'app', command: ['x'.repeat(8_200)] }, 'must be at most 8192'],
  ])('is an override of %s', async (_what, override, message) => {
    const run = start(account(), [container('app', 'good')], [override]);
    await expect(run).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });
});

describe('StopTask', () => {
  it('stops one that works, and leaves one that has stopped as it is', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'works-600')]);
    await until(here, arn, 'RUNNING');
    await here.ecs.send(new StopTaskCommand({ cluster: 'main', task: arn, reason: 'cancelled' }));
    const task = await until(here, arn, 'STOPPED');
    expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'cancelled' });
    expect(task.containers?.[0]?.exitCode).toBe(143);
    const again = await here.ecs.send(new StopTaskCommand({ cluster: 'main', task: arn, reason: 'again' }));
    expect(again.task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'cancelled' });
  });

  it('cannot find a task an hour after it has stopped, and neither can DescribeTasks', async () => {
    const here = account();
    const arn = await start(here, [container('app', 'exit-0')]);
    await until(here, arn, 'STOPPED');
    await here.clock.sleep(3_590_000);
    expect(await look(here, arn)).toBeDefined();
    await here.clock.sleep(20_000);
    const { failures } = await here.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [arn] }));
    expect(failures).toMatchObject([{ arn, reason: 'MISSING' }]);
    const stop = here.ecs.send(new StopTaskCommand({ cluster: 'main', task: arn }));
    await expect(stop).rejects.toMatchObject({ message: 'The referenced task was not found.' });
  });
});
