import { describe, expect, it } from 'vitest';
import { plainLines } from '../../../src/github/runner.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { Outcome, OutcomeName } from '../../../src/model/outcome.ts';
import type { Annotation } from '../../../src/model/output.ts';
import { wait } from '../../../src/model/verdict.ts';
import { createLog } from '../../../src/report/log/log.ts';
import * as runs from '../streams.ts';

interface Written {
  /** Lines with the title of the group that they are in, or '' outside. */
  readonly lines: readonly { readonly group: string; readonly text: string }[];
  readonly groups: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly debug: readonly string[];
  /** What can be read when all groups are closed. */
  readonly open: string;
}

function write(events: readonly TimedEvent[], options: { readonly colours?: boolean; readonly debug?: boolean } = {}) {
  const lines: { group: string; text: string }[] = [];
  const groups: string[] = [];
  const annotations: Annotation[] = [];
  const debug: string[] = [];
  let group = '';
  const output = {
    print: (text: string) => lines.push({ group, text }),
    startGroup: (title: string) => {
      expect(group, 'GitHub knows no group in a group').toBe('');
      group = title;
      groups.push(title);
    },
    endGroup: () => {
      group = '';
    },
    debug: (text: string) => debug.push(text),
    annotate: (annotation: Annotation) => annotations.push(annotation),
  };
  const log = createLog({ about: { command: 'rollout', service: 'web' }, output, debug: false, ...options });
  for (const event of events) log(event);
  const open = lines.filter((line) => line.group === '').map(({ text }) => text);
  return { lines, groups, annotations, debug, open: open.join('\n') } satisfies Written;
}

const all = Object.entries({
  rejected: runs.rejected,
  succeeded: runs.succeeded,
  rolledBack: runs.rolledBack,
  rollbackFailed: runs.rollbackFailed,
  refusedCall: runs.refusedCall,
  planned: runs.planned,
  cancelled: runs.cancelled,
});

describe('the log of any run', () => {
  it.each(all)('leaves no group open: %s', (_, { events }) => {
    expect(write(events).lines.at(-1)?.group).toBe('');
  });

  it.each(all)('has one error when the job is red and none when it is green: %s', (_, { events, report }) => {
    const errors = write(events).annotations.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(['succeeded', 'planned'].includes(report.outcome.is) ? 0 : 1);
  });

  it.each(all)('says no line twice, whatever the time: %s', (_, { events }) => {
    // That something took as long as something else is news of another step.
    const said = write(events).lines.filter(({ text }) => !/(done|passed) in/.test(text));
    const texts = said.map(({ text }) => text.replace(/^\+\S+( \S+s)? +/, ''));
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });

  it.each(all)('says the same without colours: %s', (_, { events }) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
    const bare = write(events, { colours: true }).lines.map(({ text }) => text.replaceAll(/\u001b\[\d+m/g, ''));
    expect(bare).toEqual(write(events).lines.map(({ text }) => text));
  });
});

describe('the log of a rejected canary', () => {
  const log = write(runs.rejected.events);

  it('has a group for each step, and one for what is put back', () => {
    expect(log.groups).toEqual([
      '1/11 register the new revision of web',
      '2/11 start one canary task beside the service',
      '3/11 wait until the canary runs (at most 15m)',
      'Undo',
    ]);
  });

  it('says outside every group why it failed and what was seen of it', () => {
    expect(log.open).toMatch(/FAILED after 35s: Canary running: the canary stopped: CannotPullContainerError/);
    expect(log.open).toMatch(/task 0f1e2d3c4b5a69788796a5b4c3d2e1f0 +STOPPED, TaskFailedToStart/);
    expect(log.open).toMatch(/container app +STOPPED \(image .*web:no-pull\)/);
    expect(log.open).toMatch(/Undone:\n +verified +stop the canary task/);
  });

  it('says the reason once in the lines, however often AWS has said it', () => {
    expect(log.lines.filter(({ text }) => text.includes('CannotPullContainerError'))).toHaveLength(1);
  });

  it('ends with an error that can stand alone', () => {
    const [error] = log.annotations;
    expect(error?.title).toBe('ECS rollout rejected: web');
    expect(error?.message).toMatch(
      /^Rejected: the canary stopped: CannotPullContainerError: .*\. The service was not changed\.\n\nFailed at step 3 of 11: the canary did not start\n/,
    );
    expect(error?.message).toMatch(/^Why: the canary stopped: CannotPullContainerError/m);
    expect(error?.message).toMatch(/^Next: The image or its tag does not exist/m);
  });
});

