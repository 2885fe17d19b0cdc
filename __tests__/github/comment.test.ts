import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSubject, markerOf, type Subject, subjectOf } from '../../src/github/comment.ts';
import { endStatus } from '../../src/github/deployment.ts';
import { renderEnd, renderProgress } from '../../src/report/markdown/comment.ts';
import * as runs from '../report/streams.ts';

const web: Subject = {
  command: 'rollout',
  environment: '',
  region: 'us-west-2',
  cluster: 'production',
  service: 'web',
  context: 'deploy/web',
};
const run = 'https://github.example/octo-org/web/actions/runs/4711/attempts/1';
const frame = { marker: markerOf(web), run, environment: 'staging', at: runs.begin };

describe('the first line of a comment', () => {
  it('is an HTML comment that says what the comment is about, whatever that is', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('-->', '--!>', '--', ' = ', '%'));
    const subject = fc.record({
      command: text,
      environment: text,
      region: text,
      cluster: text,
      service: text,
      context: text,
    });
    fc.assert(
      fc.property(subject, (one) => {
        const line = markerOf(one);
        expect(line).toMatch(/^<!-- [^<>\n]* -->$/);
        expect(line.slice(4, -3)).not.toContain('--');
        const well = Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value.toWellFormed()]));
        expect(subjectOf(`${line}\nmore`)).toEqual(well);
      }),
    );
  });

  it.each(['', '> <!-- ecs-canary-rollout service=web -->', '<!-- ecs-canary-rollout service=%E0 -->\n', '<!-- x -->'])(
    'is none of ours: %s',
    (body) => {
      expect(subjectOf(body)).toBeUndefined();
    },
  );

  it.each<readonly [string, Partial<Subject>, boolean]>([
    ['itself', {}, true],
    ['the same service after the files have moved', { context: 'ecs/web' }, true],
    ['another service of the same files', { service: 'worker' }, false],
    ['another command', { command: 'rehearse' }, false],
    ['another environment', { environment: 'staging' }, false],
    ['another region', { region: 'eu-west-1' }, false],
    ['what was refused before the service was known', { service: '', cluster: '' }, true],
    ['what was refused in other files', { service: '', cluster: '', context: 'deploy/api' }, false],
    ['what was refused without any files', { service: '', cluster: '', context: '' }, false],
  ])('is about the same as %s, or not', (_, other, same) => {
    expect(isSameSubject(web, { ...web, ...other })).toBe(same);
    expect(isSameSubject({ ...web, ...other }, web)).toBe(same);
  });
});

describe('the page of a comment', () => {
  it.each([runs.succeeded, runs.rejected, runs.rolledBack, runs.rollbackFailed, runs.cancelled, runs.planned])(
    'begins with the headline and ends with the way to the rest: %#',
    ({ report }) => {
      const page = renderEnd(report, frame);
      const [first, empty, headline] = page.split('\n');
      expect([first, empty]).toEqual([frame.marker, '']);
      expect(headline).toMatch(/^### \P{ASCII}+ [A-Z][a-z]+.*: /u);
      expect(page.split('\n').at(-1)).toBe(
        `ECS Canary Rollout · [Job summary, log and report](${run}) · environment <code>staging</code> · as of 03:14:07Z`,
      );
      expect(page.split('<details').length).toBe(page.split('</details>').length);
    },
  );

  it('says of a failure why, what to do and what was seen before it says anything else', () => {
    const page = renderEnd(runs.rejected.report, frame);
    const order = [
      '### ❌ Rejected',
      '**Failed at step 3 of 11: the canary did not start**',
      '**What to do next:**',
      '<details><summary>Details</summary>',
      'TaskFailedToStart',
      'New revision',
      '### Steps',
    ];
    const places = order.map((text) => page.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it('is cut to what GitHub takes, and says where the rest is', () => {
    const { outcome } = runs.rollbackFailed.report;
    const long = 'x'.repeat(1500);
    const leftovers = Array.from({ length: 60 }, (_, i) => ({ what: `thing ${i}`, because: `ü${long}` }));
    const { report } = runs.tell({ ...outcome, leftovers }, [], 1);
    const page = renderEnd(report, frame);
    expect(page.length).toBeLessThanOrEqual(65_536);
    expect(page).toContain('### 🚨 Rollback failed');
    expect(page).toContain(`This comment is shortened: [the job summary](${run}) has everything.`);
  });

  it('says how far it is, step by step', () => {
    const { outcome: _, ...report } = runs.cancelled.report;
    const page = renderProgress(
      {
        ...report,
        phases: report.phases.map((one, i) => ({ ...one, is: i === 0 ? 'done' : i === 1 ? 'begun' : 'not-begun' })),
      },
      frame,
    );
    expect(page).toContain(`### Under way: rollout of web. Step 2 of ${report.phases.length}: `);
    expect(page).toMatch(/\| 2 \| [^|]+ \| under way \|/);
    expect(page).toMatch(/\| So far \|/);
  });

  it('works without a page of the run', () => {
    expect(renderEnd(runs.succeeded.report, { marker: frame.marker, at: runs.begin })).toMatch(
      /\nECS Canary Rollout · Job summary, log and report · as of 03:14:07Z$/,
    );
  });
});

describe('the status of a deployment', () => {
  it('says the headline in what GitHub takes', () => {
    const place = { ...runs.place, service: 'w'.repeat(255) };
    const { description } = endStatus(runs.rejected.report.outcome, { command: 'rollout', place });
    expect(description.length).toBeLessThanOrEqual(140);
    expect(description).toMatch(/^Rejected: the canary stopped: .*…$/);
  });
});
