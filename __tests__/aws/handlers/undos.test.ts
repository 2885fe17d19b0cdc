import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  InvalidTargetException,
  RegisterTargetsCommand,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAws } from '../../../src/aws/client/account.ts';
import { actHandlers } from '../../../src/aws/handlers/acts.ts';
import { stopUndo } from '../../../src/aws/handlers/canary.ts';
import { restoreUndo } from '../../../src/aws/handlers/promotion.ts';
import { deregisterUndo } from '../../../src/aws/handlers/target.ts';
import { undoHandlers } from '../../../src/aws/handlers/undos.ts';
import { groupOf } from '../../../src/model/owner-tags.ts';
import { keyOfPlace, learn } from '../../../src/model/run-state.ts';
import type { Restore } from '../../../src/model/settings.ts';
import type { Attachment } from '../../../src/model/targets.ts';
import type { Undo } from '../../../src/model/undos.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { place, region } from '../../commands/stage.ts';
import { canary, contextOf, stateWith } from './known.ts';

const ecs = mockClient(ECSClient);
const elb = mockClient(ElasticLoadBalancingV2Client);

const clock = new VirtualClock();
/** Who asks the same a moment later gets the same answer: here nobody does. */
const later = () => clock.sleep(1000);
beforeEach(async () => {
  ecs.reset();
  elb.reset();
  await later();
});

const { signal } = new AbortController();
const aws = createAws({ clients: { region }, clock, signal, random: () => 0.5, report: () => {} });
const context = contextOf({ aws, clock, signal });
const table = undoHandlers(context);
/** What each undo teaches, whatever is known before. */
const undo = {
  'stop-tasks': (one: Extract<Undo, { kind: 'stop-tasks' }>) => table['stop-tasks'](one, stateWith()),
  'deregister-targets': (one: Extract<Undo, { kind: 'deregister-targets' }>) =>
    table['deregister-targets'](one, stateWith()),
  'restore-service': (one: Extract<Undo, { kind: 'restore-service' }>) => table['restore-service'](one, stateWith()),
};
const error = (name: string, message: string, httpStatusCode = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

const asked = () => ecs.commandCalls(StopTaskCommand).map(({ args }) => args[0].input.task);
const updates = () => ecs.commandCalls(UpdateServiceCommand).map(({ args }) => args[0].input);
const kindOf = <K extends Undo['kind']>(one: Undo, kind: K): Extract<Undo, { kind: K }> => {
  if (one.kind !== kind) throw new Error(`${one.kind} is no ${kind}`);
  return one as Extract<Undo, { kind: K }>;
};

const started = { place, startedBy: 'ecs-canary/web', run: 'run-1', stopWithin: 60_000 };

describe('how the canary is stopped', () => {
  it('is written down before it is started, with what finds it and what a person can run', () => {
    const what = { cluster: 'production', startedBy: 'ecs-canary/web', run: 'run-1' };
    expect(stopUndo(started)).toStrictEqual({
      when: 'always',
      kind: 'stop-tasks',
      title: 'stop the canary task',
      place,
      changed: 'other',
      phase: 'compute',
      ...what,
      verify: { kind: 'check', gates: [{ kind: 'tasks-stopped', ...what }], within: 60_000 },
      byHand:
        'aws ecs list-tasks --region us-west-2 --cluster production --started-by ecs-canary/web   # then: aws ecs stop-task',
    });
    const tasks = ['task/1', 'task/2'];
    expect(stopUndo({ ...started, tasks, title: 'stop them' })).toStrictEqual({
      when: 'always',
      kind: 'stop-tasks',
      title: 'stop them',
      place,
      changed: 'other',
      phase: 'compute',
      ...what,
      tasks,
      verify: { kind: 'check', gates: [{ kind: 'tasks-stopped', ...what, tasks }], within: 60_000 },
      byHand: [
        'aws ecs stop-task --region us-west-2 --cluster production --task task/1',
        'aws ecs stop-task --region us-west-2 --cluster production --task task/2',
      ].join('\n'),
    });
  });

  it('asks for the tasks that are known, in their cluster, and says why', async () => {
    ecs.on(StopTaskCommand).resolves({});
    await undo['stop-tasks'](stopUndo({ ...started, tasks: ['task/1', 'task/2'] }));
    expect(asked()).toEqual(['task/1', 'task/2']);
    expect(ecs.commandCalls(StopTaskCommand)[0]?.args[0].input).toMatchObject({
      cluster: 'production',
      reason: expect.stringContaining('ecs-canary-rollout'),
    });
    expect(ecs.commandCalls(ListTasksCommand)).toEqual([]);
  });

  it('remembers of each task that is known when that was', async () => {
    ecs.on(StopTaskCommand).resolves({});
    ecs.on(ListTasksCommand).resolves({ taskArns: ['task/1'] });
    ecs.on(DescribeTasksCommand).resolves({ tasks: [{ taskArn: 'task/1' }] });
    expect(await undo['stop-tasks'](stopUndo(started))).toEqual({ stopped: {} });
    const at = clock.now();
    const learned = await undo['stop-tasks'](stopUndo({ ...started, tasks: ['task/2', 'task/1'] }));
    expect(learned).toEqual({ stopped: { 'task/2': { at }, 'task/1': { at } } });
  });

  it('looks for the tasks of the run, and for those without a readable mark, when none is known', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: ['task/1', 'task/2', 'task/3'] });
    ecs.on(DescribeTasksCommand).resolves({
      tasks: [
        { taskArn: 'task/1', group: 'ecs-canary-rollout:web:run-1:1:0' },
        { taskArn: 'task/2', group: 'ecs-canary-rollout:web:run-2:1:0' },
        { taskArn: 'task/3' },
      ],
    });
    ecs.on(StopTaskCommand).resolves({});
    await undo['stop-tasks'](stopUndo(started));
    expect(asked()).toEqual(['task/1', 'task/3']);
  });

  it('goes on looking for as long as ListTasks can be late, and no longer', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: [] });
    const before = clock.now();
    await undo['stop-tasks'](stopUndo(started));
    expect(asked()).toEqual([]);
    expect(clock.now() - before).toBe(8000);
    ecs.reset();
    await later();
    ecs
      .on(ListTasksCommand)
      .resolvesOnce({ taskArns: [] })
      .resolves({ taskArns: ['task/1'] });
    ecs.on(DescribeTasksCommand).resolves({ tasks: [{ taskArn: 'task/1' }] });
    ecs.on(StopTaskCommand).resolves({});
    await undo['stop-tasks'](stopUndo(started));
    expect(asked()).toEqual(['task/1']);
    expect(clock.now() - before).toBe(11_000);
  });

  it('takes a task that is gone for stopped, and nothing else', async () => {
    ecs.on(StopTaskCommand).rejects(error('InvalidParameterException', 'The referenced task was not found.'));
    await undo['stop-tasks'](stopUndo({ ...started, tasks: ['task/1'] }));
    ecs.on(StopTaskCommand).rejects(error('AccessDeniedException', 'no'));
    await expect(undo['stop-tasks'](stopUndo({ ...started, tasks: ['task/1'] }))).rejects.toMatchObject({
      kind: 'refused-call',
    });
  });
});

