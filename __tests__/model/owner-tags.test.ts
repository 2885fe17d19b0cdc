import { describe, expect, it } from 'vitest';
import { groupOf, type OwnerTag, readOwnerTag, startedByOf, tagsOf } from '../../src/model/owner-tags.ts';

const mark: OwnerTag = { service: 'web', run: '7-deploy', attempt: 2, expires: Date.UTC(2026, 10, 20, 9, 30) };
const run = { id: '7-deploy', attempt: 2, token: 't' };
const tag = (name: string, value: string) => ({ key: `ecs-canary-rollout:${name}`, value });

describe('the owner tag of a canary', () => {
  it('is read from the group if tags are denied, and from the tags if the group was changed', () => {
    expect(groupOf(mark)).toBe('ecs-canary-rollout:web:7-deploy:2:1795167000');
    expect(readOwnerTag({ group: groupOf(mark) })).toEqual(mark);
    expect(readOwnerTag({ group: groupOf(mark), tags: [] })).toEqual(mark);
    expect(readOwnerTag({ tags: tagsOf(mark, run) })).toEqual(mark);
    expect(readOwnerTag({ group: 'family:web', tags: tagsOf(mark, run) })).toEqual(mark);
  });

  it('contains readable tags, with the URL of the run if there is one', () => {
    const tags = [tag('service', 'web'), tag('run', '7-deploy'), tag('attempt', '2')];
    const expires = tag('expires', '2026-11-20T09:30:00.000Z');
    expect(tagsOf(mark, run)).toEqual([...tags, expires]);
    expect(tagsOf(mark, { ...run, url: 'https://github.com/x' })).toEqual([
      ...tags,
      expires,
      tag('url', 'https://github.com/x'),
    ]);
  });

  it('is that of the latest attempt in the tags, because a group cannot be changed', () => {
    const later = { ...mark, attempt: 3, expires: mark.expires + 60_000 };
    expect(readOwnerTag({ group: groupOf(mark), tags: tagsOf(later, run) })).toEqual(later);
    expect(readOwnerTag({ group: groupOf(later), tags: tagsOf(mark, run) })).toEqual(later);
  });

  it('is the one in the group when the tags name another run', () => {
    const another = { ...mark, run: '8-deploy', attempt: 9, expires: mark.expires + 60_000 };
    expect(readOwnerTag({ group: groupOf(mark), tags: tagsOf(another, run) })).toEqual(mark);
  });

  it.each([
    ['no group and no tags', {}],
    ['the group of a service', { group: 'service:web' }],
    ['the group of somebody else', { group: 'somebody:web:7-deploy:2:0' }],
    ['a group without a service', { group: 'ecs-canary-rollout::7-deploy' }],
    ['a group without a run', { group: 'ecs-canary-rollout:web' }],
    ['tags without a run', { tags: [tag('service', 'web')] }],
    ['tags without a service', { tags: [tag('run', '7-deploy')] }],
    [
      'the tags of somebody else',
      {
        tags: [
          { key: 'service', value: 'web' },
          { key: 'run', value: '7-deploy' },
        ],
      },
    ],
  ])('is absent on a task with %s', (_, task) => {
    expect(readOwnerTag(task)).toBeUndefined();
  });

  it('has an unknown attempt and never expires if these cannot be read', () => {
    const unknown = { service: 'web', run: '7-deploy', attempt: 0, expires: 0 };
    expect(readOwnerTag({ group: 'ecs-canary-rollout:web:7-deploy' })).toEqual(unknown);
    expect(readOwnerTag({ group: 'ecs-canary-rollout:web:7-deploy:x:y' })).toEqual(unknown);
    expect(readOwnerTag({ tags: [tag('service', 'web'), tag('run', '7-deploy')] })).toEqual(unknown);
  });
});

describe('startedBy', () => {
  it('is the same for all canaries of a service, and short enough for StartTask however long its name is', () => {
    expect(startedByOf('web')).toBe('ecs-canary/web');
    expect(startedByOf(`${'x'.repeat(200)}-the-end-of-a-long-name`)).toBe('ecs-canary/xx-the-end-of-a-long-name');
    expect(startedByOf('y'.repeat(255))).toHaveLength(36);
  });
});

describe('an owner tag written by others', () => {
  it.each(['1e999', '99999999999999999999', '-1', 'soon'])(
    'has no time of end and no attempt where it says %s',
    (odd) => {
      const nothing = { service: 'web', run: '1-deploy', attempt: 0, expires: 0 };
      expect(readOwnerTag({ group: `ecs-canary-rollout:web:1-deploy:${odd}:${odd}` })).toEqual(nothing);
      const tags = { service: 'web', run: '1-deploy', attempt: odd, expires: odd };
      const written = Object.entries(tags).map(([key, value]) => ({ key: `ecs-canary-rollout:${key}`, value }));
      expect(readOwnerTag({ tags: written })).toMatchObject({ attempt: 0 });
    },
  );
});

describe('the owner tag of a one-off task', () => {
  const task = { group: groupOf(mark, 'one-off'), tags: tagsOf(mark, run, 'one-off') };

  it('is never read as that of a canary', () => {
    expect(readOwnerTag(task, 'one-off')).toEqual(mark);
    expect(readOwnerTag({ group: task.group }, 'one-off')).toEqual(mark);
    expect(readOwnerTag(task)).toBeUndefined();
    expect(readOwnerTag({ group: groupOf(mark), tags: tagsOf(mark, run) }, 'one-off')).toBeUndefined();
    expect(startedByOf('web', 'one-off')).not.toBe(startedByOf('web'));
  });

  it('shows whether a run waits for its end', () => {
    const left = { ...mark, expires: 0 };
    expect(readOwnerTag({ group: groupOf(left, 'one-off') }, 'one-off')).toEqual(left);
    expect(readOwnerTag({ tags: tagsOf(left, run, 'one-off') }, 'one-off')).toEqual(left);
  });

  it('fits the limits of RunTask for any family or service name', () => {
    expect(startedByOf('x'.repeat(255), 'one-off').length).toBeLessThanOrEqual(128);
  });
});
