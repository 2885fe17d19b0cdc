import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateClusterCommand,
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  ListContainerInstancesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { cbor, dateToTag } from '@smithy/core/cbor';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../src/simulator/query.ts';
import { readCall, unreadable, type WireRequest } from '../../src/simulator/wire.ts';
import { groupArn, webDefinition, webSeed, world } from './fixture.ts';

const post = (more: Partial<WireRequest>): WireRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: {},
  body: '',
  ...more,
});

const ecs = (operation: string, input: unknown): WireRequest =>
  post({
    headers: {
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
    },
    body: JSON.stringify(input),
  });

describe('the JSON protocol', () => {
  it('answers with a request id and times in seconds', async () => {
    const { account } = world();
    const answer = await account.handle(ecs('DescribeServices', { cluster: 'main', services: ['web'] }));
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(String(answer.body)).services[0].createdAt).toBeTypeOf('number');
  });

  it.each([
    ['DoMagic', {}, 'UnknownOperationException'],
    ['RunTask', { cluster: 'main', taskDefinition: 1 }, 'SerializationException'],
    ['RunTask', { cluster: 'main', taskDefinition: 'web', count: '2' }, 'SerializationException'],
    ['RunTask', 'nonsense', 'SerializationException'],
    ['DescribeTasks', { cluster: 'main' }, 'InvalidParameterException'],
    [
      'DescribeServices',
      { cluster: 'main', services: Array.from({ length: 11 }, () => 'web') },
      'InvalidParameterException',
    ],
    ['UpdateService', { cluster: 'main', service: 'none' }, 'ServiceNotFoundException'],
    ['UpdateService', { cluster: 'main', service: 'web', taskDefinition: 'none' }, 'ClientException'],
  ])('%s %j: %s', async (operation, input, type) => {
    const answer = await world().account.handle(ecs(operation, input));
    expect(answer.status).toBe(400);
    expect(JSON.parse(String(answer.body)).__type).toBe(type);
  });

  const container = { name: 'app', image: 'web:good' };
  const register = (more: object) =>
    world().account.handle(ecs('RegisterTaskDefinition', { family: 'web', memory: '512', ...more }));

  it.each([
    ['a list', { containerDefinitions: container }, 'Expected list or null'],
    ['a structure', { containerDefinitions: ['app'] }, 'Unexpected value: expected a structure or map'],
    ['a map', { containerDefinitions: [{ ...container, dockerLabels: [] }] }, 'Unexpected value: expected a structure'],
    [
      'text in a map',
      { containerDefinitions: [{ ...container, dockerLabels: { a: 1 } }] },
      'NUMBER_VALUE can not be converted to a String',
    ],
    [
      'a number',
      { containerDefinitions: [{ ...container, cpu: '256' }] },
      'STRING_VALUE can not be converted to an Integer',
    ],
    [
      'a flag',
      { containerDefinitions: [{ ...container, essential: 'true' }] },
      'STRING_VALUE can not be converted to a Boolean',
    ],
    ['text', { family: ['web'] }, 'Start of list found where not expected.'],
    [
      'a required member of a member',
      { containerDefinitions: [{ ...container, secrets: [{ name: 'TOKEN' }] }] },
      "Value null at 'containerDefinitions[0].secrets[0].valueFrom' failed to satisfy constraint: Member must not be null",
    ],
  ])('refuses a request without %s where the model has one', async (_what, more, message) => {
    const answer = await register(more);
    expect(answer.status).toBe(400);
    expect(JSON.parse(String(answer.body)).message).toContain(message);
  });

  it('ignores members that the model does not have', async () => {
    const answer = await register({ containerDefinitions: [{ ...container, nonsense: 1 }], more: true });
    expect(answer.status).toBe(200);
    expect(JSON.parse(String(answer.body)).taskDefinition.containerDefinitions[0]).not.toHaveProperty('nonsense');
  });
});

const bytesOf = (body: string | Uint8Array): Uint8Array => (body instanceof Uint8Array ? body : new Uint8Array());

