import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../src/model/event.ts';
import type { Report } from '../../src/model/report.ts';
import { renderHtmlReport } from '../../src/report/html/report.ts';
import { createLog } from '../../src/report/log/log.ts';
import { renderEnd } from '../../src/report/markdown/comment.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import { shop, stage } from '../commands/stage.ts';
import { holds, patience } from './property.ts';
import { secretValue } from './secrets.ts';

/** Values that the environment has given; short ones too, but none that is a part of what is always there. */
const givenValue = fc.oneof(secretValue, fc.constantFrom('q7', 'zz9', '~', 'hush hush', 'x=y&z'));
const secretName = fc.constantFrom('DB_PASSWORD', 'API_KEY', 'authToken', 'SENTRY_DSN', 'PRIVATE_KEY', 'CLIENT_SECRET');
const plainName = fc.constantFrom('LOG_LEVEL', 'URL', 'THING', 'A', 'B', 'C');

/** Where a value can be in a definition, and what it needs to be hidden there. */
const placed = fc.record({
  where: fc.constantFrom('environment', 'command', 'option', 'label', 'tag'),
  how: fc.constantFrom('by-name', 'by-value', 'given'),
  named: secretName,
  plain: plainName,
  secret: secretValue,
  given: givenValue,
  made: fc.uuid().map((uuid) => `made-up ${uuid.slice(0, 8)}`),
});
type Placed = typeof placed extends fc.Arbitrary<infer P> ? P : never;

const nameOf = ({ how, named, plain }: Placed): string => (how === 'by-name' ? named : plain);
const textOf = ({ how, secret, given, made }: Placed): string => ({ 'by-name': made, 'by-value': secret, given })[how];

function definitionWith(base: RegisterTaskDefinitionRequest, all: readonly Placed[]): RegisterTaskDefinitionRequest {
  const of = (where: Placed['where']) => all.filter((one) => one.where === where);
  const [web] = base.containerDefinitions ?? [];
  const map = (where: Placed['where']) => Object.fromEntries(of(where).map((one) => [nameOf(one), textOf(one)]));
  const pairs = new Map(of('environment').map((one) => [nameOf(one), textOf(one)]));
  const command = of('command').flatMap((one) =>
    one.how === 'by-name' ? [`--${one.named}`, textOf(one)] : [textOf(one)],
  );
  // What AWS takes as a tag.
  const tagged = of('tag').filter((one) => /^[\w\s.:/=+@-]{0,256}$/.test(textOf(one)) && !textOf(one).includes('\n'));
  const tags = new Map(tagged.map((one) => [nameOf(one), textOf(one)]));
  return {
    ...base,
    ...(tags.size === 0 ? {} : { tags: [...tags].map(([key, value]) => ({ key, value })) }),
    containerDefinitions: [
      {
        ...web,
        environment: [...pairs].map(([name, value]) => ({ name, value })),
        ...(command.length === 0 ? {} : { command }),
        dockerLabels: map('label'),
        logConfiguration: { logDriver: 'splunk', options: map('option') },
      },
    ],
  };
}

/** Everything that is shown of a run. */
function shown(report: Report): Readonly<Record<string, string>> {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  const log = createLog({
    about: { command: 'rollout', service: 'web' },
    output: {
      print,
      startGroup: print,
      endGroup: () => {},
      debug: print,
      annotate: ({ message }: { readonly message: string }) => print(message),
    } as never,
  });
  for (const event of [
    ...report.events,
    { kind: 'ended', at: report.finishedAt, outcome: report.outcome } as TimedEvent,
  ]) {
    log(event);
  }
  return {
    log: lines.join('\n'),
    summary: renderSummary(report),
    comment: renderEnd(report, { marker: '<!-- -->', at: 0 }),
    page: renderHtmlReport(report),
    report: JSON.stringify(report),
  };
}

describe('a value from the environment, or one that looks like a secret', () => {
  it('is shown nowhere in a dry run, neither the new one nor what is live', patience, async () => {
    const some = fc.array(placed, { minLength: 1, maxLength: 5 });
    await holds(
      fc.asyncProperty(some, some, fc.boolean(), async (wanted, live, edited) => {
        const { service, definition: base } = shop('fargate', 1);
        const definition = definitionWith(base, wanted);
        const here = stage(
          { service, definition },
          (seed) => ({
            ...seed,
            taskDefinitions: [
              {
                ...definitionWith(
                  base,
                  live.filter(({ how }) => how !== 'given'),
                ),
                revision: 1,
              },
            ] as never,
          }),
          'direct',
        );
        const hidden = wanted.filter(({ how }) => how === 'given').map(textOf);
        const image = 'registry.example/web:v9';
        const edits = { images: [{ image }], environment: [] };
        const { outcome, report } = await here.rollout({
          dryRun: true,
          hidden: edited ? [] : hidden,
          ...(edited ? { revision: { kind: 'edited', base: 'service', edits } } : {}),
        });
        expect(outcome.is, outcome.cause?.because).toBe('planned');
        const values = [...(edited ? [] : wanted), ...live.filter(({ how }) => how !== 'given')].map(textOf);
        for (const [where, text] of Object.entries(shown(report))) {
          for (const value of values) {
            const forms = [value, JSON.stringify(value).slice(1, -1)].filter((form) => form.length > 2);
            expect(
              forms.filter((form) => text.includes(form)),
              where,
            ).toEqual([]);
          }
        }
      }),
      0.4,
    );
  });
});
