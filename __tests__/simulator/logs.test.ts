import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { fargateNetwork, webDefinition, webSeed, world } from './fixture.ts';

const awslogs = (more: Record<string, string> = {}) => ({
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web', ...more },
  },
});

function withLogs(groups: readonly string[] = ['/ecs/web']) {
  const here = world({ ...webSeed, logGroups: groups });
  return { ...here, logs: new CloudWatchLogsClient(here.config) };
}

/** Runs one task of an image and waits for `seconds`. */
async function run(here: ReturnType<typeof withLogs>, tag: string, more = awslogs(), seconds = 90) {
  const definition = {
    ...webDefinition(tag, more),
    family: 'logging',
    executionRoleArn: 'arn:aws:iam::123456789012:role/x',
  };
  await here.ecs.send(new RegisterTaskDefinitionCommand(definition));
  const { subnets } = fargateNetwork.awsvpcConfiguration;
  const { tasks } = await here.ecs.send(
    new RunTaskCommand({
      cluster: 'main',
      taskDefinition: 'logging',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [...subnets] } },
    }),
  );
  const arn = tasks?.[0]?.taskArn ?? '';
  await here.clock.sleep(seconds * 1000);
  const { tasks: found } = await here.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [arn] }));
  return { id: arn.split('/').at(-1) ?? '', task: found?.[0] };
}

const read = (here: ReturnType<typeof withLogs>, stream: string, more: object = {}) =>
  here.logs.send(new GetLogEventsCommand({ logGroupName: '/ecs/web', logStreamName: stream, ...more }));

describe('the log of a container', () => {
  it('is in the stream that its prefix, its name and its task make, and has what it said before it died', async () => {
    const here = withLogs();
    const { id } = await run(here, 'crash');
    const { events = [] } = await read(here, `web/app/${id}`);
    expect(events.map(({ message }) => message)).toEqual([
      'starting',
      'Error: DATABASE_URL is not set',
      '    at readSettings (/app/settings.js:12:9)',
    ]);
  });

  it('needs a log group, or the task does not start', async () => {
    const { task } = await run(withLogs([]), 'good');
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining(
        'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ' +
          'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
      ),
    });
  });

  it('makes its own log group when awslogs-create-group says so', async () => {
    const here = withLogs([]);
    const { task } = await run(here, 'good', awslogs({ 'awslogs-create-group': 'true' }));
    expect(task?.lastStatus).toBe('RUNNING');
    const { logGroups } = await here.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/' }));
    expect(logGroups).toMatchObject([{ logGroupName: '/ecs/web' }]);
  });

  it('is not stored if it goes to another region', async () => {
    const here = withLogs([]);
    const { task } = await run(here, 'good', awslogs({ 'awslogs-region': 'eu-west-1' }));
    expect(task?.lastStatus).toBe('RUNNING');
    expect((await here.logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
  });
});

describe('CloudWatch Logs', () => {
  async function filled() {
    const here = withLogs([]);
    await here.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
    await here.logs.send(new CreateLogStreamCommand({ logGroupName: '/ecs/web', logStreamName: 's' }));
    const logEvents = Array.from({ length: 5 }, (_, i) => ({ timestamp: 1_000 + i, message: `line ${i}` }));
    await here.logs.send(new PutLogEventsCommand({ logGroupName: '/ecs/web', logStreamName: 's', logEvents }));
    return here;
  }
  const messages = ({ events = [] }: { events?: { message?: string | undefined }[] | undefined }) =>
    events.map(({ message }) => message);

  it('gives the newest lines, oldest first, and goes on backwards until its token stays the same', async () => {
    const here = await filled();
    const last = await read(here, 's', { limit: 2 });
    expect(messages(last)).toEqual(['line 3', 'line 4']);
    const before = await read(here, 's', { limit: 2, nextToken: last.nextBackwardToken });
    expect(messages(before)).toEqual(['line 1', 'line 2']);
    const first = await read(here, 's', { limit: 2, nextToken: before.nextBackwardToken });
    expect(messages(first)).toEqual(['line 0']);
    const nothing = await read(here, 's', { limit: 2, nextToken: first.nextBackwardToken });
    expect(messages(nothing)).toEqual([]);
    expect(nothing.nextBackwardToken).toBe(first.nextBackwardToken);
  });

  it('reads from the head and in a time when asked to', async () => {
    const here = await filled();
    expect(messages(await read(here, 's', { limit: 2, startFromHead: true }))).toEqual(['line 0', 'line 1']);
    expect(messages(await read(here, 's', { startTime: 1_001, endTime: 1_003 }))).toEqual(['line 1', 'line 2']);
  });

  it('finds lines by their words, and lists streams', async () => {
    const here = await filled();
    const found = await here.logs.send(
      new FilterLogEventsCommand({ logGroupName: '/ecs/web', filterPattern: '"line 3"' }),
    );
    expect(found.events).toMatchObject([{ logStreamName: 's', message: 'line 3' }]);
    const streams = await here.logs.send(new DescribeLogStreamsCommand({ logGroupName: '/ecs/web' }));
    expect(streams.logStreams).toMatchObject([{ logStreamName: 's', lastEventTimestamp: 1_004 }]);
  });

  it('refuses missing and duplicate resources and denied callers with the errors of AWS', async () => {
    const here = await filled();
    const name = 'ResourceNotFoundException';
    await expect(read(here, 'none')).rejects.toMatchObject({
      name,
      message: 'The specified log stream does not exist.',
    });
    const group = here.logs.send(new GetLogEventsCommand({ logGroupName: 'none', logStreamName: 's' }));
    await expect(group).rejects.toMatchObject({ name, message: 'The specified log group does not exist.' });
    const again = here.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    here.account.inject({ service: 'logs', operation: 'GetLogEvents', fault: 'deny' });
    await expect(read(here, 's')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'logs:GetLogEvents on resource: arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web:log-stream:s',
      ),
    });
  });
});