describe('CloudWatch', () => {
  it('speaks JSON with the SDK', async () => {
    const { config } = world();
    const client = new CloudWatchClient(config);
    await client.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'test' }));
    const AlarmTypes = ['MetricAlarm' as const, 'CompositeAlarm' as const];
    const answer = await client.send(new DescribeAlarmsCommand({ AlarmTypes }));
    expect(answer.MetricAlarms).toMatchObject([{ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'test' }]);
    expect(answer.MetricAlarms?.[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);
    expect(answer.CompositeAlarms).toMatchObject([{ AlarmName: 'anything', StateValue: 'OK' }]);
    const unknown = client.send(new SetAlarmStateCommand({ AlarmName: 'no', StateValue: 'OK', StateReason: '' }));
    await expect(unknown).rejects.toMatchObject({ name: expect.stringMatching(/^ResourceNotFound/) });
  });

  it('speaks CBOR with newer clients', async () => {
    const answer = await world().account.handle(
      post({
        path: '/service/GraniteServiceVersion20100801/operation/DescribeAlarms',
        headers: { 'smithy-protocol': 'rpc-v2-cbor' },
        body: cbor.serialize({ AlarmNames: ['errors'] }),
      }),
    );
    expect(answer.headers['smithy-protocol']).toBe('rpc-v2-cbor');
    expect(answer.body).toBeInstanceOf(Uint8Array);
    const output = cbor.deserialize(bytesOf(answer.body));
    const StateUpdatedTimestamp = { tag: 1, value: expect.any(Number) };
    expect(output).toMatchObject({ MetricAlarms: [{ AlarmName: 'errors', StateUpdatedTimestamp }] });
  });

  it('reads a time in a CBOR request as in a JSON one, and refuses a body that is no CBOR', () => {
    const path = '/service/AmazonEC2ContainerServiceV20141113/operation/ListServiceDeployments';
    const read = (body: Uint8Array) => readCall({ method: 'POST', path, query: {}, headers: {}, body })?.input;
    const createdAt = { after: dateToTag(new Date(1_500)) };
    expect(read(cbor.serialize({ service: 'web', createdAt }))).toEqual({ service: 'web', createdAt: { after: 1.5 } });
    expect(read(Uint8Array.of(0xa1, 0x61))).toEqual({ [unreadable]: true });
    expect(read(Uint8Array.of())).toEqual({});
  });

  it('speaks Query with older clients', async () => {
    const answer = await world().account.handle(post({ body: 'Action=DescribeAlarms&Version=2010-08-01' }));
    const xml = new XMLParser().parse(String(answer.body));
    expect(xml.DescribeAlarmsResponse.DescribeAlarmsResult.MetricAlarms.member.AlarmName).toBe('errors');
  });
});

describe('the Query protocols', () => {
  it('read lists and structures', () => {
    expect(parseQuery('Targets.member.1.Id=a&Targets.member.2.Id=b&Matcher.HttpCode=200&Names=')).toEqual({
      Targets: [{ Id: 'a' }, { Id: 'b' }],
      Matcher: { HttpCode: '200' },
      Names: '',
    });
    expect(parseQuery('SubnetId.1=a&Filter.1.Name=n&Filter.1.Value.1=v')).toEqual({
      SubnetId: ['a'],
      Filter: [{ Name: 'n', Value: ['v'] }],
    });
  });

  it('answer STS calls', async () => {
    const { account } = world();
    const who = await account.handle(post({ body: 'Action=GetCallerIdentity&Version=2011-06-15' }));
    const parse = (body: unknown) => new XMLParser({ parseTagValue: false }).parse(String(body));
    expect(parse(who.body).GetCallerIdentityResponse.GetCallerIdentityResult.Account).toBe('123456789012');
    const role =
      'Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=session';
    const assumed = parse((await account.handle(post({ body: role }))).body);
    expect(assumed.AssumeRoleResponse.AssumeRoleResult.Credentials.AccessKeyId).toMatch(/^ASIA/);
  });

  it('answer EC2 calls, and refuse a subnet that is not there', async () => {
    const { account } = world();
    const body = 'Action=DescribeSubnets&Version=2016-11-15&SubnetId.1=';
    const found = new XMLParser().parse(String((await account.handle(post({ body: `${body}subnet-b` }))).body));
    expect(found.DescribeSubnetsResponse.subnetSet.item.availabilityZone).toBe('us-east-1b');
    const missing = await account.handle(post({ body: `${body}no` }));
    expect(missing.status).toBe(400);
    expect(String(missing.body)).toContain('<Code>InvalidSubnetID.NotFound</Code>');
  });

  it('answer ELB calls with typed errors', async () => {
    const { elb } = world();
    const { LoadBalancers: [found] = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
    expect(found).toMatchObject({ Type: 'application', State: { Code: 'active' } });
    const { Listeners: [listener] = [] } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: found?.LoadBalancerArn }),
    );
    expect(listener?.DefaultActions).toMatchObject([{ Type: 'forward', TargetGroupArn: groupArn }]);
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener?.ListenerArn }));
    expect(Rules).toMatchObject([{ IsDefault: true, Priority: 'default' }]);
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['web'] }));
    expect(TargetGroups).toMatchObject([
      { HealthCheckIntervalSeconds: 10, TargetType: 'ip', Matcher: { HttpCode: '200' } },
    ]);
    const no = elb.send(new DescribeTargetGroupsCommand({ Names: ['no'] }));
    await expect(no).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });

  it('change the deregistration delay', async () => {
    const { elb } = world();
    const change = (Value: string) =>
      elb.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn: groupArn,
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value }],
        }),
      );
    await change('5');
    const { Attributes } = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: groupArn }));
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '5' });
    await expect(change('4000')).rejects.toMatchObject({ name: 'InvalidConfigurationRequestException' });
  });
});

