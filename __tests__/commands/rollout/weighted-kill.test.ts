import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { orphans } from '../stage.ts';
import { asWeighted, busyShop, lostThroughUs, surroundings, weightedStage } from './weighted-stage.ts';

const writes = /:(Create|Modify|Register|Run|Update|Deregister|Delete|Stop|Add)/;
const request = () =>
  asWeighted({
    steps: [
      { weight: 50, wait: minute },
      { weight: 500, wait: minute },
    ],
    guardRole: 'arn:aws:iam::123456789012:role/guard',
  });

/** Ends the process directly after its nth call that changes something. */
const killedAfter = (n: number) => {
  let seen = 0;
  return (event: { readonly kind: string; readonly operation?: string }): boolean =>
    event.kind === 'call' && writes.test(event.operation ?? '') && ++seen === n;
};

describe.each(['post', 'sweep'] as const)('a weighted rollout that is killed after a change, and its %s', (way) => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 1))('number %i', async (n) => {
    const here = weightedStage(busyShop());
    const before = surroundings(here.account);
    const run = await here.rollout(request(), killedAfter(n));
    if (way === 'post') await here.post(run);
    await here.clock.sleep(8 * minute);
    await here.sweep();
    expect(surroundings(here.account)).toEqual(before);
    expect(orphans(here.after())).toEqual([]);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});
