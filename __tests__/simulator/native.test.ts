import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { DescribeListenersCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { groupArn, webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

const minute = 60_000;
const where = { cluster: 'main', service: 'web' };
const greenArn = groupArn.replace('/web/', '/green/');
const listenerArn =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2';

function nativeSeed(deploymentConfiguration: Record<string, unknown>): Seed {
  const [service] = webSeed.services ?? [];
  const [first] = webSeed.targetGroups ?? [];
  if (first === undefined) throw new Error('no group');
  return {
    ...webSeed,
    targetGroups: [first, { ...first, name: 'green', arn: greenArn }],
    loadBalancers: [
      {
        name: 'web',
        subnets: ['subnet-a', 'subnet-b'],
        listeners: [
          {
            port: 80,
            arn: listenerArn,
            forward: [
              { targetGroup: 'web', weight: 1 },
              { targetGroup: 'green', weight: 0 },
            ],
          },
        ],
      },
    ],
    services: [
      {
        ...service,
        loadBalancers: [
          {
            targetGroupArn: groupArn,
            containerName: 'app',
            containerPort: 80,
            advancedConfiguration: {
              alternateTargetGroupArn: greenArn,
              productionListenerRule: listenerArn,
              roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
            },
          },
        ],
        deploymentConfiguration,
      },
    ],
  };
}

async function newest(w: World) {
  const { serviceDeployments: list = [] } = await w.ecs.send(new ListServiceDeploymentsCommand(where));
  const serviceDeploymentArns = [list[0]?.serviceDeploymentArn ?? ''];
  const { serviceDeployments } = await w.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return serviceDeployments?.[0];
}

async function deploy(w: World, tag: string, more: Partial<UpdateServiceCommandInput> = {}) {
  const { taskDefinition } = await w.ecs.send(new RegisterTaskDefinitionCommand(webDefinition(tag)));
  await w.ecs.send(new UpdateServiceCommand({ ...where, taskDefinition: taskDefinition?.taskDefinitionArn, ...more }));
}

async function weights(w: World) {
  const { Listeners } = await w.elb.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] }));
  const groups = Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  return Object.fromEntries(groups.map(({ TargetGroupArn = '', Weight }) => [TargetGroupArn.split('/')[1], Weight]));
}

const running = async (w: World) =>
  (await w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }))).services?.[0];

/** Looks every two seconds until the deployment has ended; what was seen on the way, without repetitions. */
async function follow(w: World, look: (w: World) => Promise<unknown>, most = 60 * minute) {
  const seen: unknown[] = [];
  for (let waited = 0; waited < most; waited += 2_000) {
    const now = await look(w);
    if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
    if ((await newest(w))?.finishedAt !== undefined) return seen;
    await w.clock.sleep(2_000);
  }
  return seen;
}

const share = async (w: World) => (await newest(w))?.targetServiceRevision?.requestedProductionTrafficWeight;

async function until(w: World, stage: string) {
  for (let i = 0; i < 600 && (await newest(w))?.lifecycleStage !== stage; i++) await w.clock.sleep(1_000);
}

const pause = (stage: string, minutes = 30) => ({
  targetType: 'PAUSE',
  lifecycleStages: [stage],
  timeoutConfiguration: { timeoutInMinutes: minutes, action: 'ROLLBACK' },
});

describe('a deployment with the strategy BLUE_GREEN', () => {
  it('starts a second set of tasks, moves all traffic, bakes, and stops the first set', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 }));
    await deploy(w, 'good');
    await until(w, 'BAKE_TIME');
    expect((await running(w))?.runningCount).toBe(4);
    expect(await weights(w)).toEqual({ web: 0, green: 100 });
    const stages = await follow(w, async () => (await newest(w))?.lifecycleStage);
    expect(stages).toContain('CLEAN_UP');
    expect(await newest(w)).toMatchObject({ status: 'SUCCESSFUL' });
    expect(await running(w)).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
    const { TargetHealthDescriptions } = await w.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: greenArn }),
    );
    expect(TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(['healthy', 'healthy']);
  });

  it('uses the other target group the next time', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }));
    for (const end of [
      { web: 0, green: 100 },
      { web: 100, green: 0 },
    ]) {
      await deploy(w, 'good');
      await follow(w, share);
      expect(Object.entries(await weights(w)).sort()).toEqual(Object.entries(end).sort());
    }
  });

  it('returns the traffic immediately when it is stopped in its bake time', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 }));
    await deploy(w, 'good');
    await until(w, 'BAKE_TIME');
    const { serviceDeploymentArn = '' } = (await newest(w)) ?? {};
    await w.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    expect(await newest(w)).toMatchObject({ status: 'ROLLBACK_REQUESTED' });
    await w.clock.sleep(5_000);
    expect(await weights(w)).toEqual({ web: 100, green: 0 });
    await follow(w, share);
    expect(await newest(w)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    const service = await running(w);
    expect(service?.taskDefinition).toMatch(/web:1$/);
    expect(service?.runningCount).toBe(2);
  });

  it('does not roll back any more once it cleans up', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }));
    await deploy(w, 'good');
    await until(w, 'CLEAN_UP');
    const { serviceDeploymentArn = '' } = (await newest(w)) ?? {};
    await w.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    await follow(w, share);
    expect(await newest(w)).toMatchObject({ status: 'SUCCESSFUL' });
  });

  it('stays in SCALE_UP with tasks that never become healthy, because the circuit breaker does not apply', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', deploymentCircuitBreaker: { enable: true, rollback: true } }));
    await deploy(w, 'crash');
    await w.clock.sleep(30 * minute);
    expect(await newest(w)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    expect(await weights(w)).toEqual({ web: 1, green: 0 });
  });

  it('is superseded by a newer deployment, which returns the traffic first', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 }));
    await deploy(w, 'good');
    await until(w, 'BAKE_TIME');
    const { serviceDeploymentArn } = (await newest(w)) ?? {};
    await deploy(w, 'other');
    await follow(w, share);
    expect(await newest(w)).toMatchObject({ status: 'SUCCESSFUL' });
    expect((await running(w))?.taskDefinition).toMatch(/web:3$/);
    const { serviceDeployments } = await w.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn ?? ''] }),
    );
    expect(serviceDeployments?.[0]).toMatchObject({ status: 'STOPPED' });
  });
});

