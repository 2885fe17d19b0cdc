import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAws } from '../../../src/aws/client/account.ts';
import { createService, deleteCreated, deleteService } from '../../../src/aws/handlers/service-creation.ts';
import {
  evaluateServiceEmpty,
  evaluateServiceGone,
  evaluateServiceScaled,
  restoreCount,
} from '../../../src/aws/handlers/service-removal.ts';
import { second } from '../../../src/model/duration.ts';
import { keyOfPlace } from '../../../src/model/run-state.ts';
import type { Undo } from '../../../src/model/undos.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { place, region, targetGroupArn } from '../../commands/stage.ts';
import { contextOf, stateWith } from './known.ts';

const ecs = mockClient(ECSClient);
const elb = mockClient(ElasticLoadBalancingV2Client);
const clock = new VirtualClock();
const { signal } = new AbortController();
const aws = createAws({ clients: { region }, clock, signal, random: () => 0.5, report: () => {} });
const ground = contextOf({ aws, clock, signal });
const later = (ms = 1000) => clock.sleep(ms);
beforeEach(async () => {
  ecs.reset();
  elb.reset();
  // Who asks the same a moment later gets the same answer: here nobody does.
  await later();
});

const revision = `arn:aws:ecs:${region}:123456789012:task-definition/web:2`;
const created = new Date(clock.now());
const service = (more: Partial<Service> = {}): Service => ({
  serviceName: 'web',
  status: 'ACTIVE',
  createdAt: created,
  desiredCount: 2,
  runningCount: 2,
  taskDefinition: revision,
  ...more,
});
const shows = (...services: readonly (Service | undefined)[]) => {
  const answers = services.map((one) => ({ services: one === undefined ? [] : [one], failures: [] }));
  const mock = ecs.on(DescribeServicesCommand);
  for (const answer of answers.slice(0, -1)) mock.resolvesOnce(answer);
  mock.resolves(answers.at(-1) ?? {});
};
const nothing = () => ({ state: stateWith() });
const error = (name: string, message: string, httpStatusCode = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
const lost = () => error('InternalFailure', 'Service Unavailable', 500);
const notIdempotent = () => error('InvalidParameterException', 'Creation of service was not idempotent.');

describe('whether a service is empty', () => {
  const target = { targetGroup: targetGroupArn(1), id: '10.0.1.4', port: 8080 };
  const gate = { kind: 'service-empty', place, targets: [target], drain: 300 * second } as const;
  const emptied = (startedAt: number) => ({
    state: stateWith({ services: { [keyOfPlace(place)]: { emptied: { id: '', startedAt, seenEvents: [] } } } }),
  });
  const isEmpty = async (since: number) => (await evaluateServiceEmpty(ground, gate, emptied(since))).verdict;
  const registered = (state: string | undefined) =>
    elb.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions:
        state === undefined
          ? []
          : [{ Target: { Id: '10.0.1.4', Port: 8080 }, TargetHealth: { State: state as never } }],
    });
  const gone = service({ desiredCount: 0, runningCount: 0, pendingCount: 0 });

  it('is not so while a target of it drains, although no task runs any more', async () => {
    shows(gone);
    registered('draining');
    expect(await isEmpty(clock.now())).toMatchObject({
      is: 'wait',
      because: 'its tasks have stopped; still in their target groups: 10.0.1.4:8080 (draining)',
    });
    registered(undefined);
    await later();
    expect(await isEmpty(clock.now())).toMatchObject({ is: 'pass' });
  });

  it('does not wait for ever for an address that somebody else has been given since', async () => {
    shows(gone);
    registered('healthy');
    expect((await isEmpty(clock.now())).is).toBe('wait');
    await later();
    expect((await isEmpty(clock.now() - 361 * second)).is).toBe('pass');
  });

  it('is not so while a task is pending', async () => {
    shows(service({ desiredCount: 0, runningCount: 0, pendingCount: 1 }));
    expect(await isEmpty(clock.now())).toMatchObject({
      is: 'wait',
      because: 'its tasks are stopping: 0 running, 1 pending',
    });
  });

  it('waits for an answer that can be from before, and fails when it has been scaled up again', async () => {
    shows(service());
    expect((await isEmpty(clock.now())).is).toBe('wait');
    await later();
    const verdict = await isEmpty(clock.now() - 31 * second);
    expect(verdict).toMatchObject({ is: 'fail', next: expect.stringMatching(/Application Auto Scaling/) });
  });

  it('is unknown while ECS does not show it', async () => {
    shows(undefined);
    expect((await isEmpty(clock.now())).is).toBe('wait');
  });
});