describe('task definitions', () => {
  it('come back with what AWS fills in', async () => {
    const { ecs: client } = world();
    const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand(webDefinition('good')));
    expect(taskDefinition).toMatchObject({
      revision: 2,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      volumes: [],
      placementConstraints: [],
      containerDefinitions: [
        {
          cpu: 0,
          essential: true,
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
        },
      ],
    });
    expect(taskDefinition?.registeredAt).toBeInstanceOf(Date);
  });

  it.each([
    ['no cpu for Fargate', { cpu: undefined }],
    ['a size that Fargate does not have', { memory: '8192' }],
    ['a network mode that Fargate does not have', { networkMode: 'bridge' as const }],
    ['no container', { containerDefinitions: [] }],
    ['a container without image', { containerDefinitions: [{ name: 'app' }] }],
    [
      'a name that is used twice',
      {
        containerDefinitions: [
          { name: 'a', image: 'a' },
          { name: 'a', image: 'a' },
        ],
      },
    ],
    [
      'a host port of its own in awsvpc',
      { containerDefinitions: [{ name: 'a', image: 'a', portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
    ],
    ['no memory on EC2', { requiresCompatibilities: ['EC2' as const], memory: undefined, cpu: undefined }],
  ])('are refused with %s', async (_what, more) => {
    const command = new RegisterTaskDefinitionCommand({ ...webDefinition('good'), ...more });
    await expect(world().ecs.send(command)).rejects.toMatchObject({ name: 'ClientException' });
  });

  it('are described by family, revision and ARN, and an unknown one is refused', async () => {
    const { ecs: client } = world();
    const describeIt = (taskDefinition: string) => client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const byFamily = await describeIt('web');
    expect(await describeIt('web:1')).toMatchObject({ taskDefinition: byFamily.taskDefinition });
    expect(await describeIt(byFamily.taskDefinition?.taskDefinitionArn ?? '')).toMatchObject({
      taskDefinition: byFamily.taskDefinition,
    });
    await expect(describeIt('web:9')).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Unable to describe task definition.',
    });
  });

  it('never use a number twice', async () => {
    const { ecs: client, account } = world();
    const next = async () =>
      (await client.send(new RegisterTaskDefinitionCommand(webDefinition('good')))).taskDefinition;
    const second = await next();
    account.someone('DeregisterTaskDefinition', { taskDefinition: second?.taskDefinitionArn });
    expect((await next())?.revision).toBe(3);
    expect(account.picture().revisions).toEqual({ web: [1, 3] });
    const run = client.send(new RunTaskCommand({ cluster: 'main', taskDefinition: 'web:2' }));
    await expect(run).rejects.toMatchObject({ message: 'TaskDefinition is inactive' });
  });

  it('are listed in pages', async () => {
    const { ecs: client, account } = world();
    for (let n = 0; n < 4; n++) account.someone('RegisterTaskDefinition', webDefinition('good'));
    const page = (nextToken?: string) =>
      client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'web', sort: 'DESC', maxResults: 3, nextToken }));
    const first = await page();
    const second = await page(first.nextToken);
    const numbers = [...(first.taskDefinitionArns ?? []), ...(second.taskDefinitionArns ?? [])].map((arn) =>
      arn.split(':').at(-1),
    );
    expect(numbers).toEqual(['5', '4', '3', '2', '1']);
    expect(second.nextToken).toBeUndefined();
  });
});

describe('other ECS calls', () => {
  it('find container instances by EC2 id', async () => {
    const clusters = [
      {
        name: 'main',
        containerInstances: [
          { id: 'one', ec2InstanceId: 'i-0a', subnet: 'subnet-a' },
          { id: 'two', ec2InstanceId: 'i-0b', subnet: 'subnet-b' },
        ],
      },
    ];
    const { ecs: client } = world({ ...webSeed, clusters });
    const { containerInstanceArns = [] } = await client.send(
      new ListContainerInstancesCommand({ cluster: 'main', filter: 'ec2InstanceId == i-0b' }),
    );
    expect(containerInstanceArns).toEqual([expect.stringMatching(/\/two$/)]);
    const described = await client.send(
      new DescribeContainerInstancesCommand({ cluster: 'main', containerInstances: containerInstanceArns }),
    );
    expect(described.containerInstances).toMatchObject([
      { ec2InstanceId: 'i-0b', agentConnected: true, status: 'ACTIVE' },
    ]);
  });

  it('keep tags', async () => {
    const { ecs: client } = world();
    const { cluster } = await client.send(
      new CreateClusterCommand({ clusterName: 'other', tags: [{ key: 'a', value: '1' }] }),
    );
    const resourceArn = cluster?.clusterArn;
    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '2' }] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ]);
  });
});
