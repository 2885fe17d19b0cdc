import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../src/simulator/seed.ts';
import { fargateNetwork, groupArn, webDefinition, webSeed, world } from './fixture.ts';

const busy: Seed = { ...webSeed, users: [{ loadBalancer: 'web', perSecond: 20 }] };
type World = ReturnType<typeof world>;

async function listenerOf(w: World) {
  const [loadBalancer] = w.account.someone('DescribeLoadBalancers', {}, 'elbv2').LoadBalancers as {
    LoadBalancerArn: string;
  }[];
  const { Listeners } = await w.elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: loadBalancer?.LoadBalancerArn }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}

async function createGroup(w: World, more: object = {}) {
  const { TargetGroups } = await w.elb.send(
    new CreateTargetGroupCommand({
      Name: 'canary',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 10,
      ...more,
    }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

const split = (canary: string, weight: number) => [
  {
    Type: 'forward' as const,
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: groupArn, Weight: 100 - weight },
        { TargetGroupArn: canary, Weight: weight },
      ],
    },
  },
];

const setWeight = async (w: World, canary: string, weight: number) =>
  w.elb.send(new ModifyListenerCommand({ ListenerArn: await listenerOf(w), DefaultActions: split(canary, weight) }));

/** A canary task in a group of its own. */
async function canaryOf(w: World, tag: string) {
  const canary = await createGroup(w);
  await setWeight(w, canary, 0);
  w.account.someone('RegisterTaskDefinition', { ...webDefinition(tag), family: 'canary' });
  const { tasks } = await w.ecs.send(
    new RunTaskCommand({
      cluster: 'main',
      taskDefinition: 'canary',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [...fargateNetwork.awsvpcConfiguration.subnets] } },
    }),
  );
  const task = tasks?.[0]?.taskArn ?? '';
  await w.clock.sleep(60_000);
  const described = w.account.someone('DescribeTasks', { cluster: 'main', tasks: [task] }).tasks as {
    containers: { networkInterfaces: { privateIpv4Address: string }[] }[];
  }[];
  const Id = described[0]?.containers[0]?.networkInterfaces[0]?.privateIpv4Address;
  await w.elb.send(new RegisterTargetsCommand({ TargetGroupArn: canary, Targets: [{ Id, Port: 80 }] }));
  await w.clock.sleep(20_000);
  return { canary, task };
}

async function sumOf(w: World, name: string, group: string, minutes = 5) {
  const cloudwatch = new CloudWatchClient(w.config);
  const [loadBalancer] = w.account.someone('DescribeLoadBalancers', {}, 'elbv2').LoadBalancers as {
    LoadBalancerArn: string;
  }[];
  const dimensions = [
    { Name: 'LoadBalancer', Value: loadBalancer?.LoadBalancerArn.split(':loadbalancer/')[1] },
    { Name: 'TargetGroup', Value: group.slice(group.lastIndexOf(':') + 1) },
  ];
  const now = w.clock.now();
  const Metric = { Namespace: 'AWS/ApplicationELB', MetricName: name, Dimensions: dimensions };
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - minutes * 60_000),
      EndTime: new Date(now),
      MetricDataQueries: [
        { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Sum' } },
        { Id: 'e1', Expression: '100 * FILL(m1, 0) / (m1 + 0)' },
      ],
    }),
  );
  return MetricDataResults?.[0]?.Values ?? [];
}

