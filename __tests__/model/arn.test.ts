import { describe, expect, it } from 'vitest';
import { isName, isReference, nameIn } from '../../src/model/arn.ts';

describe('nameIn', () => {
  it.each([
    ['arn:aws:ecs:us-west-2:123456789012:task-definition/web:42', 'web:42'],
    ['arn:aws:ecs:us-west-2:123456789012:task/production/0123abcd', '0123abcd'],
    ['web:42', 'web:42'],
  ])('returns the name at the end of an ARN, and a plain name unchanged: %s', (arn, name) => {
    expect(nameIn(arn)).toBe(name);
  });
});

describe('isName', () => {
  it('accepts letters, digits, hyphens and underscores, at most 255', () => {
    expect(['web', 'Web_2-a', 'x', 'x'.repeat(255)].filter((text) => !isName(text))).toEqual([]);
    expect(['', 'web:1', ' web', 'web ', 'wéb', 'a/b', 'x'.repeat(256)].filter(isName)).toEqual([]);
  });
});

describe('isReference', () => {
  const arn = (what: string) => `arn:aws:ecs:us-west-2:123456789012:${what}`;

  it('accepts a name, and an ARN in the new and the old format', () => {
    const good = [
      'web',
      arn('service/production/web'),
      arn('service/web'),
      'arn:aws-us-gov:ecs:x-1:123456789012:service/web',
    ];
    expect(good.filter((text) => !isReference(text, 'service'))).toEqual([]);
    expect(isReference(arn('cluster/production'), 'cluster')).toBe(true);
  });

  it('refuses everything else', () => {
    const bad = [
      '',
      arn('cluster/web'),
      arn('service/a/b/web'),
      arn('service/'),
      `x${arn('service/web')}`,
      'production/web',
    ];
    expect(bad.filter((text) => isReference(text, 'service'))).toEqual([]);
  });
});
