import { describe, expect, it } from 'vitest';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { carryOut, problemsOf } from '../commands/asked.ts';
import { shop } from '../commands/stage.ts';

const { service, definition } = shop('fargate', 1);
const files = { 'service.json': service, 'task-definition.json': definition };
const plain = (value: object) => structuredClone(value) as Record<string, unknown>;
const seed = seedFor({ service: plain(service), taskDefinition: plain(definition), region: 'us-west-2' });
const [mine, theirs] = ['123456789012', '210987654321'];
const ecs = (name: string, { region = 'us-west-2', account = mine } = {}) => `arn:aws:ecs:${region}:${account}:${name}`;
const region = { region: 'us-west-2' };

describe('an ARN', () => {
  const staging = ecs('service/staging/web');
  it.each([
    ['a rollout', { image: 'registry.example/web:good' }],
    ['a rollout by strategy rolling', { image: 'registry.example/web:good', strategy: 'rolling' }],
    ['a dry run', { image: 'registry.example/web:good', 'dry-run': 'true' }],
    ['undeploy', { command: 'undeploy', confirm: 'web' }],
    ['rollback', { command: 'rollback' }],
    ['sweep', { command: 'sweep' }],
    ['run', { command: 'run', 'run-command': 'exit-0' }],
  ])('of a service in another cluster is refused before any call: %s', async (_, inputs) => {
    const done = await carryOut({ inputs: { ...region, cluster: 'production', service: staging, ...inputs }, seed });
    expect(done.refused).toEqual([
      expect.stringMatching(
        /^service: `arn:.*:service\/staging\/web` is in cluster staging, but `cluster` is production; use one cluster/,
      ),
    ]);
    expect(done.account.picture().services['production/web']?.status).toBe('ACTIVE');
  });

  it.each([
    ['up', { command: 'up' }],
    ['rehearse', { command: 'rehearse' }],
    ['run', { command: 'run' }],
  ])('of a service in another cluster than that of the file is refused: %s', async (_, inputs) => {
    expect(await problemsOf({ inputs: { ...region, service: staging, ...inputs }, files })).toEqual([
      expect.stringMatching(/^service: .* in cluster staging, but service\.json:2:3 cluster is production;/),
    ]);
  });

  it('is refused together with all other problems, each with its place', async () => {
    const other = { taskRoleArn: `arn:aws:iam::${theirs}:role/web` };
    const bad = { ...files, 'task-definition.json': { ...definition, ...other } };
    const inputs = { ...region, service: staging, 'bake-duration': 'soon' };
    expect(await problemsOf({ inputs, files: bad })).toEqual([
      expect.stringMatching(/^bake-duration:/),
      expect.stringMatching(/^service: .* in cluster staging/),
      expect.stringMatching(
        /^task-definition\.json:22:3 taskRoleArn: .* in account 210987654321, but `service` is in account/,
      ),
    ]);
  });

  it.each([
    [
      'cluster and service',
      { cluster: ecs('cluster/production', { account: theirs }), service: ecs('service/production/web') },
    ],
    [
      'cluster and service in the old format',
      { cluster: ecs('cluster/production', { account: theirs }), service: ecs('service/web') },
    ],
    [
      'role-to-assume and cluster',
      { 'role-to-assume': `arn:aws:iam::${theirs}:role/ci`, cluster: ecs('cluster/production') },
    ],
    [
      'task-definition-arn',
      {
        'task-definition-arn': ecs('task-definition/web:7', { account: theirs }),
        service: staging.replace('staging', 'production'),
      },
    ],
  ])('must be in the account of the others: %s', async (_, inputs) => {
    const given = { ...region, cluster: 'production', service: 'web', 'force-new-deployment': 'true', ...inputs };
    expect(await problemsOf({ inputs: given })).toEqual([
      expect.stringMatching(/ in account \d{12}.*, but .* in account \d{12}/),
    ]);
  });

  it('to-revision is compared too', async () => {
    const inputs = { ...region, command: 'rollback', cluster: ecs('cluster/production'), service: 'web' };
    const to = ecs('task-definition/web:1', { account: theirs });
    expect(await problemsOf({ inputs: { ...inputs, 'to-revision': to } })).toEqual([
      expect.stringMatching(/^to-revision: .* account/),
    ]);
    const far = ecs('task-definition/web:1', { region: 'eu-west-1' });
    expect(await problemsOf({ inputs: { ...inputs, 'to-revision': far } })).toEqual([
      expect.stringMatching(/^to-revision: .* is in region eu-west-1, but `region` is us-west-2/),
    ]);
  });

  it('of a target group, a role or a listener rule in the files is compared, with its line', async () => {
    const [balancer] = service.loadBalancers ?? [];
    const group = `arn:aws:elasticloadbalancing:eu-west-1:${theirs}:targetgroup/web/0000000000000001`;
    const bad = {
      ...service,
      cluster: ecs('cluster/production'),
      loadBalancers: [{ ...balancer, targetGroupArn: group }],
    };
    const said = await problemsOf({ inputs: region, files: { ...files, 'service.json': bad } });
    expect(said).toEqual([
      expect.stringMatching(
        /^service\.json:20:7 loadBalancers\[0\]\.targetGroupArn: .* in region eu-west-1, but `region` is us-west-2/,
      ),
      expect.stringMatching(
        /^service\.json:20:7 loadBalancers\[0\]\.targetGroupArn: .* in account 2.* but service\.json:2:3 cluster is in account 1/,
      ),
    ]);
  });

  it('of a secret, an image or a log may be in another region or account', async () => {
    const [web] = definition.containerDefinitions ?? [];
    const elsewhere = {
      ...web,
      image: `${theirs}.dkr.ecr.eu-west-1.amazonaws.com/web:1`,
      secrets: [{ name: 'DB', valueFrom: `arn:aws:secretsmanager:eu-west-1:${theirs}:secret:db-AbCdEf` }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'g', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'p' },
      },
      environment: [{ name: 'ROLE', value: `arn:aws:iam::${theirs}:role/reader` }],
    };
    const far = { ...files, 'task-definition.json': { ...definition, containerDefinitions: [elsewhere] } };
    expect(await problemsOf({ inputs: region, files: far })).toEqual([]);
  });

  it('in the file is ignored if an input overrides it', async () => {
    const filed = { ...files, 'service.json': { ...service, cluster: ecs('cluster/staging') } };
    expect(await problemsOf({ inputs: { ...region, cluster: 'production' }, files: filed })).toEqual([]);
  });

  it('names the variable of a contradicting region', async () => {
    const inputs = { cluster: ecs('cluster/production'), service: 'web', 'force-new-deployment': 'true' };
    expect(await problemsOf({ inputs, environment: { AWS_REGION: 'eu-west-1' } })).toEqual([
      expect.stringMatching(/^cluster: .* is in region us-west-2, but AWS_REGION is eu-west-1$/),
    ]);
  });
});