describe('how the canary is taken out of its target groups', () => {
  const targets = [
    { targetGroup: 'tg/1', id: '10.0.0.1', port: 80 },
    { targetGroup: 'tg/2', id: '10.0.0.1', port: 81 },
  ];
  const attachment = { targetGroup: 'tg/1', drain: 30_000 } as Attachment;

  it('is written down with the targets alone, and with the commands of a person', () => {
    const one = deregisterUndo(place, [{ ...targets[0], attachment } as never, targets[1] as never], 30_000);
    expect(one).toStrictEqual({
      when: 'always',
      kind: 'deregister-targets',
      title: 'deregister the canary from its target groups',
      place,
      changed: 'other',
      phase: 'drain',
      targets,
      verify: { kind: 'check', gates: [{ kind: 'targets-drained', targets, delay: 30_000 }], within: 90_000 },
      byHand: [
        'aws elbv2 deregister-targets --region us-west-2 --target-group-arn tg/1 --targets Id=10.0.0.1,Port=80',
        'aws elbv2 deregister-targets --region us-west-2 --target-group-arn tg/2 --targets Id=10.0.0.1,Port=81',
      ].join('\n'),
    });
    expect(deregisterUndo(place, targets, 0, 'take it out').title).toBe('take it out');
  });

  it('asks every target group, and remembers when', async () => {
    elb.on(DeregisterTargetsCommand).resolves({});
    const learned = await undo['deregister-targets'](kindOf(deregisterUndo(place, targets, 0), 'deregister-targets'));
    expect(elb.commandCalls(DeregisterTargetsCommand).map(({ args }) => args[0].input)).toEqual([
      { TargetGroupArn: 'tg/1', Targets: [{ Id: '10.0.0.1', Port: 80 }] },
      { TargetGroupArn: 'tg/2', Targets: [{ Id: '10.0.0.1', Port: 81 }] },
    ]);
    const at = clock.now();
    expect(learned).toEqual({ stopped: { 'tg/1 10.0.0.1:80': { at }, 'tg/2 10.0.0.1:81': { at } } });
  });

  it('takes a target or a target group that is gone for done, and nothing else', async () => {
    const out = kindOf(deregisterUndo(place, targets, 0), 'deregister-targets');
    const details = { message: 'it is gone', $metadata: { httpStatusCode: 400 } };
    elb.on(DeregisterTargetsCommand).rejects(new TargetGroupNotFoundException(details));
    await undo['deregister-targets'](out);
    elb.on(DeregisterTargetsCommand).rejects(new InvalidTargetException(details));
    await undo['deregister-targets'](out);
    elb.on(DeregisterTargetsCommand).rejects(error('AccessDenied', 'no'));
    await expect(undo['deregister-targets'](out)).rejects.toMatchObject({ kind: 'refused-call' });
  });
});

