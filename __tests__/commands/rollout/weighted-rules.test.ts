import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { orphans, type Stage, targetGroupArn } from '../stage.ts';
import { asWeighted, lostThroughUs, surroundings, weightedStage, writeRoute } from './weighted-stage.ts';

const steps = [
  { weight: 50, wait: minute },
  { weight: 500, wait: minute },
] as const;

/** Another target group like that of the service. */
function createGroup({ account }: Stage, Name: string): string {
  const [group] = account.someone('DescribeTargetGroups', {}, 'elbv2').TargetGroups as { VpcId?: string }[];
  const input = { Name, Protocol: 'HTTP', Port: 80, VpcId: group?.VpcId, TargetType: 'ip' };
  const { TargetGroups } = account.someone('CreateTargetGroup', input, 'elbv2');
  return (TargetGroups as { TargetGroupArn: string }[])[0]?.TargetGroupArn ?? '';
}

async function expectAsFound(here: Stage, request: ReturnType<typeof asWeighted>): Promise<void> {
  const before = surroundings(here.account);
  const { outcome } = await here.rollout(request);
  expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
  await here.clock.sleep(minute);
  expect(surroundings(here.account)).toEqual(before);
  expect(orphans(here.after())).toEqual([]);
  expect(lostThroughUs(here.account)).toEqual([]);
}

describe('a weighted rollout leaves everything as it was found', () => {
  it('with a target group that rollout.yml names, which stays and loses its tags', async () => {
    const here = weightedStage();
    const targetGroup = createGroup(here, 'web-canary');
    await expectAsFound(here, asWeighted({ steps, targetGroup }));
    const { TagDescriptions } = here.account.someone('DescribeTags', { ResourceArns: [targetGroup] }, 'elbv2');
    expect(JSON.stringify(TagDescriptions)).not.toContain('canary:');
    expect((TagDescriptions as { Tags: object[] }[])[0]?.Tags).toEqual([]);
  });

  it('with another target group of weight 0 in the rule', async () => {
    const here = weightedStage();
    const other = createGroup(here, 'other');
    const [route] = surroundings(here.account).routes;
    const TargetGroups = [
      { TargetGroupArn: targetGroupArn(1), Weight: 10 },
      { TargetGroupArn: other, Weight: 0 },
    ];
    if (route !== undefined) writeRoute(here.account, route, [{ Type: 'forward', ForwardConfig: { TargetGroups } }]);
    await expectAsFound(here, asWeighted({ steps }));
  });

  it('while AWS throttles calls', async () => {
    const here = weightedStage();
    for (const from of [5, 30, 60, 90]) here.account.inject({ from, times: 4, fault: 'throttle' });
    await expectAsFound(here, asWeighted({ steps }));
  });
});
