import { second } from '../../src/model/duration.ts';
import type { Event, TimedEvent } from '../../src/model/event.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Report } from '../../src/model/report.ts';
import { fail, wait } from '../../src/model/verdict.ts';
import * as runs from './streams.ts';

/** Texts that would be something else in a page than text. */
export const hostile = [
  '</script><script>alert(1)</script>',
  '" onload="alert(1)" x="',
  "' onfocus='alert(1)' autofocus x='",
  'javascript:alert(1)',
  '<img src=x onerror=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<!-- <script>',
  '--> ]]> </style></title></textarea><iframe src="https://evil.example">',
  '\u2028alert(1)\u2029',
  '<base href="https://evil.example/"><link rel=stylesheet href=//evil.example><meta http-equiv=refresh content=0>',
  '&lt;b&gt;&#60;i&#62;',
  '\u001b[31mred\u001b[0m\u202e',
].join(' ');

const { report } = runs.rollbackFailed;

/** A run of every kind of event and evidence, with the text in each place that is not one of our own words. */
export function hostileReport(text: string): Report {
  const evidence = [
    ...(report.outcome.cause?.evidence ?? []),
    { kind: 'circuit-breaker' as const, state: 'ENABLED', failures: 1, threshold: 3 },
    { kind: 'service-event' as const, happened: runs.begin, message: 'm' },
    { kind: 'call' as const, operation: 'o', code: 'c', message: 'm', requestId: 'r' },
    {
      kind: 'log' as const,
      container: 'c',
      task: 't',
      stream: { region: 'us-west-2', group: 'g', name: 'n' },
      lines: ['one', 'two'],
      note: 'n',
    },
  ];
  const cause = { what: 'w', because: 'b', evidence, probably: 'p', next: 'n' };
  const outcome: Outcome = { ...report.outcome, cause };
  const more: readonly Event[] = [
    { kind: 'retry', operation: 'ecs:RunTask', because: 'b', after: second },
    { kind: 'call', operation: 'ecs:RunTask', took: 80, error: 'e' },
    { kind: 'notice', message: 'n' },
    { kind: 'warning', message: 'w' },
    { kind: 'service-event', happened: runs.begin, message: 'm' },
    { kind: 'fact', name: 'canary-task-arn', value: 'v' },
    { kind: 'verdict', gate: 'tasks-running', verdict: fail('b', { evidence, next: 'n' }) },
    { kind: 'waiting', since: second, left: second, verdicts: [{ gate: 'g', verdict: wait('b') }] },
    { kind: 'ended', outcome },
  ];
  const events = [...report.events, ...more.map((event, i) => ({ ...event, at: report.finishedAt + i * second }))];
  const drill = { title: 't', expected: ['succeeded'], outcome, took: 1, calls: 1, orphans: ['s'], complaints: ['c'] };
  const rehearsal = { results: [{ ...drill, unchanged: true }], policy: { Statement: [{ Action: 'a' }] } };
  const plan = report.plan && { ...report.plan, warnings: ['w'] };
  return poison({ ...report, outcome, events, rehearsal, plan }, text) as Report;
}

/** Words of ours by which a value is known for what it is. */
const ours = new Set(['kind', 'is', 'when', 'command', 'expected']);

function poison(value: unknown, text: string, name = ''): unknown {
  if (typeof value === 'string') return ours.has(name) ? value : `${value}${text}`;
  if (Array.isArray(value)) return value.map((item) => poison(item, text, name));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poison(item, text, key)]));
}

/** As long as the longest rollouts are: the same again and again. */
export function longReport(events: number): Report {
  const [planned, ...rest] = report.events;
  const all = Array.from({ length: events }, (_, i): TimedEvent => {
    const event = rest[i % rest.length] ?? rest[0];
    return { ...(event as TimedEvent), at: report.startedAt + i * 700 };
  });
  return { ...report, events: [...(planned === undefined ? [] : [planned]), ...all] };
}
