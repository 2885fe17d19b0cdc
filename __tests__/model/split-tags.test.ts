import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ownKeys, readSplitTags, splitTags } from '../../src/model/split-tags.ts';
import type { Route, Traffic } from '../../src/model/traffic.ts';

const place = { region: 'eu-west-1', cluster: 'production', service: 'web' };
const owner = { run: '123-deploy', attempt: 2, url: 'https://github.com/o/r/actions/runs/1?pr=%20' };
const routeOf = (n: number, path = '/'): Route => ({
  kind: 'rule',
  arn: `arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/1/2/${n}`,
  name: `HTTPS:443 ${path}`,
  actions: [
    { Type: 'authenticate-cognito', Order: 1 },
    {
      Type: 'forward',
      Order: 2,
      TargetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1',
    },
  ],
});
const traffic = (routes: readonly Route[]): Traffic => ({
  routes,
  groups: [{ stable: 'arn:targetgroup/web/1', name: 'canary-web-1' }],
  settle: 30_000,
});

describe('the tags of a canary target group', () => {
  const scaling = { min: 2, max: 8, scaleInSuspended: false };
  const tags =
    splitTags(place, owner, { traffic: traffic([routeOf(1), routeOf(2)]), scaling, guarded: true }, 5000) ?? [];

  it('are tags that ELB accepts', () => {
    expect(tags.length).toBeLessThanOrEqual(50);
    for (const { Key, Value } of tags) {
      expect(Key).toMatch(/^[\p{L}\p{N} +=._:/@-]{1,128}$/u);
      expect(Value).toMatch(/^[\p{L}\p{N} +=._:/@-]{0,256}$/u);
    }
    expect(ownKeys([...tags, { Key: 'team', Value: 'x' }])).toHaveLength(tags.length);
  });

  it('say everything that is needed to undo what the run has done', () => {
    const read = readSplitTags(place, tags);
    expect(read).toMatchObject({ run: '123-deploy', attempt: 2, expires: 5000 });
    expect(read?.remembered).toEqual({ traffic: traffic([routeOf(1), routeOf(2)]), scaling, guarded: true });
  });

  it('are those of one service only', () => {
    expect(readSplitTags({ ...place, cluster: 'staging' }, tags)).toBeUndefined();
  });

  it('are not believed when they are not as they were written', () => {
    const cut = tags.filter(({ Key }) => !Key?.endsWith('found-0'));
    expect(readSplitTags(place, cut)?.remembered).toBeUndefined();
    const other = tags.map((tag) => (tag.Key?.endsWith('found-0') ? { ...tag, Value: 'AAAA' } : tag));
    expect(readSplitTags(place, other)?.remembered).toBeUndefined();
  });

  it('have no room for routes without end', () => {
    const many = Array.from({ length: 200 }, (_, n) => routeOf(n, `/${randomBytes(64).toString('hex')}`));
    expect(splitTags(place, owner, { traffic: traffic(many) }, 5000)).toBeUndefined();
  });
});
