import type { Container, Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { evaluateTaskBegun, evaluateTaskFinished } from '../../../src/aws/handlers/one-off.ts';
import { second } from '../../../src/model/duration.ts';
import { learn } from '../../../src/model/run-state.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { canary, contextOf, stateWith } from './known.ts';

const arn = 'arn:aws:ecs:us-west-2:123456789012:task/production/1';
const running = (...names: readonly string[]): readonly Container[] =>
  names.map((name) => ({ name, lastStatus: 'RUNNING' }));
const ended = (name: string, exitCode?: number, reason?: string): Container => ({
  name,
  lastStatus: 'STOPPED',
  ...(exitCode === undefined ? {} : { exitCode }),
  ...(reason === undefined ? {} : { reason }),
});
const essentialExited = {
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
} as const;

const at = (lastStatus: string, containers: readonly Container[], more: Partial<Task> = {}): Task => ({
  taskArn: arn,
  lastStatus,
  desiredStatus: /^(RUNNING|PENDING|PROVISIONING)$/.test(lastStatus) ? 'RUNNING' : 'STOPPED',
  containers: [...containers],
  ...more,
});
const stopped = (...containers: readonly Container[]): Task => at('STOPPED', containers, essentialExited);

/** The answers to one look after the other at a task that DescribeTasks shows like this; nothing: it does not know it. */
async function answers(
  tasks: readonly (Task | undefined)[],
  { essential = ['main', 'proxy'], begun = false } = {},
): Promise<readonly Verdict[]> {
  const clock = new VirtualClock();
  let shown: Task | undefined;
  const call = async (_: string, operation: string) =>
    operation === 'DescribeTasks'
      ? { tasks: shown === undefined ? [] : [shown] }
      : { taskDefinition: { containerDefinitions: [] } };
  const ground = contextOf({ aws: { region: 'us-west-2', call } as unknown as Aws, clock });
  const oneOff = { container: 'main', essential, outlived: [] };
  const task = { ...canary, arn, startedAt: clock.now() - 60 * second, revision: 'web:1', oneOff };
  let state = stateWith({ tasks: { migrate: task } }, { about: 'migrate' });
  let memory = {};
  const verdicts: Verdict[] = [];
  for (const task of tasks) {
    shown = task;
    const evaluate = begun ? evaluateTaskBegun : evaluateTaskFinished;
    const answer = await evaluate(ground, { of: 'migrate' }, { state }, memory);
    verdicts.push(answer.verdict);
    // What is remembered is plain JSON.
    memory = JSON.parse(JSON.stringify(answer.memory ?? {}));
    state = JSON.parse(JSON.stringify({ ...state, learned: learn(state.learned, answer.learned ?? {}) }));
    await clock.sleep(5 * second);
  }
  return verdicts;
}

const last = async (tasks: readonly (Task | undefined)[], more = {}): Promise<Verdict | undefined> =>
  (await answers(tasks, more)).at(-1);
const up = at('RUNNING', running('main', 'proxy'));

describe('whether a one-off task has ended, and well', () => {
  it.each<readonly [string, readonly Task[], Verdict['is'], RegExp]>([
    [
      'its container ended with 0',
      [up, stopped(ended('main', 0), ended('proxy', 143))],
      'pass',
      /^migrate ended with exit code 0$/,
    ],
    ['another was killed at the end', [up, stopped(ended('main', 0), ended('proxy', 137))], 'pass', /exit code 0/],
    [
      'its container ended with 3',
      [up, stopped(ended('main', 3), ended('proxy', 143))],
      'fail',
      /^migrate ended with exit code 3$/,
    ],
    [
      'another failed, nobody knows when',
      [up, stopped(ended('main', 0), ended('proxy', 1))],
      'fail',
      /exit code 0; container proxy ended with exit code 1$/,
    ],
    [
      'another took too much memory',
      [up, stopped(ended('main', 0), ended('proxy', 137, 'OutOfMemoryError: killed'))],
      'fail',
      /proxy ended with exit code 137 \(OutOfMemoryError: killed\)/,
    ],
    [
      'another failed when it was over',
      [
        at('DEACTIVATING', [ended('main', 0), ...running('proxy')], essentialExited),
        stopped(ended('main', 0), ended('proxy', 1)),
      ],
      'pass',
      /exit code 0/,
    ],
    [
      'another failed before, and it was asked to stop',
      [
        at('DEACTIVATING', [...running('main'), ended('proxy', 0)], essentialExited),
        stopped(ended('main', 0), ended('proxy', 0)),
      ],
      'fail',
      /exit code 0; container proxy ended with exit code 0 before$/,
    ],
    [
      'somebody stopped it',
      [
        up,
        at('STOPPED', [ended('main', 0), ended('proxy', 0)], { stopCode: 'UserInitiated', stoppedReason: 'by hand' }),
      ],
      'fail',
      /exit code 0; UserInitiated: by hand$/,
    ],
    [
      'Spot took it back',
      [up, at('STOPPED', [ended('main', 143), ended('proxy', 143)], { stopCode: 'SpotInterruption' })],
      'fail',
      /exit code 143; SpotInterruption$/,
    ],
    [
      'there is no exit code',
      [up, stopped(ended('main'), ended('proxy', 1))],
      'fail',
      /ended without an exit code: Essential container in task exited; container proxy: exit code 1/,
    ],
    [
      'the exit code is late',
      [at('DEPROVISIONING', [ended('main'), ended('proxy')], essentialExited)],
      'wait',
      /has not ended \(DEPROVISIONING\)/,
    ],
    ['it goes on', [up], 'wait', /has not ended \(RUNNING\)/],
    [
      'other containers are not done',
      [at('STOPPING', [ended('main', 0), ...running('proxy')], essentialExited)],
      'wait',
      /STOPPING/,
    ],
    [
      'it is over, and the others go on',
      [at('RUNNING', [ended('main', 4), ...running('proxy')])],
      'fail',
      /exit code 4$/,
    ],
  ])('%s', async (_, tasks, is, because) => {
    const verdict = await last(tasks);
    expect(verdict?.is).toBe(is);
    expect(verdict?.because).toMatch(because);
  });

  it('has only containers that are essential as judges', async () => {
    const essential = ['main'];
    expect(await last([up, stopped(ended('main', 0), ended('proxy', 1))], { essential })).toMatchObject({ is: 'pass' });
    const early = at('RUNNING', [...running('main'), ended('proxy', 0)]);
    expect(await last([early, stopped(ended('main', 0), ended('proxy', 0))], { essential })).toMatchObject({
      is: 'pass',
    });
  });

  it('is judged once, whatever is seen later', async () => {
    const [, first, again] = await answers([up, stopped(ended('main', 3)), undefined]);
    expect(again).toStrictEqual(first);
  });

  it('fails when ECS has forgotten it, and not at the first answer that lacks it', async () => {
    const seen = await answers([up, undefined, up, undefined, undefined, undefined]);
    expect(seen.map(({ is }) => is)).toEqual(['wait', 'wait', 'wait', 'wait', 'wait', 'fail']);
  });
});

describe('whether a one-off task has begun', () => {
  it.each<readonly [string, Task, Verdict['is'], RegExp]>([
    ['it is RUNNING', up, 'pass', /migrate is RUNNING/],
    ['it is over already', stopped(ended('main', 3)), 'pass', /migrate has run/],
    ['it waits for its image', at('PENDING', []), 'wait', /migrate is PENDING/],
    [
      'there is no image',
      at('DEPROVISIONING', [ended('main', undefined, 'CannotPull')], {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'no image',
      }),
      'fail',
      /could not be started: no image; container main: CannotPull/,
    ],
    [
      'it is stopping, and its exit code may come',
      at('DEACTIVATING', running('main'), essentialExited),
      'wait',
      /DEACTIVATING/,
    ],
    [
      'another container ended, and its own never ran',
      stopped(ended('main'), ended('proxy', 1)),
      'fail',
      /container proxy: exit code 1/,
    ],
  ])('%s', async (_, task, is, because) => {
    const verdict = await last([task], { begun: true });
    expect(verdict?.is).toBe(is);
    expect(verdict?.because).toMatch(because);
  });
});
