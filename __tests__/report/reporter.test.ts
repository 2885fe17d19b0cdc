import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Plan } from '../../src/model/plan.ts';
import { createReporter } from '../../src/report/reporter.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { place } from '../engine/world.ts';

const outcome: Outcome = { is: 'rejected', serviceIntact: true, leftovers: [] };
const planOf = (...titles: readonly string[]): Plan => ({
  title: 'a plan',
  notes: [],
  changes: [],
  steps: titles.map((title) => ({ kind: 'retire', title })),
});
const step = (index: number, is: 'begun' | 'done' | 'failed' | 'stopped'): Event => ({ kind: 'step', index, is });

/** Tells the events a second apart, from the moment 1000 on, and reads the report ten seconds after the last. */
async function reportOf(...events: readonly Event[]) {
  const clock = new VirtualClock(0);
  const rendered: Event[] = [];
  const reporter = createReporter({ command: 'rollout', place }, clock, (event) => rendered.push(event));
  for (const event of events) {
    await clock.sleep(1000);
    reporter.report(event);
  }
  await clock.sleep(10_000);
  return { report: reporter.read(outcome), rendered };
}

describe('a report', () => {
  it('says what was asked, how it ended and when, and keeps every event with its time', async () => {
    const events: Event[] = [
      { kind: 'notice', message: 'hello' },
      { kind: 'warning', message: 'careful' },
    ];
    const { report, rendered } = await reportOf(...events);
    const timed = events.map((event, i) => ({ ...event, at: 1000 * (i + 1) }));
    expect(report).toStrictEqual({
      schema: 2,
      command: 'rollout',
      place,
      startedAt: 0,
      finishedAt: 12_000,
      outcome,
      facts: {},
      phases: [],
      calls: {},
      events: timed,
    });
    expect(rendered).toEqual(timed);
  });

  it('has the facts by their names, the last word on each', async () => {
    const { report } = await reportOf(
      { kind: 'fact', name: 'canary-task-arn', value: 'task/1' },
      { kind: 'notice', message: 'x' },
      { kind: 'fact', name: 'deployment-id', value: 'ecs-svc/1' },
      { kind: 'fact', name: 'canary-task-arn', value: 'task/2' },
    );
    expect(report.facts).toStrictEqual({ 'canary-task-arn': 'task/2', 'deployment-id': 'ecs-svc/1' });
  });

  it('counts the calls by their operations', async () => {
    const call = (operation: string): Event => ({ kind: 'call', operation, took: 1 });
    const { report } = await reportOf(call('ecs:RunTask'), call('ecs:StopTask'), step(0, 'begun'), call('ecs:RunTask'));
    expect(report.calls).toEqual({ 'ecs:RunTask': 2, 'ecs:StopTask': 1 });
  });

  it('tells of each step how it went and how long it took', async () => {
    const plan = planOf('good', 'bad', 'under way', 'later');
    const { report } = await reportOf(
      { kind: 'planned', plan },
      step(0, 'begun'),
      step(1, 'begun'),
      step(0, 'done'),
      step(2, 'begun'),
      step(1, 'failed'),
    );
    expect(report.plan).toEqual(plan);
    expect(report.phases).toEqual([
      { title: 'good', kind: 'retire', is: 'done', startedAt: 2000, took: 2000 },
      { title: 'bad', kind: 'retire', is: 'failed', startedAt: 3000, took: 3000 },
      { title: 'under way', kind: 'retire', is: 'begun', startedAt: 5000 },
      { title: 'later', kind: 'retire', is: 'not-begun' },
    ]);
  });

  it('tells the steps of the last plan, where waiting for others came before it', async () => {
    const { report } = await reportOf(
      { kind: 'planned', plan: planOf('wait') },
      step(0, 'begun'),
      step(0, 'done'),
      { kind: 'planned', plan: planOf('roll out', 'later') },
      step(0, 'begun'),
      step(0, 'stopped'),
    );
    expect(report.plan?.steps.map(({ title }) => title)).toEqual(['roll out', 'later']);
    expect(report.phases).toEqual([
      { title: 'roll out', kind: 'retire', is: 'stopped', startedAt: 5000, took: 1000 },
      { title: 'later', kind: 'retire', is: 'not-begun' },
    ]);
  });
});

describe('a renderer that throws', () => {
  it('is told about once, and nothing is lost of the report', () => {
    const rendered: Event[] = [];
    const reporter = createReporter({ command: 'rollout' }, new VirtualClock(0), (event) => {
      rendered.push(event);
      throw new Error('disk full');
    });
    reporter.report({ kind: 'notice', message: 'one' });
    reporter.report({ kind: 'notice', message: 'two' });
    const warning = { kind: 'warning', message: 'the log is not complete: disk full' };
    const all = [{ kind: 'notice', message: 'one' }, warning, { kind: 'notice', message: 'two' }];
    expect(rendered).toMatchObject(all);
    expect(reporter.read(outcome).events).toMatchObject(all);
  });
});

describe('what containers have written', () => {
  const written = (from: number, count: number): Event => ({
    kind: 'container-log',
    container: 'web',
    lines: Array.from({ length: count }, (_, i) => `line ${from + i} ${'x'.repeat(90)}`),
  });

  it('is rendered whole, and kept only as far as anybody reads: the report says how much is not there', async () => {
    const events = Array.from({ length: 50 }, (_, i) => written(i * 100, 100));
    const { report, rendered } = await reportOf({ kind: 'notice', message: 'first' }, ...events);
    expect(rendered.flatMap((event) => (event.kind === 'container-log' ? event.lines : []))).toHaveLength(5000);
    const kept = report.events.flatMap((event) => (event.kind === 'container-log' ? event.lines : []));
    expect(kept.length + (report.logLinesLeftOut ?? 0)).toBe(5000);
    expect(kept.join().length).toBeLessThan(256 * 1024);
    expect(kept.length).toBeGreaterThan(2000);
    expect(kept.at(-1)).toMatch(/^line 4999 /);
    expect(report.events[0]).toMatchObject({ message: 'first' });
  });

  it('is all there when it is little', async () => {
    const { report } = await reportOf(written(0, 10));
    expect(report).not.toHaveProperty('logLinesLeftOut');
  });
});
