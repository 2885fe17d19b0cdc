import { expect, it } from 'vitest';
import { Refusal } from '../../src/core/problem.ts';

it('a problem shows what nobody can see, and is not endless', () => {
  const [hidden] = new Refusal({ where: 'service.json: ["\u202e"]', what: 'a\u0000b\nc \ud800' }).problems;
  expect(hidden).toEqual({
    where: 'service.json: ["\\u202e"]',
    what: 'a\\u0000b\\nc \\ud800'.replace('\\n', '\\u000a'),
  });
  const [long] = new Refusal({ where: 'a'.repeat(100_000), what: 'is not known' }).problems;
  expect(long.where.length).toBeLessThan(1100);
});
