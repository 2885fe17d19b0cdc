import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { permissionsIn, policyOf } from '../../../src/aws/permissions.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { Finding } from '../../../src/model/preview.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Account } from '../../../src/simulator/account.ts';
import type { Fault } from '../../../src/simulator/faults.ts';
import type { Seed } from '../../../src/simulator/seed.ts';
import { awslogs, place, type Shop, shop, stage, targetGroupArn } from '../stage.ts';

const registry = '123456789012.dkr.ecr.us-west-2.amazonaws.com';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const secret = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:web/db-a1B2c3';

/** A shop of which everything is in the account that the findings look at. */
function whole(
  more: Partial<RegisterTaskDefinitionRequest> = {},
  ground: Parameters<typeof shop>[0] = 'fargate',
): Shop {
  const { service, definition } = shop(ground, 1, { log: awslogs() });
  const [web] = definition.containerDefinitions ?? [];
  return {
    service,
    definition: {
      ...definition,
      taskRoleArn: role('web-task'),
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      containerDefinitions: [
        {
          ...web,
          image: `${registry}/web:v2`,
          secrets: [
            { name: 'DATABASE_URL', valueFrom: `${secret}:url::` },
            { name: 'FLAG', valueFrom: '/web/flag' },
            { name: 'OTHER', valueFrom: 'arn:aws:ssm:us-west-2:123456789012:parameter/other' },
          ],
        },
      ],
      ...more,
    },
  };
}

interface Look {
  readonly what?: Shop;
  readonly seed?: (seed: Seed) => Seed;
  readonly before?: (account: Account) => void;
  readonly request?: Partial<RolloutRequest>;
}

const allowed = permissionsIn(policyOf('dry-run'));

/** What a dry run finds. */
async function look({ what = whole(), seed, before, request }: Look = {}) {
  const here = stage(what, seed);
  before?.(here.account);
  const untouched = here.account.picture();
  const began = here.clock.now();
  const { outcome, report } = await here.rollout({ ...request, dryRun: true });
  expect(outcome, outcome.cause?.because).toMatchObject({ is: 'planned', serviceIntact: true });
  const writes = here.account.calls.filter(({ operation }) => !/^(Describe|List|Get|BatchGet)/.test(operation));
  expect(writes.map(({ operation }) => operation)).toEqual([]);
  expect(here.after()).toEqual(untouched);
  expect(allowed).toEqual(expect.arrayContaining(Object.keys(report.calls)));
  return { findings: report.findings ?? [], plan: report.plan, report, took: here.clock.now() - began };
}

const said = (findings: readonly Finding[], is: Finding['is']) =>
  findings.filter((one) => one.is === is).map(({ about, because }) => `${about}: ${because}`);

const withFault =
  (service: string, operation: string, fault: Fault) =>
  (seed: Seed): Seed => ({
    ...seed,
    faults: [{ service, operation, fault }],
  });

