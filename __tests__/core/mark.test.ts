import { describe, expect, it } from 'vitest';
import { readMark } from '../../src/core/mark.ts';

describe('a mark that somebody else has written', () => {
  it.each(['1e999', '99999999999999999999', '-1', 'soon'])(
    'has no time of end and no attempt where it says %s',
    (odd) => {
      const nothing = { service: 'web', run: '1-deploy', attempt: 0, expires: 0 };
      expect(readMark({ group: `ecs-canary-rollout:web:1-deploy:${odd}:${odd}` })).toEqual(nothing);
      const tags = { service: 'web', run: '1-deploy', attempt: odd, expires: odd };
      const written = Object.entries(tags).map(([key, value]) => ({ key: `ecs-canary-rollout:${key}`, value }));
      expect(readMark({ tags: written })).toMatchObject({ attempt: 0 });
    },
  );
});
