import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { loadShapes, type Shape } from '../../src/deploy-context/schema.ts';
import { words } from '../../src/deploy-context/words.ts';
import { read } from './workspace.ts';

const role = 'arn:aws:iam::123456789012:role/web';
const targetGroupArn = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/6d0ecf831eec9f09';
const secret = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:web/db-a1B2c3';
const ecr = '123456789012.dkr.ecr.us-west-2.amazonaws.com/web:1';
const awslogs = (more: object = {}, without: readonly string[] = []) => ({
  logDriver: 'awslogs',
  options: Object.fromEntries(
    Object.entries({
      'awslogs-group': 'g',
      'awslogs-region': 'us-west-2',
      'awslogs-stream-prefix': 'p',
      ...more,
    }).filter(([key]) => !without.includes(key)),
  ),
});

type Json = Readonly<Record<string, unknown>>;

/** A task on Fargate with a container `web` and a sidecar `side`. */
const task = (web: Json = {}, top: Json = {}, side: Json = {}): Json => ({
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: role,
  containerDefinitions: [
    { name: 'web', image: 'web:1', portMappings: [{ containerPort: 8080 }], ...web },
    { name: 'side', image: 'side:1', essential: false, ...side },
  ],
  ...top,
});

/** The same on container instances, in bridge mode. */
const onInstances = (web: Json = {}, top: Json = {}, side: Json = {}): Json =>
  task(web, { requiresCompatibilities: ['EC2'], networkMode: 'bridge', ...top }, side);

const service = (more: Json = {}): Json => ({
  cluster: 'main',
  serviceName: 'web',
  desiredCount: 2,
  launchType: 'FARGATE',
  loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  ...more,
});

