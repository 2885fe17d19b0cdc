import { describe, expect, it } from 'vitest';
import { outputsOf } from '../../../src/github/outputs.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { aboutOf, formatStopped, headlineOf } from '../../../src/report/messages.ts';
import { orphans, type Run, type Stage, serviceIn, targetGroupArn } from '../stage.ts';
import {
  asWeighted,
  busyShop,
  lostThroughUs,
  surroundings,
  weightedStage,
  weightsIn,
  withUsers,
  writeRoute,
} from './weighted-stage.ts';

const planned = ({ report }: Run) => {
  const event = report.events.find(({ kind }) => kind === 'planned');
  return event?.kind === 'planned' ? event.plan : undefined;
};

/** Stops the job when a step whose title matches has begun for the first time. */
const cancelledAt = (title: RegExp) => {
  let steps: readonly { readonly title: string }[] = [];
  return (event: TimedEvent): boolean => {
    if (event.kind === 'planned') steps = event.plan.steps;
    return event.kind === 'step' && event.is === 'begun' && title.test(steps[event.index]?.title ?? '');
  };
};

/** Nothing but the service may be different. */
function expectTidy(here: Stage, before: ReturnType<typeof surroundings>): void {
  expect(surroundings(here.account)).toEqual(before);
  expect(orphans(here.after())).toEqual([]);
}

