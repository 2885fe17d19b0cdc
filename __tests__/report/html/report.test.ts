import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writePrivately, writeReport } from '../../../src/github/outputs.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import { createMask } from '../../../src/model/redact.ts';
import type { Report } from '../../../src/model/report.ts';
import { pass } from '../../../src/model/verdict.ts';
import { linksFor } from '../../../src/report/console-links.ts';
import { html, scriptJson } from '../../../src/report/escape.ts';
import { script } from '../../../src/report/html/assets.ts';
import { timelineOf } from '../../../src/report/html/lanes.ts';
import { htmlReportOf, renderHtmlReport } from '../../../src/report/html/report.ts';
import { maskReport, reportName } from '../../../src/report/written-report.ts';
import { hostile, hostileReport, longReport } from '../odd-reports.ts';
import * as runs from '../streams.ts';
import { expectSoundHtml, markupOf, tagsOf } from './tags.ts';

const render = (report: Report): string => renderHtmlReport(report, linksFor(runs.place));

/** Terminal codes, line ends of a script, and what turns a line around. */
const unseen = ['\u001b', '\u2028', '\u2029', '\u202e'];

/** What a reader sees of the page without a script. */
const textOf = (page: string): string =>
  decode(
    markupOf(page)
      .replaceAll(/<(script|title)[^>]*>[\s\S]*?<\/\1>/g, '')
      .replaceAll(/<[^>]*>/g, ' '),
  ).replaceAll(/\s+/g, ' ');
const decode = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));

const dataOf = (page: string): Report =>
  JSON.parse(/<script type="application\/json" id="report">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '');

