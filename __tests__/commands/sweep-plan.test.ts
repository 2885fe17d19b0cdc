import { describe, expect, it } from 'vitest';
import { planSweep, sweepSteps } from '../../src/commands/sweep.ts';
import type { SweepSnapshot } from '../../src/model/snapshot.ts';
import { at, canaryOf, requestOf } from './snapshot.ts';

const nothing: SweepSnapshot = { at, canaries: [], oneOffs: [], orphanTargets: [], unknownTargets: [] };
const orphanTargets = { run: 'r', targets: [{ targetGroup: 'tg/1', id: '10.0.0.1', port: 80 }], drain: 1000 };
const expired = canaryOf({ task: 'task/0', expires: 1 });
const plan = (remains: Partial<SweepSnapshot>) =>
  planSweep({ ...requestOf(), command: 'sweep' }, { ...nothing, ...remains });

describe('the plan of a sweep', () => {
  it('puts away canaries that are over and targets that are lost, out of traffic first', () => {
    const request = requestOf();
    const { steps, notes, changes } = plan({ canaries: [expired], orphanTargets: [orphanTargets] });
    expect(steps).toEqual([
      {
        kind: 'sweep',
        title: 'clean up what 2 earlier runs left behind',
        place: request.place,
        startedBy: 'ecs-canary/web',
        orphans: [expired, orphanTargets],
        stopWithin: request.timeouts.taskStopped,
      },
      { kind: 'retire', title: 'drain and stop it while the next steps run' },
    ]);
    expect([notes, changes]).toEqual([[], []]);
  });

  it('says that nothing is left, and only then', () => {
    expect(plan({})).toMatchObject({ steps: [], notes: ['Nothing to clean up.'] });
    expect(plan({ orphanTargets: [orphanTargets] }).notes).toEqual([]);
    expect(plan({ canaries: [expired] }).notes).toEqual([]);
  });

  it('leaves alone, and says, what may still belong to somebody', () => {
    const unknownTargets = [{ targetGroup: 'tg/1', id: '10.0.0.9', port: 80, state: 'healthy' }];
    const { steps, notes } = plan({ canaries: [canaryOf(), expired], unknownTargets });
    expect(steps[0]).toMatchObject({ orphans: [expired] });
    expect(notes).toHaveLength(2);
    expect(notes[0]).toContain('task/1');
    expect(notes[1]).toContain('10.0.0.9:80 (healthy) in tg/1');
    expect(plan({ canaries: [canaryOf()] }).notes).toHaveLength(1);
    expect(plan({ unknownTargets }).notes).toHaveLength(1);
  });

  it('stops one-off tasks that are over, leaves the others alone, and says of each what it is', () => {
    const over = { ...canaryOf({ task: 'task/8', expires: 1, run: 'gone' }), oneOff: true as const };
    const alive = { ...canaryOf({ task: 'task/9', run: 'other' }), oneOff: true as const };
    const { steps, notes } = plan({ oneOffs: [over, alive] });
    expect(steps[0]).toMatchObject({ kind: 'sweep', orphans: [over] });
    expect(notes.join()).toContain('Left alone: run other is running a one-off task of this service (task task/9)');
  });

  it('says when the service could not be looked at', () => {
    expect(plan({ noService: 'it is INACTIVE' }).notes).toEqual([
      'Only tasks were checked, not targets: it is INACTIVE.',
      'Nothing to clean up.',
    ]);
  });
});

describe('the steps of a sweep', () => {
  it('are none where there is nothing to put away', () => {
    expect(sweepSteps(requestOf(), [])).toEqual([]);
  });

  it('say of one run that it is one', () => {
    expect(sweepSteps(requestOf(), [orphanTargets])[0]?.title).toBe('clean up what an earlier run left behind');
  });
});
