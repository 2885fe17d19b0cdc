import { describe, expect, it } from 'vitest';
import { changedSettings, formatSetting, holderOf, settingsInput, settingsOptions } from '../../src/model/settings.ts';

const service = {
  desiredCount: 2,
  deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
  networkConfiguration: { awsvpcConfiguration: { subnets: ['a'], securityGroups: ['sg'] } },
};
const changed = changedSettings(service, {
  desiredCount: 3,
  deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 100 },
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
  availabilityZoneRebalancing: 'ENABLED',
  forceNewDeployment: true,
});

describe('the settings that a run changes', () => {
  it('contain only differences, with previous values; groups are split', () => {
    expect(changed.map(({ name, before }) => [name, before])).toEqual([
      ['desiredCount', 2],
      ['deploymentConfiguration.maximumPercent', 200],
      ['capacityProviderStrategy', []],
      ['availabilityZoneRebalancing', undefined],
    ]);
  });

  it('do not contain strings that may come from the environment', () => {
    const log = { logDriver: 'splunk' as const, options: { token: 'hush' } };
    const [one] = changedSettings({}, { serviceConnectConfiguration: { enabled: true, logConfiguration: log } });
    expect(JSON.stringify(one)).not.toContain('hush');
    const live = {
      deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: true, logConfiguration: log } }],
    };
    expect(one === undefined ? '' : holderOf(live, one)).toBe('ours');
    expect(one === undefined ? '' : formatSetting(one)).toBe('serviceConnectConfiguration');
  });

  it('are distinguished from later changes by others', () => {
    const [count] = changed;
    if (count === undefined) throw new Error('no count');
    expect([3, 2, 5].map((desiredCount) => holderOf({ desiredCount }, count))).toEqual(['ours', 'before', 'theirs']);
  });

  it('are restored with the other members of their group as they are', () => {
    const live = { deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 70 } };
    expect(settingsInput(changed.slice(0, 3), live)).toEqual({
      desiredCount: 2,
      deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 70 },
      capacityProviderStrategy: [],
      forceNewDeployment: true,
    });
  });

  it('are options of the AWS CLI', () => {
    const settings = {
      enableECSManagedTags: false,
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 5,
      placementStrategy: [{ type: 'spread' as const, field: "it's" }],
    };
    expect(settingsOptions(settings)).toEqual([
      '--no-enable-ecs-managed-tags',
      '--enable-execute-command',
      '--health-check-grace-period-seconds 5',
      `--placement-strategy '[{"type":"spread","field":"it'\\''s"}]'`,
    ]);
  });
});
