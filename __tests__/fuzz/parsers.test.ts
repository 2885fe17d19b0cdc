import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorClassOf, failureOf, readError } from '../../src/aws/client/errors.ts';
import { readLeftState } from '../../src/github/state.ts';
import { isName, isReference, nameIn } from '../../src/model/arn.ts';
import { parseDuration, showDuration } from '../../src/model/duration.ts';
import { formatError } from '../../src/model/failure.ts';
import { groupOf, readOwnerTag, startedByOf, tagsOf } from '../../src/model/owner-tags.ts';
import { linksFor } from '../../src/report/console-links.ts';
import { shortName } from '../../src/report/texts.ts';
import { readRun } from '../../src/request/workflow-run.ts';
import { expectClean, expectNoEngineTalk, expectReadable, holds, patience } from './property.ts';
import { anyText, environmentText, slipped } from './texts.ts';
import { anyTree, print } from './trees.ts';

const awsName = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 1, maxLength: 255, size: 'max' });
const moment = fc.integer({ min: 1_700_000_000, max: 4_000_000_000 }).map((seconds) => seconds * 1000);

describe('a duration', () => {
  it('is parsed as a non-negative integer of milliseconds, or refused', patience, async () => {
    const text = fc.oneof(
      anyText,
      fc
        .tuple(fc.double({ min: 0, noNaN: true }), fc.constantFrom('', 's', 'm', 'h', ' s', 'd'))
        .map(([n, u]) => `${n}${u}`),
    );
    await holds(
      fc.property(text, (text) => {
        const duration = parseDuration(text);
        if (duration === undefined) return;
        expect(duration).toBeGreaterThanOrEqual(0);
        expect(duration === Number.POSITIVE_INFINITY || Number.isInteger(duration)).toBe(true);
      }),
    );
  });

  it('is formatted for any number', patience, async () => {
    await holds(
      fc.property(fc.integer({ min: -1e9, max: 1e12 }), (duration) => {
        expect(showDuration(duration)).toMatch(/^-?(\d+\.\d|\d+)s$|^-?\d+m( \d\ds)?$|^-?\d+h( \d\dm)?$/);
      }),
    );
  });

  it('of whole seconds, minutes or hours is formatted as written', patience, async () => {
    const written = fc.oneof(
      fc.integer({ min: 0, max: 59 }).map((n) => `${n}s`),
      fc.integer({ min: 1, max: 59 }).map((n) => `${n}m`),
      fc.integer({ min: 1, max: 24 }).map((n) => `${n}h`),
    );
    await holds(
      fc.property(written, (text) => {
        expect(showDuration(parseDuration(text) ?? -1)).toBe(text);
      }),
    );
  });
});

describe('the owner tag of any canary', () => {
  const mark = fc.record({
    service: awsName,
    run: fc
      .record({ GITHUB_RUN_ID: fc.nat().map(String), GITHUB_JOB: environmentText })
      .map((env) => readRun(env, 't').id),
    attempt: fc.integer({ min: 1, max: 1000 }),
    expires: moment,
  });

  it('is parsed from the group and from the tags, for any service and run', patience, async () => {
    await holds(
      fc.property(mark, (mark) => {
        expect(readOwnerTag({ group: groupOf(mark) })).toEqual(mark);
        expect(readOwnerTag({ tags: tagsOf(mark, { id: mark.run, attempt: 1, token: 't' }) })).toEqual(mark);
      }),
    );
  });

  it('is a valid startedBy', patience, async () => {
    await holds(
      fc.property(awsName, (service) => {
        expect(startedByOf(service)).toMatch(/^[\w/-]{1,36}$/);
      }),
    );
  });

  it('is not parsed from other texts, and can be printed', patience, async () => {
    const part = fc.oneof(
      anyText,
      fc.constantFrom('ecs-canary-rollout', 'web', '1e999', '-1', '9'.repeat(20), '2026-13-41'),
    );
    const group = fc.oneof(
      anyText,
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join(':')),
    );
    const key = fc.oneof(
      anyText,
      fc.constantFrom('service', 'run', 'attempt', 'expires').map((k) => `ecs-canary-rollout:${k}`),
    );
    const tag = fc.record({ key, value: part }, { requiredKeys: [] });
    const task = fc.record({ group, tags: fc.array(tag, { maxLength: 6 }) }, { requiredKeys: [] });
    await holds(
      fc.property(task, (task) => {
        const mark = readOwnerTag(task);
        if (mark === undefined) return;
        expect(mark.service).not.toBe('');
        expect(mark.run).not.toBe('');
        expect(Number.isSafeInteger(mark.attempt) && mark.attempt >= 0).toBe(true);
        expect(() => new Date(mark.expires).toISOString()).not.toThrow();
      }),
    );
  });
});

