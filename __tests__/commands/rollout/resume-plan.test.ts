import { describe, expect, it } from 'vitest';
import { resumptionOf } from '../../../src/commands/rollout/resume.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { at, canaryOf, deploying, requestOf, snapshotOf } from '../snapshot.ts';

const ours = canaryOf({ run: 'run-1', attempt: 1 });
const adopted = (snapshot: Partial<Snapshot>, request: Partial<RolloutRequest> = {}, fitting = ['web:2']) =>
  resumptionOf(requestOf(request), snapshotOf(snapshot), fitting);
const deployment = { kind: 'deployment', id: 'ecs-svc/2', since: at - 30_000 };
const previous = { id: 'ecs-svc/1', revision: 'web:1' };

describe('the canary of an earlier attempt', () => {
  it('is gone on with when it is of the same job and the revision that is requested', () => {
    expect(adopted({ canaries: [canaryOf({ task: 'task/0' }), ours] })).toEqual({ kind: 'canary', canary: ours });
  });

  it.each<[string, Partial<typeof ours>]>([
    ['of another run', { run: 'another' }],
    ['of this attempt', { attempt: 2 }],
    ['of another revision', { revision: 'web:3' }],
    ['expired', { expires: at }],
  ])('is left when it is %s', (_, more) => {
    expect(adopted({ canaries: [{ ...ours, ...more }] })).toBeUndefined();
  });

  it('is left by a first attempt, with update-service, and when an instance is named', () => {
    const canaries = [ours];
    expect(adopted({ canaries: [{ ...ours, attempt: 0 }] }, { run: { id: 'run-1', attempt: 1, token: 't' } })).toBe(
      undefined,
    );
    expect(adopted({ canaries }, { settings: { update: {}, creationOnly: {} } })).toBeUndefined();
    expect(adopted({ canaries }, { canaryInstance: 'arn:instance' })).toBeUndefined();
  });

  it('that has stopped is not gone on with', () => {
    expect(adopted({ ended: [ours] })).toBeUndefined();
  });
});

describe('the deployment of an earlier attempt', () => {
  it('is gone on with when a canary proves that it is ours, whether that still runs or not', () => {
    expect(adopted({ service: deploying(), canaries: [ours] })).toEqual({ ...deployment, previous });
    expect(adopted({ service: deploying(), ended: [ours] })).toEqual({ ...deployment, previous });
    expect(adopted({ service: deploying(), canaries: [ours] }, { canaryInstance: 'arn:instance' })).toEqual({
      ...deployment,
      previous,
    });
  });

  it.each<[string, Partial<typeof ours>]>([
    ['another run', { run: 'another' }],
    ['this attempt', { attempt: 2 }],
  ])('is not proved by the canary of %s', (_, more) => {
    const canary = { ...ours, ...more };
    expect(adopted({ service: deploying(), canaries: [canary], ended: [canary] })).toBeUndefined();
  });

  it('is proved by a canary of its own revision only, where several revisions would fit', () => {
    const of3 = { ...ours, revision: 'web:3' };
    expect(adopted({ service: deploying(), ended: [of3] }, {}, ['web:2', 'web:3'])).toBeUndefined();
    expect(adopted({ service: deploying(), ended: [of3, ours] }, {}, ['web:2', 'web:3'])).toMatchObject(deployment);
  });

  it('is not ours when it began before the canary, and is when it began with it', () => {
    expect(adopted({ service: deploying(), ended: [{ ...ours, createdAt: at - 29_999 }] })).toBeUndefined();
    expect(adopted({ service: deploying(), ended: [{ ...ours, createdAt: at - 30_000 }] })).toMatchObject(deployment);
  });

  it('says nothing of what was there before where nothing of it is left', () => {
    const [before, primary] = deploying().deployments ?? [];
    for (const deployments of [
      [{ ...primary }],
      [{ ...before, id: undefined }, { ...primary }],
      [{ ...before, taskDefinition: undefined }, { ...primary }],
    ]) {
      const service = { deployments } as ReturnType<typeof deploying>;
      expect(adopted({ service, ended: [ours] })).toStrictEqual(deployment);
    }
  });

  it('that has ended, or that ECS does not name, is not gone on with', () => {
    const [, primary] = deploying().deployments ?? [];
    for (const other of [{ rolloutState: 'COMPLETED' }, { id: undefined }, { createdAt: undefined }]) {
      const service = { deployments: [{ ...primary, ...other }] } as ReturnType<typeof deploying>;
      expect(adopted({ service, ended: [ours] })).toBeUndefined();
    }
    expect(adopted({ service: {}, ended: [ours] })).toBeUndefined();
  });
});
