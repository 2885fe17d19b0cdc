import { execFile, execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Account } from '../../src/simulator/account.ts';
import { type Listening, listen } from '../../src/simulator/socket.ts';
import { groupArn, webDefinition, webSeed } from './fixture.ts';

/** The aws CLI parses answers with AWS's official models, so it is a judge that is not ours. */
const missing = whyNot();
if (missing !== undefined) console.warn(`The tests with the aws CLI are skipped: ${missing}`);

function whyNot(): string | undefined {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no aws on the PATH';
  }
}

const run = promisify(execFile);
const network = 'awsvpcConfiguration={subnets=[subnet-a,subnet-b]}';
let socket: Listening;

const lookedUp = {
  repositories: [{ name: 'web', images: [{ tags: ['v1'] }] }],
  roles: [{ arn: 'arn:aws:iam::123456789012:role/web', services: ['ecs-tasks.amazonaws.com'] }],
  secrets: [{ arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:web-a1B2c3' }],
  parameters: ['/web'],
};

/** Sixty times as fast as life: a task starts within a second. */
beforeAll(async () => {
  const clock = { now: () => Date.now(), sleep: (ms: number) => pause(ms) };
  socket = await listen(new Account({ seed: { ...webSeed, ...lookedUp }, clock, latencyMs: 0, timeScale: 60 }));
});

afterAll(() => socket.close());

async function aws(...args: readonly string[]) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: socket.url,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'simulator',
    AWS_SECRET_ACCESS_KEY: 'simulator',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  };
  const { stdout } = await run('aws', [...args, '--output', 'json'], { env });
  return stdout.trim() === '' ? {} : JSON.parse(stdout);
}

