import { describe, expect, it } from 'vitest';
import { findProblems } from '../../../src/commands/dry-run/preflight.ts';
import { conflictsOf, formatAlive, orphansOf, waitForOthers } from '../../../src/commands/rollout/conflicts.ts';
import type { Canary } from '../../../src/model/snapshot.ts';
import { at, canaryOf, deploying, requestOf, snapshotOf } from '../snapshot.ts';

describe('canaries that nobody needs', () => {
  const orphans = (canary: Canary, onConflict: 'fail' | 'take-over' = 'fail', kept?: Canary) =>
    orphansOf(requestOf({ onConflict }), { canaries: [canary], at }, kept).length === 1;

  it('are those whose run is over for sure', () => {
    expect(orphans(canaryOf({ expires: at - 1 }))).toBe(true);
    expect(orphans(canaryOf({ expires: at }))).toBe(false);
    expect(orphans(canaryOf({ expires: 0 }))).toBe(false);
  });

  it('are those of earlier attempts of the same job, and of no other', () => {
    expect(orphans(canaryOf({ run: 'run-1', attempt: 1 }))).toBe(true);
    expect(orphans(canaryOf({ run: 'run-1', attempt: 2 }))).toBe(false);
    expect(orphans(canaryOf({ run: 'another', attempt: 1 }))).toBe(false);
  });

  it('are all with take-over, but for the one that is kept', () => {
    expect(orphans(canaryOf(), 'take-over')).toBe(true);
    expect(orphans(canaryOf(), 'take-over', canaryOf())).toBe(false);
    expect(orphans(canaryOf(), 'take-over', canaryOf({ task: 'task/2' }))).toBe(true);
  });
});

describe('what is in the way of a rollout', () => {
  const conflicts = (...args: Parameters<typeof conflictsOf>) => conflictsOf(...args).map(({ where }) => where);

  it('is nothing at a service that is at rest', () => {
    expect(conflictsOf(requestOf(), snapshotOf())).toEqual([]);
    expect(conflictsOf(requestOf(), snapshotOf({ service: {} }))).toEqual([]);
  });

  it('is the canary of a run that may be alive, and not one that is put away or gone on with', () => {
    const kept = canaryOf({ task: 'task/2', run: 'run-1' });
    const canaries = [canaryOf(), canaryOf({ task: 'task/0', expires: 1 }), kept];
    const resumption = { kind: 'canary', canary: kept } as const;
    const [first, ...others] = conflictsOf(requestOf(), snapshotOf({ canaries }), resumption);
    expect(first).toMatchObject({ where: 'on-conflict', what: expect.stringContaining('task/1') });
    expect(others).toEqual([]);
    expect(conflicts(requestOf(), snapshotOf({ canaries: [canaryOf({ ...kept, attempt: 2 })] }), resumption)).toEqual(
      [],
    );
  });

  it('is the deployment of somebody else, and not one that is gone on with', () => {
    const snapshot = snapshotOf({ service: deploying() });
    expect(conflictsOf(requestOf(), snapshot)).toMatchObject([
      { where: 'on-conflict', what: expect.stringContaining('(ecs-svc/2: in progress)') },
    ]);
    const resumption = { kind: 'deployment', id: 'ecs-svc/2', since: 0 } as const;
    expect(conflictsOf(requestOf(), snapshot, resumption)).toEqual([]);
    expect(conflicts(requestOf(), { ...snapshot, canaries: [canaryOf()] }, resumption)).toEqual(['on-conflict']);
    expect(conflicts(requestOf(), { ...snapshot, canaries: [canaryOf()] })).toEqual(['on-conflict', 'on-conflict']);
  });

  it('is said in the words of ECS where it has any', () => {
    const primary = {
      id: 'ecs-svc/2',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'busy',
    } as const;
    const [first] = conflictsOf(requestOf(), snapshotOf({ service: { deployments: [primary] } }));
    expect(first?.what).toContain('(ecs-svc/2: busy)');
  });

  it('is a finding of a dry run with its reason in one piece, whatever ECS writes in it', () => {
    const primary = {
      id: 'ecs-svc/2',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: 'started; 1 of 2 tasks. Busy',
    } as const;
    const snapshot = snapshotOf({ service: { deployments: [primary] } });
    const request = { ...requestOf(), revision: { kind: 'existing', name: 'web:2' } } as const;
    const findings = findProblems(request, snapshot, { fitting: [] }, { steps: [] });
    expect(findings.find(({ kind }) => kind === 'conflict')).toEqual({
      kind: 'conflict',
      about: 'other runs',
      is: 'problem',
      because: 'another deployment is under way (ecs-svc/2: started; 1 of 2 tasks. Busy)',
      next: 'Wait for it to end, or set on-conflict: wait or take-over.',
    });
  });

  it('is a second deployment where ECS says nothing of the state of the first', () => {
    const primary = { id: 'ecs-svc/2', status: 'PRIMARY' };
    const several = { deployments: [primary, { id: 'ecs-svc/1', status: 'ACTIVE' }] };
    const [first] = conflictsOf(requestOf(), snapshotOf({ service: several }));
    expect(first?.what).toContain('(ecs-svc/2)');
    expect(conflicts(requestOf(), snapshotOf({ service: { deployments: [primary] } }))).toEqual([]);
    const done = { deployments: [{ ...primary, rolloutState: 'COMPLETED' as const }, { status: 'ACTIVE' }] };
    expect(conflicts(requestOf(), snapshotOf({ service: done }))).toEqual([]);
    expect(conflicts(requestOf(), snapshotOf({ service: { deployments: [{ status: 'ACTIVE' }, {}] } }))).toEqual([]);
  });

  it('is nothing with take-over', () => {
    const snapshot = snapshotOf({ service: deploying(), canaries: [canaryOf()] });
    expect(conflictsOf(requestOf({ onConflict: 'take-over' }), snapshot)).toEqual([]);
  });
});

describe('whose canary it is', () => {
  it('is said with the run and the latest moment of its end, where these are known', () => {
    expect(formatAlive(canaryOf({ run: 'run-7', expires: Date.UTC(2026, 0, 1) }))).toBe(
      'run run-7 is running a canary of this service (task task/1), until 2026-01-01T00:00:00.000Z at the latest',
    );
    expect(formatAlive(canaryOf({ run: '', expires: 0 }))).toBe(
      'run unknown is running a canary of this service (task task/1)',
    );
  });
});

describe('waiting for others', () => {
  const fitting = { fitting: ['web:2'] };

  it('is a plan of one check, as long as a service may take to become stable', () => {
    const request = requestOf({ onConflict: 'wait' });
    expect(waitForOthers(request, snapshotOf({ canaries: [canaryOf()] }), fitting)).toMatchObject({
      title: 'Wait for others to finish with web',
      notes: [],
      changes: [],
      steps: [
        {
          kind: 'check',
          gates: [{ kind: 'service-free', place: request.place, startedBy: 'ecs-canary/web', run: 'run-1' }],
          within: request.timeouts.serviceStable,
        },
      ],
    });
  });

  it('is no plan where nobody is in the way, or nobody wants to wait', () => {
    const request = requestOf({ onConflict: 'wait' });
    expect(waitForOthers(request, snapshotOf(), fitting)).toBeUndefined();
    const ours = canaryOf({ run: 'run-1' });
    expect(waitForOthers(request, snapshotOf({ service: deploying(), canaries: [ours] }), fitting)).toBeUndefined();
    expect(waitForOthers(requestOf(), snapshotOf({ canaries: [canaryOf()] }), fitting)).toBeUndefined();
  });
});