describe('a name or an ARN', () => {
  it('is one of the two or neither, and has a name at its end', patience, async () => {
    const text = fc.oneof(
      anyText,
      awsName,
      slipped(fc.constantFrom('arn:aws:ecs:us-west-2:123456789012:service/production/web')),
    );
    await holds(
      fc.property(text, (text) => {
        if (isName(text)) expect(isReference(text, 'service') && nameIn(text) === text).toBe(true);
        if (isReference(text, 'service')) expect(isName(nameIn(text))).toBe(true);
        expect(text.endsWith(shortName(text))).toBe(true);
      }),
    );
  });

  it('gives valid console links, or none', patience, async () => {
    await holds(
      fc.property(
        fc.record({ region: fc.oneof(fc.constant('us-west-2'), anyText), cluster: anyText, service: anyText }),
        anyText,
        (place, arn) => {
          const links = linksFor(place);
          if (links === undefined) return;
          for (const url of [links.cluster, links.service, links.revision(arn), links.task(arn)]) {
            expect(url).toMatch(/^https:\/\/[\w-]+\.console\.[\w.-]+\/ecs\/v2\/[^\s()<>"|]*$/);
          }
        },
      ),
    );
  });
});

describe('the state of an earlier process', () => {
  const undo = {
    kind: 'stop-tasks',
    when: 'always',
    title: 'stop',
    region: 'us-west-2',
    byHand: 'aws …',
    cluster: 'c',
    startedBy: 's',
    run: 'r',
  };

  it('is read, or refused with advice', patience, async () => {
    const text = fc.oneof(
      anyText,
      anyTree.map(print),
      fc
        .array(
          fc.record(
            Object.fromEntries(
              Object.entries(undo).map(([k, v]) => [k, fc.oneof(fc.constant<unknown>(v), anyText, fc.anything())]),
            ),
            { requiredKeys: [] },
          ),
        )
        .map((list) => JSON.stringify(list)),
    );
    const state = fc.record({ STATE_journal: text, STATE_main: anyText, STATE_report: anyText }, { requiredKeys: [] });
    await holds(
      fc.property(state, (state) => {
        const left = readLeftState(state);
        expectClean();
        if (left === undefined) return;
        if (left.complaint !== undefined) expectReadable(left.complaint);
        for (const { kind, when, title, place, byHand } of left.journal) {
          expect([kind, when, title, place.region, byHand].every((one) => typeof one === 'string')).toBe(true);
        }
      }),
    );
  });
});

describe('any value thrown by a call', () => {
  const odd = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withObjectString: true, withMap: true }),
    fc.constantFrom(Symbol('x'), Object.create(null), { toString: null }, new Proxy({}, {}), () => {}),
  );
  const error = fc
    .record({ name: odd, message: odd, code: odd, $metadata: odd, $response: odd, status: odd }, { requiredKeys: [] })
    .map((members) => Object.assign(new Error('odd'), members));
  const metadata = fc.record({ httpStatusCode: odd, requestId: odd }, { requiredKeys: [] });
  const sdkError = fc
    .record(
      { $metadata: metadata, $response: fc.record({ statusCode: odd }), message: fc.oneof(anyText, odd) },
      { requiredKeys: [] },
    )
    .map((members) => Object.assign(new Error('odd'), members));

  it('is read as a code and a message', patience, async () => {
    await holds(
      fc.property(fc.oneof(odd, error, sdkError), (thrown) => {
        const read = readError(thrown);
        expect(typeof read.code).toBe('string');
        expect(typeof read.message).toBe('string');
        expect(['undefined', 'number']).toContain(typeof read.status);
        expect(['undefined', 'string']).toContain(typeof read.requestId);
        expect(['throttled', 'unanswered', 'refused']).toContain(errorClassOf(read));
        const { because, evidence } = failureOf(['ecs', 'RunTask'], read, 'refused-call');
        expectNoEngineTalk(because);
        expect(evidence).toHaveLength(1);
        expect(typeof formatError(thrown)).toBe('string');
      }),
    );
  });
});