describe.skipIf(missing !== undefined)('the aws CLI', { timeout: 180_000, concurrent: true }, () => {
  it('describes existing resources', async () => {
    const [services, groups, alarms, identity, subnets] = await Promise.all([
      aws('ecs', 'describe-services', '--cluster', 'main', '--services', 'web', 'none'),
      aws('elbv2', 'describe-target-groups', '--names', 'web'),
      aws('cloudwatch', 'describe-alarms', '--alarm-types', 'MetricAlarm', 'CompositeAlarm'),
      aws('sts', 'get-caller-identity'),
      aws('ec2', 'describe-subnets', '--subnet-ids', 'subnet-a'),
    ]);
    expect(services.services[0]).toMatchObject({ serviceName: 'web', status: 'ACTIVE' });
    expect(services.failures).toMatchObject([{ reason: 'MISSING' }]);
    expect(groups.TargetGroups).toMatchObject([{ TargetGroupName: 'web', TargetType: 'ip' }]);
    expect(alarms).toMatchObject({
      MetricAlarms: [{ AlarmName: 'errors' }],
      CompositeAlarms: [{ AlarmName: 'anything' }],
    });
    expect(identity.Account).toBe('123456789012');
    expect(subnets.Subnets).toMatchObject([{ AvailabilityZone: 'us-east-1a' }]);
  });

  it('registers, runs, targets and stops a task', async () => {
    const definition = JSON.stringify({ ...webDefinition('good'), family: 'cli' });
    const registered = await aws('ecs', 'register-task-definition', '--cli-input-json', definition);
    expect(registered.taskDefinition).toMatchObject({ family: 'cli', revision: 1, status: 'ACTIVE' });
    const started = await aws(
      ...['ecs', 'run-task', '--cluster', 'main', '--task-definition', 'cli', '--launch-type', 'FARGATE'],
      ...['--network-configuration', network, '--started-by', 'cli', '--tags', 'key=a,value=b'],
    );
    const task = started.tasks[0].taskArn;
    await pause(1_000);
    const [listed, described] = await Promise.all([
      aws('ecs', 'list-tasks', '--cluster', 'main', '--started-by', 'cli'),
      aws('ecs', 'describe-tasks', '--cluster', 'main', '--tasks', task, '--include', 'TAGS'),
    ]);
    expect(listed.taskArns).toEqual([task]);
    expect(described.tasks).toMatchObject([{ lastStatus: 'RUNNING', tags: [{ key: 'a', value: 'b' }] }]);
    const address = described.tasks[0].containers[0].networkInterfaces[0].privateIpv4Address;
    const target = ['--target-group-arn', groupArn, '--targets', `Id=${address},Port=80`];
    await aws('elbv2', 'register-targets', ...target);
    await aws('elbv2', 'wait', 'target-in-service', ...target);
    await aws('elbv2', 'deregister-targets', ...target);
    const health = await aws('elbv2', 'describe-target-health', ...target);
    expect(health.TargetHealthDescriptions[0].TargetHealth.State).toMatch(/^(draining|unused)$/);
    await aws('ecs', 'stop-task', '--cluster', 'main', '--task', task);
    await pause(1_000);
    await aws('ecs', 'wait', 'tasks-stopped', '--cluster', 'main', '--tasks', task);
  });

  it('creates, updates and deletes a service', async () => {
    const definition = JSON.stringify({ ...webDefinition('good'), family: 'api' });
    await aws('ecs', 'register-task-definition', '--cli-input-json', definition);
    const where = ['--cluster', 'main', '--service'];
    const created = await aws(
      ...['ecs', 'create-service', '--cluster', 'main', '--service-name', 'api', '--task-definition', 'api'],
      ...['--desired-count', '1', '--launch-type', 'FARGATE', '--network-configuration', network],
      ...['--load-balancers', `targetGroupArn=${groupArn},containerName=app,containerPort=80`],
    );
    expect(created.service).toMatchObject({ serviceName: 'api', desiredCount: 1, status: 'ACTIVE' });
    const updated = await aws('ecs', 'update-service', ...where, 'api', '--force-new-deployment');
    expect(updated.service.deployments).toHaveLength(2);
    await pause(4_000);
    await aws('ecs', 'wait', 'services-stable', '--cluster', 'main', '--services', 'api');
    const deployments = await aws('ecs', 'list-service-deployments', ...where, 'api');
    expect(deployments.serviceDeployments).toHaveLength(2);
    expect(deployments.serviceDeployments[0].status).toBe('SUCCESSFUL');
    const [arn] = deployments.serviceDeployments.map(
      (one: { serviceDeploymentArn: string }) => one.serviceDeploymentArn,
    );
    const [{ targetServiceRevision }] = (
      await aws('ecs', 'describe-service-deployments', '--service-deployment-arns', arn)
    ).serviceDeployments;
    expect(targetServiceRevision.runningTaskCount).toBe(1);
    const deleted = await aws('ecs', 'delete-service', ...where, 'api', '--force');
    expect(deleted.service.status).toBe('DRAINING');
  });

  it('runs a one-off task with a command of its own, and reads its exit code and log', async () => {
    const logConfiguration = {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': '/job',
        'awslogs-region': 'us-east-1',
        'awslogs-stream-prefix': 'job',
        'awslogs-create-group': 'true',
      },
    };
    const definition = {
      ...webDefinition('good', { logConfiguration }),
      family: 'job',
      executionRoleArn: 'arn:aws:iam::123456789012:role/r',
    };
    await aws('ecs', 'register-task-definition', '--cli-input-json', JSON.stringify(definition));
    const containerOverrides = [{ name: 'app', command: ['sh', '-c', 'exit 3'] }];
    const { tasks } = await aws(
      ...['ecs', 'run-task', '--cluster', 'main', '--task-definition', 'job', '--launch-type', 'FARGATE'],
      ...['--network-configuration', network, '--overrides', JSON.stringify({ containerOverrides })],
    );
    const task = tasks[0].taskArn;
    await pause(1_500);
    await aws('ecs', 'wait', 'tasks-stopped', '--cluster', 'main', '--tasks', task);
    const described = await aws('ecs', 'describe-tasks', '--cluster', 'main', '--tasks', task);
    expect(described.tasks).toMatchObject([
      { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 3 }], overrides: { containerOverrides } },
    ]);
    const stream = ['--log-group-name', '/job', '--log-stream-name', `job/app/${task.split('/').at(-1)}`];
    const { events } = await aws('logs', 'get-log-events', ...stream, '--start-from-head');
    expect(events.map(({ message }: { message: string }) => message)).toContain('listening on 0.0.0.0:80');
  });

  it('creates a service once, reads its history, and deletes it with its revisions', async () => {
    const definition = JSON.stringify({ ...webDefinition('good'), family: 'shop' });
    await aws('ecs', 'register-task-definition', '--cli-input-json', definition);
    const where = ['--cluster', 'main', '--service', 'shop'];
    const create = () =>
      aws(
        ...['ecs', 'create-service', '--cluster', 'main', '--service-name', 'shop', '--task-definition', 'shop:1'],
        ...['--desired-count', '1', '--launch-type', 'FARGATE', '--network-configuration', network],
        ...['--client-token', 'once', '--tags', 'key=a,value=b'],
      );
    const [created, again] = [await create(), await create()];
    expect(again.service.deployments[0].id).toBe(created.service.deployments[0].id);
    const [revision] = created.service.currentServiceRevisions;
    const { serviceRevisions } = await aws(
      'ecs',
      'describe-service-revisions',
      '--service-revision-arns',
      revision.arn,
    );
    expect(serviceRevisions[0].taskDefinition).toMatch(/shop:1$/);
    const target = ['--service-namespace', 'ecs', '--scalable-dimension', 'ecs:service:DesiredCount'];
    const capacity = ['--min-capacity', '0', '--max-capacity', '3', '--resource-id', 'service/main/shop'];
    await aws('application-autoscaling', 'register-scalable-target', ...target, ...capacity);
    await aws('ecs', 'update-service', ...where, '--desired-count', '0');
    await expect(aws('ecs', 'delete-service', '--cluster', 'main', '--service', 'web')).rejects.toThrow(
      'scaled above 0',
    );
    await aws('ecs', 'delete-service', ...where);
    await aws('ecs', 'wait', 'services-inactive', '--cluster', 'main', '--services', 'shop');
    const gone = await aws('ecs', 'deregister-task-definition', '--task-definition', 'shop:1');
    expect(gone.taskDefinition.status).toBe('INACTIVE');
    const listed = await aws('ecs', 'list-task-definitions', '--family-prefix', 'shop', '--status', 'INACTIVE');
    expect(listed.taskDefinitionArns).toEqual([expect.stringMatching(/shop:1$/)]);
  });

  it('writes to a log and reads it', async () => {
    const stream = ['--log-group-name', '/cli/web', '--log-stream-name', 'one'];
    await aws('logs', 'create-log-group', '--log-group-name', '/cli/web');
    await aws('logs', 'create-log-stream', ...stream);
    const events = [1, 2, 3].map((n) => `timestamp=${1_700_000_000_000 + n},message=line-${n}`);
    await aws('logs', 'put-log-events', ...stream, '--log-events', ...events);
    const [read, filtered, groups, streams] = await Promise.all([
      aws('logs', 'get-log-events', ...stream, '--limit', '2'),
      aws('logs', 'filter-log-events', '--log-group-name', '/cli/web', '--filter-pattern', '"line-2"'),
      aws('logs', 'describe-log-groups', '--log-group-name-prefix', '/cli'),
      aws('logs', 'describe-log-streams', '--log-group-name', '/cli/web'),
    ]);
    expect(read.events.map(({ message }: { message: string }) => message)).toEqual(['line-2', 'line-3']);
    expect(filtered.events).toMatchObject([{ logStreamName: 'one', message: 'line-2' }]);
    expect(groups.logGroups).toMatchObject([{ logGroupName: '/cli/web' }]);
    expect(streams.logStreams).toMatchObject([{ logStreamName: 'one', lastEventTimestamp: 1_700_000_000_003 }]);
    const missing = aws('logs', 'get-log-events', '--log-group-name', '/cli/web', '--log-stream-name', 'two');
    await expect(missing).rejects.toThrow('An error occurred (ResourceNotFoundException)');
  });

  it('gets errors', async () => {
    const refused = aws('ecs', 'describe-task-definition', '--task-definition', 'none');
    await expect(refused).rejects.toThrow(
      'An error occurred (ClientException) when calling the DescribeTaskDefinition operation',
    );
    const no = aws('elbv2', 'describe-target-groups', '--names', 'no');
    await expect(no).rejects.toThrow('An error occurred (TargetGroupNotFound)');
  });
});
