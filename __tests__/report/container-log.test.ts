import { describe, expect, it } from 'vitest';
import { createMask } from '../../src/model/redact.ts';
import type { Evidence, LogEvidence } from '../../src/model/verdict.ts';
import { linksFor } from '../../src/report/console-links.ts';
import { createLog } from '../../src/report/log/log.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import { maskReporter } from '../../src/report/reporter.ts';
import * as runs from './streams.ts';

const stream = { region: 'us-west-2', group: '/ecs/web', name: 'app/web/0f1e' };
const log = (lines: readonly string[], more: Partial<LogEvidence> = {}): LogEvidence => ({
  kind: 'log',
  container: 'web',
  task: '0f1e',
  stream,
  lines,
  ...more,
});

function failed(evidence: readonly Evidence[], secrets: readonly string[] = []) {
  const outcome = {
    is: 'rejected' as const,
    serviceIntact: true,
    cause: { what: 'wait', because: 'it stopped', evidence, probably: 'It has a bug.', next: 'Mend it.' },
    leftovers: [],
  };
  const printed: string[] = [];
  const annotations: string[] = [];
  const output = {
    print: (text: string) => printed.push(text),
    startGroup: () => {},
    endGroup: () => {},
    debug: () => {},
    annotate: ({ message }: { message: string }) => annotations.push(message),
  };
  const links = linksFor(runs.place);
  const write = createLog({ about: { command: 'rollout', service: 'web' }, output, ...(links && { links }) });
  const report = runs.tell(outcome, [], 1).report;
  const masked = maskReporter(
    {
      report: (event) => write({ ...event, at: 0 }),
      join: () => {},
      soFar: () => report,
      read: (o) => ({ ...report, outcome: o }),
    },
    createMask(secrets),
  );
  masked.report({ kind: 'ended', outcome });
  return { printed, annotations, summary: renderSummary(masked.read(outcome)) };
}

const nasty = [
  '::error::forged',
  '  ::set-output name=x::y',
  '##[error]forged',
  '\u001b[31mred\u001b[0m and \u001b]0;title\u0007',
  'first\r::add-mask::second\u2028::third',
  '```\n</details>\n# forged',
  '````~~~',
  '| a | b | $x$ @octocat <script>alert(1)</script>',
];