describe('text in HTML', () => {
  it('is only text, between tags and in an attribute', () => {
    expect(html(hostile)).not.toMatch(/[<>"']|&(?!#\d+;)/);
    expect(unseen.filter((character) => html(hostile).includes(character))).toEqual([]);
    expect(decode(html('a < b & "c" \'d\'\n&lt;'))).toBe('a < b & "c" \'d\'\n&lt;');
  });

  it('ends no script as JSON, and is the same when it is read', () => {
    expect(scriptJson({ hostile })).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(scriptJson({ hostile }))).toEqual({ hostile });
  });
});

describe('the page of a rolled back rollout', () => {
  const page = render(runs.rolledBack.report);
  const text = textOf(page);

  it('says in its first line how it ended, as the summary does, and whether the service is intact', () => {
    const first =
      'Rolled back: the new revision failed in web. The service runs again what it ran before; this is verified.';
    expect(page).toContain(`<h1>${first}</h1>`);
    expect(page).toContain(`<title>${first}</title>`);
    expect(text).toMatch(/rolled-back service intact/);
  });

  it('has everything in the order in which a tired person reads', () => {
    const order = [
      'Rolled back',
      'Failed at step 9 of 11',
      'circuit breaker: tasks failed to start',
      'What to do next',
      'used more memory than it has',
      'New revision',
      'Target healthy',
      'Evidence of the failure',
      'OutOfMemoryError',
      'All events',
      'ecs:RegisterTaskDefinition',
    ];
    const found = order.map((part, i) => text.indexOf(part, i === 0 ? 0 : text.indexOf(order[i - 1] ?? '')));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(Math.min(...found)).toBeGreaterThan(-1);
  });

  it('has a row for every event, and a mark for every one that is no begin of a step', () => {
    const { events } = runs.rolledBack.report;
    const ids = tagsOf(page).flatMap(({ name, attributes }) => (name === 'tr' && attributes.id ? [attributes.id] : []));
    expect(ids).toEqual(events.map((_, i) => `e${i}`));
    const marked = new Set(
      tagsOf(page).flatMap(({ attributes: { href = '', 'data-e': call } }) => [call ?? '', href.slice(2)]),
    );
    const unmarked = events.filter((event, i) => {
      const ended = event.kind === 'undo' && event.is === 'verified';
      return !marked.has(String(i)) && !(event.kind === 'step' && event.is === 'begun') && !ended;
    });
    expect(unmarked).toEqual([]);
  });

  it('leads to the console and to itself, and nowhere else', () => {
    const urls = tagsOf(page).flatMap(({ attributes: { href } }) => href ?? []);
    const away = urls.filter((url) => !/^#[\w-]+$/.test(url));
    expect(away.length).toBeGreaterThan(5);
    for (const url of away) expect(url).toMatch(/^https:\/\/us-west-2\.console\.aws\.amazon\.com\//);
    const ids = tagsOf(page).flatMap(({ attributes: { id } }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(urls.filter((url) => url.startsWith('#') && !ids.includes(url.slice(1)))).toEqual([]);
  });

  it('lets nothing in but its one script and its style', () => {
    const policies = tagsOf(page).filter(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code = '']) => code);
    expect(scripts).toEqual([script]);
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policies.map(({ attributes }) => attributes.content)).toEqual([
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    ]);
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
    expect(page).not.toMatch(/@import|url\(/);
  });

  it('has the whole report in it', () => {
    expect(dataOf(page)).toEqual(JSON.parse(JSON.stringify(runs.rolledBack.report)));
  });
});

describe('the script of the page', () => {
  it('is a script that makes nothing of text but text, and asks nobody', () => {
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import/,
    );
    expect(script).not.toMatch(/<\/script|<!--/i);
  });
});

describe('any page', () => {
  const report = hostileReport(hostile);
  const pages: readonly (readonly [what: string, page: string])[] = [
    ['with links', renderHtmlReport(report, linksFor(runs.place))],
    ['with the links of its own place', renderHtmlReport(report, report.place && linksFor(report.place))],
  ];

  it.each(pages)('shows text from outside as text, in every place: %s', (_, page) => {
    expectSoundHtml(page);
    const markup = markupOf(page);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(unseen.filter((character) => markup.includes(character))).toEqual([]);
  });

  it('has the text in every place where there is one, so that the test above says something', () => {
    const text = textOf(pages[0]?.[1] ?? '');
    const places = ['Why', 'Probable cause', 'Service', 'New revision', 'Circuit breaker', 'Log of container'];
    for (const place of places) expect(text).toMatch(new RegExp(`${place}[^]{0,60}</script><script>alert`));
    expect(text.split('</script><script>alert(1)</script>').length).toBeGreaterThan(200);
  });

  it('takes no address that is not https, whoever made it', () => {
    const bad = 'javascript:alert(1)';
    const links = { cluster: bad, service: bad, deployments: bad };
    const of = () => bad;
    const page = renderHtmlReport(runs.rollbackFailed.report, {
      ...links,
      revision: of,
      task: of,
      targetGroup: of,
      alarm: of,
      log: of,
    });
    expect(page).not.toContain('javascript:');
  });

  it.each([
    ['a success', runs.succeeded.report, /Succeeded.* succeeded service changed, as requested/],
    ['a rejected canary', runs.rejected.report, /Rejected.* rejected service intact .*CannotPullContainerError/],
    ['a failed rollback', runs.rollbackFailed.report, /service not intact .*aws ecs update-service --region us-west-2/],
    ['a refused call', runs.refusedCall.report, /AccessDeniedException/],
    ['a dry run', runs.planned.report, /Planned.*Steps.*1 register the new revision of web.*at most 15m/],
    ['a cancelled job', runs.cancelled.report, /Cancelled during step 3 of 11: .*SIGINT/],
  ])('tells of %s what is to be known', (_, told, words) => {
    expect(textOf(render(told))).toMatch(words);
  });

  it('is there for a request that was refused, of which no place and no event is known', () => {
    const cause = {
      stage: 'request' as const,
      what: 'read the request',
      because: 'region: is missing\nalarms: twice',
      evidence: [],
      next: '',
    };
    const { report: refused } = runs.tell({ is: 'failed', serviceIntact: true, cause, leftovers: [] }, [], 5, {});
    const page = renderHtmlReport({ ...refused, events: [] });
    expect(textOf(page)).toMatch(/Failed: the rollout of the service .*region: is missing alarms: twice/);
    expect(page).not.toMatch(/id="(timeline|events)"/);
  });

  it('cuts a text that is very long, and says how much is missing', () => {
    const { report: long } = runs.tell(
      {
        is: 'failed',
        serviceIntact: true,
        cause: { what: 'w', because: 'x'.repeat(50_000), evidence: [], next: '' },
        leftovers: [],
      },
      [{ after: 1, event: { kind: 'notice', message: 'y'.repeat(50_000) } }],
      5,
    );
    const text = textOf(render(long));
    expect(text).toMatch(/x{1999}… 48001 more characters are in the JSON report/);
    expect(text).toMatch(/y{599}… 49401 more characters/);
  });

  it('says what of a report is too large for it', () => {
    const lines = Array.from({ length: 20 }, () => 'z'.repeat(500));
    const verdict = wait20(lines);
    const told = Array.from({ length: 200 }, (_, i) => ({ after: i * second, event: verdict }));
    const page = render(runs.tell({ is: 'succeeded', serviceIntact: false, leftovers: [] }, told, minute).report);
    expect(textOf(page)).toMatch(/too large for this page: the evidence of intermediate verdicts/);
    expect(dataOf(page).events).toHaveLength(201);
    expect(page.length).toBeLessThan(500_000);
  });
});

const wait20 = (lines: readonly string[]): TimedEvent => ({
  kind: 'verdict',
  at: 0,
  gate: 'targets-healthy',
  verdict: { is: 'wait', because: 'b', evidence: [{ kind: 'log', container: 'c', task: 't', lines }] },
});

describe('a large page', () => {
  it('stays below 3 MB with 5,000 events, and has a row for each', () => {
    const page = render(longReport(5000));
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    expect(page.match(/<tr id="e/g)).toHaveLength(5001);
  });

  it('stays below 3 MB with any number of events, and gives calls that went well up first', () => {
    const page = render(longReport(40_000));
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    expect(textOf(page)).toMatch(/\d+ events for which there is no room/);
    expect(textOf(page)).toMatch(/too large for this page/);
    expect(page).toMatch(/<td class="fail">failed/);
  });
});

describe('the timeline', () => {
  const lane = (report: Report, name: string) =>
    timelineOf(report)?.lanes.find((one) => one.name.startsWith(name)) ?? expect.fail(`no lane ${name}`);
  const seconds = (report: Report, name: string) =>
    lane(report, name).marks.map(({ from, to, tone }) => [
      (from - runs.begin) / second,
      (to - runs.begin) / second,
      tone,
    ]);

  it('holds an answer until the next, or until nobody asks any more', () => {
    expect(seconds(runs.succeeded.report, 'Target healthy')).toEqual([
      [48, 69, 'wait'],
      [69, 99, 'wait'],
      [99, 99, 'pass'],
      [99, 219, 'pass'],
    ]);
    expect(seconds(runs.succeeded.report, 'Targets drained')).toEqual([
      [263, 293, 'wait'],
      [293, 293, 'pass'],
    ]);
    expect(seconds(runs.rolledBack.report, 'New version serving').at(-1)).toEqual([360, 360, 'fail']);
  });

  it('holds no answer from one step into another that asks the same much later', () => {
    const answer = { kind: 'verdict' as const, gate: 'tasks-running', verdict: pass('RUNNING') };
    const step = (after: number, index: number, is: 'begun' | 'done') => ({
      after: after * second,
      event: { kind: 'step' as const, index, is },
    });
    const told = [
      { after: 0, event: { kind: 'planned' as const, plan: runs.fullPlan } },
      step(0, 2, 'begun'),
      { after: 5 * second, event: answer },
      step(10, 2, 'done'),
      step(50, 3, 'begun'),
      { after: 50 * second, event: answer },
      step(55, 3, 'done'),
    ];
    const { report } = runs.tell({ is: 'succeeded', serviceIntact: true, leftovers: [] }, told, minute);
    expect(seconds(report, 'Canary running')).toEqual([
      [5, 10, 'pass'],
      [50, 55, 'pass'],
    ]);
  });

  it('shows the canary from its start until it has stopped', () => {
    expect(seconds(runs.succeeded.report, 'canary 0f1e2d3c')).toEqual([
      [1.4, 31, 'wait'],
      [31, 294, 'pass'],
      [294, 318, 'undo'],
      [318, 318, 'plain'],
    ]);
  });

  it('shows a step that was not begun, and one that nobody has seen the end of', () => {
    expect(lane(runs.cancelled.report, '3 wait').end).toBe('stopped');
    expect(lane(runs.cancelled.report, '4 wait')).toMatchObject({ end: 'not begun', marks: [] });
  });

  it('shows an undo until it is verified, and one that failed as failed', () => {
    expect(seconds(runs.rollbackFailed.report, 'roll web back')).toEqual([
      [360, 361, 'undo'],
      [361, 1261, 'undo'],
      [1261, 1261, 'fail'],
    ]);
    expect(lane(runs.rolledBack.report, 'roll web back').end).toBe('verified');
  });

  it('marks calls that failed and waits before another try', () => {
    expect(lane(runs.refusedCall.report, 'ecs')).toMatchObject({ end: '2, 1 failed' });
    expect(seconds(runs.succeeded.report, 'elbv2')).toEqual([
      [58, 60, 'wait'],
      [60, 64, 'wait'],
    ]);
  });

  it('shows how the new version takes the place of the one before', () => {
    const told = [
      { after: 0, event: { kind: 'planned' as const, plan: runs.fullPlan } },
      { after: 0, event: { kind: 'step' as const, index: 8, is: 'begun' as const } },
      { after: 0, event: { kind: 'tasks' as const, ours: 0, others: 2, desired: 2 } },
      { after: 10 * second, event: { kind: 'tasks' as const, ours: 2, others: 1, desired: 2 } },
      { after: 20 * second, event: { kind: 'step' as const, index: 8, is: 'done' as const } },
    ];
    const { report } = runs.tell({ is: 'succeeded', serviceIntact: false, leftovers: [] }, told, minute);
    expect(seconds(report, 'of the new version')).toEqual([
      [0, 10, 'wait'],
      [10, 20, 'pass'],
    ]);
    expect(lane(report, 'of other versions').marks.map(({ label }) => label)).toEqual(['2', '1']);
    expect(textOf(render(report))).toContain('running tasks 2 of 2 and 1 of other versions');
  });

  it('shows the tasks of which ECS has told', () => {
    expect(lane(runs.rolledBack.report, 'task 4b5a6978')).toMatchObject({ group: 'Tasks' });
  });

  it('shows what happened at a time that nobody knows when it was heard of', () => {
    const event = { kind: 'service-event' as const, happened: Number.NaN, message: 'm' };
    const told = [0, 1, 2].map((n) => ({ after: n * second, event }));
    const { report } = runs.tell({ is: 'succeeded', serviceIntact: true, leftovers: [] }, told, minute);
    expect(seconds(report, 'events of the service').map(([from]) => from)).toEqual([0, 1, 2]);
    expect(renderHtmlReport(report)).not.toContain('NaN');
  });

  it('divides before from after where the service was updated and where it failed', () => {
    const moments = timelineOf(runs.rolledBack.report)?.moments.map(({ label }) => label);
    expect(moments).toEqual(['service updated', 'failed']);
  });
});

describe('writing the page', () => {
  it('lays it beside the JSON report, with no secret in it and for nobody else', () => {
    const directory = mkdtempSync(join(tmpdir(), 'html-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const written = maskReport(runs.rejected.report, createMask(['no-pull', 'web:42']));
    const path = writePrivately(htmlReportOf(written), directory, `${reportName(written)}.html`);
    expect(path).toBe(writeReport(written, directory).replace(/json$/, 'html'));
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('***');
    expect(page).not.toMatch(/no-pull|web:42/);
    expect(statSync(path).mode & 0o077).toBe(0);
  });
});