describe('how the service is brought back', () => {
  const arn = (n: number) => `arn:aws:ecs:us-west-2:123456789012:task-definition/web:${n}`;
  const restore: Restore = { to: arn(1), before: 'ecs-svc/1', within: 60_000 };
  const undoOf = (more: Partial<Restore> = {}, ours = arn(2)) => {
    const act = { kind: 'promote', place, settings: {}, restore: { ...restore, ...more } } as never;
    return restoreUndo(act, ours);
  };
  const shows = (id: string, taskDefinition: string, desiredCount = 3) =>
    ({
      services: [{ status: 'ACTIVE', desiredCount, deployments: [{ status: 'PRIMARY', id, taskDefinition }] }],
    }) as const;

  beforeEach(() => {
    ecs.on(UpdateServiceCommand).resolves({});
  });

  it('is written down with the deployment that was there before, and with the command of a person', () => {
    expect(undoOf()).toStrictEqual({
      when: 'on-failure',
      kind: 'restore-service',
      title: 'roll the service back to web:1',
      place,
      changed: 'service',
      phase: 'traffic',
      ours: arn(2),
      restore,
      verify: {
        kind: 'check',
        gates: [{ kind: 'service-restored', place, to: arn(1), ours: arn(2), before: 'ecs-svc/1' }],
        within: 60_000,
      },
      byHand: `aws ecs update-service --region us-west-2 --cluster production --service web --task-definition ${arn(1)}`,
    });
  });

  it('asks for the revision and the settings of before when ours is there', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/2', arn(2)) as never);
    await undo['restore-service'](undoOf({ settings: [{ name: 'desiredCount', before: 2, after: 3 }] }));
    expect(updates()).toEqual([{ cluster: 'production', service: 'web', taskDefinition: arn(1), desiredCount: 2 }]);
  });

  it('remembers the deployment that brings it back, as far as ECS names it', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/2', arn(2)) as never);
    expect(await undo['restore-service'](undoOf())).toBeUndefined();
    ecs.on(UpdateServiceCommand).resolves({ service: {} });
    expect(await undo['restore-service'](undoOf())).toBeUndefined();
    ecs.on(UpdateServiceCommand).resolves({ service: shows('ecs-svc/3', arn(1)).services[0] as never });
    const restored = { id: 'ecs-svc/3', at: clock.now() };
    expect(await undo['restore-service'](undoOf())).toEqual({ services: { [keyOfPlace(place)]: { restored } } });
  });

  it('changes nothing of somebody else, who has deployed since', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/3', arn(3)) as never);
    const before = clock.now();
    await expect(undo['restore-service'](undoOf())).rejects.toMatchObject({ kind: 'superseded' });
    expect(updates()).toEqual([]);
    expect(clock.now()).toBe(before);
  });

  it('believes at the third look that ours has not arrived', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/1', arn(1)) as never);
    const before = clock.now();
    await undo['restore-service'](undoOf());
    expect(updates()).toEqual([]);
    expect(clock.now() - before).toBe(4000);
    await later();
    ecs
      .on(DescribeServicesCommand)
      .resolvesOnce(shows('ecs-svc/1', arn(1)) as never)
      .resolvesOnce(shows('ecs-svc/1', arn(1)) as never)
      .resolves(shows('ecs-svc/2', arn(2)) as never);
    await undo['restore-service'](undoOf());
    expect(updates()).toHaveLength(1);
  });

  it('does not take a forced deployment of before for ours', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/1', arn(2)) as never);
    await undo['restore-service'](undoOf());
    expect(updates()).toEqual([]);
  });

  it('takes settings back although the revision is the same and no deployment has come of them', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/1', arn(1)) as never);
    await undo['restore-service'](undoOf({ settings: [{ name: 'desiredCount', before: 2, after: 3 }] }, arn(1)));
    expect(updates()).toEqual([{ cluster: 'production', service: 'web', desiredCount: 2 }]);
  });

  it('leaves the service where it is when that is wanted, and says so', async () => {
    ecs.on(DescribeServicesCommand).resolves(shows('ecs-svc/2', arn(2)) as never);
    const unless = 'rollback-on-failure is false';
    await expect(undo['restore-service'](undoOf({ unless }))).rejects.toMatchObject({
      kind: 'verdict',
      message: 'ecs:UpdateService',
      because: 'rollback-on-failure is false; the service stays on web:2',
    });
    expect(updates()).toEqual([]);
  });

  it('changes nothing when ECS shows no deployment at all', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [{ status: 'ACTIVE' }] });
    await undo['restore-service'](undoOf());
    expect(updates()).toEqual([]);
  });
});

