import { describe, expect, it } from 'vitest';
import { plainLines } from '../../../src/github/runner.ts';
import type { Cause, OutcomeName } from '../../../src/model/outcome.ts';
import type { Annotation } from '../../../src/model/output.ts';
import type { Finding } from '../../../src/model/preview.ts';
import { Refusal } from '../../../src/model/problem.ts';
import { reportRefusal } from '../../../src/report/log/annotations.ts';
import { headline, nextStep, refusedOutcome } from '../../../src/report/messages.ts';

const about = { command: 'rollout', service: 'web' };
const outcomes: readonly OutcomeName[] = [
  'succeeded',
  'rejected',
  'rolled-back',
  'rollback-failed',
  'superseded',
  'cancelled',
  'failed',
  'planned',
];

function tell(refusal: Refusal, callsMade = false, lines: string[] = [], of = about): readonly Annotation[] {
  const annotations: Annotation[] = [];
  const output = {
    ...plainLines((line) => lines.push(line)),
    annotate: (annotation: Annotation) => annotations.push(annotation),
  };
  reportRefusal(refusal, { output, about: of, callsMade });
  return annotations;
}

describe('the headline', () => {
  it.each(outcomes)('of %s says another thing of a service that is intact than of one that is not', (is) => {
    const intact = headline({ is, serviceIntact: true, leftovers: [] }, about);
    expect(intact).toContain('web');
    expect(intact).not.toBe(headline({ is, serviceIntact: false, leftovers: [] }, about));
  });

  it.each(outcomes.filter((is) => !['succeeded', 'superseded', 'planned'].includes(is)))(
    'of %s never calls a service untouched or verified that is not intact',
    (is) => {
      const said = headline({ is, serviceIntact: false, leftovers: [] }, about);
      expect(said).not.toMatch(/never touched|not been touched|is verified/);
    },
  );

  it.each(['up', 'undeploy'])('of command %s speaks of the service, never of a canary or a revision', (command) => {
    for (const is of outcomes.filter((one) => one !== 'rejected')) {
      const [intact, changed] = [true, false].map((serviceIntact) => {
        const outcome = { is, serviceIntact, leftovers: [] };
        const said = `${headline(outcome, { command, service: 'web' })} ${nextStep(outcome, { command })}`;
        expect(said).toContain('web');
        expect(said).not.toMatch(/canary|new revision failed/i);
        return said;
      });
      expect(intact).not.toBe(changed);
      expect(changed).not.toMatch(/never touched|not been touched|is verified|not been created/);
    }
  });

  it('of a creation that nobody follows says that', () => {
    const outcome = { is: 'succeeded', serviceIntact: false, leftovers: [], unattended: true } as const;
    expect(headline(outcome, { command: 'up', service: 'web' })).toBe(
      'Begun: the creation of web. The service is there; this run does not wait until it is stable.',
    );
  });

  it('does without a name', () => {
    expect(headline({ is: 'rejected', serviceIntact: true, leftovers: [] }, { command: 'rollout' })).toMatch(
      /the canary of the service failed/,
    );
  });

  it('does not let a rehearsal look like the real thing', () => {
    const outcome = { is: 'succeeded', serviceIntact: false, leftovers: [] } as const;
    expect(headline(outcome, { ...about, command: 'rehearse' })).toBe(
      'Drill passed: in the simulated account the rollout of web succeeds. Nothing was deployed.',
    );
  });
});

describe('the next step', () => {
  it.each(outcomes.filter((is) => !['succeeded', 'planned'].includes(is)))('of %s is never missing', (is) => {
    for (const serviceIntact of [true, false]) {
      expect(nextStep({ is, serviceIntact, leftovers: [] }, { command: 'rollout' })).toMatch(/\.$/);
    }
  });

  it('is that of the cause where that says one', () => {
    const cause = { what: '', because: '', evidence: [], next: 'Push the image.' };
    expect(nextStep({ is: 'rejected', serviceIntact: true, cause, leftovers: [] }, { command: 'rollout' })).toBe(
      'Push the image.',
    );
  });

  it('is first of all to put back what is left over', () => {
    const leftovers = [{ what: 'stop the canary', because: 'denied' }];
    expect(nextStep({ is: 'succeeded', serviceIntact: false, leftovers }, { command: 'rollout' })).toMatch(
      /^Undo by hand/,
    );
    expect(nextStep({ is: 'rejected', serviceIntact: true, leftovers }, { command: 'rollout' })).toMatch(
      /^Undo by hand.* Fix the cause/,
    );
  });
});

