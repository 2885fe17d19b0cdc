import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import type { BeforePromote, RolloutRequest } from '../../../src/model/request.ts';
import { workspace } from '../../deploy-context/workspace.ts';
import { awslogs, orphans, type Run, type Stage, serviceIn, shop, stage } from '../stage.ts';

const task = (word: string, more: Partial<BeforePromote> = {}): BeforePromote => ({
  name: 'migrate',
  command: ['sh', '-c', word],
  environment: [],
  timeout: 15 * minute,
  written: { where: 'deploy/rollout.yml: before-promote[0].container' },
  ...more,
});
const asking = (...tasks: readonly BeforePromote[]): Partial<RolloutRequest> => ({ beforePromote: tasks });
const open = (): Stage => stage(shop('fargate', 1, { log: awslogs() }));

const indexOf = ({ report }: Run, kind: string): number =>
  report.plan?.steps.findIndex((step) => step.kind === kind) ?? -1;
const told = ({ report }: Run): readonly string[] =>
  report.events.flatMap((event) => (event.kind === 'container-log' ? event.lines : []));

describe('one-off tasks before the service is updated', () => {
  it('run with the new revision when the canary is good, and then the service is updated', async () => {
    const here = open();
    let old = true;
    const run = await here.rollout(asking(task('works-20'), task('exit 0', { name: 'smoke' })), (event) => {
      if (event.kind === 'task-ended') old &&= here.after().services['production/web']?.taskDefinition === 'web:1';
      return false;
    });
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(old).toBe(true);
    expect(told(run)).toContain('15 of 20 s done');
    expect(run.report.events.flatMap((event) => (event.kind === 'task-ended' ? event.name : []))).toEqual([
      'migrate',
      'smoke',
    ]);
    expect(indexOf(run, 'run-task')).toBeGreaterThan(indexOf(run, 'register-targets'));
    expect(indexOf(run, 'run-task')).toBeLessThan(indexOf(run, 'promote'));
    const started = here.account.calls.filter(({ operation }) => operation === 'RunTask').map(({ input }) => input);
    expect(started.map(({ taskDefinition }) => String(taskDefinition).split('/').at(-1))).toEqual([
      'web:2',
      'web:2',
      'web:2',
    ]);
    expect(new Set(started.map(({ clientToken }) => clientToken)).size).toBe(3);
    expect(run.report.facts).not.toHaveProperty('exit-code');
    expect(orphans(here.after())).toEqual([]);
  });

  it.each([
    ['ends with another exit code', task('exit 3'), 'migrate ended with exit code 3'],
    ['does not end in time', task('works-900', { timeout: minute }), 'not within 1m: migrate has not ended (RUNNING)'],
  ])(
    'reject the rollout when one %s: the service is never touched, and the canary put away',
    async (_, bad, because) => {
      const here = open();
      const run = await here.rollout(asking(bad, task('exit 0', { name: 'smoke' })));
      expect(run.outcome).toMatchObject({
        is: 'rejected',
        serviceIntact: true,
        leftovers: [],
        cause: { because, task: 'migrate' },
      });
      expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
      expect(orphans(here.after())).toEqual([]);
      expect(told(run)).not.toEqual([]);
      // What comes after it has not begun.
      expect(here.account.calls.filter(({ operation }) => operation === 'RunTask')).toHaveLength(2);
    },
  );

  it('are not begun when the canary is not good', async () => {
    const here = stage(shop('fargate', 1, { tag: 'http-500' }));
    const { outcome } = await here.rollout(asking(task('exit 0')));
    expect(outcome.is).toBe('rejected');
    expect(here.account.calls.filter(({ operation }) => operation === 'RunTask')).toHaveLength(1);
  });

  it('end with the canary when that becomes sick meanwhile', async () => {
    const here = stage(shop('fargate', 1, { tag: 'sick-later' }));
    const { outcome } = await here.rollout(asking(task('works-600')));
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/500/);
    expect(orphans(here.after())).toEqual([]);
  });

  it('end when an alarm rings meanwhile', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({ ...seed, alarms: [{ name: 'errors', state: 'OK' }] }));
    const { outcome } = await here.rollout({ ...asking(task('works-600')), alarms: ['errors'] }, (event) => {
      if (event.kind === 'container-log') here.account.setAlarm('errors', 'ALARM');
      return false;
    });
    expect(outcome.cause?.because).toContain('alarm errors is in ALARM');
    expect(orphans(here.after())).toEqual([]);
  });

  it('run before a rolling update as well, without a canary', async () => {
    const here = open();
    const good = await here.rollout({ ...asking(task('exit 0')), strategy: 'rolling' });
    expect(good.outcome.is).toBe('succeeded');
    expect(indexOf(good, 'run-task')).toBeLessThan(indexOf(good, 'promote'));
    const bad = open();
    const { outcome } = await bad.rollout({ ...asking(task('exit 3')), strategy: 'rolling' });
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    expect(serviceIn(bad.after())).toEqual(serviceIn(bad.before));
  });

  it('run where the tasks of the service run, on EC2 beside a canary on a chosen instance', async () => {
    const here = stage(shop('ec2-bridge', 1, { log: awslogs() }));
    const { outcome } = await here.rollout({ ...asking(task('exit 0')), canaryInstance: 'i-11111111111111111' });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    const [run] = here.account.calls.filter(({ operation }) => operation === 'RunTask');
    expect(run?.input).toMatchObject({ launchType: 'EC2' });
  });

  it('are stopped by post when the job is cancelled, and so is the canary', async () => {
    const here = open();
    const run = await here.rollout(asking(task('works-900')), (event) => event.kind === 'container-log');
    expect(run.outcome).toMatchObject({ is: 'cancelled', serviceIntact: true });
    await here.post(run);
    await here.clock.sleep(5 * minute);
    expect(orphans(here.after())).toEqual([]);
  });

  it('are not for a rollback, nor for what the service runs already', async () => {
    const here = stage(shop('fargate', 1, { tag: 'stable' }));
    const { outcome } = await here.rollout(asking(task('exit 3')));
    expect(outcome.is).toBe('succeeded');
    expect(here.account.calls.some(({ operation }) => operation === 'RunTask')).toBe(false);
  });

  it('are refused before anything is done when their container is not in the revision that is there', async () => {
    const here = stage(shop('fargate', 1), (seed) => ({
      ...seed,
      taskDefinitions: [...(seed.taskDefinitions ?? []), { ...shop().definition, revision: 7 }],
    }));
    const revision = { kind: 'existing', name: 'web:7' } as const;
    const { outcome } = await here.rollout({ revision, ...asking(task('exit 0', { container: 'wbe' })) });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain(
      'deploy/rollout.yml: before-promote[0].container: wbe is not a container of the task definition; did you mean web?',
    );
    expect(here.after()).toEqual(here.before);
  });

  it('leave nothing, whenever the process is killed', { timeout: 120_000 }, async () => {
    const quick = () => stage(shop('fargate', 0, { log: awslogs() }), undefined, 'direct');
    const whole = quick();
    await whole.rollout(asking(task('exit 0')));
    const points = whole.account.calls.length;
    const wrong: string[] = [];
    for (let point = 8; point <= points; point++) {
      for (const fault of ['lost-before', 'lost-after'] as const) {
        const here = quick();
        here.account.inject({ nth: point, fault });
        const run = await here.rollout(
          asking(task('exit 0')),
          (event) => event.kind === 'call' && here.account.calls.length >= point,
        );
        await here.post(run);
        await here.clock.sleep(40 * minute);
        const service = here.after().services['production/web']?.taskDefinition;
        const said = `call ${point} (${here.account.calls[point - 1]?.operation}) ${fault}: ${run.outcome.is}`;
        if (orphans(here.after()).length > 0) wrong.push(`${said}: ${orphans(here.after()).join()}`);
        if ((run.outcome.is === 'succeeded') !== (service === 'web:2')) wrong.push(`${said}: ${service}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a rehearsal of a context with before-promote', { timeout: 60_000 }, () => {
  it.each(['canary-task', 'rolling'])('has drills for it, which end as they should: %s', async (strategy) => {
    const { service, definition } = shop('fargate', 1);
    const root = await workspace({
      'deploy/service.json': JSON.stringify(service),
      'deploy/task-definition.json': JSON.stringify(definition),
      // A word that means something in the simulated account must not decide what a command of somebody's own does there.
      'deploy/rollout.yml': 'before-promote:\n  - run-command: [wait-for, --timeout, timeout]\n  - {}\n',
    });
    const env = {
      INPUT_COMMAND: 'rehearse',
      INPUT_STRATEGY: strategy,
      'INPUT_DEPLOY-CONTEXT': 'deploy',
      GITHUB_WORKSPACE: root,
      RUNNER_TEMP: root,
    };
    const index = join(import.meta.dirname, '../../../src/index.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [index], { cwd: root, env });
    expect(stdout).toMatch(/^a before-promote task fails +rejected +as before/m);
    expect(stdout).toMatch(/^the job is cancelled while a before-promote task runs +cancelled +as before/m);
    expect(stdout.trimEnd().split('\n').at(-2)).toMatch(/^Rehearsal passed: (\d+) of \1 drills\./);
  });
});