describe('what a deed writes down before it is done', () => {
  const acts = actHandlers(context);
  const targets = [{ targetGroup: 'tg/1', id: '10.0.0.1', port: 80 }];
  const orphan = { task: 'task/1', run: 'run-0', targets, drain: 30_000 };
  const taker = { place, startedBy: 'ecs-canary/web', stopWithin: 60_000 };
  const attachment = (n: number, drain: number): Attachment => ({
    targetGroup: `tg/${n}`,
    targetType: 'ip',
    ipv6: false,
    container: 'web',
    containerPort: 80 + n,
    healthCheck: { protocol: 'HTTP', path: '/', codes: '200', interval: 1, timeout: 1, passes: 1, fails: 1 },
    drain,
  });

  it('is nothing for a revision, which may stay', async () => {
    const act = { kind: 'register-revision', as: 'revision', definition: {} as never } as const;
    expect(acts['register-revision'].undo(act, stateWith())).toEqual([]);
  });

  it('of the canary finds it by what it is started with', async () => {
    const act = {
      kind: 'start-canary',
      as: 'canary',
      revision: 'web:2',
      place,
      run: 'run-1',
      stopWithin: 60_000,
    } as const;
    const task = { startedBy: 'ecs-canary/web' };
    expect(acts['start-canary'].undo({ ...act, task }, stateWith())).toEqual([stopUndo(started)]);
    expect(acts['start-canary'].undo({ ...act, task: {} }, stateWith())).toEqual([
      stopUndo({ ...started, startedBy: '' }),
    ]);
  });

  it('of a canary that is resumed takes it out of traffic first, so that comes last', async () => {
    const { task = '', ...left } = orphan;
    ecs.on(DescribeTasksCommand).resolves({ tasks: [{ taskArn: task, lastStatus: 'RUNNING' }] });
    ecs.on(TagResourceCommand).resolves({});
    const tags = [
      { key: 'ecs-canary-rollout:run', value: 'run-1' },
      { key: 'owner', value: 'shop' },
    ];
    const act = {
      kind: 'start-canary',
      as: 'canary',
      revision: 'web:2',
      place,
      run: 'run-1',
      stopWithin: 60_000,
      task: { startedBy: 'ecs-canary/web', tags },
    } as const;
    const inDoubt = { step: 0, at: 0, undos: [], touchedBefore: false };
    const state = { ...stateWith(), inDoubt: { ...inDoubt, earlier: { step: 0, at: 0, task: { ...left, task } } } };
    const found = await acts['start-canary'].find(act, state);
    expect(found).toMatchObject({ is: 'done', learned: { tasks: { canary: { arn: task, revision: 'web:2' } } } });
    expect('undos' in found && found.undos).toEqual([
      stopUndo({ ...started, tasks: [task] }),
      deregisterUndo(place, targets, 30_000),
    ]);
    expect(ecs.commandCalls(TagResourceCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { resourceArn: task, tags: tags.slice(0, 1) },
    ]);
  });

  it('of a canary that takes the place of another one is its own, and nothing is known of the other any more', async () => {
    const tasks = ['task/1', 'task/2'].map((taskArn) => {
      return {
        taskArn,
        lastStatus: 'RUNNING',
        group: groupOf({ service: 'web', run: 'run-1', attempt: 1, expires: 0 }),
      };
    });
    ecs.on(ListTasksCommand).resolves({ taskArns: ['task/1', 'task/2'] });
    ecs.on(DescribeTasksCommand).resolves({ tasks });
    const act = {
      kind: 'start-canary',
      as: 'canary',
      revision: 'web:2',
      place,
      run: 'run-1',
      stopWithin: 60_000,
      task: { startedBy: 'ecs-canary/web' },
    } as const;
    const first = { ...canary, arn: 'task/1', running: 5_000, createdAt: 1, targets: [] };
    const inDoubt = { step: 0, at: 9, undos: [], touchedBefore: false };
    const found = await acts['start-canary'].find(act, { ...stateWith({ tasks: { canary: first } }), inDoubt });
    expect('undos' in found && found.undos).toEqual([stopUndo({ ...started, tasks: ['task/2'] })]);
    const { tasks: learned } = learn(
      stateWith({ tasks: { canary: first } }).learned,
      ('learned' in found && found.learned) || {},
    );
    expect(learned.canary).toMatchObject({ arn: 'task/2', startedAt: 9 });
    for (const member of ['running', 'createdAt', 'targets']) expect(learned.canary).not.toHaveProperty(member);
  });

  it('of a sweep is everything that earlier runs have left, and of each what there is', async () => {
    const { task: _, ...targetsOnly } = orphan;
    const orphans = [orphan, { ...orphan, task: 'task/2', targets: [] }, targetsOnly];
    const stop = (task: string) =>
      stopUndo({ ...started, run: 'run-0', tasks: [task], title: 'stop the canary of an earlier run' });
    const out = deregisterUndo(
      place,
      targets,
      30_000,
      'deregister the canary of an earlier run from its target groups',
    );
    expect(acts.sweep.undo({ ...taker, kind: 'sweep', orphans }, stateWith())).toEqual([
      stop('task/1'),
      out,
      stop('task/2'),
      out,
    ]);
  });

  it('of the targets has their addresses, is recorded before the first registration, and waits for the longest delay', async () => {
    const network = [{ privateIpv4Address: '10.0.0.1' }];
    const task = { containers: [{ name: 'web', networkInterfaces: network }] };
    const attachments = [attachment(1, 10_000), attachment(2, 30_000), attachment(3, 20_000)];
    const at = (n: number) => ({ targetGroup: `tg/${n}`, id: '10.0.0.1', port: 80 + n });
    const act = { kind: 'register-targets', of: 'canary', place, attachments } as const;
    const state = stateWith({ tasks: { canary: { ...canary, task } } });
    expect(acts['register-targets'].undo(act, state)).toEqual([]);
    elb.on(RegisterTargetsCommand).resolves({});
    const recorded: (readonly Undo[])[] = [];
    const record = async (undos: readonly Undo[]) => {
      expect(elb.commandCalls(RegisterTargetsCommand)).toEqual([]);
      recorded.push(undos);
    };
    const done = await acts['register-targets'].do(act, { state, record });
    expect(recorded).toEqual([[deregisterUndo(place, [at(1), at(2), at(3)], 30_000)]]);
    const registeredAt = clock.now();
    const targets = attachments.map((one, i) => ({ ...at(i + 1), attachment: one, registeredAt }));
    expect(done.learned).toEqual({ tasks: { canary: { targets } } });
  });

  it('of the targets of a canary that no step has started is a bug of the planner', async () => {
    const act = { kind: 'register-targets', of: 'canary', place, attachments: [] } as const;
    const done = acts['register-targets'].do(act, { state: stateWith(), record: async () => {} });
    await expect(done).rejects.toThrow('the plan uses a canary that no step has created');
  });

  it('of an update restores the revision from before', async () => {
    const restore = { to: 'web:1', before: 'ecs-svc/1', within: 1 };
    const promote = {
      kind: 'promote',
      place,
      settings: {},
      restore,
      rivals: { startedBy: 'x', run: 'r', attempt: 1, swept: [] },
      revision: 'web:2',
    } as const;
    expect(acts.promote.undo(promote, stateWith())).toEqual([restoreUndo(promote, 'web:2')]);
  });
});
