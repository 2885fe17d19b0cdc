import type { Service } from '@aws-sdk/client-ecs';
import type { RolloutRequest } from '../../src/model/request.ts';
import type { Canary, Snapshot } from '../../src/model/snapshot.ts';
import { shop, usual } from './stage.ts';

export const at = Date.UTC(2026, 10, 20, 9);

/** A snapshot of a service that is at rest, unless it says something else. */
export const snapshotOf = (more: Partial<Snapshot> = {}): Snapshot => ({
  at,
  service: { deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED' }] },
  stable: { definition: {}, tags: [] },
  attachments: [],
  alarms: [],
  canaries: [],
  ended: [],
  orphanTargets: [],
  tried: [],
  lifetime: { is: 'lasting' },
  ...more,
});

/** The canary of another run, which may last for an hour. */
export const canaryOf = (more: Partial<Canary> = {}): Canary => ({
  task: 'task/1',
  run: 'another',
  attempt: 1,
  expires: at + 3_600_000,
  revision: 'web:2',
  createdAt: at - 60_000,
  targets: [],
  drain: 0,
  ...more,
});

/** The second attempt of `run-1`. */
export const requestOf = (more: Partial<RolloutRequest> = {}): RolloutRequest => ({
  ...usual(shop()),
  run: { id: 'run-1', attempt: 2, token: 't' },
  ...more,
});

/** A service whose primary deployment is under way; the one before it is still there. */
export const deploying = (more: Service = {}): Service => ({
  deployments: [
    { id: 'ecs-svc/1', status: 'ACTIVE', taskDefinition: 'web:1' },
    {
      id: 'ecs-svc/2',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      taskDefinition: 'web:2',
      createdAt: new Date(at - 30_000),
    },
  ],
  ...more,
});
