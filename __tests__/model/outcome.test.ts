import { expect, it } from 'vitest';
import { isGood, type OutcomeName } from '../../src/model/outcome.ts';

it('lets the job succeed only if the request was fulfilled', () => {
  const names: readonly OutcomeName[] = [
    'succeeded',
    'planned',
    'rejected',
    'rolled-back',
    'rollback-failed',
    'superseded',
    'cancelled',
    'failed',
  ];
  expect(names.filter((is) => isGood({ is, serviceIntact: true, leftovers: [] }))).toEqual(['succeeded', 'planned']);
});
