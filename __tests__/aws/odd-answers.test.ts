import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Aws, createAws } from '../../src/aws/client/account.ts';
import { evaluateTasksRunning, startCanary } from '../../src/aws/handlers/canary.ts';
import { evaluateServiceStable } from '../../src/aws/handlers/deployment.ts';
import { readService } from '../../src/aws/handlers/service.ts';
import { listTasks, readMarked } from '../../src/aws/handlers/task.ts';
import type { Event } from '../../src/model/event.ts';
import type { TaskLearned } from '../../src/model/run-state.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { place } from '../commands/stage.ts';
import { canary, contextOf, stateWith } from './handlers/known.ts';

const ecs = mockClient(ECSClient);
beforeEach(() => ecs.reset());

const events: Event[] = [];
const clock = new VirtualClock();
const now = () => clock.now();
const report = (event: Event) => events.push(event);
const aws = createAws({
  clients: { region: 'us-west-2' },
  clock,
  signal: new AbortController().signal,
  random: () => 0.5,
  report,
  // No test is told what another one was.
  lasts: 0,
});
const ground = contextOf({ aws, clock, report });
const running = async (more: Partial<TaskLearned>, memory = {}) => {
  const state = stateWith({ tasks: { canary: { ...canary, ...more } } });
  return evaluateTasksRunning(ground, { kind: 'tasks-running', of: 'canary' }, { state }, memory);
};
const error = (name: string, message: string, status = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' } });

describe('an odd answer', () => {
  it('of RunTask with neither task nor failure says nothing of whether there is a canary', async () => {
    ecs.on(RunTaskCommand).resolves({});
    const act = {
      kind: 'start-canary',
      as: 'canary',
      revision: 'web:2',
      place,
      run: 'r',
      task: { cluster: 'production' },
      stopWithin: 1,
    } as const;
    await expect(startCanary(ground, act, 'web:2')).rejects.toMatchObject({
      kind: 'unanswered-call',
      because: 'ECS returned neither a task nor a failure',
    });
  });

  it('of RunTask that tags may not be written starts the canary without them, and says so', async () => {
    const denial = error(
      'AccessDeniedException',
      'User: x is not authorized to perform: ecs:TagResource on resource: y',
    );
    ecs
      .on(RunTaskCommand)
      .rejectsOnce(denial)
      .resolves({ tasks: [{ taskArn: 'arn:task/1' }] });
    const task = { cluster: 'production', tags: [{ key: 'a', value: 'b' }] };
    const act = {
      kind: 'start-canary',
      as: 'canary',
      revision: 'web:2',
      place,
      run: 'r',
      task,
      stopWithin: 1,
    } as const;
    expect(await startCanary(ground, act, 'web:2')).toMatchObject({ arn: 'arn:task/1' });
    expect(ecs.commandCalls(RunTaskCommand).map(({ args }) => args[0].input.tags)).toEqual([task.tags, undefined]);
    expect(events.some((event) => event.kind === 'warning' && event.message.includes('without tags'))).toBe(true);
  });

  it('of DescribeTasks that the task is unknown means nothing before it has been seen, and the end when that lasts', async () => {
    ecs.on(DescribeTasksCommand).resolves({ tasks: [], failures: [{ reason: 'MISSING' }] });
    const startedAt = now() - 60_000;
    expect((await running({ startedAt })).verdict.is).toBe('wait');
    const seen = { startedAt, task: { lastStatus: 'RUNNING' } };
    const { verdict, memory } = await running(seen);
    expect(verdict.is).toBe('wait');
    await clock.sleep(10_000);
    expect((await running(seen, memory)).verdict.is).toBe('fail');
  });

  it('of DescribeTasks that lacks what ListTasks has just named is asked for again', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: ['arn:task/c'] });
    ecs
      .on(DescribeTasksCommand)
      .resolvesOnce({ tasks: [], failures: [{ reason: 'MISSING' }] })
      .resolves({ tasks: [{ taskArn: 'arn:task/c', startedBy: 'ecs-canary/web' }] });
    expect(await readMarked(aws, 'production', 'ecs-canary/web')).toHaveLength(1);
  });

  it('of DescribeTasks with a status that nobody knows yet is waited for', async () => {
    ecs
      .on(DescribeTasksCommand)
      .resolves({ tasks: [{ taskArn: 'arn:task/1', lastStatus: 'HIBERNATING', desiredStatus: 'RUNNING' }] });
    const { verdict } = await running({});
    expect(verdict).toMatchObject({ is: 'wait', because: 'the canary is HIBERNATING' });
  });

  it('of DescribeServices without deployments is waited for', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [{ status: 'ACTIVE', serviceArn: 'arn:service' }] });
    const { verdict } = await evaluateServiceStable(
      ground,
      { kind: 'service-stable', place },
      { state: stateWith(), sampling: 'thorough' },
      {},
    );
    expect(verdict.is).toBe('wait');
  });

  it('of DescribeServices that the service is MISSING or INACTIVE names cluster and service', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [], failures: [{ reason: 'MISSING' }] });
    await expect(readService(aws, place)).rejects.toMatchObject({
      because: 'there is no service web in cluster production (MISSING)',
    });
    ecs.on(DescribeServicesCommand).resolves({ services: [{ status: 'INACTIVE' }] });
    await expect(readService(aws, place)).rejects.toMatchObject({
      because: 'service web in cluster production is INACTIVE',
    });
  });

  it('of ListTasks that names tasks of the service makes nobody take them for canaries', async () => {
    const service = { taskArn: 'arn:task/s', startedBy: 'ecs-svc/1', group: 'service:web' };
    const canary = { taskArn: 'arn:task/c', startedBy: 'ecs-canary/web', group: 'ecs-canary-rollout:web:run-1:1:0' };
    ecs.on(ListTasksCommand).resolves({ taskArns: ['arn:task/s', 'arn:task/c'] });
    ecs.on(DescribeTasksCommand).resolves({ tasks: [service, canary] });
    const marked = await readMarked(aws, 'production', 'ecs-canary/web');
    expect(marked.map(({ arn }) => arn)).toEqual(['arn:task/c']);
  });

  it('in pages is read to its end', async () => {
    ecs
      .on(ListTasksCommand)
      .resolvesOnce({ taskArns: ['a'], nextToken: 'more' })
      .resolves({ taskArns: ['b'] });
    expect(await listTasks(aws, 'production', { startedBy: 'x' })).toEqual(['a', 'b']);
  });
});

