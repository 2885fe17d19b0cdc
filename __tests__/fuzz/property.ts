import fc from 'fast-check';
import { expect } from 'vitest';
import { formatProblem, type Problem } from '../../src/model/problem.ts';

/**
 * `RUNS=100000 npx vitest run fuzz` tries more cases, `SEED=2` other ones; a failure names its seed and its path, and
 * `SEED=… AT=… npx vitest run fuzz -t '<name of the test>'` is that one case again.
 */
const { RUNS = '500', SEED = '1', AT } = process.env;

/** More cases than usual take longer than a test usually may. */
export const patience = { timeout: 3_600_000 };

/** Tries a property, with that share of the runs that its price allows. */
export async function holds<T>(property: fc.IRawProperty<T>, share = 1): Promise<void> {
  const numRuns = Math.max(1, Math.round(Number(RUNS) * share));
  await fc.assert(property, { numRuns, seed: Number(SEED), ...(AT === undefined ? {} : { path: AT }) });
}

/** Must not appear in messages: stack lines, errors of the JavaScript engine, unformatted values. */
const engineTalk =
  /\n\s+at |Cannot read prop|Cannot convert|Cannot destructure|Cannot set prop|Cannot mix BigInt|is not (a function|iterable|defined|a constructor)|Invalid (time value|array length|string length)|URI malformed|Maximum call stack|circular structure|\[object \w+\]/;

/** Line ends, control characters, invisible characters and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u;

/** A text that may stand before a person, on one line. */
export function expectReadable(text: string): void {
  expect(text.trim()).not.toBe('');
  expect(text).not.toMatch(unprintable);
  expectNoEngineTalk(text);
}

/** A text that is not the JavaScript engine's. */
export function expectNoEngineTalk(text: string): void {
  expect(text).not.toMatch(engineTalk);
}

/** Problems that say where and what, each in a text for a person. */
export function expectClear(problems: readonly Problem[]): void {
  for (const problem of problems) {
    const { at } = problem;
    expectReadable(formatProblem(problem));
    expectReadable(problem.what);
    if (at === undefined) continue;
    expect(at.line).toBeGreaterThanOrEqual(1);
    expect(at.column).toBeGreaterThanOrEqual(1);
  }
}

/** Nothing that was read has got into what every object inherits from. */
export function expectClean(): void {
  const inherited: string[] = [];
  for (const key in {}) inherited.push(key);
  for (const key in []) inherited.push(key);
  expect(inherited).toEqual([]);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
}
