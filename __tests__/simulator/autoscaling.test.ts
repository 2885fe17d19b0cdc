import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { describe, expect, it } from 'vitest';
import { world } from './fixture.ts';

const target = {
  ServiceNamespace: 'ecs' as const,
  ResourceId: 'service/main/web',
  ScalableDimension: 'ecs:service:DesiredCount' as const,
};

function account() {
  const here = world();
  return { ...here, scaling: new ApplicationAutoScalingClient(here.config) };
}

describe('a scalable target', () => {
  it('is registered, changed and deregistered', async () => {
    const { scaling } = account();
    const register = (more: object) => scaling.send(new RegisterScalableTargetCommand({ ...target, ...more }));
    const { ScalableTargetARN } = await register({ MinCapacity: 1, MaxCapacity: 4 });
    const changed = await register({ MaxCapacity: 8 });
    expect(changed.ScalableTargetARN).toBe(ScalableTargetARN);
    const list = async () =>
      (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))).ScalableTargets;
    expect(await list()).toMatchObject([{ ...target, MinCapacity: 1, MaxCapacity: 8, CreationTime: expect.any(Date) }]);
    const deregister = () => scaling.send(new DeregisterScalableTargetCommand(target));
    await deregister();
    expect(await list()).toEqual([]);
    await expect(deregister()).rejects.toMatchObject({ name: 'ObjectNotFoundException' });
  });

  it('limits the desired count to its range', async () => {
    const { scaling, account: cloud } = account();
    await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 3, MaxCapacity: 5 }));
    expect(cloud.picture().services['main/web']?.desiredCount).toBe(3);
  });

  it.each([
    [
      'a service that is not there',
      { ResourceId: 'service/main/none', MinCapacity: 1, MaxCapacity: 2 },
      "doesn't exist",
    ],
    ['no capacity', {}, 'are required'],
    ['a range that is none', { MinCapacity: 3, MaxCapacity: 2 }, 'nor greater'],
  ])('is refused with %s', async (_what, more, message) => {
    const register = account().scaling.send(new RegisterScalableTargetCommand({ ...target, ...more }));
    await expect(register).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});
