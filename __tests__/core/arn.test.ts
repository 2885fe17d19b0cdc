import { describe, expect, it } from 'vitest';
import { nameIn } from '../../src/core/arn.ts';

describe('nameIn', () => {
  it.each([
    ['arn:aws:ecs:us-west-2:123456789012:task-definition/web:42', 'web:42'],
    ['arn:aws:ecs:us-west-2:123456789012:task/production/0123abcd', '0123abcd'],
    ['web:42', 'web:42'],
  ])('gives the name at the end of an ARN, and a name as it is: %s', (arn, name) => {
    expect(nameIn(arn)).toBe(name);
  });
});