describe('the findings of a dry run', () => {
  it('are all good where everything is there, and each says what it has seen', async () => {
    const { findings, report } = await look();
    expect(findings.filter(({ is }) => is !== 'ok')).toEqual([
      expect.objectContaining({ kind: 'circuit-breaker', is: 'warning' }),
    ]);
    expect(said(findings, 'ok').join('\n')).toMatchInlineSnapshot(`
      "image of web: 123456789012.dkr.ecr.us-west-2.amazonaws.com/web:v2 exists, pushed 2026-11-20T08:40:00Z
      execution role: web-execution exists and trusts ecs-tasks.amazonaws.com
      task role: web-task exists and trusts ecs-tasks.amazonaws.com
      log group of web: /ecs/web exists
      secret for web DATABASE_URL: web/db-a1B2c3 exists; whether it contains the JSON key is not checked
      parameter for web FLAG, web OTHER: all exist
      addresses in the subnets: 500 free (subnet-1 250, subnet-2 250); at most 3 more are needed at the same time
      target group web-1: of type ip, with a listener, for web:8080
      Availability Zones of the load balancer: us-west-2a, us-west-2b are enabled
      other runs: no other rollout or deployment is under way
      the service now: 2 of 2 tasks run
      the rollback: to web:1
      the revision that runs: web:1 is the newest of its family"
    `);
    expect(report.schema).toBe(2);
  });

  const bad: readonly (readonly [string, Look, RegExp])[] = [
    [
      'an image that nobody has pushed',
      { seed: (seed) => ({ ...seed, repositories: [{ name: 'web', images: [{ tags: ['v1'] }] }] }) },
      /^image of web: there is no image .*web:v2$/,
    ],
    [
      'a repository that is not there',
      { seed: (seed) => ({ ...seed, repositories: [] }) },
      /^image of web: there is no repository web for /,
    ],
    [
      'an image for another platform',
      {
        seed: (seed) => ({
          ...seed,
          repositories: [{ name: 'web', images: [{ tags: ['v2'], platforms: ['linux/arm64'] }] }],
        }),
      },
      /^image of web: .* is built for linux\/arm64, but the task runs on linux\/amd64$/,
    ],
    [
      'a role that is not there',
      { seed: (seed) => ({ ...seed, roles: [] }) },
      /^execution role: there is no role web-execution$/,
    ],
    [
      'a role that ECS may not hand out',
      { seed: (seed) => ({ ...seed, roles: [{ arn: role('web-task'), services: ['lambda.amazonaws.com'] }] }) },
      /^task role: web-task does not trust ecs-tasks\.amazonaws\.com/,
    ],
    [
      'a role of another path',
      { seed: (seed) => ({ ...seed, roles: [{ arn: role('app/web-task'), services: ['ecs-tasks.amazonaws.com'] }] }) },
      /^task role: .*role\/web-task is not in this account or not at this path; the role of this name is /,
    ],
    [
      'a log group that is not there',
      { seed: (seed) => ({ ...seed, logGroups: [] }) },
      /^log group of web: there is no log group \/ecs\/web/,
    ],
    [
      'a secret that is not there',
      { seed: (seed) => ({ ...seed, secrets: [] }) },
      /^secret for web DATABASE_URL: there is no secret web\/db/,
    ],
    [
      'a secret that is scheduled for deletion',
      { seed: (seed) => ({ ...seed, secrets: [{ arn: secret, deleted: true }] }) },
      /^secret for web DATABASE_URL: secret web\/db-a1B2c3 is scheduled for deletion and cannot be read$/,
    ],
    [
      'a parameter that is not there',
      { seed: (seed) => ({ ...seed, parameters: ['other'] }) },
      /^parameter for web FLAG: there is no parameter \/web\/flag/,
    ],
    [
      'subnets without a free address',
      { seed: (seed) => ({ ...seed, subnets: (seed.subnets ?? []).map((one) => ({ ...one, taken: 251 })) }) },
      /^addresses in the subnets: none is free/,
    ],
    [
      'subnets with too few',
      { seed: (seed) => ({ ...seed, subnets: (seed.subnets ?? []).map((one) => ({ ...one, taken: 249 })) }) },
      /^addresses in the subnets: 2 free .*, but up to 3 more are needed at the same time$/,
    ],
    [
      'a zone that is not enabled',
      {
        seed: (seed) => ({
          ...seed,
          loadBalancers: (seed.loadBalancers ?? []).map((one) => ({ ...one, subnets: one.subnets.slice(0, 1) })),
        }),
      },
      /^Availability Zones of the load balancer: subnet subnet-2 is in us-west-2b, which is not enabled for rehearsal/,
    ],
    [
      'a container that does not map the port',
      {
        what: whole(),
        request: {
          revision: {
            kind: 'new',
            definition: whole({ containerDefinitions: [{ name: 'web', image: `${registry}/web:v2` }] }).definition,
          },
        },
      },
      /^target group web-1: container web does not map port 8080$/,
    ],
    [
      'an alarm that rings',
      {
        seed: (seed) => ({ ...seed, alarms: [{ name: 'errors', state: 'ALARM' }] }),
        request: { alarms: ['errors'] },
      },
      /^alarm errors: it is in ALARM already/,
    ],
    [
      'an alarm that is not there',
      { request: { alarms: ['errors'] } },
      /^alarm errors: there is no such CloudWatch alarm/,
    ],
    [
      'another deployment',
      {
        before: (account) =>
          account.someoneUpdatesService({ cluster: 'production', service: 'web', forceNewDeployment: true }),
      },
      /^other runs: another deployment is under way/,
    ],
    [
      'a timeout that cannot be kept',
      {
        request: {
          timeouts: {
            taskRunning: 15 * minute,
            taskHealthCheck: minute,
            targetHealthy: 10 * second,
            taskStopped: minute,
            serviceStable: 15 * minute,
          },
        },
      },
      /^wait until the canary is healthy in 1 target group: it needs about 30s .* and may take 10s$/,
    ],
  ];
  it.each(bad)('tell of %s, and what to do', async (_, one, text) => {
    const { findings } = await look(one);
    expect(findings[0]).toMatchObject({ is: 'problem', next: expect.stringMatching(/^[A-Z].*[.)]$/) });
    expect(said(findings, 'problem')).toContainEqual(expect.stringMatching(text));
  });

  it('tell of a target group of the wrong type and on no listener', async () => {
    const what = whole();
    const { findings } = await look({
      what,
      seed: (seed) => ({
        ...seed,
        targetGroups: [...(seed.targetGroups ?? []), { name: 'other', arn: targetGroupArn(9), targetType: 'instance' }],
      }),
      request: {
        settings: {
          update: { loadBalancers: [{ targetGroupArn: targetGroupArn(9), containerName: 'web', containerPort: 8080 }] },
          creationOnly: {},
        },
      },
    });
    expect(said(findings, 'problem')).toContainEqual(
      expect.stringMatching(
        /^target group web-9: its target type is instance, but a task with network mode awsvpc needs ip$/,
      ),
    );
    expect(said(findings, 'problem')).toContainEqual(
      expect.stringMatching(/^target group web-9: no listener forwards to it/),
    );
  });

  it('tell of instances without room, with the port that is in the way', async () => {
    const what = whole({}, 'ec2-host');
    const few = (seed: Seed): Seed => ({
      ...seed,
      clusters: (seed.clusters ?? []).map((cluster) => ({
        ...cluster,
        containerInstances: (cluster.containerInstances ?? []).slice(0, 2),
      })),
    });
    const { findings } = await look({ what, seed: few });
    expect(said(findings, 'problem')).toContainEqual(
      expect.stringMatching(
        /^room on the container instances: none of 2 can run one more task \(256 CPU units, 512 MiB, port 8080\)$/,
      ),
    );
    const roomy = await look({ what });
    expect(said(roomy.findings, 'ok')).toContainEqual(
      expect.stringMatching(/^room on the container instances: \d+ of \d+ can/),
    );
  });

  it('tell of a service that is not well, and of what ECS’s own alarms say', async () => {
    const { service, definition } = whole();
    const deploymentConfiguration = {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { enable: true, rollback: true, alarmNames: ['latency'] },
    };
    const { findings } = await look({
      what: { service: { ...service, deploymentConfiguration }, definition },
      before: (account) => {
        account.setAlarm('latency', 'ALARM');
        account.scale('production', 'web', 4);
      },
    });
    expect(said(findings, 'problem')).toContainEqual(
      expect.stringMatching(/^alarm latency of .*: it is in ALARM: ECS would roll/),
    );
    expect(said(findings, 'warning')).toContainEqual(expect.stringMatching(/^the service now: only 2 of 4 tasks run/));
    expect(said(findings, 'ok')).toContain('circuit breaker of the service: it is on, and rolls back');
  });

  it('say which platforms an image has, and nothing of images elsewhere', async () => {
    const images = [{ tags: ['v2'], platforms: ['linux/amd64', 'linux/arm64'] }];
    const good = await look({ seed: (seed) => ({ ...seed, repositories: [{ name: 'web', images }] }) });
    expect(said(good.findings, 'ok')).toContainEqual(
      expect.stringMatching(/web:v2 exists, .*, for linux\/amd64, linux\/arm64$/),
    );
    const { findings } = await look({ what: shop() });
    expect(said(findings, 'cannot-tell')).toContain(
      'image of web: not checked: registry.example/web:good is not in Amazon ECR',
    );
  });

  it('say nothing of what is in another region or account', async () => {
    const from = [
      'arn:aws:ssm:eu-west-1:123456789012:parameter/flag',
      'arn:aws:ssm:us-west-2:210987654321:parameter/flag',
      'arn:aws:ssm:us-west-2:123456789012:parameter/aws/reference/secretsmanager/x',
    ];
    const [web] = whole().definition.containerDefinitions ?? [];
    const containers = [
      {
        ...web,
        image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v2',
        secrets: from.map((valueFrom, index) => ({ name: `S${index}`, valueFrom })),
        logConfiguration: awslogs({ 'awslogs-region': 'eu-west-1' }),
      },
    ];
    const { findings } = await look({ what: whole({ containerDefinitions: containers }) });
    expect(said(findings, 'problem')).toEqual([]);
    expect(said(findings, 'cannot-tell').toSorted()).toEqual([
      'image of web: not checked: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v2 is in another region',
      'log group of web: not checked: /ecs/web is in another region',
      'parameter for web S0: not checked: /flag is in another region',
      'parameter for web S1: not checked: /flag is in another account',
      'parameter for web S2: not checked: /aws/reference/secretsmanager/x is a public parameter of AWS',
    ]);
  });

  const lookUps: readonly (readonly [string, string, string])[] = [
    ['ecr', 'DescribeImages', 'ecr:DescribeImages'],
    ['iam', 'GetRole', 'iam:GetRole'],
    ['logs', 'DescribeLogGroups', 'logs:DescribeLogGroups'],
    ['secretsmanager', 'DescribeSecret', 'secretsmanager:DescribeSecret'],
    ['ssm', 'DescribeParameters', 'ssm:DescribeParameters'],
    ['ec2', 'DescribeSubnets', 'ec2:DescribeSubnets'],
    ['elbv2', 'DescribeLoadBalancers', 'elasticloadbalancing:DescribeLoadBalancers'],
  ];
  it.each(lookUps)('say once that they may not look: %s %s', async (service, operation, action) => {
    const { findings } = await look({ seed: withFault(service, operation, 'deny') });
    const [only, ...others] = findings.filter(({ kind }) => kind === 'permission');
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      is: 'cannot-tell',
      because: `not checked: ${action} is not allowed`,
      next: expect.stringContaining(action),
    });
    expect(findings.filter(({ is }) => is === 'cannot-tell')).toEqual([only]);
    expect(said(findings, 'problem')).toEqual([]);
  });

  it('name all that one action would have been needed for', async () => {
    const { findings } = await look({ seed: withFault('iam', 'GetRole', 'deny') });
    expect(findings.find(({ kind }) => kind === 'permission')?.about).toBe('execution role, task role');
  });

  it.each(lookUps)('wait for no answer longer than ten seconds: %s %s', async (service, operation) => {
    const { findings, took } = await look({ seed: withFault(service, operation, 'hang') });
    expect(said(findings, 'cannot-tell')).toContainEqual(expect.stringMatching(/AWS did not answer within 10s$/));
    expect(took).toBeLessThan(13 * second);
  });

  it.each(lookUps)('are not disturbed by an error that nobody knows: %s %s', async (service, operation) => {
    const error = { code: 'SomethingNew', message: 'what is this?' };
    const { findings } = await look({ seed: withFault(service, operation, { error }) });
    expect(said(findings, 'cannot-tell')).toContainEqual(expect.stringContaining('what is this?'));
    expect(said(findings, 'problem')).toEqual([]);
  });

  it('are not checked when something is carried out', async () => {
    const here = stage(whole());
    const { report } = await here.rollout();
    expect(report.findings).toBeUndefined();
    expect(report.plan?.preview).toBeUndefined();
    expect(Object.keys(report.calls).filter((call) => /^(ecr|iam|ec2|ssm|secretsmanager):/.test(call))).toEqual([]);
  });

  it('come with the plan of a rollback as well', async () => {
    const here = stage(whole());
    await here.rollout();
    const { outcome, report } = await here.rollout({
      command: 'rollback',
      strategy: 'rolling',
      revision: { kind: 'past' },
      dryRun: true,
    });
    expect(outcome.is).toBe('planned');
    expect(report.findings?.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['image', 'role', 'conflict']));
    expect(report.plan?.preview?.capacity.canary).toBeUndefined();
  });
});

