import type { ContainerDefinition, CreateServiceRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { writtenInFiles } from '../../../src/model/change.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { listen } from '../listen.ts';
import { type Shop, shop, stage, targetGroupArn } from '../stage.ts';

const applying = (update: object, inputs: readonly string[] = []): Partial<RolloutRequest> => ({
  settings: { update, creationOnly: {} } as NonNullable<RolloutRequest['settings']>,
  origins: {
    ...writtenInFiles,
    settings: {
      ...writtenInFiles.settings,
      at: Object.fromEntries(inputs.map((path) => [path, { kind: 'input', inputs: [path] }])),
    },
  },
});

/** What a rollout is refused for, after the service has been read and before anything is changed. */
async function refused(what: Shop, request: Partial<RolloutRequest> = {}, change?: Parameters<typeof stage>[1]) {
  const here = stage(what, change);
  const { outcome, report } = await here.rollout(request);
  expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
  expect(here.after()).toEqual(here.before);
  expect(Object.keys(report.calls).filter((call) => /Register|RunTask|UpdateService/.test(call))).toEqual([]);
  const dry = await stage(what, change).rollout({ ...request, dryRun: true });
  expect(dry.outcome.is).toBe('planned');
  expect(dry.report.plan?.preview?.findings.filter(({ is }) => is === 'problem')).not.toEqual([]);
  return outcome.cause?.because ?? '';
}

/** A new definition whose main container is something else. */
const changed = ({ definition }: Shop, more: Partial<ContainerDefinition>): Partial<RolloutRequest> => {
  const [web] = definition.containerDefinitions ?? [];
  return { revision: { kind: 'new', definition: { ...definition, containerDefinitions: [{ ...web, ...more }] } } };
};

describe('the load balancers of the live service', () => {
  it('need a container that the new definition still has', async () => {
    const said = await refused(shop(), changed(shop(), { name: 'wep' }));
    expect(said).toMatch(
      /task-definition\.json: the load balancer \(target group web-1\) of the service needs container web/,
    );
    expect(said).toContain('did you mean wep?');
    expect(await refused(shop(), changed(shop(), { name: 'application' }))).toContain('application');
  });

  it('need a port that the container still has', async () => {
    const said = await refused(shop(), changed(shop(), { portMappings: [{ containerPort: 80 }] }));
    expect(said).toContain('needs port 8080 of container web, which is not among its portMappings; it has 80');
  });

  it('are looked at for every target group, and for a revision that is there', async () => {
    const { definition } = shop('fargate', 2);
    const said = await refused(shop('fargate', 2), { revision: { kind: 'existing', name: 'web:7' } }, (seed) => ({
      ...seed,
      taskDefinitions: [
        ...(seed.taskDefinitions ?? []),
        {
          ...definition,
          revision: 7,
          containerDefinitions: [{ ...definition.containerDefinitions?.[0], portMappings: [{ containerPort: 8080 }] }],
        } as never,
      ],
    }));
    expect(said).toMatch(/task-definition-arn: .*target group web-2.*port 8081/);
  });

  it('do not count where update-service replaces them', async () => {
    const loadBalancers = [{ targetGroupArn: targetGroupArn(1), containerName: 'app', containerPort: 8080 }];
    const here = stage(shop());
    const { outcome } = await here.rollout({ ...changed(shop(), { name: 'app' }), ...applying({ loadBalancers }) });
    expect(outcome.is).toBe('succeeded');
    expect(here.after().services['production/web']?.settings).toMatchObject({ loadBalancers });
    const said = await refused(shop(), applying({ loadBalancers }));
    expect(said).toContain('needs container app');
  });
});

describe('other names that the live service refers to', () => {
  it('are those of ports, for Service Connect', async () => {
    const serviceConnectConfiguration = { enabled: true, namespace: 'n', services: [{ portName: 'http' }] };
    const { service, definition } = shop('fargate', 1, { service: { serviceConnectConfiguration } });
    const [web] = definition.containerDefinitions ?? [];
    const named = {
      ...definition,
      containerDefinitions: [{ ...web, portMappings: [{ containerPort: 8080, name: 'http' }] }],
    };
    const said = await refused(
      { service, definition: named },
      changed({ service, definition: named }, { portMappings: [{ containerPort: 8080, name: 'htpp' }] }),
    );
    expect(said).toContain('Service Connect of the service needs a port mapping named http');
    expect(said).toContain('did you mean htpp?');
  });
});

describe('what the live service runs on, and with', () => {
  it('is Fargate, which a definition for instances only does not fit', async () => {
    const { definition } = shop();
    const said = await refused(shop(), {
      revision: { kind: 'new', definition: { ...definition, requiresCompatibilities: ['EC2'] } },
    });
    expect(said).toMatch(/requiresCompatibilities EC2, and the service runs on Fargate/);
  });

  it('are volumes that it configures, and the definition leaves open', async () => {
    const { definition } = shop();
    const open = { ...definition, volumes: [{ name: 'data', configuredAtLaunch: true }] };
    const bare = await refused(shop(), { revision: { kind: 'new', definition: open } });
    expect(bare).toMatch(/^task-definition\.json: volume data .* the service has no volumeConfigurations for it/);
    const managedEBSVolume = { roleArn: 'arn:aws:iam::123456789012:role/infra', sizeInGiB: 20 };
    const { service } = shop('fargate', 1, { service: { volumeConfigurations: [{ name: 'data', managedEBSVolume }] } });
    const gone = await refused({ service, definition: open }, { revision: { kind: 'new', definition } });
    expect(gone).toMatch(/the service configures volume data, which the task definition does not have/);
  });
});

const daemon = (more: Partial<CreateServiceRequest> = {}): Shop => {
  const { service, definition } = shop('ec2-bridge', 0);
  const { desiredCount: _, ...others } = service;
  return { service: { ...others, schedulingStrategy: 'DAEMON', ...more }, definition };
};

describe('what a DAEMON service does not take', () => {
  it('is a desired count, by input or by file', async () => {
    expect(await refused(daemon(), applying({ desiredCount: 7 }, ['desiredCount']))).toMatch(/^desired-count: 7: /);
    // Three instances, and so three tasks: the input is a mistake all the same.
    expect(await refused(daemon(), applying({ desiredCount: 3 }, ['desiredCount']))).toMatch(/^desired-count: 3: /);
    expect(await refused(daemon(), applying({ desiredCount: 7 }))).toMatch(/^service\.json: desiredCount: 7: .*DAEMON/);
  });

  it('is a maximum above 100 percent, placement strategies and capacity providers', async () => {
    const percent = applying({ deploymentConfiguration: { maximumPercent: 200 } });
    expect(await refused(daemon(), percent)).toMatch(/maximumPercent: 200: .*100 at most/);
    const input = applying({ deploymentConfiguration: { maximumPercent: 200 } }, [
      'deploymentConfiguration.maximumPercent',
    ]);
    expect(await refused(daemon(), input)).toMatch(/^maximum-percent: 200/);
    expect(await refused(daemon(), applying({ placementStrategy: [{ type: 'random' }] }))).toContain(
      'placementStrategy',
    );
    const strategy = [{ capacityProvider: 'mine', weight: 1 }];
    expect(await refused(daemon(), applying({ capacityProviderStrategy: strategy }))).toContain(
      'capacityProviderStrategy',
    );
  });

  it('is a minimum of 100 percent, which would keep every task', async () => {
    const percent = applying({ deploymentConfiguration: { minimumHealthyPercent: 100 } });
    expect(await refused(daemon(), percent)).toMatch(/minimumHealthyPercent: 100 .*less than 100/);
  });

  it('does not keep it from a rollout', async () => {
    const here = stage(daemon());
    expect((await here.rollout(applying({ deploymentConfiguration: { minimumHealthyPercent: 50 } }))).outcome.is).toBe(
      'succeeded',
    );
  });
});

describe('a canary that needs a fixed host port', () => {
  const fixed = ({ service, definition }: Shop): Shop => {
    const [web] = definition.containerDefinitions ?? [];
    return {
      service,
      definition: {
        ...definition,
        networkMode: 'bridge',
        containerDefinitions: [{ ...web, portMappings: [{ containerPort: 8080, hostPort: 8080 }] }],
      },
    };
  };
  /** The container instances of the account, cut down to some. */
  const instances =
    (count: number): NonNullable<Parameters<typeof stage>[1]> =>
    (seed) => ({
      ...seed,
      clusters: (seed.clusters ?? []).map((one) => ({
        ...one,
        containerInstances: (one.containerInstances ?? []).slice(0, count),
      })),
    });

  it('has no room with a DAEMON service, and strategy: rolling needs none', async () => {
    const said = await refused(fixed(daemon()));
    expect(said).toMatch(
      /^strategy: canary-task: this DAEMON service .* host port 8080, .* use strategy: rolling, which/,
    );
    const here = stage(fixed(daemon()));
    expect((await here.rollout({ strategy: 'rolling' })).outcome.is).toBe('succeeded');
  });

  it('has none either where the instances, or their ports, are not shown', async () => {
    const what = fixed(daemon());
    for (const [operation, shown] of [
      ['ListContainerInstances', { containerInstanceArns: [] }],
      ['DescribeContainerInstances', { containerInstances: [{ agentConnected: true, remainingResources: [] }] }],
    ] as const) {
      const here = stage(what);
      listen(here, (asked) => (asked === operation ? shown : undefined));
      const { outcome } = await here.rollout();
      expect(outcome.cause?.because).toMatch(/^strategy: canary-task: this DAEMON service .* host port 8080/);
      expect(here.after()).toEqual(here.before);
    }
  });

  it('has no room where every instance has a task of the service', async () => {
    const what = fixed(shop('ec2-bridge', 1, { service: { desiredCount: 2 } }));
    const said = await refused(what, {}, instances(2));
    expect(said).toContain('host port 8080 is taken on all 2 container instances');
    expect(said).toContain('use strategy: rolling with a minimumHealthyPercent below 100');
  });

  it('has room on a free instance, and with another port', async () => {
    const what = fixed(shop('ec2-bridge', 1, { service: { desiredCount: 1 } }));
    expect((await stage(what).rollout()).outcome.is).toBe('succeeded');
    const other = fixed(daemon());
    const here = stage(other);
    const moved = changed(other, { portMappings: [{ containerPort: 8080, hostPort: 9090 }] });
    expect((await here.rollout(moved)).outcome.is).toBe('succeeded');
  });
});