describe('the log of a success', () => {
  const log = write(runs.succeeded.events);

  it('tells of every step outside the groups how it went', () => {
    expect(log.open.match(/(done|passed) in|held for/g)).toHaveLength(10);
  });

  it('has a group for every step, and says outside of it that the clean-up has begun', () => {
    const titles = (runs.succeeded.report.plan?.steps ?? []).map(({ title }, index) => `${index + 1}/11 ${title}`);
    expect(titles).toHaveLength(11);
    for (const title of titles) expect(log.groups).toContainEqual(expect.stringContaining(title));
    expect(log.open).toMatch(/^\+\S.* begun and continues below$/m);
    expect(log.open).not.toMatch(/\d\/11 /);
  });

  it('goes on with the check while the canary is retired beside it', () => {
    const during = log.lines.filter(({ group }) => group.startsWith('11/11')).map(({ text }) => text);
    expect(during.some((text) => /Service stable .*waits: IN_PROGRESS/.test(text))).toBe(true);
    expect(during.some((text) => /clean-up .*stop the canary task: done/.test(text))).toBe(true);
  });

  it('tells of a retry once with its reason', () => {
    const retries = log.lines.filter(({ text }) => /retry/.test(text));
    expect(retries).toHaveLength(1);
    expect(retries[0]?.text).toMatch(/elbv2:DescribeTargetHealth .*Rate exceeded/);
  });

  it('says when the next answer is due where that is some time', () => {
    expect(log.lines.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/Target healthy +waits: 10\.0\.1\.5:9090 in tg-api is initial .*, next answer in 30s/),
    );
  });

  it('begins every line of a step with the time since the start, always as wide', () => {
    const inside = log.lines.filter(({ group }) => group !== '').map(({ text }) => text);
    expect(inside.length).toBeGreaterThan(15);
    for (const text of inside) expect(text).toMatch(/^(?=.{10}\S)\+(\d+[hms]( \d\d[ms])?) +\S/);
  });

  it('leaves the name of the service out of its events', () => {
    expect(log.lines.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/ecs event +has reached a steady state/),
    );
  });

  it('ends with one line', () => {
    expect(log.lines.at(-1)?.text).toMatch(/^Succeeded: .*web.* runs the new revision, and it is stable\.$/);
    expect(log.annotations).toEqual([]);
  });

  it('warns of what is left over', () => {
    const leftovers = [{ what: 'stop the canary task', because: 'denied', byHand: 'aws ecs stop-task …' }];
    const { annotations, open } = write([
      { kind: 'ended', at: 0, outcome: { is: 'succeeded', serviceIntact: false, leftovers } },
    ]);
    expect(annotations).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('aws ecs') }),
    ]);
    expect(open).toMatch(/Left over.*\n {2}stop the canary task: denied\n {4}aws ecs stop-task …/);
  });
});

describe('the log of a rollback', () => {
  it('shows what was seen of service, tasks, targets and alarms', () => {
    const { open } = write(runs.rolledBack.events);
    expect(open).toMatch(/deployment ecs-svc\/7316429508154263789 +FAILED, web:42, 0 of 2 running, 3 failed/);
    expect(open).toMatch(/container app +exit code 137, UNHEALTHY, STOPPED: OutOfMemoryError/);
    expect(open).toMatch(/target 10\.0\.2\.9:8080 +unhealthy in tg-web: Target\.ResponseCodeMismatch/);
    expect(open).toMatch(/alarm web-5xx +ALARM: Threshold Crossed/);
    expect(open).toMatch(/verified +roll web back to web:41/);
  });

  it('names what is left over with the command that puts it back', () => {
    const { open, annotations } = write(runs.rollbackFailed.events);
    expect(open).toMatch(/roll web back to web:41: .*not within 15m.*\n {4}aws ecs update-service .*web:41$/m);
    expect(open).not.toMatch(/(verified|requested) +roll web back/);
    expect(annotations.at(-1)?.message).toMatch(/Left over: roll web back .*by hand: aws ecs update-service/);
    expect(annotations.at(-1)?.message).toMatch(/Next: Undo by hand/);
  });
});

