import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { orphans, type Stage, shop, stage } from '../stage.ts';

const updated = (here: Stage): number =>
  here.account.calls.filter(({ operation, outcome }) => operation === 'UpdateService' && outcome === 'ok').length;

describe('two rollouts of one service that begin at the same moment', () => {
  it.each([
    ['fargate', 1],
    ['fargate', 0],
    ['ec2-bridge', 2],
  ] as const)('are never both carried out: %s, %i target groups', async (ground, groups) => {
    const here = stage(shop(ground, groups));
    const outcomes = (await Promise.all([here.rollout(), here.rollout()])).map(({ outcome }) => outcome);
    expect(outcomes.filter(({ is }) => is === 'succeeded')).toHaveLength(1);
    const loser = outcomes.find(({ is }) => is !== 'succeeded');
    expect(loser).toMatchObject({ leftovers: [], cause: { conflict: true } });
    // The other one's canary is there still, or its deployment is there already.
    expect(loser?.cause?.because).toMatch(
      loser?.is === 'failed' ? /started a canary of this service just before/ : /since this run began/,
    );
    expect(loser?.serviceIntact).toBe(loser?.is === 'failed');
    expect(updated(here)).toBe(1);
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
  });

  it('are carried out one after the other with on-conflict: wait', async () => {
    const here = stage(shop('fargate', 1));
    const second = {
      revision: { kind: 'new', definition: shop('fargate', 1, { tag: 'good-too' }).definition },
    } as const;
    const runs = await Promise.all([
      here.rollout({ onConflict: 'wait' }),
      here.rollout({ onConflict: 'wait', ...second }),
    ]);
    expect(runs.map(({ outcome }) => outcome.is)).toEqual(['succeeded', 'succeeded']);
    expect(updated(here)).toBe(2);
    await here.clock.sleep(10 * minute);
    expect(orphans(here.after())).toEqual([]);
    expect(here.after().services['production/web']?.deployments).toHaveLength(1);
  });

  it('are not both in the way of a third that takes over', async () => {
    const here = stage(shop('fargate', 1));
    const [first, third] = await Promise.all([
      here.rollout({ bake: 20 * minute }),
      here.clock.sleep(3 * minute).then(() => here.rollout({ onConflict: 'take-over' })),
    ]);
    expect(third.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(first.outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
    await here.clock.sleep(20 * minute);
    expect(orphans(here.after())).toEqual([]);
  });
});

describe('a rollout that takes over from a deployment that brings nothing up', () => {
  it('goes back to what really runs when it fails itself', async () => {
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } };
    const here = stage(shop('fargate', 1, { tag: 'fails-in-service', service: breaker }));
    const [container] = shop('fargate', 1, { tag: 'no-pull' }).definition.containerDefinitions ?? [];
    const broken = { ...shop('fargate', 1).definition, containerDefinitions: [container] };
    here.account.someone('RegisterTaskDefinition', structuredClone(broken) as never);
    here.account.someoneUpdatesService({ cluster: 'production', service: 'web', taskDefinition: 'web:2' });
    await here.clock.sleep(minute);
    const { outcome, report } = await here.rollout({ onConflict: 'take-over' });
    expect(outcome).toMatchObject({ is: 'rolled-back', leftovers: [] });
    expect(report.plan?.notes.join()).toMatch(/on failure the service is rolled back to web:1/);
    await here.clock.sleep(10 * minute);
    expect(here.after().services['production/web']).toMatchObject({ taskDefinition: 'web:1', deployments: [{}] });
  });
});