describe('a good version in 5, 25 and 50 %', () => {
  it('runs in the service in the end, and everything else is as it was found', async () => {
    const here = weightedStage();
    const before = surroundings(here.account);
    const run = await here.rollout(asWeighted());
    expect(run.outcome).toMatchObject({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect(serviceIn(here.after())).toMatchObject({ taskDefinition: 'web:2', tasks: [['web:2 RUNNING', 4]] });
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
    expect(outputsOf(run.report)).toMatchObject({ weight: '0', 'service-intact': 'false' });
  });

  it('gets each weight in turn, with tasks enough for it', async () => {
    const here = weightedStage();
    const seen: number[] = [];
    await here.rollout(asWeighted(), (event) => {
      if (event.kind === 'fact' && event.name === 'weight') seen.push(Number(event.value));
      return false;
    });
    expect(seen).toEqual([0, 5, 25, 50, 0]);
  });

  it('says in the plan what each step shows', async () => {
    const here = weightedStage();
    const run = await here.rollout({ ...asWeighted(), dryRun: true });
    expect(run.outcome.is).toBe('planned');
    expect(planned(run)?.notes.join('\n')).toMatch(
      /Step 2: 25 % of the requests to 1 canary task for 1m, about \d{3} requests/,
    );
    expect(surroundings(here.account)).toEqual(surroundings(weightedStage().account));
  });

  it('can have all requests before the service is updated', async () => {
    const here = weightedStage();
    const before = surroundings(here.account);
    const run = await here.rollout(asWeighted({ steps: [{ weight: 1000, wait: minute }] }));
    expect(run.outcome.is).toBe('succeeded');
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});

describe('a bad version', () => {
  it('that crashes at 5 % is rejected, and the service was never changed', async () => {
    const here = weightedStage(busyShop('crash-late'));
    const before = surroundings(here.account);
    const run = await here.rollout(asWeighted());
    expect(run.outcome).toMatchObject({ is: 'rejected', serviceIntact: true, leftovers: [] });
    expect(serviceIn(here.after())).toEqual(serviceIn(here.before));
    expectTidy(here, before);
  });

  it('that answers with errors is rejected by a metric gate', async () => {
    const here = weightedStage(busyShop('err-30'));
    const before = surroundings(here.account);
    const [, balancer = ''] = /:listener\/(app\/.+)\/[^/]+$/.exec(before.routes[0]?.arn ?? '') ?? [];
    const gate: NonNullable<RolloutRequest['gates']>[number] = {
      kind: 'metric',
      name: 'errors',
      metric: {
        namespace: 'AWS/ApplicationELB',
        name: 'HTTPCode_Target_5XX_Count',
        dimensions: { LoadBalancer: balancer },
        statistic: 'Sum',
        period: minute,
      },
      bounds: { max: 5 },
      onNoData: 'pass',
    };
    const run = await here.rollout(asWeighted({ steps: [{ weight: 250, wait: 5 * minute }] }, { gates: [gate] }));
    expect(run.outcome.is).toBe('rejected');
    expect(outputsOf(run.report)).toMatchObject({ 'failed-gate': 'errors', weight: '0', 'service-intact': 'true' });
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });

  it('that fails in the service is rolled back', async () => {
    const here = weightedStage(busyShop('fails-in-service'));
    const before = surroundings(here.account);
    const run = await here.rollout(asWeighted({ steps: [{ weight: 250, wait: 0 }] }, { timeouts: shortTimeouts }));
    expect(run.outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});

const shortTimeouts = {
  taskRunning: 5 * minute,
  taskHealthCheck: 5 * minute,
  targetHealthy: 5 * minute,
  taskStopped: 5 * minute,
  serviceStable: 8 * minute,
};

describe('the routes of a service', () => {
  const tg = targetGroupArn(1);
  it.each<readonly [string, Parameters<typeof withUsers>[0]]>([
    [
      'are two rules and a default action',
      [
        {
          port: 80,
          forward: tg,
          rules: [
            { priority: 1, path: '/api/*', forward: tg },
            { priority: 2, path: '/admin/*', forward: tg },
          ],
        },
      ],
    ],
    [
      'are on two listeners',
      [
        { port: 80, forward: tg },
        { port: 8080, forward: tg },
      ],
    ],
    [
      'are a rule next to a fixed answer',
      [{ port: 80, forward: [], rules: [{ priority: 1, path: '/*', forward: tg }] }],
    ],
  ])('%s: all of them are shared, and restored', async (_, listeners) => {
    const here = weightedStage(busyShop(), withUsers(listeners));
    const before = surroundings(here.account);
    let most: readonly number[] = [];
    const run = await here.rollout(asWeighted({ steps: [{ weight: 500, wait: minute }] }), (event) => {
      if (event.kind === 'fact' && event.name === 'weight' && event.value === '50') most = weightsIn(here.account);
      return false;
    });
    expect(run.outcome.is).toBe('succeeded');
    expect(most).toEqual(before.routes.flatMap(({ actions }) => (actions[0]?.Type === 'forward' ? [500] : [])));
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });

  it('are restored when the second of them cannot be changed', async () => {
    const listeners = [{ port: 80, forward: tg, rules: [{ priority: 1, path: '/api/*', forward: tg }] }];
    const here = weightedStage(busyShop(), withUsers(listeners));
    const before = surroundings(here.account);
    here.account.inject({ service: 'elbv2', operation: 'ModifyRule', fault: 'deny' });
    const run = await here.rollout(asWeighted());
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expectTidy(here, before);
  });
});

describe('a given target group', () => {
  it('is drained for its own deregistration delay, not for that of the service', async () => {
    const spare = targetGroupArn(1)
      .replace('/web', '/spare')
      .replace(/[0-9a-f]{16}$/, 'feedfeedfeedfeed');
    const here = weightedStage(busyShop(), (seed) => {
      const usual = withUsers()(seed);
      const [first] = usual.targetGroups ?? [];
      return first === undefined
        ? usual
        : { ...usual, targetGroups: [first, { ...first, arn: spare, deregistrationDelaySeconds: 300 }] };
    });
    const before = surroundings(here.account);
    const run = await here.rollout(asWeighted({ targetGroup: spare }));
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});

describe('what was created before a call was refused', () => {
  const tg = targetGroupArn(1);

  it('is deleted: the target group whose attributes cannot be set', async () => {
    const here = weightedStage();
    const before = surroundings(here.account);
    here.account.inject({ service: 'elbv2', operation: 'ModifyTargetGroupAttributes', fault: 'deny' });
    const { outcome } = await here.rollout(asWeighted());
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(outcome.cause?.next).toContain('Allow elasticloadbalancing:ModifyTargetGroupAttributes');
    expectTidy(here, before);
  });

  it('is deleted: the first of two target groups', async () => {
    const listeners = [{ port: 80, forward: tg, rules: [{ priority: 1, path: '/api/*', forward: targetGroupArn(2) }] }];
    const here = weightedStage(busyShop('good', {}, 2), withUsers(listeners));
    const before = surroundings(here.account);
    here.account.inject({ service: 'elbv2', operation: 'CreateTargetGroup', nth: 2, fault: 'deny' });
    expect((await here.rollout(asWeighted())).outcome).toMatchObject({ is: 'failed', leftovers: [] });
    expectTidy(here, before);
  });

  it('is deleted: the first of two schedules', async () => {
    const listeners = [{ port: 80, forward: tg, rules: [{ priority: 1, path: '/api/*', forward: tg }] }];
    const here = weightedStage(busyShop(), withUsers(listeners));
    const before = surroundings(here.account);
    here.account.inject({ service: 'scheduler', operation: 'CreateSchedule', nth: 2, fault: 'deny' });
    const guardRole = 'arn:aws:iam::123456789012:role/guard';
    expect((await here.rollout(asWeighted({ guardRole }))).outcome).toMatchObject({ is: 'failed', leftovers: [] });
    expectTidy(here, before);
  });
});

describe('another process that changes a rule at 25 %', () => {
  const changedTo = (weights: (actions: ReturnType<typeof surroundings>['routes'][number]['actions']) => unknown) => {
    const here = weightedStage();
    const before = surroundings(here.account);
    const run = here.rollout(asWeighted(), (event) => {
      if (event.kind === 'fact' && event.name === 'weight' && event.value === '25') {
        here.account.later(20 * second, (account) => {
          const [route] = surroundings(account).routes;
          if (route !== undefined) writeRoute(account, route, weights(route.actions));
        });
      }
      return false;
    });
    return { here, before, run };
  };

  it('and takes the canary out of it: everything of ours is removed, and the run is superseded', async () => {
    const { here, before, run } = changedTo(() => [{ Type: 'forward', TargetGroupArn: targetGroupArn(1) }]);
    const { outcome, report } = await run;
    expect(outcome).toMatchObject({ is: 'superseded', serviceIntact: false });
    expectTidy(here, before);
    expect(headlineOf(report)).toMatch(
      /another process changed where the traffic of web goes\. The service was not updated/,
    );
    expect(formatStopped(outcome, aboutOf(report))).toMatch(/the traffic weights are not as this run set them$/);
  });

  it('and gives the canary another weight: nothing is touched, the canary stays, and a person is told', async () => {
    const { here, run } = changedTo((actions) => {
      const groups = actions[0]?.ForwardConfig?.TargetGroups ?? [];
      return [{ Type: 'forward', ForwardConfig: { TargetGroups: groups.map((one) => ({ ...one, Weight: 7 })) } }];
    });
    const { outcome, report } = await run;
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(headlineOf(report)).toMatch(
      /The service was not updated, but the canary may still get a part of its traffic/,
    );
    expect(outcome.leftovers[0]?.because).toMatch(/^another process changed the actions/);
    expect(outputsOf(report)).toMatchObject({ weight: '50' });
    expect(outcome.leftovers.map(({ byHand }) => byHand).join()).toContain('aws elbv2 modify-listener');
    expect(weightsIn(here.account)).toEqual([500]);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});

describe('a cancelled weighted rollout', () => {
  it.each([
    ['create a target group', true],
    ['start the canary task', true],
    ['add the canary with weight 0', true],
    ['can receive requests', true],
    ['send 5 %', true],
    ['stays healthy with 5 %', false],
    ['send 25 %', false],
    ['stays healthy with 50 %', false],
    ['update web', false],
    ['is stable', false],
  ])('while it is at "%s" leaves nothing behind', async (title, intact) => {
    const here = weightedStage();
    const before = surroundings(here.account);
    const run = await here.rollout(asWeighted(), cancelledAt(new RegExp(title)));
    expect(run.outcome).toMatchObject({ is: 'cancelled', serviceIntact: intact });
    const said = headlineOf(run.report);
    if (/stays good|send 25/.test(title)) expect(said).toContain('The service was not updated, but the canary');
    if (title === 'is stable') expect(said).toContain('The service was already being changed');
    await here.post(run);
    await here.clock.sleep(10 * minute);
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});

describe('a runner that dies at 50 %', () => {
  it('leaves the split to the next run, which restores the rules before it begins', async () => {
    const here = weightedStage();
    const before = surroundings(here.account);
    await here.rollout(asWeighted(), cancelledAt(/stays healthy with 50 %/));
    expect(weightsIn(here.account)).toEqual([500]);
    await here.clock.sleep(6 * minute);
    const run = await here.rollout(asWeighted());
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });

  it('is in the way of another run while it may be alive', async () => {
    const here = weightedStage();
    await here.rollout(asWeighted(), cancelledAt(/stays healthy with 50 %/));
    const run = await here.rollout(asWeighted());
    expect(run.outcome).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(weightsIn(here.account)).toEqual([500]);
  });

  it('is cleaned up by a sweep', async () => {
    const here = weightedStage();
    const before = surroundings(here.account);
    await here.rollout(asWeighted(), cancelledAt(/stays healthy with 50 %/));
    await here.clock.sleep(6 * minute);
    const run = await here.sweep();
    expect(run.outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });

  it('has its requests returned by the guard', async () => {
    const here = weightedStage();
    const before = surroundings(here.account);
    const guardRole = 'arn:aws:iam::123456789012:role/guard';
    await here.rollout(asWeighted({ guardRole }), cancelledAt(/stays healthy with 50 %/));
    await here.clock.sleep(6 * minute);
    expect(surroundings(here.account).routes).toEqual(before.routes);
    await here.sweep();
    expectTidy(here, before);
    expect(lostThroughUs(here.account)).toEqual([]);
  });
});