describe('the log of other ends', () => {
  it('shows the call that was refused with its request id', () => {
    const { open } = write(runs.refusedCall.events);
    expect(open).toMatch(/FAILED after 0\.4s: ecs:RunTask/);
    expect(open).toMatch(/call ecs:RunTask +AccessDeniedException.*request id 7d1c6f0a/);
  });

  it('lists the plan of a dry run with the most that each step may take', () => {
    const { open } = write(runs.planned.events);
    expect(open).toMatch(/^ +3 {2}wait until the canary runs \(at most 15m\)$/m);
    expect(open).toMatch(/^ +7 {2}watch the canary under traffic \(for 2m\)$/m);
    expect(open).toMatch(/note: The canary meets the traffic/);
    expect(open).toMatch(/Nothing was changed\.$/);
  });

  it('sends the reader of a cancelled job to the post step', () => {
    const { open, annotations } = write(runs.cancelled.events);
    expect(open).toMatch(/stopped after 20s$/m);
    expect(annotations[0]?.message).toMatch(/had not been touched.*\n[\s\S]*Next: The post step of this job/);
  });

  const outcomes: readonly OutcomeName[] = [
    'rejected',
    'rolled-back',
    'rollback-failed',
    'superseded',
    'cancelled',
    'failed',
  ];
  it.each(outcomes)('keeps the next step of %s within what GitHub shows of an annotation', (is) => {
    const long = 'reason '.repeat(2000);
    const leftovers = Array.from({ length: 50 }, () => ({ what: 'a thing', because: long, byHand: 'aws …' }));
    const cause = { what: 'a step', because: long, evidence: [], next: '' };
    const outcome: Outcome = { is, serviceIntact: false, cause, leftovers };
    const [error] = write([{ kind: 'ended', at: 0, outcome }]).annotations;
    expect(error?.message.slice(0, 4000)).toMatch(/\nNext: \S+/);
  });
});

describe('the log of single events', () => {
  const one = (event: TimedEvent) => write([event]);

  it('warns by an annotation, and tells notices by one', () => {
    expect(one({ kind: 'warning', at: 0, message: 'tags cannot be read' }).annotations).toEqual([
      { level: 'warning', title: 'ECS rollout of web', message: 'tags cannot be read' },
    ]);
    expect(one({ kind: 'notice', at: 0, message: 'identical revision' }).annotations[0]?.level).toBe('notice');
  });

  it('tells of calls only in the debug log', () => {
    const event: TimedEvent = { kind: 'call', at: 0, operation: 'ecs:RunTask', took: 83.4 };
    expect(write([event])).toMatchObject({ lines: [], debug: [] });
    expect(write([event], { debug: true })).toMatchObject({ lines: [], debug: ['ecs:RunTask took 83ms'] });
  });

  it('says in one line that nothing is new', () => {
    const verdicts = [{ gate: 'service-stable', verdict: wait('web:42 has 1 of 2 tasks running') }];
    const { lines } = one({ kind: 'waiting', at: 0, since: 120_000, left: 780_000, verdicts });
    expect(lines.map(({ text }) => text)).toEqual([
      expect.stringMatching(/still waiting +2m so far, 13m left: Service stable \(web:42 has 1 of 2 tasks running\)$/),
    ]);
  });

  it('lets nobody else write commands of the runner into it', () => {
    const message = 'x\n::error::forged\n##[error]forged';
    const verdict = wait(message);
    const { lines } = write([
      { kind: 'planned', at: 0, plan: { title: message, steps: [], changes: [], notes: [message] } },
      { kind: 'service-event', at: 0, happened: 0, message },
      { kind: 'retry', at: 0, operation: message, because: message, after: 1 },
      { kind: 'verdict', at: 0, gate: message, verdict },
      { kind: 'waiting', at: 0, since: 0, left: 0, verdicts: [{ gate: 'service-stable', verdict }] },
      { kind: 'fact', at: 0, name: 'service-arn', value: message },
      { kind: 'undo', at: 0, undo: { ...runs.stop, title: message }, is: 'failed', because: message },
      {
        kind: 'ended',
        at: 0,
        outcome: {
          is: 'failed',
          serviceIntact: true,
          cause: {
            what: message,
            because: message,
            evidence: [{ kind: 'alarm', alarm: message, state: message }],
            next: message,
          },
          leftovers: [{ what: message, because: message, byHand: message }],
        },
      },
    ]);
    expect(lines.length).toBeGreaterThan(9);
    for (const { text } of lines) expect(text).not.toMatch(/^\s*::|\n|##\[/);
  });

  it('shows what post does without a group to open', () => {
    const { open } = write([{ kind: 'undo', at: 0, undo: runs.stop, is: 'asked' }]);
    expect(open).toMatch(/undo +stop the canary task: requested/);
  });
});

describe('plain lines', () => {
  it('have titles for groups and no commands of the runner', () => {
    const lines: string[] = [];
    const log = createLog({
      about: { command: 'rollout' },
      output: plainLines((line) => lines.push(line)),
      debug: false,
    });
    for (const event of runs.rejected.events) log(event);
    expect(lines.join('\n')).toMatch(/\n\n3\/11 wait until the canary runs/);
    expect(lines.join('\n')).not.toMatch(/^::/m);
  });
});
