import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { orphans, type Stage, targetGroupArn } from '../stage.ts';
import { asWeighted, busyShop, surroundings, weightedStage, withUsers, writeRoute } from './weighted-stage.ts';

const own = targetGroupArn(1);

/** A service whose default action another process has split between its target group and one of its own. */
function splitStage(tag = 'good', weights: readonly [number, number] = [3, 1]): Stage {
  const here = weightedStage(
    busyShop(tag),
    withUsers([{ port: 80, forward: own, rules: [{ priority: 1, path: '/api/*', forward: own }] }], {}),
  );
  const [group] = here.account.someone('DescribeTargetGroups', {}, 'elbv2').TargetGroups as { VpcId?: string }[];
  here.account.someone(
    'CreateTargetGroup',
    { Name: 'green', Protocol: 'HTTP', Port: 80, VpcId: group?.VpcId, TargetType: 'ip' },
    'elbv2',
  );
  const [route] = surroundings(here.account).routes;
  if (route !== undefined) writeRoute(here.account, route, splitIn(here, weights));
  return here;
}

function greenIn({ account }: Stage): string {
  const groups = account.someone('DescribeTargetGroups', {}, 'elbv2').TargetGroups as { TargetGroupArn: string }[];
  return groups.find(({ TargetGroupArn }) => TargetGroupArn.includes('/green/'))?.TargetGroupArn ?? '';
}

const splitIn = (here: Stage, [stable, theirs]: readonly [number, number]) => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: own, Weight: stable },
        { TargetGroupArn: greenIn(here), Weight: theirs },
      ],
    },
  },
];

const steps = [{ weight: 250, wait: minute }] as const;

/** The weights of the default action: of the service, and of the group of others. */
const weights = (here: Stage) => {
  const [route] = surroundings(here.account).routes;
  return route?.actions.flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight) ?? []);
};

describe('a split of the requests that is not ours', () => {
  it('refuses the rollout, and names both ways to go on', async () => {
    const here = splitStage();
    const before = surroundings(here.account);
    const { outcome } = await here.rollout(asWeighted({ steps }));
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(outcome.cause?.because).toContain('green (weight 1)');
    expect(outcome.cause?.because).toContain('`on-split: roll-back`');
    expect(surroundings(here.account)).toEqual(before);
  });

  it('stays with on-split: resume', async () => {
    const here = splitStage();
    const before = surroundings(here.account);
    const { outcome } = await here.rollout(asWeighted({ steps, onSplit: 'resume' }));
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(surroundings(here.account)).toEqual(before);
  });

  it('ends with on-split: roll-back before anything else is changed; the group stays', async () => {
    const here = splitStage();
    const before = surroundings(here.account);
    const from = here.account.calls.length;
    const { outcome } = await here.rollout(asWeighted({ steps, onSplit: 'roll-back' }));
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    const changes = here.account.calls.slice(from).filter(({ operation }) => /^(Create|Modify|Run)/.test(operation));
    expect(changes.map(({ operation }) => operation).slice(0, 2)).toEqual(['ModifyListener', 'CreateTargetGroup']);
    const after = surroundings(here.account);
    expect(weights(here)).toEqual([3, 0]);
    expect(after.routes.slice(1)).toEqual(before.routes.slice(1));
    expect(after.groups).toEqual(before.groups);
    expect(orphans(here.after())).toEqual([]);
  });

  it('stays ended when the version is bad', async () => {
    const here = splitStage('crash-late');
    const { outcome } = await here.rollout(asWeighted({ steps, onSplit: 'roll-back' }));
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(weights(here)).toEqual([3, 0]);
  });

  it('is not ended where the service would get all requests in one step', async () => {
    const here = splitStage('good', [0, 1]);
    const before = surroundings(here.account);
    const { outcome } = await here.rollout(asWeighted({ steps, onSplit: 'roll-back' }));
    expect(outcome.is).toBe('failed');
    expect(outcome.cause?.because).toContain('gets no requests of HTTP:80 default');
    expect(surroundings(here.account)).toEqual(before);
  });

  it('says in the plan what becomes of it', async () => {
    const here = splitStage();
    const { report, outcome } = await here.rollout({ ...asWeighted({ steps, onSplit: 'roll-back' }), dryRun: true });
    const planned = report.events.find((event) => event.kind === 'planned');
    expect(outcome.is).toBe('planned');
    expect(planned?.kind === 'planned' ? planned.plan.notes.join('\n') : '').toContain(
      'the weight of green (weight 1) becomes 0 before the rollout starts, and stays 0 afterwards',
    );
  });
});
