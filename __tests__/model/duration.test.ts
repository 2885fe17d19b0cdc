import { describe, expect, it } from 'vitest';
import { minute, parseDuration, second, showDuration } from '../../src/model/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['15', 15 * second],
    ['90s', 90 * second],
    ['5m', 5 * minute],
    ['1h', 60 * minute],
    ['0', 0],
    ['1.25m', 75 * second],
    ['0.0004s', 0],
    ['12 m', 12 * minute],
    ['12   m', 12 * minute],
    [' 12m\n', 12 * minute],
  ])('reads %j', (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  it.each(['', 's', '-5', '+5', '5d', '5 m x', 'x 5m', '5ms', '1h30m', '1.', '.5', '1,5', '1.xm', 'Infinity'])(
    'takes %j for no duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('showDuration', () => {
  it.each([
    [0, '0s'],
    [1, '0.1s'],
    [400, '0.4s'],
    [401, '0.5s'],
    [second, '1s'],
    [12_400, '12s'],
    [59_400, '59s'],
    [59_600, '1m'],
    [minute, '1m'],
    [3 * minute + 5 * second, '3m 05s'],
    [3 * minute + 45 * second, '3m 45s'],
    [59 * minute + 59 * second, '59m 59s'],
    [60 * minute, '1h'],
    [62 * minute, '1h 02m'],
    [150 * minute + 29 * second, '2h 30m'],
    [48 * 60 * minute, '48h'],
    [-400, '-0.4s'],
    [-90 * second, '-1m 30s'],
  ])('formats %i ms: %s', (duration, said) => {
    expect(showDuration(duration)).toBe(said);
  });
});
