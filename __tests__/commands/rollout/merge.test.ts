import { describe, expect, it } from 'vitest';
import { mergeSetting } from '../../../src/commands/rollout/merge.ts';
import { covers } from '../../../src/model/settings.ts';

describe('a setting with what it leaves out', () => {
  it('keeps live members of objects on every level, and replaces lists', () => {
    const live = { awsvpcConfiguration: { subnets: ['a', 'b'], securityGroups: ['g'], assignPublicIp: 'ENABLED' } };
    const wanted = { awsvpcConfiguration: { subnets: ['c'], assignPublicIp: undefined } };
    expect(mergeSetting(live, wanted, 'networkConfiguration')).toEqual({
      awsvpcConfiguration: { subnets: ['c'], securityGroups: ['g'], assignPublicIp: 'ENABLED' },
    });
    const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }];
    const before = [{ capacityProvider: 'FARGATE', weight: 2, base: 1 }];
    expect(mergeSetting(before, strategy, 'capacityProviderStrategy')).toEqual(strategy);
  });

  it('is as it is written where nothing is live', () => {
    expect(mergeSetting(undefined, { enabled: true }, 'serviceConnectConfiguration')).toEqual({ enabled: true });
  });

  it('keeps a log configuration of Service Connect, but not the options of another driver', () => {
    const path = 'serviceConnectConfiguration';
    const log = { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-region': 'r' } };
    const live = { enabled: true, namespace: 'n', services: [{ portName: 'http' }], logConfiguration: log };
    const more = { enabled: true, logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'other' } } };
    expect(mergeSetting(live, more, path)).toEqual({
      ...live,
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'other', 'awslogs-region': 'r' } },
    });
    const logConfiguration = { logDriver: 'splunk', options: { 'splunk-url': 'u' } };
    expect(mergeSetting(live, { enabled: true, logConfiguration }, path)).toEqual({ ...live, logConfiguration });
    expect(mergeSetting(live, { enabled: false }, path)).toEqual({ enabled: false });
  });

  it('keeps what belongs to a volume of the same name, but no speed of another type', () => {
    const volume = { roleArn: 'r', encrypted: true, kmsKeyId: 'k', volumeType: 'gp3', throughput: 250, sizeInGiB: 10 };
    const merged = (managedEBSVolume: object) =>
      mergeSetting(
        [{ name: 'data', managedEBSVolume: volume }],
        [{ name: 'data', managedEBSVolume }],
        'volumeConfigurations',
      );
    expect(merged({ sizeInGiB: 20 })).toEqual([{ name: 'data', managedEBSVolume: { ...volume, sizeInGiB: 20 } }]);
    expect(merged({ volumeType: 'gp2' })).toEqual([
      {
        name: 'data',
        managedEBSVolume: { roleArn: 'r', encrypted: true, kmsKeyId: 'k', volumeType: 'gp2', sizeInGiB: 10 },
      },
    ]);
    expect(merged({ encrypted: false })).not.toMatchObject([{ managedEBSVolume: { kmsKeyId: 'k' } }]);
    const other = [{ name: 'logs', managedEBSVolume: { roleArn: 'r' } }];
    expect(mergeSetting([{ name: 'data', managedEBSVolume: volume }], other, 'volumeConfigurations')).toEqual(other);
  });
});

describe('a live setting', () => {
  it('says the same in another order, except where the order has a meaning', () => {
    expect(covers(['a', 'b'], ['b', 'a'], 'networkConfiguration.awsvpcConfiguration.subnets')).toBe(true);
    const [spread, pack] = [{ type: 'spread' }, { type: 'binpack' }];
    expect(covers([spread, pack], [pack, spread], 'placementConstraints')).toBe(true);
    expect(covers([spread, pack], [pack, spread], 'placementStrategy')).toBe(false);
    expect(covers([spread, pack], [spread, pack], 'placementStrategy')).toBe(true);
  });

  it('does not say the same when one of two is there twice', () => {
    expect(covers(['a', 'b'], ['a', 'a'], 'subnets')).toBe(false);
  });
});