describe('a listener rule', () => {
  it('is changed as a whole, and a default rule only by ModifyListener', async () => {
    const w = world();
    const ListenerArn = await listenerOf(w);
    const canary = await createGroup(w);
    const { Rules } = await w.elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: 5,
        Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
        Actions: [{ Type: 'forward', TargetGroupArn: groupArn }],
      }),
    );
    expect(Rules?.[0]?.Actions).toMatchObject([
      {
        Type: 'forward',
        TargetGroupArn: groupArn,
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn, Weight: 1 }] },
      },
    ]);
    await w.elb.send(new ModifyRuleCommand({ RuleArn: Rules?.[0]?.RuleArn, Actions: split(canary, 10) }));
    const all = (await w.elb.send(new DescribeRulesCommand({ ListenerArn }))).Rules ?? [];
    expect(all.map((rule) => [rule.Priority, rule.IsDefault])).toEqual([
      ['5', false],
      ['default', true],
    ]);
    expect(all[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight)).toEqual([90, 10]);
    await expect(
      w.elb.send(new ModifyRuleCommand({ RuleArn: all[1]?.RuleArn, Actions: split(canary, 10) })),
    ).rejects.toMatchObject({ name: 'OperationNotPermittedException' });
    await expect(w.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: canary }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
  });

  it.each([
    ['a weight above 999', 1000, 'ValidationError'],
    ['a weight that is not whole', 0.5, 'ValidationError'],
  ])('is refused with %s', async (_what, weight, name) => {
    const w = world();
    const canary = await createGroup(w);
    await expect(setWeight(w, canary, weight)).rejects.toMatchObject({ name });
  });

  it('is refused with a target group that is not there', async () => {
    await expect(setWeight(world(), `${groupArn}0`, 5)).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });
});

describe('a target group', () => {
  it('is created once, tagged and deleted', async () => {
    const w = world();
    const arn = await createGroup(w);
    expect(await createGroup(w)).toBe(arn);
    await expect(createGroup(w, { Port: 81 })).rejects.toMatchObject({ name: 'DuplicateTargetGroupNameException' });
    await expect(createGroup(w, { Name: 'x'.repeat(33) })).rejects.toMatchObject({ name: 'ValidationError' });
    await w.elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: 'owner', Value: 'me' }] }));
    const { TagDescriptions } = await w.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    expect(TagDescriptions).toEqual([{ ResourceArn: arn, Tags: [{ Key: 'owner', Value: 'me' }] }]);
    await w.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
    await expect(w.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
    });
  });
});

describe('pretend users', () => {
  it('lose nothing on a good canary, whose share follows its weight', async () => {
    const w = world(busy);
    const { canary } = await canaryOf(w, 'good');
    await setWeight(w, canary, 25);
    await w.clock.sleep(420_000);
    expect(w.account.users.lost).toEqual([]);
    expect(w.account.users.served).toBeGreaterThan(9_000);
    const [minute = 0] = await sumOf(w, 'RequestCount', canary);
    expect(minute / 1_200).toBeGreaterThan(0.15);
    expect(minute / 1_200).toBeLessThan(0.35);
    expect(await sumOf(w, 'HTTPCode_Target_5XX_Count', canary)).toEqual([]);
  });

  it('see the errors of a version, which CloudWatch shows per target group', async () => {
    const w = world(busy);
    const { canary, task } = await canaryOf(w, 'err-20');
    await setWeight(w, canary, 50);
    await w.clock.sleep(420_000);
    const { lost } = w.account.users;
    expect(new Set(lost.map(({ why, task: of }) => `${why} ${of}`))).toEqual(new Set([`version ${task}`]));
    expect((await sumOf(w, 'HTTPCode_Target_5XX_Count', canary)).length).toBeGreaterThan(2);
  });

  it('lose requests to an empty group, some seconds after the change', async () => {
    const w = world(busy);
    const canary = await createGroup(w);
    await setWeight(w, canary, 50);
    const changed = w.clock.now();
    await w.clock.sleep(30_000);
    const { lost } = w.account.users;
    expect(new Set(lost.map(({ why }) => why))).toEqual(new Set(['empty-group']));
    expect((lost[0]?.at ?? 0) - changed).toBeGreaterThan(900);
  });

  it('lose requests to a canary that is stopped while it has a weight', async () => {
    const w = world(busy);
    const { canary, task } = await canaryOf(w, 'good');
    await setWeight(w, canary, 50);
    await w.clock.sleep(20_000);
    w.account.someone('StopTask', { cluster: 'main', task });
    await w.clock.sleep(60_000);
    expect(w.account.users.lost[0]).toMatchObject({ why: 'stopped-task', task, stopCode: 'UserInitiated' });
  });

  it('are served during the notice of a spot interruption', async () => {
    const w = world(busy);
    const { canary, task } = await canaryOf(w, 'good');
    await setWeight(w, canary, 50);
    await w.clock.sleep(20_000);
    w.account.interrupt(task, 'SpotInterruption');
    await w.clock.sleep(100_000);
    expect(w.account.users.lost).toEqual([]);
    expect(w.account.picture().standaloneTasks).toMatchObject([{ desiredStatus: 'STOPPED' }]);
    await w.clock.sleep(60_000);
    expect(w.account.users.lost[0]).toMatchObject({ why: 'stopped-task', stopCode: 'SpotInterruption' });
  });

  it('have probes beside them', async () => {
    const w = world(busy);
    expect(await w.account.answer('http://web.example.com/health')).toMatchObject({
      status: 200,
      body: 'ok from web:1',
    });
    w.account.misbehave('stable', { errors: 100, latencyMs: 700 });
    expect(await w.account.answer('http://web.example.com/')).toMatchObject({ status: 500, latencyMs: 700 });
  });
});

