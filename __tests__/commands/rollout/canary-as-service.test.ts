import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { renderSummary } from '../../../src/report/markdown/summary.ts';
import { listen } from '../listen.ts';
import { awslogs, orphans, type Shop, shop, stage } from '../stage.ts';

/** The request of a file with these settings, applied with `update-service`. */
const applying = (update: Partial<CreateServiceRequest>): Partial<RolloutRequest> => ({
  settings: { update, creationOnly: {} } as NonNullable<RolloutRequest['settings']>,
});

const network = { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'], assignPublicIp: 'ENABLED' as const };
const inNetwork = (more: object) => ({
  networkConfiguration: { awsvpcConfiguration: { ...network, ...more } },
});

describe('a member of service.json that is left out', () => {
  it('keeps its live value in the canary, also where the service is sent nothing', async () => {
    const here = stage(shop('fargate', 1, { service: inNetwork({}) }));
    const asked = listen(here);
    const { outcome } = await here.rollout(
      applying({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } } }),
    );
    expect(outcome.is).toBe('succeeded');
    expect(asked('RunTask')).toMatchObject([inNetwork({})]);
    expect(asked('UpdateService')[0]).not.toHaveProperty('networkConfiguration');
  });

  it('keeps its live value in the canary and in the service where another member changes, and the plan shows that one', async () => {
    const here = stage(shop('fargate', 1, { service: inNetwork({}) }));
    const asked = listen(here);
    const { outcome, report } = await here.rollout(
      applying({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } } }),
    );
    expect(outcome.is).toBe('succeeded');
    const wanted = inNetwork({ subnets: ['subnet-2'] });
    expect(asked('RunTask')).toMatchObject([wanted]);
    expect(asked('UpdateService')).toMatchObject([wanted]);
    expect(here.after().services['production/web']?.settings).toMatchObject(wanted);
    expect(report.plan?.changes.filter(({ subject }) => subject.kind === 'service')).toMatchObject([
      { what: 'service: networkConfiguration.awsvpcConfiguration.subnets', after: ['subnet-2'] },
    ]);
  });

  it('keeps its live value on the second level as well', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const here = stage(shop('fargate', 1, { service: { deploymentConfiguration: { deploymentCircuitBreaker } } }));
    await here.rollout(
      applying({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } }),
    );
    await here.rollout(
      applying({
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: false } as never, maximumPercent: 150 },
      }),
    );
    expect(here.after().services['production/web']?.settings).toMatchObject({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false }, maximumPercent: 150 },
    });
  });
});

const bridge = (placementStrategy: CreateServiceRequest['placementStrategy']): Shop =>
  shop('ec2-bridge', 1, { service: { placementStrategy } });

describe('placement strategies', () => {
  const zones = { type: 'spread', field: 'attribute:ecs.availability-zone' } as const;
  const pack = { type: 'binpack', field: 'memory' } as const;

  it('are applied in their order: another order is sent, shown, and that of the canary', async () => {
    const here = stage(bridge([zones, pack]));
    const asked = listen(here);
    const { outcome, report } = await here.rollout(applying({ placementStrategy: [pack, zones] }));
    expect(outcome.is).toBe('succeeded');
    expect(asked('RunTask')).toMatchObject([{ placementStrategy: [pack, zones] }]);
    expect(asked('UpdateService')).toMatchObject([{ placementStrategy: [pack, zones] }]);
    expect(report.plan?.changes).toContainEqual(
      expect.objectContaining({ what: 'service: placementStrategy', before: [zones, pack], after: [pack, zones] }),
    );
  });

  it('are not sent where they are the same', async () => {
    const here = stage(bridge([zones, pack]));
    const asked = listen(here);
    await here.rollout(applying({ placementStrategy: [zones, pack] }));
    expect(asked('UpdateService')[0]).not.toHaveProperty('placementStrategy');
  });
});

