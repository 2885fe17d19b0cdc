import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { planUndeploy } from '../../src/commands/undeploy.ts';
import type { UndeploySnapshot } from '../../src/model/snapshot.ts';
import { usualUndeploy } from './stage.ts';

const service: Service = {
  serviceName: 'web',
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  createdAt: new Date(1000),
  taskDefinition: 'arn:aws:ecs:us-west-2:123456789012:task-definition/web:1',
  deployments: [],
};
const plan = (more: Partial<Service>, belongings: Partial<UndeploySnapshot> = {}) =>
  planUndeploy(
    { ...usualUndeploy(), deregisterRevisions: true },
    {
      at: 0,
      canaries: [],
      orphanTargets: [],
      targets: [],
      drain: 0,
      scaled: 'no',
      sharers: [],
      lifetime: { is: 'lasting' },
      service: { ...service, ...more },
      ...belongings,
    },
  );
const kinds = (...given: Parameters<typeof plan>) => plan(...given).steps.map(({ kind }) => kind);
const deletion = (...given: Parameters<typeof plan>) =>
  plan(...given).steps.find(({ kind }) => kind === 'delete-service');

describe('the plan of undeploy', () => {
  it('goes from traffic to tasks to the service to its revisions', () => {
    expect(kinds({})).toEqual(['empty-service', 'check', 'delete-service', 'check', 'commit', 'deregister-family']);
  });

  it('deletes without force, so that AWS refuses what somebody has scaled up again', () => {
    expect(deletion({})).toMatchObject({ force: false });
  });

  it('deletes a DAEMON service with its tasks, and says so', () => {
    const daemon = { schedulingStrategy: 'DAEMON' } as const;
    expect(kinds(daemon)).toEqual(['delete-service', 'check', 'commit', 'deregister-family']);
    expect(deletion(daemon)).toMatchObject({ force: true });
    expect(plan(daemon).notes.join()).toMatch(
      /DAEMON service, which has no desired count: it is deleted with its tasks/,
    );
  });

  it('deletes with force what has task sets of somebody else', () => {
    expect(deletion({ deploymentController: { type: 'CODE_DEPLOY' } })).toMatchObject({ force: true });
  });

  it('finds the family of an external deployment controller on its task sets', () => {
    const { taskDefinition, ...others } = service;
    const external = { ...others, deploymentController: { type: 'EXTERNAL' as const }, taskSets: [{ taskDefinition }] };
    expect(plan({}, { service: external }).steps.at(-1)).toMatchObject({ kind: 'deregister-family', family: 'web' });
  });

  it('deregisters nothing when nobody says what the service runs', () => {
    const { taskDefinition: _, ...others } = service;
    const { steps, notes } = plan({}, { service: others });
    expect(steps.map(({ kind }) => kind)).not.toContain('deregister-family');
    expect(notes.join()).toMatch(/ECS does not say what the service runs/);
  });

  it('says that nobody knows whether Application Auto Scaling owns the desired count', () => {
    expect(plan({}, { scaled: 'unknown' }).notes.join()).toMatch(/It is unknown whether Application Auto Scaling owns/);
  });

  it('warns of credentials that end before its targets are drained', () => {
    const { warnings } = plan({}, { drain: 300_000, lifetime: { is: 'ending', at: 60_000 } });
    expect(warnings?.join()).toMatch(/The AWS credentials expire in 1m, but it takes at least 6m/);
  });
});