describe('the times of a dry run', () => {
  it('are what the checks, the delays and the tasks before have taken', async () => {
    const { plan } = await look({ request: { bake: 5 * minute } });
    const { times = [], total } = plan?.preview ?? {};
    const told = plan?.steps.map(({ kind }, index) => [kind, times[index]?.atMost, times[index]?.likely]) ?? [];
    const start = times[2]?.likely ?? 0;
    expect(start).toBeGreaterThan(5 * second);
    expect(told).toEqual([
      ['register-revision', undefined, 2 * second],
      ['start-canary', undefined, 2 * second],
      ['check', 15 * minute, start],
      ['register-targets', undefined, 2 * second],
      ['check', 15 * minute, 30 * second],
      ['bake', 5 * minute, 5 * minute],
      ['promote', undefined, 2 * second],
      ['check', 15 * minute, start + 30 * second],
      ['retire', undefined, 0],
      ['check', undefined, 5 * minute],
    ]);
    expect(total?.atMost).toBe(50 * minute);
    expect(total?.likely).toBe(told.reduce((sum, [, , likely]) => sum + Number(likely ?? 0), 0));
  });

  it('are near to what the rollout then takes', async () => {
    const here = stage(whole());
    const { report } = await here.rollout({ dryRun: true });
    const began = here.clock.now();
    await here.rollout();
    const took = here.clock.now() - began;
    const likely = report.plan?.preview?.total.likely ?? 0;
    expect(likely / took).toBeGreaterThan(0.7);
    expect(likely / took).toBeLessThan(1.4);
  });
});