describe('the shares of traffic', () => {
  it('grow in equal steps with LINEAR', async () => {
    const linearConfiguration = { stepPercent: 25, stepBakeTimeInMinutes: 1 };
    const w = world(nativeSeed({ strategy: 'LINEAR', linearConfiguration, bakeTimeInMinutes: 0 }));
    await deploy(w, 'good');
    expect(await follow(w, share)).toEqual([0, 25, 50, 75, 100]);
  });

  it('have two steps with CANARY', async () => {
    const canaryConfiguration = { canaryPercent: 5, canaryBakeTimeInMinutes: 2 };
    const w = world(nativeSeed({ strategy: 'CANARY', canaryConfiguration, bakeTimeInMinutes: 0 }));
    await deploy(w, 'good');
    expect(await follow(w, share)).toEqual([0, 5, 100]);
  });
});

describe('lifecycle hooks', () => {
  it('pause before every shift, and each pause has its own id', async () => {
    const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: 0 };
    const lifecycleHooks = [pause('PRE_PRODUCTION_TRAFFIC_SHIFT')];
    const w = world(nativeSeed({ strategy: 'CANARY', canaryConfiguration, bakeTimeInMinutes: 0, lifecycleHooks }));
    await deploy(w, 'good');
    const ids = new Set<string>();
    for (const before of [0, 10]) {
      for (let i = 0; i < 600; i++) {
        const [hook] = (await newest(w))?.lifecycleHookDetails ?? [];
        if (hook?.status === 'AWAITING_ACTION' && !ids.has(hook.hookId ?? '')) break;
        await w.clock.sleep(1_000);
      }
      const deployment = await newest(w);
      const hookId = deployment?.lifecycleHookDetails?.[0]?.hookId ?? '';
      ids.add(hookId);
      expect(await share(w)).toBe(before);
      const { serviceDeploymentArn } = deployment ?? {};
      await w.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
      await expect(
        w.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId })),
      ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }
    await follow(w, share);
    expect(ids.size).toBe(2);
    expect(await newest(w)).toMatchObject({ status: 'SUCCESSFUL' });
  });

  it('roll the deployment back when nobody answers in time', async () => {
    const lifecycleHooks = [pause('POST_SCALE_UP', 3)];
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks }));
    await deploy(w, 'good');
    await follow(w, share);
    expect(await newest(w)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      rollback: { reason: expect.stringMatching(/hook/) },
    });
    expect(await weights(w)).toMatchObject({ green: 0 });
  });

  it.each(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'])('cannot pause at %s', async (stage) => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN' }));
    const lifecycleHooks = [pause(stage)] as never;
    await expect(deploy(w, 'good', { deploymentConfiguration: { lifecycleHooks } })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('what AWS refuses', () => {
  it('is a strategy without the second target group', async () => {
    const w = world();
    await expect(deploy(w, 'good', { deploymentConfiguration: { strategy: 'BLUE_GREEN' } })).rejects.toThrow(
      /advancedConfiguration/,
    );
  });

  it('is another strategy while a deployment is under way', async () => {
    const w = world(nativeSeed({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 }));
    await deploy(w, 'good');
    await expect(deploy(w, 'other', { deploymentConfiguration: { strategy: 'ROLLING' } })).rejects.toThrow(
      /in progress/,
    );
  });

  it('is a rule without the second target group, which it finds out when the deployment begins', async () => {
    const seed = nativeSeed({ strategy: 'BLUE_GREEN' });
    const loadBalancers = [
      { name: 'web', subnets: ['subnet-a', 'subnet-b'], listeners: [{ port: 80, arn: listenerArn, forward: 'web' }] },
    ];
    const w = world({ ...seed, loadBalancers });
    await deploy(w, 'good');
    await follow(w, share);
    expect(await newest(w)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: expect.stringMatching(/Both targetGroup/),
    });
  });
});
