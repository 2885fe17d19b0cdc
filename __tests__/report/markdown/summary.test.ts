import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishSummary } from '../../../src/github/outputs.ts';
import type { Report } from '../../../src/model/report.ts';
import { wait } from '../../../src/model/verdict.ts';
import { renderPostSummary, renderSummary } from '../../../src/report/markdown/summary.ts';
import * as runs from '../streams.ts';

const console = 'https://us-west-2.console.aws.amazon.com/ecs/v2';

/** The rows of the table that has this heading, as cells. */
function rowsOf(summary: string, heading: string): readonly (readonly string[])[] {
  const lines = summary.split('\n');
  const from = lines.findIndex((line) => line.startsWith('|') && line.includes(heading));
  const rest = lines.slice(from + 2);
  const rows = rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the summary of a rejected canary', () => {
  const summary = renderSummary(runs.rejected.report);

  it('says in its first line how it ended and that the service was never touched', () => {
    expect(summary.split('\n')[0]).toMatch(
      /^## ❌ Rejected: the canary stopped: CannotPullContainerError: .*\. The service was not changed\.$/,
    );
    expect(summary).toContain('\n\n**Failed at step 3 of 11: the canary did not start**\n\n');
  });

  it('says why, what to do, and what was seen, before everything else', () => {
    const order = [
      'CannotPullContainerError',
      'does not exist in the registry',
      'TaskFailedToStart',
      'New revision',
      '### Steps',
    ];
    const found = order.map((text) => summary.indexOf(text));
    expect(found.every((index) => index > 0)).toBe(true);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it('leads to the console', () => {
    expect(summary).toContain(`(${console}/clusters/prod/services/web/health?region=us-west-2)`);
    expect(summary).toContain(`(${console}/task-definitions/web/42/containers?region=us-west-2)`);
    expect(summary).toContain(`/tasks/0f1e2d3c4b5a69788796a5b4c3d2e1f0/configuration?region=us-west-2)`);
  });

  it('shows how each step went and how long it took', () => {
    const rows = rowsOf(summary, 'Step');
    expect(rows).toHaveLength(11);
    expect(rows[2]).toEqual(['3', 'wait until the canary runs', '**failed**', '35s']);
    expect(rows[10]).toEqual(['11', 'wait until the service is stable', 'not begun', '']);
  });
});

describe('the summary of a success', () => {
  const summary = renderSummary(runs.succeeded.report);

  it('has the events and all answers folded away', () => {
    expect(summary).toMatch(/<details><summary>Events of the service \(3\)<\/summary>\n\n\|/);
    expect(summary).toMatch(/<details><summary>Checks \(\d+\)<\/summary>/);
    expect(summary.match(/<details( open)?>/g)).toHaveLength(summary.match(/<\/details>/g)?.length ?? -1);
  });

  it('says nothing of a cause, of leftovers or of what to do', () => {
    expect(summary).not.toMatch(/Failed at|Left over|What to do next/);
  });

  it('draws the steps and, beside them, the canary that is retired', () => {
    const chart = /```mermaid\n([\s\S]*?)```/.exec(summary)?.[1] ?? '';
    expect(chart).toMatch(/section Checks[\s\S]*wait until the service is stable :done, \d+, 79s/);
    expect(chart).toMatch(/section Clean-up[\s\S]*stop the canary task :done, \d+, 25s/);
    for (const line of chart.trim().split('\n').slice(3)) {
      expect(line).toMatch(/^ {2}(section [^:]+|[^:;#%]+ :(done|crit|active), \d{13}, [1-9]\d*s)$/);
    }
  });
});

describe('the summary of a failed rollback', () => {
  const summary = renderSummary(runs.rollbackFailed.report);

  it('has the command for what is left over in a block of its own', () => {
    expect(summary).toMatch(/```sh\naws ecs update-service --region us-west-2 .*web:41\n```/);
  });

  it('has a table for each kind of thing that was seen, without empty columns', () => {
    expect(rowsOf(summary, 'Exit code')).toEqual([
      [
        '<code>app</code>',
        'STOPPED',
        'UNHEALTHY',
        '137',
        expect.stringContaining('OutOfMemoryError'),
        '<code>web:42</code>',
      ],
    ]);
    expect(rowsOf(summary, 'Target group')).toHaveLength(1);
    expect(rowsOf(summary, 'Alarm')).toHaveLength(1);
    expect(rowsOf(summary, 'Failed')[0]).toContain('0 of 2');
  });
});

describe('the summary of a dry run', () => {
  const summary = renderSummary(runs.planned.report);

  it('is the plan as a numbered list with the most that each step may take, and the notes', () => {
    expect(summary).toMatch(/^## 📋 Planned: .*Nothing was changed\.$/m);
    expect(summary).toMatch(/^3\. wait until the canary runs \(at most 15m\)$/m);
    expect(summary).toMatch(/^- The canary meets the traffic/m);
    expect(summary).not.toMatch(/mermaid|not begun/);
  });
});

const many = (n: number): Report => {
  const message = `(service web) ${'something happened '.repeat(50)}`;
  const events = Array.from({ length: n }, (_, i) => ({
    after: i,
    event: { kind: 'service-event' as const, happened: runs.begin, message: `${i} ${message}` },
  }));
  const { outcome } = runs.rollbackFailed.report;
  return runs.tell(outcome, events, n).report;
};

describe('any summary', () => {
  it('shows text from outside as text', () => {
    const text = '| <script>alert(1)</script> [x](javascript:alert(1)) `a` @octocat\n\n## forged';
    const service = 'we](javascript:b) |\n# x';
    const cause = {
      what: text,
      because: text,
      evidence: [{ kind: 'alarm' as const, alarm: text, state: text, because: `${text}!` }],
      next: text,
    };
    const { report } = runs.tell(
      { is: 'failed', serviceIntact: true, cause, leftovers: [{ what: text, because: text, byHand: 'x\n```\n# y' }] },
      [
        { after: 0, event: { kind: 'service-event', happened: runs.begin, message: text } },
        { after: 0, event: { kind: 'verdict', gate: text, verdict: wait(text) } },
        { after: 0, event: { kind: 'fact', name: 'canary-task-arn', value: text } },
      ],
      1,
      { place: { region: 'evil.example/x', cluster: text, service } },
    );
    const summary = renderSummary(report);
    expect(summary).not.toMatch(/<script|\]\(javascript:|@octocat|^## forged|^# x/m);
    expect(summary).not.toContain('evil.example/x.console');
    expect(summary).toContain('````sh\nx\n```\n# y\n````');
    expect(rowsOf(summary, 'Alarm')[0]).toHaveLength(3);
  });

  it('is there for a request that was refused, of which no place is known', () => {
    const cause = {
      stage: 'request' as const,
      what: 'read the request',
      because: 'region: is missing\nalarms: twice',
      evidence: [],
      next: '',
    };
    const { report } = runs.tell({ is: 'failed', serviceIntact: true, cause, leftovers: [] }, [], 5, {});
    const summary = renderSummary(report);
    expect(summary).toMatch(/^## ❌ Failed: the rollout of the service could not be carried out/);
    expect(summary).toMatch(/^> region: is missing<br>\n> alarms: twice$/m);
  });

  it('uses the console of the partition', () => {
    const at = (region: string) =>
      renderSummary(
        runs.tell({ is: 'planned', serviceIntact: true, leftovers: [] }, [], 1, { place: { ...runs.place, region } })
          .report,
      );
    expect(at('cn-north-1')).toContain('https://cn-north-1.console.amazonaws.cn/ecs/v2/');
    expect(at('us-gov-west-1')).toContain('https://us-gov-west-1.console.amazonaws-us-gov.com/ecs/v2/');
    expect(at('us-iso-east-1')).not.toContain('https://');
  });

  it('stays below 1 MiB, and gives up the oldest events first', () => {
    const summary = renderSummary(many(3000));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
    expect(summary).toMatch(/Events of the service \(the last \d+ of 3000\)/);
    expect(summary).toContain('2999 (service web)');
    expect(summary).toContain('aws ecs update-service');
  });

  it('shows as many events as there is room for', () => {
    const report = many(200);
    const shown = (maxBytes: number): number =>
      Number(/the last (\d+) of 200/.exec(renderSummary(report, { maxBytes }))?.[1] ?? Number.NaN);
    for (const maxBytes of [40_000, 40_500, 41_000, 41_500]) {
      const summary = renderSummary(report, { maxBytes });
      const row = Math.max(...summary.split('\n').map((line) => line.length));
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(maxBytes);
      expect(Buffer.byteLength(summary)).toBeGreaterThan(maxBytes - row - 60);
      expect(shown(maxBytes)).toBeGreaterThan(10);
    }
  });

  it('keeps its headline when there is room for nothing else', () => {
    const summary = renderSummary(many(10), { maxBytes: 300 });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(300);
    expect(summary).toMatch(/^## 🚨 Rollback failed: web needs manual attention now/);
  });

  it('has a chart that is no wall', () => {
    const undos = Array.from({ length: 100 }, (_, i) => ({ ...runs.stop, title: `stop canary ${i}` }));
    const told = undos.flatMap((undo, i) => [
      { after: i, event: { kind: 'undo' as const, undo, is: 'begun' as const } },
      { after: 1000 * i + 1, event: { kind: 'undo' as const, undo, is: 'verified' as const } },
    ]);
    const chart = renderSummary(runs.tell({ is: 'succeeded', serviceIntact: false, leftovers: [] }, told, 1).report);
    expect(chart.match(/ :done, /g)).toHaveLength(40);
  });
});

describe('the summary of post', () => {
  it('says what was put back and what is left over', () => {
    const summary = renderPostSummary({
      done: ['stop the canary task'],
      leftovers: [{ what: 'bring web back', because: 'denied', byHand: 'aws ecs update-service' }],
    });
    expect(summary).toMatch(/^## Clean-up after the job is not complete/);
    expect(summary).toMatch(/^- stop the canary task$/m);
    expect(summary).toMatch(/```sh\naws ecs update-service\n```/);
  });
});

describe('a timeline', () => {
  it.each([runs.rejected, runs.rolledBack, runs.rollbackFailed, runs.refusedCall, runs.cancelled])(
    'has no bar that is too short to be seen: %#',
    ({ report }) => {
      const lengths = Array.from(renderSummary(report).matchAll(/ :(?:done|crit|active), \d+, (\d+)s$/gm), ([, n]) =>
        Number(n),
      );
      expect(lengths.length).toBeGreaterThan(1);
      expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
    },
  );
});

describe('publishing a summary', () => {
  it('has room for the largest that is rendered', () => {
    const directory = mkdtempSync(join(tmpdir(), 'summary-'));
    const path = join(directory, 'summary.md');
    expect(publishSummary(renderSummary(many(3000)), { GITHUB_STEP_SUMMARY: path })).toBe(true);
    rmSync(directory, { recursive: true });
  });

  it('adds to what is there, as long as GitHub takes it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'summary-'));
    const path = join(directory, 'summary.md');
    writeFileSync(path, '# before\n');
    expect(publishSummary('## after', { GITHUB_STEP_SUMMARY: path })).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('# before\n## after\n\n');
    expect(publishSummary('x'.repeat(1024 * 1024), { GITHUB_STEP_SUMMARY: path })).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('# before\n## after\n\n');
    rmSync(directory, { recursive: true });
  });

  it('does nothing outside GitHub', () => {
    expect(publishSummary('x', {})).toBe(false);
  });
});