describe('a schedule', () => {
  it('restores a listener at its time and is deleted', async () => {
    const w = world();
    const scheduler = new SchedulerClient(w.config);
    const canary = await createGroup(w);
    const ListenerArn = await listenerOf(w);
    await setWeight(w, canary, 50);
    const Input = JSON.stringify({ ListenerArn, DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }] });
    const at = new Date(w.clock.now() + 300_000).toISOString().slice(0, 19);
    await scheduler.send(
      new CreateScheduleCommand({
        Name: 'guard',
        ScheduleExpression: `at(${at})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: 'arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:modifyListener',
          RoleArn: 'arn:aws:iam::123456789012:role/guard',
          Input,
        },
      }),
    );
    expect(await scheduler.send(new GetScheduleCommand({ Name: 'guard' }))).toMatchObject({
      State: 'ENABLED',
      CreationDate: expect.any(Date),
    });
    await w.clock.sleep(370_000);
    expect((await scheduler.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
    expect(w.account.scheduleRuns).toMatchObject([{ name: 'guard', outcome: 'ok' }]);
    await expect(scheduler.send(new GetScheduleCommand({ Name: 'guard' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const { Listeners } = await w.elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
    expect(Listeners?.[0]?.DefaultActions?.[0]?.TargetGroupArn).toBe(groupArn);
  });
});

describe('target tracking', () => {
  it.each([
    ['scales in when traffic leaves', {}, 1],
    ['does not while scale-in is suspended', { SuspendedState: { DynamicScalingInSuspended: true } }, 2],
  ])('%s', async (_what, more, count) => {
    const w = world(busy);
    const scaling = new ApplicationAutoScalingClient(w.config);
    const target = {
      ServiceNamespace: 'ecs' as const,
      ResourceId: 'service/main/web',
      ScalableDimension: 'ecs:service:DesiredCount' as const,
    };
    await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 4, ...more }));
    const [loadBalancer] = w.account.someone('DescribeLoadBalancers', {}, 'elbv2').LoadBalancers as {
      LoadBalancerArn: string;
    }[];
    const ResourceLabel = `${loadBalancer?.LoadBalancerArn.split(':loadbalancer/')[1]}/${groupArn.slice(groupArn.lastIndexOf(':') + 1)}`;
    await scaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: 'requests',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 600,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
        },
      }),
    );
    w.account.setUsers('web', 5);
    await w.clock.sleep(20 * 60_000);
    expect(w.account.picture().services['main/web']?.desiredCount).toBe(count);
  });
});
