import { describe, expect, it } from 'vitest';
import { Refusal, refuseIfAny } from '../../src/model/problem.ts';

describe('a Refusal', () => {
  const bake = { where: 'bake-duration', what: 'is -1s; it must be 0 or more' };
  const general = { where: '', what: 'there is no deploy context' };

  it('lists every problem with its location, one per line', () => {
    const refuse = () => refuseIfAny([bake, general]);
    expect(refuse).toThrow(Refusal);
    expect(refuse).toThrow(/^bake-duration: is -1s; it must be 0 or more\nthere is no deploy context$/);
  });

  it('keeps the problems, and is known by its name', () => {
    expect(new Refusal(bake, general)).toMatchObject({ name: 'Refusal', problems: [bake, general] });
  });

  it('is not thrown without problems', () => {
    expect(() => refuseIfAny([])).not.toThrow();
  });

  it('escapes invisible characters, and limits the length', () => {
    const [hidden] = new Refusal({ where: 'service.json: ["\u202e"]', what: 'a\u0000b\nc \ud800' }).problems;
    expect(hidden).toEqual({
      where: 'service.json: ["\\u202e"]',
      what: 'a\\u0000b\\nc \\ud800'.replace('\\n', '\\u000a'),
    });
    const whereOf = (length: number) =>
      new Refusal({ where: 'a'.repeat(length), what: 'is not known' }).problems[0].where;
    expect(whereOf(1000)).toBe('a'.repeat(1000));
    expect(whereOf(100_000)).toBe(`${'a'.repeat(1000)}…`);
  });
});