const drop = (value: Json, ...keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

describe('task-definition.json is refused with', () => {
  test.each<readonly [string, Json, RegExp]>([
    ['an image behind a scheme', task({ image: 'https://registry.example/web:1' }), /image: .* begins with https/],
    ['an image with white space', task({ image: 'my image:latest' }), /image: .* has white space in it/],
    ['an image with capitals', task({ image: 'MyOrg/App:1' }), /image: .* capital letters in its repository/],
    ['<IMAGE1_NAME>', task({ image: '<IMAGE1_NAME>' }), /image: '<IMAGE1_NAME>' was not filled in/],
    ['{{image}}', task({ image: '{{image}}' }), /was not filled in/],
    ['IMAGE_PLACEHOLDER', task({ image: 'IMAGE_PLACEHOLDER' }), /was not filled in/],
    ['$IMAGE', task({ image: '$IMAGE' }), /was not filled in/],
    [
      'an account with letters',
      task({ image: 'xxx.dkr.ecr.us-west-2.amazonaws.com/web:1' }),
      /12 digits of an account/,
    ],
    ['half a digest', task({ image: 'web@sha256:0a1b' }), /sha256: and 64 hexadecimal digits/],
    ['an empty role', task({}, { executionRoleArn: '' }), /executionRoleArn: is empty; give the ARN of a role/],
    [
      'a user as a role',
      task({}, { taskRoleArn: 'arn:aws:iam::123456789012:user/me' }),
      /taskRoleArn: .* is the ARN of a user; a role is needed/,
    ],
    [
      'a placeholder as a role',
      task({}, { taskRoleArn: 'REPLACE_ME_ECS_TASK_ROLE_ARN' }),
      /taskRoleArn: .* was not filled/,
    ],
    [
      'ECR without execution role',
      drop(task({ image: ecr }), 'executionRoleArn'),
      /image in Amazon ECR on Fargate cannot/,
    ],
    [
      'awslogs without execution role',
      drop(task({ logConfiguration: awslogs() }), 'executionRoleArn'),
      /needs an execution role: the log driver awslogs/,
    ],
    [
      'secrets without execution role, also on instances',
      drop(onInstances({ secrets: [{ name: 'A', valueFrom: secret }] }), 'executionRoleArn'),
      /secrets: needs an execution role/,
    ],
    [
      'an option of awslogs in another spelling',
      task({ logConfiguration: awslogs({ 'aws-logs-create-group': 'true' }) }),
      /options\.aws-logs-create-group: is not an option of awslogs; did you mean awslogs-create-group/,
    ],
    [
      'awslogs without group',
      task({ logConfiguration: awslogs({}, ['awslogs-group']) }),
      /awslogs-group.*: is missing/,
    ],
    [
      'awslogs without region',
      task({ logConfiguration: awslogs({}, ['awslogs-region']) }),
      /awslogs-region.*: is missing/,
    ],
    [
      'awslogs without prefix on Fargate',
      task({ logConfiguration: awslogs({}, ['awslogs-stream-prefix']) }),
      /awslogs-stream-prefix.*: is missing/,
    ],
    [
      'a misspelt option',
      task({ logConfiguration: awslogs({ 'awslogs-stream-prefx': 'p' }, ['awslogs-stream-prefix']) }),
      /is not an option of awslogs; did you mean awslogs-stream-prefix\?$/,
    ],
    [
      'a driver that Fargate lacks',
      task({ logConfiguration: { logDriver: 'syslog' } }),
      /is not a log driver of Fargate/,
    ],
    ['awsfirelens alone', task({ logConfiguration: { logDriver: 'awsfirelens' } }), /with a firelensConfiguration/],
    [
      'an unknown driver',
      task({ logConfiguration: { logDriver: 'awslog' } }),
      /'awslog' is not one of .*did you mean awslogs\?/,
    ],
    ['another OS', task({}, { runtimePlatform: { operatingSystemFamily: 'linux' } }), /did you mean LINUX\?/],
    ['another architecture', task({}, { runtimePlatform: { cpuArchitecture: 'arm64' } }), /did you mean ARM64\?/],
    ['a size that Fargate lacks', task({}, { cpu: '300' }), /cpu: '300' is not a size of Fargate, which has 256, 512/],
    [
      'a memory that does not go with its cpu',
      task({}, { memory: '4096' }),
      /memory: '4096' does not go with cpu '256' on Fargate: 256 CPU allows 512, 1024 or 2048 MiB/,
    ],
    ['a word as a size', onInstances({}, { memory: 'lots' }), /memory: 'lots' is not a size/],
    ['a container above its task', task({ memory: 1024 }), /memory: 1024 MiB is more than the task has '512'/],
    [
      'containers above their task',
      task({ memory: 400 }, {}, { memoryReservation: 200 }),
      /reserve together, which is 600/,
    ],
    ['shares above the task', task({ cpu: 200 }, {}, { cpu: 100 }), /reserve together, which is 300 CPU units/],
    ['a reservation above its limit', task({ memory: 100, memoryReservation: 200 }), /is more than the memory of the/],
    ['little ephemeral storage', task({}, { ephemeralStorage: { sizeInGiB: 20 } }), /20 is not between 21 and 200/],
    [
      'SUCCESS of an essential container',
      task({ dependsOn: [{ containerName: 'side', condition: 'SUCCESS' }] }, {}, { essential: true }),
      /SUCCESS cannot be waited for: container 'side' is essential/,
    ],
    [
      'HEALTHY of a container without a check',
      task({ dependsOn: [{ containerName: 'side', condition: 'HEALTHY' }] }),
      /HEALTHY cannot be waited for: container 'side' has no healthCheck/,
    ],
    [
      'itself as a dependency',
      task({ dependsOn: [{ containerName: 'web', condition: 'START' }] }),
      /'web' waits for itself/,
    ],
    [
      'a circle',
      task(
        { dependsOn: [{ containerName: 'side', condition: 'START' }] },
        {},
        { dependsOn: [{ containerName: 'web', condition: 'START' }] },
      ),
      /is a circle: 'web', which waits for 'side', which waits for 'web'/,
    ],
    ['a port that is none', task({ portMappings: [{ containerPort: 80800 }] }), /80800 is not between 1 and 65535/],
    [
      'a port that comes twice',
      task({ portMappings: [{ containerPort: 80 }, { containerPort: 80 }] }),
      /portMappings\[0\] already/,
    ],
    [
      'another port of the host',
      task({ portMappings: [{ containerPort: 80, hostPort: 81 }] }),
      /81 must be the containerPort 80/,
    ],
    ['a mapping of nothing', task({ portMappings: [{ protocol: 'tcp' }] }), /has no containerPort/],
    ['a range backwards', task({ portMappings: [{ containerPortRange: '90-80' }] }), /is not a range of ports/],
    [
      'a port with capitals in its name',
      task({ portMappings: [{ containerPort: 80, name: 'HTTP' }] }),
      /is not a name of a port/,
    ],
    [
      'a health check without CMD',
      task({ healthCheck: { command: ['curl -f /'] } }),
      /must begin with CMD or CMD-SHELL/,
    ],
    [
      'a short interval',
      task({ healthCheck: { command: ['CMD', 'a'], interval: 1 } }),
      /interval: 1 is not between 5 and 300/,
    ],
    ['privileged on Fargate', task({ privileged: true }), /privileged: is not supported on Fargate/],
    [
      'shared memory on Fargate',
      task({ linuxParameters: { sharedMemorySize: 64 } }),
      /sharedMemorySize: is not supported/,
    ],
    ['a capability on Fargate', task({ linuxParameters: { capabilities: { add: ['NET_ADMIN'] } } }), /only SYS_PTRACE/],
    ['a long stop on Fargate', task({ stopTimeout: 300 }), /stopTimeout: 300 is not between 0 and 120/],
    ['links in awsvpc', task({ links: ['side'] }), /links: are for network mode bridge only/],
    ['a host name in awsvpc', task({ hostname: 'web' }), /hostname: is not supported in network mode awsvpc/],
    [
      'a volume of the host on Fargate',
      task({}, { volumes: [{ name: 'v', host: { sourcePath: '/v' } }] }),
      /sourcePath: is not/,
    ],
    ['volumes from nobody', task({ volumesFrom: [{ sourceContainer: 'sid' }] }), /did you mean 'side'\?/],
    [
      'an open file system with IAM',
      task(
        {},
        {
          volumes: [
            { name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { iam: 'ENABLED' } } },
          ],
        },
      ),
      /transitEncryption: must be ENABLED/,
    ],
    ['a secret of nothing', task({ secrets: [{ name: 'A', valueFrom: '' }] }), /valueFrom: is empty/],
    [
      'a secret in S3',
      task({ secrets: [{ name: 'A', valueFrom: 'arn:aws:s3:::b/k' }] }),
      /is the ARN of neither a secret/,
    ],
    [
      'half a JSON key',
      task({ secrets: [{ name: 'A', valueFrom: `${secret}:password` }] }),
      /has 1 of the three parts/,
    ],
    [
      'a secret with the name of a variable',
      task({ secrets: [{ name: 'A', valueFrom: secret }], environment: [{ name: 'A', value: 'x' }] }),
      /'A' is the name of environment\[0\] already/,
    ],
    ['an environment file that is none', task({ environmentFiles: [{ type: 's3', value: 'a.env' }] }), /file in S3/],
    [
      'two tags of one key',
      task(
        {},
        {
          tags: [
            { key: 'a', value: '1' },
            { key: 'a', value: '2' },
          ],
        },
      ),
      /is the key of tags\[0\]/,
    ],
    [
      'placement on Fargate',
      task({}, { placementConstraints: [{ type: 'memberOf', expression: 'a' }] }),
      /not supported on Fargate/,
    ],
  ])('%s', async (_, definition, what) => {
    const { said, problems } = await read({ task: definition });
    expect(said).toEqual([expect.stringMatching(what)]);
    expect(problems[0]?.at?.line).toBe(1);
    expect(problems[0]?.where).toMatch(/^deploy\/task-definition\.json:1:\d+ \S/);
  });
});

