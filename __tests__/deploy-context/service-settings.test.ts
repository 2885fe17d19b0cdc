import { expect, test } from 'vitest';
import { serviceSettings } from '../../src/deploy-context/service-settings.ts';

test('splits settings into those of updates and those of creation, without the identity of the service', async () => {
  const settings = await serviceSettings({
    serviceName: 'web',
    cluster: 'production',
    clientToken: 'x',
    taskDefinition: 'web:1',
    desiredCount: 0,
    launchType: 'FARGATE',
    schedulingStrategy: 'REPLICA',
    enableExecuteCommand: false,
    tags: [{ key: 'a', value: 'b' }],
    role: undefined,
    loadBalancers: [],
  });
  expect(settings).toEqual({
    update: { desiredCount: 0, enableExecuteCommand: false, loadBalancers: [] },
    creationOnly: { launchType: 'FARGATE', schedulingStrategy: 'REPLICA', tags: [{ key: 'a', value: 'b' }] },
  });
});
