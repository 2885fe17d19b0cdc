import { describe, expect, test } from 'vitest';
import { read } from './workspace.ts';

const targetGroupArn = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/6d0ecf831eec9f09';
const registryArn = 'arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1';

const fargate = {
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  volumes: [{ name: 'data' }],
  containerDefinitions: [
    {
      name: 'web',
      image: 'web:1',
      portMappings: [{ name: 'http', containerPort: 8080 }, { containerPortRange: '9000-9010' }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
      dependsOn: [{ containerName: 'log', condition: 'START' }],
    },
    { name: 'log', image: 'log:1', essential: false },
  ],
};
const service = {
  serviceName: 'web',
  launchType: 'FARGATE',
  loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  serviceConnectConfiguration: { enabled: true, services: [{ portName: 'http' }] },
};
const web = fargate.containerDefinitions[0];
const withWeb = (more: object) => ({
  ...fargate,
  containerDefinitions: [{ ...web, ...more }, fargate.containerDefinitions[1]],
});
const without = (value: object, ...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
const balanced = (more: object) => ({
  ...service,
  loadBalancers: [{ targetGroupArn, containerName: 'web', ...more }],
});

test('accepts two files that match', async () => {
  expect((await read({ service, task: fargate })).said).toEqual([]);
});

describe('refuses what AWS would refuse:', () => {
  const taskFile = 'deploy/task-definition.json: ';
  test.each([
    [
      'two containers of one name',
      { ...fargate, containerDefinitions: [web, { ...web, dependsOn: [] }] },
      [
        "containerDefinitions[1].name: 'web' is already the name of containerDefinitions[0]",
        "containerDefinitions[0].dependsOn[0].containerName: 'log' is not a container of the task definition; its containers: 'web', 'web'",
      ],
    ],
    [
      'no essential container',
      withWeb({ essential: false }),
      ['containerDefinitions: has no essential container; at least one container must be essential'],
    ],
    [
      'a dependency on nobody',
      withWeb({ dependsOn: [{ containerName: 'logs', condition: 'START' }] }),
      [
        "containerDefinitions[0].dependsOn[0].containerName: 'logs' is not a container of the task definition; did you mean 'log'?",
      ],
    ],
    [
      'a mount of no volume',
      withWeb({ mountPoints: [{ sourceVolume: 'dta', containerPath: '/' }] }),
      ["containerDefinitions[0].mountPoints[0].sourceVolume: 'dta' is not a volume of the task; did you mean 'data'?"],
    ],
    [
      'Fargate without sizes',
      without(fargate, 'cpu', 'memory'),
      [
        'containerDefinitions[0]: has neither memory nor memoryReservation, and the task has no memory; set one of them',
        'containerDefinitions[1]: has neither memory nor memoryReservation, and the task has no memory; set one of them',
        'cpu: is missing; Fargate requires it at the task level',
        'memory: is missing; Fargate requires it at the task level',
      ],
    ],
    [
      'Fargate in another network mode',
      { ...fargate, networkMode: 'bridge' },
      ['networkMode: must be awsvpc; Fargate supports no other mode'],
    ],
    [
      'a Fargate service in another network mode',
      without(fargate, 'networkMode', 'requiresCompatibilities'),
      ['networkMode: must be awsvpc, because service.json has launchType FARGATE'],
    ],
  ])('%s', async (_, task, expected) => {
    expect((await read({ service, task })).said).toEqual(expected.map((what) => taskFile + what));
  });

  const serviceFile = 'deploy/service.json: ';
  test.each([
    [
      'a load balancer before nobody',
      balanced({ containerName: 'wbe', containerPort: 8080 }),
      ["loadBalancers[0].containerName: 'wbe' is not a container of the task definition; did you mean 'web'?"],
    ],
    [
      'a load balancer before another port',
      balanced({ containerPort: 80 }),
      ["loadBalancers[0].containerPort: 80 is not a port of container 'web', which has 8080, '9000-9010'"],
    ],
    [
      'a registry of nobody',
      { ...service, serviceRegistries: [{ registryArn, containerName: 'x' }] },
      [
        "serviceRegistries[0].containerName: 'x' is not a container of the task definition; its containers: 'web', 'log'",
      ],
    ],
    [
      'a service connected at no port',
      { ...service, serviceConnectConfiguration: { enabled: true, services: [{ portName: 'grpc' }] } },
      [
        "serviceConnectConfiguration.services[0].portName: 'grpc' is not the name of any port mapping in the task definition",
      ],
    ],
    [
      'two kinds of capacity',
      { ...service, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      ['capacityProviderStrategy: cannot be combined with launchType; remove one of them'],
    ],
    [
      'awsvpc without subnets',
      without(service, 'networkConfiguration'),
      [
        'networkConfiguration: is missing; tasks on Fargate (network mode awsvpc) need an awsvpcConfiguration with subnets',
      ],
    ],
  ])('%s', async (_, given, expected) => {
    expect((await read({ service: given, task: fargate })).said).toEqual(expected.map((what) => serviceFile + what));
  });
});

test('accepts a port inside a port range', async () => {
  expect((await read({ service: balanced({ containerPort: 9005 }), task: fargate })).said).toEqual([]);
});

test('does not compare the file with a service that runs another revision', async () => {
  const given = { service: balanced({ containerPort: 80 }), task: fargate };
  expect((await read({ ...given, needs: { service: true, taskDefinition: false } })).said).toEqual([]);
});

test('reports conflicts next to an unknown key, but not next to a wrong type', async () => {
  const conflict = balanced({ containerPort: 80 });
  expect((await read({ service: { ...conflict, roll: 'x' }, task: fargate })).said).toHaveLength(2);
  expect((await read({ service: { ...conflict, role: 1 }, task: fargate })).said).toHaveLength(1);
});

test('does not check containers without a task definition', async () => {
  expect((await read({ service: balanced({ containerName: 'other', containerPort: 1 }) })).said).toEqual([]);
});

describe('reports an invalid name before the first call:', () => {
  test.each([
    ['service.json: serviceName', { ...service, serviceName: '' }, fargate],
    ['service.json: serviceName', { ...service, serviceName: 'web\n::error::boo' }, fargate],
    ['service.json: cluster', { ...service, cluster: 'arn:aws:ecs:us-west-2:1:cluster/web' }, fargate],
    ['task-definition.json: family', service, { ...fargate, family: 'a'.repeat(256) }],
    ['task-definition.json: containerDefinitions[1].name', service, withWeb({}), 'log: 1'],
  ])('%s', async (where, service, task, second?: string) => {
    const [web, log] = task.containerDefinitions;
    const definition = second === undefined ? task : { ...task, containerDefinitions: [web, { ...log, name: second }] };
    const { said } = await read({ service, task: definition });
    expect(said.join('\n')).toMatch(/is not a valid name; use 1 to 255 letters, digits, hyphens and underscores/);
    expect(said.join('\n')).toContain(where);
  });

  test('accepts ARNs of clusters and services as names', async () => {
    const arn = (what: string) => `arn:aws:ecs:us-west-2:123456789012:${what}`;
    const named = { ...service, cluster: arn('cluster/prod'), serviceName: arn('service/prod/web') };
    expect((await read({ service: named, task: fargate })).said).toEqual([]);
  });
});

test('limits the number of reported problems of one kind', async () => {
  const key = (n: number) => `"famly${n}": 1`;
  const { said } = await read({ task: `{${Array.from({ length: 1000 }, (_, n) => key(n)).join(', ')}}` });
  expect(said.length).toBeLessThan(60);
  expect(said.join('\n')).toMatch(/task-definition.json: has \d+ more problems like these/);
});