describe('a refusal', () => {
  it.each([
    ['register', 'ECS registration refused: web'],
    ['run', 'ECS one-off task refused: web'],
    ['rollout', 'ECS rollout refused: web'],
  ])('has the name of command %s in its title', (command, title) => {
    const refusal = new Refusal({ where: 'idle-duration', what: 'is not supported' });
    expect(tell(refusal, false, [], { ...about, command })).toMatchObject([{ title }]);
  });

  const first = { where: 'region', what: 'is missing' };
  const at = { file: 'deploy/task-definition.json', line: 12, column: 7 };
  const second = { where: 'task-definition.json: family', what: 'is not known', at };

  it('is one error for each problem, at its place in the file, under a line that says that nothing was done', () => {
    const lines: string[] = [];
    const title = 'ECS rollout refused: web';
    expect(tell(new Refusal(first, second), false, lines)).toEqual([
      { level: 'error', title, message: 'region: is missing' },
      {
        level: 'error',
        title,
        message: 'task-definition.json: family: is not known (deploy/task-definition.json:12:7)',
        at,
      },
    ]);
    expect(lines).toEqual(['2 problems. Nothing was changed, and no call to AWS was made.']);
  });

  it('has no more errors than GitHub shows, and loses no problem', () => {
    const others = Array.from({ length: 14 }, (_, i) => ({ where: `input-${i}`, what: 'is missing' }));
    const annotations = tell(new Refusal(first, ...others));
    expect(annotations).toHaveLength(10);
    expect(annotations[8]?.message).toBe('input-7: is missing');
    expect(annotations[9]?.message).toMatch(/^and 6 more:\ninput-8: is missing\n[\s\S]*input-13: is missing$/);
    expect(tell(new Refusal(first, ...others.slice(0, 9))).at(-1)?.message).toBe('input-8: is missing');
  });

  it('stands at its place in the file when it is the only one', () => {
    expect(tell(new Refusal(second))).toEqual([expect.objectContaining({ at })]);
  });

  it('does not say that no call was made when one was', () => {
    expect(tell(new Refusal(first), true)[0]?.message).toMatch(/\nNothing was changed\.$/);
  });

  it('has an outcome, for outputs, summary and report', () => {
    const outcome = refusedOutcome(new Refusal(first, second));
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.because).toMatch(/region: is missing\n.*family/);
  });
});

describe('the headline of a one-off task', () => {
  const cause = { what: 'follow', because: 'migrate ended with exit code 3', evidence: [], next: '', task: 'migrate' };
  const run = { command: 'run' };
  const of = (is: OutcomeName, more = {}) => headline({ is, serviceIntact: true, leftovers: [], ...more }, run);

  it('begins with what a person looks for', () => {
    expect(of('rejected', { cause })).toBe('Failed: migrate ended with exit code 3. No service was touched.');
    expect(of('succeeded')).toMatch(/^Succeeded: the one-off task ended with exit code 0\./);
    expect(of('succeeded', { unattended: true })).toBe(
      'Begun: the one-off task. It runs; this run does not wait for its end.',
    );
    expect(of('cancelled')).toMatch(/^Cancelled: /);
    expect(of('planned')).toMatch(/^Planned: /);
  });

  it('is on one line and not endless, whatever a reason says', () => {
    const said = of('rejected', { cause: { ...cause, because: `a\n::error::b ${'x'.repeat(1000)}` } });
    expect(said).not.toContain('\n');
    expect(said.length).toBeLessThan(300);
  });

  it('of a rollout says that the service was not updated because of it', () => {
    const said = headline({ is: 'rejected', serviceIntact: true, leftovers: [], cause }, about);
    expect(said).toBe('Rejected: migrate ended with exit code 3, so web was not updated. The service was not changed.');
  });
});

describe('the headline of a rejected canary', () => {
  const rejected = (more: Partial<Cause>) => {
    const cause = { what: 'wait', because: 'it stopped', evidence: [], next: '', ...more };
    return headline({ is: 'rejected', serviceIntact: true, leftovers: [], cause }, about);
  };

  it('names a missing image, and no image where something else does not exist', () => {
    const probably = 'The log group of a container does not exist.';
    const missingImage = 'registry.example/team/web:2';
    expect(rejected({ probably, missingImage })).toMatch(/^Rejected: image web:2 does not exist\. /);
    expect(rejected({ probably })).toMatch(/^Rejected: the log group of a container does not exist\. /);
  });
});

describe('the headline of a dry run', () => {
  const finding = (is: Finding['is']): Finding => ({ kind: 'image', about: 'image of web', is, because: 'it is gone' });
  const planned = (...findings: readonly Finding[]) =>
    headline({ is: 'planned', serviceIntact: true, leftovers: [] }, { ...about, findings });

  it('counts problems or else warnings, and names the first problem', () => {
    expect(planned(finding('ok'))).toMatch(/^Planned: this is what/);
    expect(planned(finding('warning'))).toMatch(/^Planned, with 1 warning: this is what/);
    expect(planned(finding('problem'), finding('problem'), finding('warning'))).toMatch(
      /^Planned, with 2 problems: image of web: it is gone, and 1 other problem\. Nothing was changed\.$/,
    );
  });

  it('says at which step a run was cancelled', () => {
    const stopped = { at: 'step 3 of 9', failure: 'x' };
    const said = headline({ is: 'cancelled', serviceIntact: true, leftovers: [] }, { ...about, stopped });
    expect(said).toMatch(/^Cancelled during step 3 of 9: the rollout of web was stopped\. /);
  });
});
