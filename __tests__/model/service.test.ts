import { describe, expect, it } from 'vitest';
import { primaryOf } from '../../src/model/service.ts';

describe('primaryOf', () => {
  it('finds the PRIMARY deployment anywhere in the list', () => {
    const deployments = [
      { id: 'ecs-svc/1', status: 'ACTIVE' },
      { id: 'ecs-svc/2', status: 'PRIMARY' },
    ];
    expect(primaryOf({ deployments })?.id).toBe('ecs-svc/2');
  });

  it('finds none if ECS returns none', () => {
    expect(primaryOf({})).toBeUndefined();
    expect(primaryOf({ deployments: [{ id: 'ecs-svc/1', status: 'ACTIVE' }] })).toBeUndefined();
  });
});