describe('what a dry run says of the service', () => {
  it('is where service.json and the live service differ, although nobody applies it', async () => {
    const declared = {
      update: { desiredCount: 5, deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 100 } },
      creationOnly: { schedulingStrategy: 'REPLICA' },
    };
    const { plan } = await look({ request: { declared } });
    expect(plan?.preview?.drift.map(({ what, before, after }) => [what, before, after])).toEqual([
      ['service: desiredCount', 2, 5],
      ['service: deploymentConfiguration.maximumPercent', 200, 150],
    ]);
    expect(plan?.changes.filter(({ subject }) => subject.kind === 'service')).toEqual([]);
  });

  it('leaves out how many tasks there are where Application Auto Scaling decides that', async () => {
    const { plan } = await look({
      request: { declared: { update: { desiredCount: 5 }, creationOnly: {} } },
      seed: (seed) => ({
        ...seed,
        scalableTargets: [
          {
            ServiceNamespace: 'ecs',
            ResourceId: 'service/production/web',
            ScalableDimension: 'ecs:service:DesiredCount',
          },
        ],
      }),
    });
    expect(plan?.preview?.drift).toEqual([]);
  });

  it('is that another revision is the newest, and who has registered it', async () => {
    const { findings } = await look({ before: (account) => account.someoneRegistersRevision('web:1') });
    expect(said(findings, 'warning')).toContainEqual(
      expect.stringMatching(
        /^the revision that runs: web:1 is not the newest: web:2 was registered at .*, and does not run$/,
      ),
    );
  });

  it('marks what the live revision has changed and the file does not have', async () => {
    const what = whole();
    const by = (more: object) => ({ ...what.definition, ...more }) as never as Record<string, unknown>;
    const { plan } = await look({
      what,
      before: (account) => {
        account.someone('RegisterTaskDefinition', structuredClone(by({ cpu: '1024', memory: '2048' })));
        account.someone('UpdateService', { cluster: place.cluster, service: 'web', taskDefinition: 'web:2' });
      },
      request: { onConflict: 'take-over' },
    });
    const back = plan?.changes.map(({ what: path, reverts }) => [path, reverts]);
    expect(back).toEqual([
      ['cpu', 'web:2'],
      ['memory', 'web:2'],
    ]);
  });

  it('counts what is needed at once', async () => {
    const { plan } = await look();
    expect(plan?.preview?.capacity).toEqual({
      canary: { cpu: 256, memory: 512, addresses: 1 },
      deployment: { desired: 2, least: 2, most: 4, minimumHealthyPercent: 100, maximumPercent: 200 },
      more: { tasks: 3, cpu: 768, memory: 1536, addresses: 3 },
    });
  });
});