describe('what RunTask does not take', () => {
  const volume = (tagSpecification: object) => ({
    volumeConfigurations: [
      {
        name: 'data',
        managedEBSVolume: {
          roleArn: 'arn:aws:iam::123456789012:role/infra',
          sizeInGiB: 20,
          tagSpecifications: [{ resourceType: 'volume' as const, ...tagSpecification }],
        },
      },
    ],
  });
  const withVolume = (tagSpecification: object, more: Partial<CreateServiceRequest> = {}): Shop => {
    const { service, definition } = shop('fargate', 1, { service: { ...volume(tagSpecification), ...more } });
    return { service, definition: { ...definition, volumes: [{ name: 'data', configuredAtLaunch: true }] } };
  };
  const specifications = async (what: Shop) => {
    const here = stage(what);
    const asked = listen(here);
    expect((await here.rollout()).outcome.is).toBe('succeeded');
    return asked('RunTask').map((input) => (input as ReturnType<typeof volume>).volumeConfigurations[0]);
  };

  it('is left out: volumes get no tags from a service that has none', async () => {
    const [data] = await specifications(withVolume({ propagateTags: 'SERVICE' }));
    expect(data?.managedEBSVolume).not.toHaveProperty('tagSpecifications');
    expect(data?.managedEBSVolume.sizeInGiB).toBe(20);
  });

  it('is translated: the tags of the service are the own tags of the volume, which has the last word', async () => {
    const tags = [
      { key: 'team', value: 'shop' },
      { key: 'tier', value: 'web' },
    ];
    const own = [{ key: 'tier', value: 'data' }];
    const [data] = await specifications(withVolume({ propagateTags: 'SERVICE', tags: own }, { tags }));
    expect(data?.managedEBSVolume.tagSpecifications).toEqual([
      { resourceType: 'volume', tags: [...own, { key: 'team', value: 'shop' }] },
    ]);
  });

  it('is taken where RunTask knows it', async () => {
    const [data] = await specifications(withVolume({ propagateTags: 'TASK_DEFINITION' }));
    expect(data?.managedEBSVolume.tagSpecifications).toEqual([
      { resourceType: 'volume', propagateTags: 'TASK_DEFINITION' },
    ]);
  });
});

describe('the tags of the canary', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `team-${i}`, value: 'x' }));
  const ours = (input: Record<string, unknown> | undefined) =>
    ((input?.tags ?? []) as { key: string }[]).filter(({ key }) => key.startsWith('ecs-canary-rollout:'));

  for (const [count, left] of [
    [45, 4],
    [48, 2],
    [50, 0],
  ] as const) {
    it(`give way to ${count} of the service`, async () => {
      const here = stage(shop('fargate', 1, { service: { propagateTags: 'SERVICE', tags: many(count) } }));
      const asked = listen(here);
      const { outcome, report } = await here.rollout();
      expect(outcome.is).toBe('succeeded');
      expect(ours(asked('RunTask')[0])).toHaveLength(left);
      const warned = report.events.filter(({ kind }) => kind === 'warning');
      expect(warned).toHaveLength(left < 4 ? 1 : 0);
      if (left < 4)
        expect(warned).toMatchObject([{ message: expect.stringContaining(`without ${4 - left} of its tags`) }]);
      expect(orphans(here.after())).toEqual([]);
    });
  }

  it('give way to those of the task definition, which ECS counts as well', async () => {
    const { service, definition } = shop('fargate', 1, { service: { propagateTags: 'TASK_DEFINITION' } });
    const here = stage({ service, definition });
    const asked = listen(here);
    const wanted: RegisterTaskDefinitionRequest = { ...definition, tags: many(49) };
    const { outcome } = await here.rollout({ revision: { kind: 'new', definition: wanted } });
    expect(outcome.is).toBe('succeeded');
    expect(ours(asked('RunTask')[0])).toHaveLength(1);
  });
});