describe('the log of a container', () => {
  it('comes after what was seen, with a bar before each line, and the probable cause at the end', () => {
    const { printed, annotations, summary } = failed([log(['starting', 'Error: x'])]);
    const from = printed.findIndex((line) => line.includes('log of web'));
    expect(printed.slice(from)).toEqual([
      '  log of web  the last 2 lines (log stream /ecs/web app/web/0f1e)',
      '    | starting',
      '    | Error: x',
      expect.stringMatching(
        /^In the console: https:\/\/us-west-2\..*\$252Fecs\$252Fweb\/log-events\/app\$252Fweb\$252F0f1e$/,
      ),
    ]);
    expect(annotations[0]).toMatch(/\nProbable cause: It has a bug\.\nNext: Mend it\.$/);
    const order = [
      'it stopped',
      'It has a bug.',
      'Mend it.',
      '<details open><summary>Log of container <code>web</code>',
    ];
    const found = order.map((text) => summary.indexOf(text));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(summary).toContain('\n\n```text\nstarting\nError: x\n```\n\n</details>');
  });

  it('can be no command of the runner, and colours nothing', () => {
    const { printed } = failed([log(nasty)]);
    const lines = printed.filter((line) => line.startsWith('    |'));
    expect(lines).toHaveLength(11);
    for (const line of printed) {
      expect(line).not.toMatch(/^\s*::|##\[|\n/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    }
    expect(lines).toContain('    | red and');
  });

  it('cannot end the block that it stands in', () => {
    const { summary } = failed([log(nasty)]);
    const [, fence = '', body = ''] = /^(`{3,})text\n([\s\S]*?)\n\1$/m.exec(summary) ?? [];
    expect(fence).toBe('`````');
    expect(body).toContain('```\n</details>\n# forged');
    expect(body).toContain('<script>alert(1)</script>');
    expect(summary.replace(body, '')).not.toMatch(/forged|<script/);
    expect(summary.match(/<details( open)?>/g)).toHaveLength(
      summary.replace(body, '').match(/<\/details>/g)?.length ?? -1,
    );
  });

  it('has no secret in it, not in halves either, wherever a line is cut', () => {
    const secret = 'hunter2-and-more';
    const long = `${'x'.repeat(495)}${secret}`;
    const { printed, summary } = failed([log([`key=${secret}`, long])], [secret]);
    expect(printed.join('\n') + summary).not.toMatch(/hunter2|and-more/);
    expect(printed).toContain('    | key=***');
  });

  it('is cut to what a person reads', () => {
    const { printed, summary } = failed([log([Array(60).fill('y').join('\n'), 'z'.repeat(9_000)])]);
    const lines = printed.filter((line) => line.startsWith('    |'));
    expect(lines).toHaveLength(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(520);
    expect(summary.length).toBeLessThan(4_000);
  });

  it('that is not there says why and where it is', () => {
    const { stream: _, ...nowhere } = log([], {
      note: 'it is sent through splunk; look in the destination of that log driver',
    });
    const denied = log([], { note: 'it could not be read: AccessDeniedException. Allow logs:GetLogEvents <b>' });
    const { printed, summary } = failed([nowhere, denied]);
    expect(printed).toContain('  log of web  it is sent through splunk; look in the destination of that log driver');
    expect(printed).toContainEqual(expect.stringMatching(/Allow logs:GetLogEvents <b> \(log stream \/ecs\/web app/));
    expect(summary).toContain('Log of container <code>web</code>: it is sent through splunk');
    expect(summary).toMatch(/Allow logs:GetLogEvents &#60;b&#62; \[<code>\/ecs\/web app\/web\/0f1e<\/code>\]\(https/);
    expect(summary).not.toContain('```text');
  });
});

describe('other evidence', () => {
  it('shows tasks that ended in the same way as one, with their number', () => {
    const end = { kind: 'task', status: 'STOPPED', stopCode: 'EssentialContainerExited' } as const;
    const containers = [{ name: 'web', exitCode: 1, image: 'web:2' }];
    const { summary } = failed([
      ...['0f1e', '1a2b', '2c3d'].map((task) => ({ ...end, task, containers })),
      { ...end, task: '4e5f', containers: [{ name: 'web', exitCode: 137, image: 'web:2' }] },
    ]);
    expect(summary.match(/EssentialContainerExited/g)).toHaveLength(2);
    expect(summary).toMatch(/<code>0f1e<\/code>.* \| 3 tasks, same end \| STOPPED \| EssentialContainerExited \|/);
    expect(summary).not.toMatch(/1a2b|2c3d/);
    expect(summary.match(/\| 1(37)? \| <code>web:2<\/code>/g)).toHaveLength(2);
  });

  it('leads to the console where it is named', () => {
    const group = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/6d0ecf831eec9f09';
    const { summary } = failed([
      { kind: 'task', task: '0f1e', status: 'STOPPED', containers: [] },
      {
        kind: 'target',
        targetGroup: group,
        target: '10.0.0.1:80',
        state: 'unhealthy',
        healthCheck: 'HTTP /up, expects 200',
      },
      { kind: 'alarm', alarm: 'errors', state: 'in-alarm' },
      {
        kind: 'deployment',
        id: 'ecs-svc/1',
        taskDefinition: 'web:42',
        state: 'FAILED',
        desired: 2,
        running: 0,
        failed: 3,
      },
      { kind: 'circuit-breaker', state: 'TRIGGERED', failures: 3, threshold: 3 },
      log(['x']),
    ]);
    for (const part of ['/tasks/0f1e/', '#TargetGroup:', '#alarmsV2:alarm/errors', '/web/deployments?', '#logsV2:'])
      expect(summary).toContain(part);
    expect(summary).toContain('| triggered: 3 of 3 allowed failures |');
    expect(summary).toContain('HTTP /up, expects 200');
  });
});

describe('the log of a container that is followed', () => {
  const task = { kind: 'task', task: '0f1e', status: 'STOPPED', containers: [{ name: 'web', exitCode: 0 }] } as const;

  /** The lines of the job log, and the summary of a task that was good. */
  function follow(lines: readonly string[], more: { readonly several?: true; readonly note?: string } = {}) {
    const printed: string[] = [];
    const output = {
      print: (text: string) => printed.push(text),
      startGroup: () => {},
      endGroup: () => {},
      debug: () => {},
      annotate: () => {},
    };
    const write = createLog({ about: { command: 'run' }, output });
    const outcome = { is: 'succeeded' as const, serviceIntact: true, leftovers: [] };
    const logs = [log(lines, { followed: true })];
    const told = [
      { after: 0, event: { kind: 'container-log' as const, container: 'web', lines, ...more } },
      { after: 1, event: { kind: 'task-ended' as const, name: 'migrate', task, logs } },
    ];
    const { events, report } = runs.tell(outcome, told, 1, { command: 'run', place: { ...runs.place, service: '' } });
    for (const event of events) write(event);
    return { printed, summary: renderSummary(report) };
  }

  it('is told as it comes, each line behind a bar, and none of it is a command', () => {
    const { printed } = follow(nasty);
    const lines = printed.filter((line) => line.startsWith('    | '));
    expect(lines.length).toBeGreaterThan(nasty.length);
    expect(printed.join('\n')).not.toMatch(/^\s*::|##\[/m);
    expect(printed.join('\n')).not.toContain('\u001b');
  });

  it('has the name of its container before each line where several write', () => {
    expect(follow(['a'], { several: true }).printed).toContain('    web | a');
  });

  it('says in one line why there is none', () => {
    const { printed } = follow([], { note: 'it is sent through\nawsfirelens' });
    expect(printed.filter((line) => line.includes('log of web'))).toEqual([
      expect.stringMatching(/it is sent through awsfirelens$/),
    ]);
  });

  it('has its last 50 lines in the summary of a success, folded, with the exit codes', () => {
    const { summary } = follow(Array.from({ length: 60 }, (_, i) => `line ${i}`));
    expect(summary).toContain('### One-off task migrate');
    expect(summary).toContain('the last 50 lines');
    expect(summary).toMatch(/<details>[\s\S]*line 59[\s\S]*<\/details>/);
    expect(summary).not.toContain('line 9\n');
    expect(summary).toMatch(/\| <code>web<\/code> \| 0 \|/);
    expect(summary).not.toContain('| Service |');
  });

  it('cuts a line that nobody could read', () => {
    const [line = ''] = follow(['x'.repeat(100_000)]).printed;
    expect(line.length).toBeLessThan(5000);
  });
});
