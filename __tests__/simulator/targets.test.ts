import { DescribeServicesCommand, DescribeTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { fargateNetwork, groupArn, webDefinition, webSeed, world } from './fixture.ts';

type World = ReturnType<typeof world>;

const network = { awsvpcConfiguration: { subnets: [...fargateNetwork.awsvpcConfiguration.subnets] } };

/** A standalone task that runs, and its target. */
async function canary(w: World): Promise<{ task: string; target: TargetDescription }> {
  const { tasks } = await w.ecs.send(
    new RunTaskCommand({
      cluster: 'main',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: network,
    }),
  );
  const task = tasks?.[0]?.taskArn ?? '';
  await w.clock.sleep(60_000);
  const described = await w.ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: [task] }));
  const address = described.tasks?.[0]?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
  return { task, target: { Id: address, Port: 80 } };
}

async function health(w: World, target: TargetDescription): Promise<string> {
  const answer = await w.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groupArn, Targets: [target] }));
  const found = answer.TargetHealthDescriptions?.[0]?.TargetHealth;
  return [found?.State, found?.Reason].filter((word) => word !== undefined).join(' ');
}

async function watch(w: World, target: TargetDescription, forMs: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const end = w.clock.now() + forMs; w.clock.now() < end; await w.clock.sleep(1_000)) {
    const state = await health(w, target);
    if (seen.at(-1) !== state) seen.push(state);
  }
  return seen;
}

const register = (w: World, target: TargetDescription) =>
  w.elb.send(new RegisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [target] }));
const deregister = (w: World, target: TargetDescription) =>
  w.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [target] }));
const withImage = (tag: string): Seed => ({
  ...webSeed,
  taskDefinitions: [...(webSeed.taskDefinitions ?? []), webDefinition(tag)],
  services: [{ ...webSeed.services?.[0], taskDefinition: 'web:1' }],
});

describe('a target', () => {
  it('of a load balancer is healthy after one passed check, and drains when it leaves', async () => {
    const w = world();
    const { target } = await canary(w);
    expect(await health(w, target)).toBe('unused Target.NotRegistered');
    await register(w, target);
    expect(await watch(w, target, 20_000)).toEqual(['initial Elb.RegistrationInProgress', 'healthy']);
    await deregister(w, target);
    expect(await watch(w, target, 70_000)).toEqual([
      'draining Target.DeregistrationInProgress',
      'unused Target.NotRegistered',
    ]);
    await deregister(w, target);
  });

  it.each([
    ['http-500', 'unhealthy Target.ResponseCodeMismatch'],
    ['http-404', 'unhealthy Target.ResponseCodeMismatch'],
    ['timeout', 'unhealthy Target.Timeout'],
    ['refused', 'unhealthy Target.FailedHealthChecks'],
    ['unhealthy', 'unhealthy Target.ResponseCodeMismatch'],
  ])('whose program is %s becomes %s', async (tag, state) => {
    const w = world(withImage(tag));
    const { target } = await canary(w);
    await register(w, target);
    expect(await watch(w, target, 40_000)).toEqual([
      'initial Elb.RegistrationInProgress',
      'initial Elb.InitialHealthChecking',
      state,
    ]);
  });

  it('that was unhealthy needs the whole threshold to become healthy', async () => {
    const w = world(withImage('slow'));
    const { target } = await canary(w);
    await register(w, target);
    const states = await watch(w, target, 240_000);
    expect(states.slice(-2)).toEqual(['unhealthy Target.FailedHealthChecks', 'healthy']);
  });

  it('of a network load balancer needs its threshold of checks', async () => {
    const w = world({
      ...webSeed,
      targetGroups: [
        { name: 'web', arn: groupArn, protocol: 'TCP', healthCheck: { interval: 10, healthyThreshold: 3 } },
      ],
      loadBalancers: [
        { name: 'web', type: 'network', subnets: ['subnet-a', 'subnet-b'], listeners: [{ port: 80, forward: 'web' }] },
      ],
    });
    const { target } = await canary(w);
    await register(w, target);
    const start = w.clock.now();
    while ((await health(w, target)) !== 'healthy') await w.clock.sleep(1_000);
    expect(w.clock.now() - start).toBeGreaterThan(30_000 + 2 * 10_000);
  });

  it('is unused when the target group is on no listener', async () => {
    const w = world({ ...webSeed, loadBalancers: [], services: [] });
    const { target } = await canary(w);
    await register(w, target);
    expect(await watch(w, target, 60_000)).toEqual(['unused Target.NotInUse']);
  });

  it('is unused when its zone is not switched on', async () => {
    const subnets = ['subnet-b'];
    const w = world({
      ...webSeed,
      loadBalancers: [{ name: 'web', subnets, listeners: [{ port: 80, forward: 'web' }] }],
      services: [],
    });
    const { target } = await canary(w);
    await register(w, target);
    expect(await health(w, target)).toBe('unused Target.NotInUse');
  });

  it('is an orphan if only its task was stopped', async () => {
    const w = world();
    const { task, target } = await canary(w);
    await register(w, target);
    await w.clock.sleep(20_000);
    await w.ecs.send(new StopTaskCommand({ cluster: 'main', task }));
    await w.clock.sleep(90_000);
    expect(await health(w, target)).toMatch(/^unhealthy/);
    expect(w.account.picture().targets.web?.filter((one) => one.of === `${target.Id}:80`)).toHaveLength(1);
  });

  it('is refused if it is not an address of the VPC', async () => {
    const w = world();
    await expect(register(w, { Id: '192.168.1.1' })).rejects.toMatchObject({ name: 'InvalidTargetException' });
    await expect(register(w, { Id: 'i-0123' })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('of a standalone task is not registered by ECS', async () => {
    const w = world();
    const { target } = await canary(w);
    expect(await health(w, target)).toBe('unused Target.NotRegistered');
    const { services } = await w.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    expect(services?.[0]?.runningCount).toBe(2);
  });
});
