import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/model/problem.ts';
import { ask } from './asked.ts';
import { anyFiles } from './contexts.ts';
import { expectClean, expectClear, holds, patience } from './property.ts';

/** Of the processor, whatever else it does: far more than any file takes, far less than what is quadratic. */
const mostMs = 3000;
const since = (began: NodeJS.CpuUsage): number => process.cpuUsage(began).user / 1000;

describe('any service.json and task-definition.json', () => {
  it('give a request, or readable problems', patience, async () => {
    const inputs = fc.constantFrom({}, { 'INPUT_UPDATE-SERVICE': 'true' }, { INPUT_COMMAND: 'rehearse' });
    await holds(
      fc.asyncProperty(anyFiles, inputs, async (files, more) => {
        const began = process.cpuUsage();
        const answer = await ask(files, more);
        expect(since(began)).toBeLessThan(mostMs);
        expectClean();
        if (answer instanceof Refusal) {
          expectClear(answer.problems);
          expect(answer.message).not.toContain('hush');
          return;
        }
        const { place } = answer.request;
        expect(place.cluster).not.toBe('');
        expect(place.service).not.toBe('');
        expect(answer.secrets).not.toContain('');
      }),
    );
  });

  it.each<readonly [string, (n: number) => string]>([
    ['open brackets', () => '['],
    ['open objects', () => '{"a":'],
    ['variables', () => '"${NOT_SET}",'],
    ['variables that are set', () => '${HUSH}'],
    ['variables that are not closed', () => '${'],
    ['quotes', () => '"'],
    ['backslashes', () => '\\'],
    ['slashes', () => '/'],
    ['comments', () => '/*'],
    ['commas', () => ','],
    ['one key again and again', () => '"a":1,'],
    ['keys that nobody knows', (n) => `"k${n}":1,`],
    ['keys with slips', (n) => `"famil${n}":1,`],
    ['lists', () => '[],'],
    ['one name', () => 'a'],
    ['line ends', () => '\r\n'],
    ['invisible characters', () => '\u200b'],
  ])('of 50 KB of %s are read in time, with few problems', patience, async (_, piece) => {
    const some = Array.from({ length: 50_000 / piece(0).length }, (_, n) => piece(n)).join('');
    const texts = [some, `{${some}`, `{"${some}":1}`, `{"family":"${some}"}`, `{${some}"b":1}`, `{"a":[${some}1]}`];
    for (const text of texts) {
      const began = process.cpuUsage();
      const answer = await ask({ service: text, taskDefinition: text });
      expect(since(began)).toBeLessThan(mostMs);
      expect(answer).toBeInstanceOf(Refusal);
      if (!(answer instanceof Refusal)) return;
      expectClear(answer.problems);
      expect(answer.message.length).toBeLessThan(25_000);
    }
  });
});