describe('the location in an ARN', () => {
  it.each([
    ['a rollout', { image: 'registry.example/web:good' }],
    ['rollback', { command: 'rollback', 'to-revision': '1' }],
    ['undeploy', { command: 'undeploy', confirm: 'web' }],
    ['sweep', { command: 'sweep' }],
    ['run', { command: 'run', 'run-command': 'exit-0' }],
  ])('sets cluster and region: %s', async (_, inputs) => {
    const done = await carryOut({ inputs: { service: ecs('service/production/web'), ...inputs }, seed });
    expect(done.refused).toBeUndefined();
    expect(done.asked?.request.place).toEqual({ region: 'us-west-2', cluster: 'production', service: 'web' });
  });

  it('has no cluster in the old format', async () => {
    const inputs = { service: ecs('service/web'), image: 'registry.example/web:good' };
    expect(await problemsOf({ inputs })).toEqual([expect.stringMatching(/cluster is missing/)]);
    expect(await problemsOf({ inputs: { ...inputs, cluster: 'production' } })).toEqual([]);
  });
});

describe('the account of the credentials', () => {
  const other = (name: string) => ecs(name, { account: theirs });
  const said = (where: string) =>
    expect.stringMatching(
      new RegExp(
        `${where}: \`arn:.* is in account ${theirs}, but the credentials of this job are for account ${mine}; use`,
      ),
    );

  it.each([
    ['a rollout', { image: 'registry.example/web:good' }],
    ['a dry run', { image: 'registry.example/web:good', 'dry-run': 'true' }],
    ['rollback', { command: 'rollback', 'to-revision': '1' }],
    ['undeploy', { command: 'undeploy', confirm: 'web' }],
    ['sweep', { command: 'sweep' }],
    ['run', { command: 'run', 'run-command': 'exit-0' }],
  ])('is taken from the service, and another one is refused: %s', async (_, inputs) => {
    const done = await carryOut({ inputs: { service: other('service/production/web'), ...inputs }, seed });
    expect(done.outcome).toMatchObject({ is: 'failed', serviceIntact: true, cause: { because: said('service') } });
    expect(Object.keys(done.report?.calls ?? {}).filter((call) => !/:(Describe|List)/.test(call))).toEqual([]);
  });

  it.each([
    ['undeploy', { command: 'undeploy', confirm: 'api' }],
    ['sweep', { command: 'sweep' }],
    ['rollout', { image: 'registry.example/web:good' }],
  ])('is read from STS if there is no service: %s', async (_, inputs) => {
    const done = await carryOut({ inputs: { service: other('service/production/api'), ...inputs }, seed });
    expect(done.outcome).toMatchObject({ is: 'failed', cause: { because: said('service') } });
  });

  it.each([
    ['up', {}],
    ['run', { 'run-command': 'exit-0' }],
  ])('is compared with the roles of the files: %s', async (command, inputs) => {
    const roles = { executionRoleArn: `arn:aws:iam::${theirs}:role/web` };
    const far = {
      'service.json': { ...service, loadBalancers: [] },
      'task-definition.json': { ...definition, ...roles },
    };
    const done = await carryOut({
      inputs: { ...region, command, service: 'preview', ...inputs },
      files: far,
      seed: { ...seed, taskDefinitions: [], services: [] },
    });
    expect(done.outcome?.cause?.because).toEqual(said('task-definition.json:9:3 executionRoleArn'));
    expect(done.account.picture().revisions.web ?? []).toEqual([]);
  });

  it('needs no call if the service shows it', async () => {
    const { report, outcome } = await carryOut({
      inputs: { service: ecs('service/production/web'), image: 'registry.example/web:good' },
      seed,
    });
    expect(outcome?.is).toBe('succeeded');
    expect(Object.keys(report?.calls ?? {})).not.toContain('sts:GetCallerIdentity');
  });
});