describe('service.json is refused with', () => {
  const balancer = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/web/50dc6c495c0c9188';
  const balanced = (more: Json) =>
    service({ loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080, ...more }] });
  test.each<readonly [string, Json, RegExp, Json?]>([
    ['a word as a target group', balanced({ targetGroupArn: 'web' }), /'web' is not the ARN of a target group/],
    [
      'a load balancer as a target group',
      balanced({ targetGroupArn: balancer }),
      /is the ARN of a load balancer; a target group/,
    ],
    [
      'a load balancer of both kinds',
      service({
        loadBalancers: [{ targetGroupArn, loadBalancerName: 'web', containerName: 'web', containerPort: 8080 }],
      }),
      /loadBalancerName: excludes targetGroupArn/,
    ],
    [
      'a Classic Load Balancer before awsvpc',
      service({ loadBalancers: [{ loadBalancerName: 'web', containerName: 'web', containerPort: 8080 }] }),
      /loadBalancers\[0\]\.loadBalancerName: is a Classic Load Balancer, which cannot be used with network mode awsvpc/,
    ],
    [
      'no configuration of a volume that is left open',
      service(),
      /volumes\[0\]\.configuredAtLaunch: needs an item in volumeConfigurations/,
      task({}, { volumes: [{ name: 'data', configuredAtLaunch: true }] }),
    ],
    [
      'no port',
      service({ loadBalancers: [{ targetGroupArn, containerName: 'web' }] }),
      /containerPort: is missing in loadBalancers\[0\]/,
    ],
    [
      'a public address in small letters',
      service({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'enabled' } } }),
      /'enabled' is not one of DISABLED, ENABLED; did you mean ENABLED\?/,
    ],
    ['no network', drop(service(), 'networkConfiguration'), /networkConfiguration: is missing/],
    [
      'a task for EC2 on Fargate',
      service(),
      /requiresCompatibilities: has no FARGATE \(it has EC2\)/,
      task({}, { requiresCompatibilities: ['EC2'] }),
    ],
    [
      'a platform version on EC2',
      service({ launchType: 'EC2', platformVersion: 'LATEST' }),
      /platformVersion: is for Fargate only/,
    ],
    ['a count of daemons', service({ launchType: 'EC2', schedulingStrategy: 'DAEMON' }), /desiredCount: has no place/],
    ['percents that block', service({ deploymentConfiguration: { maximumPercent: 100 } }), /leaves no task to replace/],
    [
      'a percent above 100',
      service({ deploymentConfiguration: { minimumHealthyPercent: 150 } }),
      /150 is not between 0 and 100/,
    ],
    [
      'placement on Fargate',
      service({ placementStrategy: [{ type: 'random' }] }),
      /placementStrategy: is not supported on Fargate/,
    ],
    [
      'commands without a task role',
      service({ enableExecuteCommand: true }),
      /needs a taskRoleArn in task-definition\.json/,
    ],
    [
      'a subnet that is none',
      service({ networkConfiguration: { awsvpcConfiguration: { subnets: ['vpc-1'] } } }),
      /begins with subnet-/,
    ],
    [
      'the name under another key',
      { ...drop(service(), 'serviceName'), service: 'web' },
      /service: is not known; did you mean serviceName\?/,
    ],
  ])('%s', async (_, given, what, definition = task()) => {
    const { said } = await read({ service: given, task: definition });
    expect(said).toEqual([expect.stringMatching(what as RegExp)]);
  });
});