describe('what only tasks of a service get', () => {
  const serviceConnectConfiguration = { enabled: true, namespace: 'production', services: [] };
  const vpcLatticeConfigurations = [
    { roleArn: 'arn:aws:iam::123456789012:role/lattice', targetGroupArn: 'arn:aws:vpc-lattice:x', portName: 'http' },
  ];
  const named = (tag = 'good'): RegisterTaskDefinitionRequest => {
    const { definition } = shop('fargate', 1, { tag });
    const [web] = definition.containerDefinitions ?? [];
    return { ...definition, containerDefinitions: [{ ...web, portMappings: [{ containerPort: 8080, name: 'http' }] }] };
  };
  const plan = async (service: Partial<CreateServiceRequest>, request: Partial<RolloutRequest> = {}) => {
    const here = stage({ service: shop('fargate', 1, { service }).service, definition: named() });
    const { report } = await here.rollout({ dryRun: true, ...request });
    return { notes: report.plan?.notes.join('\n') ?? '', report };
  };

  it('is a note in the plan: Service Connect', async () => {
    const { notes, report } = await plan({ serviceConnectConfiguration });
    expect(notes).toMatch(/canary has no Service Connect.*strategy: rolling/);
    expect(renderSummary(report)).toContain('canary has no Service Connect');
    expect((await plan({ serviceConnectConfiguration: { enabled: false } })).notes).not.toContain('Service Connect');
    expect((await plan({ serviceConnectConfiguration }, { strategy: 'rolling' })).notes).not.toContain('canary');
  });

  it('is told when the canary could not reach a name that may be one of Service Connect', async () => {
    const { service, definition } = shop('fargate', 1, { service: { serviceConnectConfiguration }, log: awslogs() });
    const here = stage({ service, definition });
    listen(here, (_, answer) =>
      'events' in answer
        ? { ...answer, events: [{ timestamp: 1, message: 'Error: getaddrinfo ENOTFOUND orders.production' }] }
        : undefined,
    );
    const [web] = definition.containerDefinitions ?? [];
    const crashing = { ...definition, containerDefinitions: [{ ...web, image: 'registry.example/web:crash' }] };
    const { outcome } = await here.rollout({ revision: { kind: 'new', definition: crashing } });
    expect(outcome.is).toBe('rejected');
    expect(outcome.cause?.probably).toContain('orders.production');
    expect(outcome.cause?.probably).toContain('only tasks that the service starts can reach it');
    expect(outcome.cause?.next).toContain('strategy: rolling');
  });

  it('is a note in the plan: VPC Lattice and Cloud Map, also those that are only about to come', async () => {
    expect((await plan({}, applying({ vpcLatticeConfigurations }))).notes).toContain('not registered with VPC Lattice');
    const serviceRegistries = [{ registryArn: 'arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1' }];
    expect((await plan({ serviceRegistries })).notes).toContain('not registered in Cloud Map');
  });
});

describe('the share of live traffic', () => {
  const note = async (what: Shop, request: Partial<RolloutRequest> = {}, protocol = 'HTTP') => {
    const here = stage(what, (seed) => ({
      ...seed,
      targetGroups: (seed.targetGroups ?? []).map((group) => ({ ...group, protocol }) as typeof group),
    }));
    const { report } = await here.rollout({ dryRun: true, ...request });
    expect(renderSummary(report)).toContain(report.plan?.notes.find((one) => one.startsWith('Share')) ?? '');
    return report.plan?.notes.find((one) => one.startsWith('Share of the canary')) ?? '';
  };
  const withTasks = (desiredCount: number) => shop('fargate', 1, { service: { desiredCount } });

  it('is said of a service with one task, with several, and with none', async () => {
    expect(await note(withTasks(1))).toContain('about 1 in 2 live requests (50 %) through target group web-1');
    expect(await note(withTasks(3))).toContain('about 1 in 4 live requests (25 %)');
    expect(await note(withTasks(0))).toContain('gets all live requests');
  });

  it('is one of connections with a Network Load Balancer', async () => {
    expect(await note(withTasks(2), {}, 'TCP')).toContain('about 1 in 3 live new connections (33 %)');
  });

  it('is not said where nothing is rolled out', async () => {
    const here = stage(shop('fargate', 1));
    await here.rollout();
    const { report } = await here.rollout();
    expect(report.plan?.title).toMatch(/^Nothing to roll out/);
    expect(report.plan?.notes).toEqual([expect.stringContaining('nothing is registered')]);
  });

  it('is not said where nothing is sent to the canary', async () => {
    expect(await note(shop('fargate', 0))).toBe('');
    expect(await note(withTasks(2), { strategy: 'rolling' })).toBe('');
  });
});