describe('whether a service is gone', () => {
  const gate = { kind: 'service-gone', place, whose: { at: created.getTime(), revision } } as const;
  let memory = {};
  beforeEach(() => {
    memory = {};
  });
  const isGone = async () => {
    const answer = await evaluateServiceGone(ground, gate, nothing(), memory);
    memory = answer.memory ?? {};
    return answer.verdict;
  };
  const older = service({ status: 'INACTIVE', createdAt: new Date(created.getTime() - 3600 * second) });

  it('is not told by an earlier one of its name, nor by one answer without it', async () => {
    shows(older, undefined, service());
    expect((await isGone()).is).toBe('wait');
    await later(5 * second);
    expect((await isGone()).is).toBe('wait');
    await later(6 * second);
    expect(await isGone()).toMatchObject({
      is: 'wait',
      because: expect.stringMatching(/ACTIVE/),
    });
  });

  it('is so when ECS does not show it for a while', async () => {
    shows(undefined);
    expect((await isGone()).is).toBe('wait');
    await later(11 * second);
    expect((await isGone()).is).toBe('pass');
  });

  it('is so when somebody else has created another one', async () => {
    shows(service({ createdAt: new Date(created.getTime() + 60 * second) }));
    expect(await isGone()).toMatchObject({
      is: 'pass',
      because: 'the service web that exists now was created elsewhere',
    });
  });

  it('waits as long as it is DRAINING', async () => {
    shows(service({ status: 'DRAINING', runningCount: 1 }));
    expect((await isGone()).because).toBe('service web is DRAINING, 1 of its tasks running');
  });
});

describe('whether a service has its tasks back', () => {
  const gate = { kind: 'service-scaled', place, running: 2 } as const;

  it.each([
    [service({ desiredCount: 0, runningCount: 2 }), 'wait'],
    [service({ desiredCount: 2, runningCount: 1 }), 'wait'],
    [service({ desiredCount: 2, runningCount: 2 }), 'pass'],
    [service({ desiredCount: 1, runningCount: 1 }), 'pass'],
    [service({ status: 'DRAINING' }), 'fail'],
    [undefined, 'wait'],
  ])('%#', async (shown, is) => {
    shows(shown);
    expect((await evaluateServiceScaled(ground, gate, nothing())).verdict.is).toBe(is);
  });
});

describe('the desired count before', () => {
  const undo = { kind: 'restore-count', place, count: 2 } as Extract<Undo, { kind: 'restore-count' }>;
  const asked = () => ecs.commandCalls(UpdateServiceCommand).map(({ args }) => args[0].input.desiredCount);

  it.each([
    ['nothing is left', service({ desiredCount: 0 }), [2]],
    // The answer can be from before the service was scaled to 0.
    ['the answer says that it is there', service({ desiredCount: 2 }), [2]],
    ['ECS does not show the service', undefined, [2]],
    ['somebody has set another one', service({ desiredCount: 5 }), []],
  ])('is asked for, or left to others, when %s', async (_, shown, counts) => {
    shows(shown);
    ecs.on(UpdateServiceCommand).resolves({});
    await restoreCount(aws, undo);
    expect(asked()).toEqual(counts);
  });

  it('cannot be brought back to a service that is deleted', async () => {
    shows(service({ status: 'DRAINING' }));
    await expect(restoreCount(aws, undo)).rejects.toThrow();
    expect(asked()).toEqual([]);
  });
});