describe('what AWS takes is taken:', () => {
  test.each<readonly [string, Json, Json?]>([
    ['the names of roles', task({}, { executionRoleArn: 'ecsTaskExecutionRole', taskRoleArn: '/team/web' })],
    ['a role with a path, in China', task({}, { taskRoleArn: 'arn:aws-cn:iam::123456789012:role/team/web' })],
    ['a secret with a JSON key', task({ secrets: [{ name: 'A', valueFrom: `${secret}:password::` }] })],
    ['a parameter by its name', task({ secrets: [{ name: 'A', valueFrom: '/web/db' }] })],
    [
      'a port of tcp and udp',
      task({ portMappings: [8080, 8080].map((containerPort, n) => ({ containerPort, protocol: n ? 'udp' : 'tcp' })) }),
    ],
    [
      'START of an essential container',
      task({ dependsOn: [{ containerName: 'side', condition: 'START' }] }, {}, { essential: true }),
    ],
    [
      'limits that sum up to more than the task, with reservations that do not',
      task({ memory: 512, memoryReservation: 100 }, {}, { memory: 512, memoryReservation: 100 }),
    ],
    ['sizes in words', task({}, { cpu: '.25 vCPU', memory: '0.5GB' })],
    ['an environment file of no name', task({ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/.env' }] })],
    ['an image by digest', task({ image: `web:1@sha256:${'a'.repeat(64)}` })],
    [
      'ECR on instances without an execution role',
      drop(onInstances({ image: ecr }), 'executionRoleArn'),
      service({ launchType: 'EC2', networkConfiguration: undefined }),
    ],
  ])('%s', async (_, definition, given = service()) => {
    expect((await read({ service: given, task: definition })).said).toEqual([]);
  });

  it('an image that inputs give need not be one in the file', async () => {
    const edits = { images: [{ container: 'web', image: 'web:2' }], environment: [] };
    const { said } = await read({ task: task({ image: '<IMAGE1_NAME>' }), edits });
    expect(said).toEqual([]);
  });
});

describe('the table of words', () => {
  it('has every member that the SDK declares with a list of words', async () => {
    const directory = join(import.meta.dirname, '../../node_modules/@aws-sdk/client-ecs/dist-types/models');
    const source = (name: string) => readFileSync(join(directory, name), 'utf8');
    const enums = new Set([...source('enums.d.ts').matchAll(/export declare const (\w+)/g)].map(([, name]) => name));
    const declared = new Map<string, string>();
    for (const [, name, body = ''] of `${source('models_0.d.ts')}${source('models_1.d.ts')}`.matchAll(
      /export interface (\w+)[^{]*\{([\s\S]*?)\n\}/g,
    )) {
      for (const [, member, type = ''] of body.matchAll(/^ {4}(\w+)\??: (\w+)(?:\[\])? \| undefined;/gm)) {
        if (enums.has(type)) declared.set(`${name}.${member}`, type);
      }
    }
    const reached = new Set<string>();
    const walk = (shape: Shape): void => {
      if (shape.is === 'list' || shape.is === 'map') walk(shape.of);
      if (shape.is !== 'structure') return;
      for (const [member, of] of shape.members) {
        const key = `${shape.name}.${member}`;
        if (reached.has(key)) continue;
        reached.add(key);
        walk(of());
      }
    };
    const shapes = await loadShapes();
    for (const name of [
      'CreateServiceRequest',
      'RegisterTaskDefinitionRequest',
      'RunTaskRequest',
      'UpdateServiceRequest',
    ] as const) {
      walk(shapes[name]);
    }
    expect(Object.keys(words).sort()).toEqual([...declared.keys()].filter((key) => reached.has(key)).sort());
  });
});
