import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { canaryTask } from '../../../src/commands/rollout/service-task.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { shop, usual } from '../stage.ts';

const request = usual(shop());
const snapshotOf = (service: Service, more: Partial<Snapshot> = {}): Snapshot => ({
  at: Date.UTC(2026, 0, 1),
  service,
  stable: { definition: {}, tags: [] },
  attachments: [],
  alarms: [],
  canaries: [],
  lifetime: { is: 'lasting' },
  ended: [],
  orphanTargets: [],
  tried: [],
  ...more,
});
const on = (service: Service, more?: Partial<Snapshot>) => canaryTask(request, snapshotOf(service, more));

describe('the canary task', () => {
  it('has launch type or capacity providers, never both', () => {
    expect(on({ launchType: 'FARGATE' })).toMatchObject({ launchType: 'FARGATE' });
    const spot = on({ launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] });
    expect(spot.capacityProviderStrategy).toEqual([{ capacityProvider: 'FARGATE_SPOT' }]);
    expect(spot).not.toHaveProperty('launchType');
  });

  it('has a platform version on Fargate and placement on EC2, and not the other way round', () => {
    const service: Service = {
      platformVersion: '1.4.0',
      placementConstraints: [{ type: 'distinctInstance' }],
      placementStrategy: [{ type: 'spread', field: 'host' }],
    };
    const fargate = on({ ...service, launchType: 'FARGATE' });
    expect(fargate.platformVersion).toBe('1.4.0');
    expect(fargate).not.toHaveProperty('placementConstraints');
    const ec2 = on({ ...service, launchType: 'EC2' });
    expect(ec2).toMatchObject({
      placementConstraints: service.placementConstraints,
      placementStrategy: service.placementStrategy,
    });
    expect(ec2).not.toHaveProperty('platformVersion');
  });

  it('has the network, the volumes, ECS Exec and the managed tags of the service', () => {
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
    const volumeConfigurations = [
      { name: 'data', managedEBSVolume: { roleArn: 'arn:aws:iam::1:role/ebs', sizeInGiB: 10 } },
    ];
    const task = on({
      networkConfiguration,
      enableExecuteCommand: true,
      enableECSManagedTags: true,
      deployments: [{ status: 'PRIMARY', volumeConfigurations }],
    });
    expect(task).toMatchObject({
      networkConfiguration,
      volumeConfigurations,
      enableExecuteCommand: true,
      enableECSManagedTags: true,
    });
  });

  it('gets the tags of a service that propagates them, less those of AWS', () => {
    const tags = [
      { key: 'team', value: 'shop' },
      { key: 'aws:ecs:clusterName', value: 'production' },
    ];
    const task = on({ propagateTags: 'SERVICE', tags });
    expect(task.tags).toContainEqual({ key: 'team', value: 'shop' });
    expect(task.tags?.some(({ key }) => key?.startsWith('aws:'))).toBe(false);
    expect(task).not.toHaveProperty('propagateTags');
    expect(on({ propagateTags: 'TASK_DEFINITION', tags }).propagateTags).toBe('TASK_DEFINITION');
  });

  it('says what it is and whose, within the limits of RunTask and StartTask', () => {
    const task = on({ launchType: 'FARGATE' });
    expect(task.startedBy).toMatch(/^[A-Za-z0-9/_-]{1,36}$/);
    expect(task.group).toContain('web:run-1:1:');
    expect(task.tags).toContainEqual({ key: 'ecs-canary-rollout:run', value: 'run-1' });
    const long = canaryTask({ ...request, place: { ...request.place, service: 'a'.repeat(255) } }, snapshotOf({}));
    expect(long.startedBy?.length).toBeLessThanOrEqual(36);
  });

  it('has a client token with RunTask, and none with StartTask, which does not know it', () => {
    expect(on({ launchType: 'EC2' }).clientToken).toBe('token-1');
    const started = on({ launchType: 'EC2' }, { instance: 'arn:aws:ecs:us-west-2:1:container-instance/c/1' });
    expect(started).not.toHaveProperty('clientToken');
    expect(started).not.toHaveProperty('launchType');
  });

  it('sends nothing that nobody has set', () => {
    expect(Object.keys(on({})).sort()).toEqual(['clientToken', 'cluster', 'group', 'startedBy', 'tags']);
  });
});