describe('the region', () => {
  const bare = {
    'service.json': { ...service, loadBalancers: [] },
    'task-definition.json': { ...definition, taskRoleArn: undefined },
  };
  const withContainer = (more: object) => ({
    ...bare,
    'task-definition.json': {
      ...definition,
      containerDefinitions: [{ ...definition.containerDefinitions?.[0], ...more }],
    },
  });
  const awslogs = (to: string) => ({
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': 'g', 'awslogs-region': to, 'awslogs-stream-prefix': 'p' },
    },
  });

  it.each([
    ['a target group', files, 'us-west-2'],
    [
      'the ARN of the cluster',
      {
        ...bare,
        'service.json': {
          ...service,
          loadBalancers: [],
          cluster: ecs('cluster/production', { region: 'eu-central-1' }),
        },
      },
      'eu-central-1',
    ],
    ['an image in ECR', withContainer({ image: `${mine}.dkr.ecr.eu-central-1.amazonaws.com/web:1` }), 'eu-central-1'],
    ['the log', withContainer(awslogs('ap-southeast-2')), 'ap-southeast-2'],
  ])('is that of %s, if no input or variable names one', async (_, context, expected) => {
    const { request } = await (await import('../commands/asked.ts')).ask({ files: context });
    expect(request.place.region).toBe(expected);
    expect(request).toMatchObject({ remarks: [expect.stringContaining(`it is ${expected}, from `)] });
  });

  it('is not inferred if hints differ', async () => {
    const image = `${mine}.dkr.ecr.eu-central-1.amazonaws.com/web:1`;
    expect(await problemsOf({ files: withContainer({ image, ...awslogs('us-east-1') }) })).toEqual([
      expect.stringMatching(
        /^region: is missing, and the files name several regions: eu-central-1 \(.*image\), us-east-1 \(.*awslogs-region"?\]?\); set/,
      ),
    ]);
  });

  it('is missing if nothing names it', async () => {
    expect(await problemsOf({ files: bare })).toEqual([
      expect.stringMatching(/^region: is missing; set the AWS region/),
    ]);
  });
});