describe('a call', () => {
  const describe_ = () => aws.call('ecs', 'DescribeServices', { cluster: 'production', services: ['web'] });

  it.each([
    ['ThrottlingException', 'Rate exceeded', 400],
    ['ClientException', 'Too many concurrent attempts to create a new revision of the specified family', 400],
    ['ServerException', 'Service Unavailable', 500],
    ['TimeoutError', 'socket timed out', 0],
  ])('is repeated after %s', async (name, message, status) => {
    ecs
      .on(DescribeServicesCommand)
      .rejectsOnce(error(name, message, status))
      .rejectsOnce(error(name, message, status))
      .resolves({ services: [] });
    expect(await describe_()).toMatchObject({ services: [] });
  });

  it('that is refused is not repeated, and says code, request id and what to allow', async () => {
    const message =
      'User: arn:aws:sts::1:assumed-role/ci is not authorized to perform: ecs:DescribeServices on resource: arn:aws:ecs:x because no policy';
    ecs.on(DescribeServicesCommand).rejects(error('AccessDeniedException', message));
    await expect(describe_()).rejects.toMatchObject({
      kind: 'refused-call',
      next: expect.stringContaining('Allow ecs:DescribeServices on arn:aws:ecs:x'),
      because: expect.stringContaining('request id r-1'),
    });
    expect(ecs.calls()).toHaveLength(1);
  });

  it('that gets no answer for minutes is given up as one that may have been carried out', async () => {
    ecs.on(DescribeServicesCommand).rejects(error('ServerException', 'Service Unavailable', 503));
    await expect(describe_()).rejects.toMatchObject({ kind: 'unanswered-call' });
  });

  it('leaves no timer behind that would keep the process alive, answered or not', async () => {
    const timers = new Set<AbortSignal | undefined>();
    const sleep = async (_: number, signal?: AbortSignal) => {
      timers.add(signal);
      await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const asleep = () => [...timers].filter((signal) => signal?.aborted !== true);
    const options = { clients: { region: 'us-west-2' }, random: () => 0, report, lasts: 0 };
    const { call, close } = createAws({
      ...options,
      clock: { now, sleep },
      signal: new AbortController().signal,
    });
    const ask = () => call('ecs', 'DescribeServices', { cluster: 'production', services: ['web'] });
    ecs.on(DescribeServicesCommand).resolves({ services: [] });
    await ask();
    expect(timers.size).toBe(1);
    expect(asleep()).toEqual([]);
    const asked = new Promise<void>((resolve) => {
      ecs.on(DescribeServicesCommand).callsFake(() => {
        resolve();
        return new Promise(() => {});
      });
    });
    const silent = ask();
    await asked;
    expect(asleep()).toHaveLength(1);
    close();
    await expect(silent).rejects.toMatchObject({ name: 'AbortError' });
    expect(asleep()).toEqual([]);
  });

  it('that is asked by several at the same moment is sent once', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [] });
    await Promise.all([describe_(), describe_(), describe_()]);
    expect(ecs.calls()).toHaveLength(1);
  });

  describe('that only reads', () => {
    const sharing = () => {
      const signal = new AbortController().signal;
      return createAws({ clients: { region: 'us-west-2' }, clock, signal, random: () => 0.5, report });
    };
    const read = (from: Aws) => from.call('ecs', 'DescribeServices', { cluster: 'production', services: ['web'] });

    it('has its answer for who asks the same a moment later, and is sent again after a second', async () => {
      const shared = sharing();
      ecs.on(DescribeServicesCommand).resolves({ services: [] });
      await read(shared);
      await read(shared);
      expect(ecs.calls()).toHaveLength(1);
      await clock.sleep(1000);
      await read(shared);
      expect(ecs.calls()).toHaveLength(2);
    });

    it('is sent again after a deed: what was so before says nothing', async () => {
      const shared = sharing();
      ecs.on(DescribeServicesCommand).resolves({ services: [] }).on(RunTaskCommand).resolves({});
      await read(shared);
      await shared.call('ecs', 'RunTask', { taskDefinition: 'web:2' });
      await read(shared);
      expect(ecs.commandCalls(DescribeServicesCommand)).toHaveLength(2);
    });

    it('is sent again to see whether a deed without an answer was done', async () => {
      const shared = sharing();
      ecs.on(DescribeServicesCommand).resolves({ services: [] });
      ecs.on(RunTaskCommand).rejects(error('TimeoutError', 'socket timed out', 0));
      await read(shared);
      const carriedOut = async () => {
        await read(shared);
        return { $metadata: {} };
      };
      await shared.call('ecs', 'RunTask', { taskDefinition: 'web:2' }, { carriedOut });
      expect(ecs.commandCalls(DescribeServicesCommand)).toHaveLength(2);
    });

    it('is sent again after an error', async () => {
      const shared = sharing();
      ecs.on(DescribeServicesCommand).rejectsOnce(error('AccessDeniedException', 'no')).resolves({ services: [] });
      await expect(read(shared)).rejects.toThrow();
      await read(shared);
      expect(ecs.calls()).toHaveLength(2);
    });
  });
});
