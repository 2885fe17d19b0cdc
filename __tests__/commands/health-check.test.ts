import { expect, it } from 'vitest';
import { checkedBy } from '../../src/commands/health-check.ts';

it('says that an essential container has a health check, and nothing of others', () => {
  const healthCheck = { command: ['CMD', 'true'] };
  expect(checkedBy({ containerDefinitions: [{ name: 'web', healthCheck }] })).toEqual({ checked: true });
  expect(
    checkedBy({ containerDefinitions: [{ name: 'web' }, { name: 'side', essential: false, healthCheck }] }),
  ).toEqual({});
  expect(checkedBy({ containerDefinitions: [{ name: 'web', healthCheck: { command: ['NONE'] } }] })).toEqual({});
  expect(checkedBy(undefined)).toEqual({});
});