describe('CreateService', () => {
  const act = { kind: 'create-service', place, service: {}, revision, token: 't', keep: false, goneWithin: 0 } as const;
  const create = () => createService(ground, act, revision);
  const fresh = () => service({ createdAt: new Date(clock.now()) });

  it('believes that it is ours when the answer was lost, and ECS shows it only later', async () => {
    ecs.on(CreateServiceCommand).rejectsOnce(lost()).rejects(notIdempotent());
    shows(undefined, undefined, undefined, undefined, fresh());
    expect((await create()).service.taskDefinition).toBe(revision);
  });

  it('does not believe that what AWS has refused at once is ours, even when it looks like ours', async () => {
    ecs.on(CreateServiceCommand).rejects(notIdempotent());
    shows(undefined, fresh());
    await expect(create()).rejects.toMatchObject({ kind: 'refused-call', conflict: true });
  });

  it('does not take a service for its own that was there long before', async () => {
    ecs.on(CreateServiceCommand).resolves({ service: service({ createdAt: new Date(clock.now() - 3600 * second) }) });
    shows(undefined);
    await expect(create()).rejects.toMatchObject({ kind: 'refused-call', conflict: true });
  });

  it('is not called when somebody else has been faster', async () => {
    shows(fresh());
    await expect(create()).rejects.toMatchObject({ conflict: true });
    expect(ecs.commandCalls(CreateServiceCommand)).toHaveLength(0);
  });

  it('leaves open what has come of it when it is never answered', async () => {
    ecs.on(CreateServiceCommand).rejects(lost());
    shows(undefined);
    await expect(create()).rejects.toMatchObject({ kind: 'unanswered-call' });
  });
});

describe('DeleteService of what this run has created', () => {
  const whose = { asked: created.getTime(), revision };
  const undo = (more: object = {}) =>
    ({ kind: 'delete-service', place, whose, ...more }) as Extract<Undo, { kind: 'delete-service' }>;
  const sleep = (ms: number) => clock.sleep(ms);
  const deleted = () => ecs.commandCalls(DeleteServiceCommand).map(({ args }) => args[0].input);
  beforeEach(() => {
    ecs.on(DeleteServiceCommand).resolves({});
  });

  it('is asked for when ECS shows it late, or one before it', async () => {
    shows(undefined, service({ status: 'INACTIVE', createdAt: new Date(0) }), service());
    await deleteCreated(aws, undo(), sleep);
    expect(deleted()).toEqual([{ cluster: 'production', service: 'web', force: true }]);
  });

  it.each([
    ['is older', service({ createdAt: new Date(created.getTime() - 61 * second) })],
    ['is being deleted', service({ status: 'DRAINING' })],
    ['is nowhere', undefined],
  ])('is not asked for when it %s', async (_, shown) => {
    shows(shown);
    await deleteCreated(aws, undo(), sleep);
    expect(deleted()).toEqual([]);
  });

  it.each([
    ['runs something else', service({ taskDefinition: `${revision}1` })],
    ['runs something else by now', service({ deployments: [{ status: 'PRIMARY', taskDefinition: `${revision}1` }] })],
  ])('is superseded when it %s', async (_, shown) => {
    shows(shown);
    await expect(deleteCreated(aws, undo(), sleep)).rejects.toMatchObject({ kind: 'superseded' });
    expect(deleted()).toEqual([]);
  });

  it('is not asked for when it is to stay', async () => {
    shows(service());
    await expect(deleteCreated(aws, undo({ unless: 'keep is true' }), sleep)).rejects.toMatchObject({
      because: 'keep is true',
    });
    expect(deleted()).toEqual([]);
  });

  it('is no error when somebody else was faster', async () => {
    ecs.on(DeleteServiceCommand).rejects(error('ServiceNotFoundException', 'Service not found.'));
    await deleteService(aws, place, true);
    ecs.on(DeleteServiceCommand).rejects(error('InvalidParameterException', 'The service cannot be stopped.'));
    await expect(deleteService(aws, place, false)).rejects.toMatchObject({ kind: 'refused-call' });
  });
});
