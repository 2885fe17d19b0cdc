import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { failEverywhere, faults } from '../interrupt.ts';
import { serviceIn, stage } from '../stage.ts';
import { nativeShop } from './native-shop.ts';

const configuration = {
  strategy: 'CANARY' as const,
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
};

/** What differs from other strategies: what ECS shows late, in part, or not at all. */
const points = faults
  .filter((fault) => fault === 'lost-after' || fault === 'deny' || fault === 'stale' || fault === 'partial')
  .flatMap((fault) => [[fault, 'good'] as const, [fault, 'crash'] as const]);

describe('a call of a deployment by ECS whose answer is lost or never comes, or that is refused', {
  timeout: 60_000,
}, () => {
  it.each(points)('ends in an outcome that the account agrees with, at every call: %s, %s', async (fault, tag) => {
    const open = () => stage(nativeShop(configuration, tag), undefined, 'direct');
    const wrong = await failEverywhere(
      open,
      (here) => here.rollout({ strategy: 'native' }),
      { fault },
      async (here, run, said) => {
        const { is, serviceIntact, cause } = run.outcome;
        const now = serviceIn(here.after());
        const same = JSON.stringify(now) === JSON.stringify(serviceIn(here.before));
        await here.post(run);
        await here.clock.sleep(40 * minute);
        const revisions = here.after().revisions.web ?? [];
        const passing = fault !== 'deny';
        const good = tag === 'good';
        return [
          ...(serviceIntact && !same ? [`${said}: service-intact is true`] : []),
          ...(is === 'succeeded' && same ? [`${said}: succeeded, but the service is unchanged`] : []),
          ...(revisions.length > 2 ? [`${said}: registered twice`] : []),
          ...(passing && is !== (good ? 'succeeded' : 'rejected') ? [`${said}: ${is} (${cause?.because})`] : []),
        ];
      },
    );
    expect(wrong).toEqual([]);
  });
});
