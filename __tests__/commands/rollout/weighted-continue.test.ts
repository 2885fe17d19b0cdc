import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import { storable } from '../../../src/model/storable.ts';
import { orphans } from '../stage.ts';
import { asWeighted, lostThroughUs, surroundings, weightedStage } from './weighted-stage.ts';

const run = { id: 'killed', attempt: 1, token: 'killed' };

/** Ends the process when the last bake has begun. */
const inLastBake = () => {
  let last = -1;
  return (event: TimedEvent): boolean => {
    if (event.kind === 'planned') last = event.plan.steps.findLastIndex(({ kind }) => kind === 'bake');
    return event.kind === 'step' && event.is === 'begun' && event.index === last;
  };
};

describe('a canary task that Spot takes after another process has continued the run', () => {
  it.each([1, 2])('is replaced, where one call has started %i', async (tasks) => {
    const here = weightedStage();
    const before = surroundings(here.account);
    const request = asWeighted({ tasks, steps: [{ weight: 250, wait: 2 * minute }] }, { run });
    const { saved = '' } = await here.rollout(request, inLastBake());
    const [task] = here.after().standaloneTasks;
    here.account.interrupt(task?.taskArn ?? '', 'SpotInterruption', 30 * second);
    const stored = JSON.stringify(storable(JSON.parse(saved)));
    const { outcome } = await here.continue(stored, { ...request, run: { ...run, token: 'of-another-process' } });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(here.account.calls.filter(({ operation }) => operation === 'RunTask')).toHaveLength(2);
    await here.clock.sleep(minute);
    expect(surroundings(here.account)).toEqual(before);
    expect(orphans(here.after())).toEqual([]);
    expect(lostThroughUs(here.account).filter(({ stopCode }) => stopCode !== 'SpotInterruption')).toEqual([]);
  });
});
