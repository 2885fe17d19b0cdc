import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { RolloutRequest } from '../../../src/model/request.ts';
import { storable } from '../../../src/model/storable.ts';
import type { Call } from '../../../src/simulator/account.ts';
import { killedAt } from '../interrupt.ts';
import { orphans, type Run, type Stage, serviceIn, stage, targetGroupArn } from '../stage.ts';
import { asWeighted, busyShop, lostThroughUs, surroundings, withUsers } from './weighted-stage.ts';

const writes = /^(Create|Modify|Register|Run|Update|Deregister|Delete|Stop|Add|Remove)/;
const run = { id: 'killed', attempt: 1, token: 'killed' };
const killedPost = 'a post step that is killed as well, and a sweep';

/** What a version does, how long a step waits, how its rollout ends, and what comes after it was killed. */
const scenarios = [
  { tag: 'good', wait: 5 * second, is: 'succeeded', after: ['its post step', killedPost] },
  { tag: 'sick-later', wait: 30 * second, is: 'rejected', after: ['its post step', 'the next run'] },
];
type Scenario = (typeof scenarios)[number];

const requestOf = ({ wait }: Scenario): Partial<RolloutRequest> =>
  asWeighted(
    {
      settle: 15 * second,
      steps: [
        { weight: 100, wait },
        { weight: 750, wait },
      ],
      guardRole: 'arn:aws:iam::123456789012:role/guard',
    },
    { run },
  );

const target = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/production/web',
  ScalableDimension: 'ecs:service:DesiredCount',
  // It never scales: what scaling does to the service is not what is tested here.
  MinCapacity: 2,
  MaxCapacity: 2,
};

const users = [{ loadBalancer: 'rehearsal', perSecond: 1 }];

/** A service of two tasks with users, and a scaling policy. */
function open({ tag }: Scenario): Stage {
  const seed = withUsers(undefined, { users, scalableTargets: [target] });
  const here = stage(busyShop(tag, { desiredCount: 2 }), seed, 'direct');
  const { MinCapacity: _, MaxCapacity: __, ...ofService } = target;
  const [listener] = surroundings(here.account).routes;
  const [, balancer] = /:listener\/(app\/.+)\/[^/]+$/.exec(listener?.arn ?? '') ?? [];
  const ResourceLabel = `${balancer}/${targetGroupArn(1).split(':').at(-1)}`;
  const configuration = {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
  };
  here.account.someone(
    'PutScalingPolicy',
    {
      PolicyName: 'cpu',
      ...ofService,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: configuration,
    },
    'application-autoscaling',
  );
  return here;
}

const startOf = (scenario: Scenario) => (here: Stage, cancel?: (event: TimedEvent) => boolean) =>
  here.rollout(requestOf(scenario), cancel);

/** A point at which the process is killed: the number of a call, and whether the call is carried out. */
interface Point {
  readonly call: number;
  readonly arrives: boolean;
  readonly operation: string;
}

/** Before and after each change, and at the first read after it: a process that dies between two reads leaves the same. */
function pointsOf(calls: readonly Call[]): readonly Point[] {
  const points: Point[] = [];
  let isAfterChange = true;
  for (const [index, { operation }] of calls.entries()) {
    const call = index + 1;
    if (writes.test(operation)) {
      isAfterChange = true;
      points.push({ call, operation, arrives: false }, { call, operation, arrives: true });
    } else if (isAfterChange) {
      isAfterChange = false;
      points.push({ call, operation, arrives: false });
    }
  }
  return points;
}

/** AWS shows the suspensions of a scalable target, whether they were ever set or not. */
function around({ account }: Stage) {
  const { scaling, ...others } = surroundings(account);
  const [{ SuspendedState = {}, MinCapacity, MaxCapacity } = {}] = scaling as readonly Partial<
    typeof target & {
      SuspendedState: Record<string, boolean>;
    }
  >[];
  const suspended = Object.entries(SuspendedState).flatMap(([name, is]) => (is ? [name] : []));
  return { ...others, scaling: { MinCapacity, MaxCapacity, suspended } };
}

/** What is different from how it was found, apart from the service. */
function wrongIn(here: Stage, before: ReturnType<typeof around>): readonly string[] {
  const now = around(here);
  const different = Object.keys(before).filter((key) => {
    const name = key as keyof typeof before;
    return JSON.stringify(before[name]) !== JSON.stringify(now[name]);
  });
  return [
    ...different.map((name) => `${name} are ${JSON.stringify(now[name as keyof typeof now])}`),
    ...orphans(here.after()).map((one) => `left: ${one}`),
    ...lostThroughUs(here.account).map((one) => `lost: ${JSON.stringify(one)}`),
  ];
}

/** What comes after a process that was killed; returns what is wrong. */
type After = (here: Stage, run: Run) => Promise<readonly string[]>;

const sweeps: After = async (here) => {
  const { outcome } = await here.sweep();
  return outcome.is === 'succeeded' && outcome.serviceIntact ? [] : [`the sweep ${outcome.is}`];
};

const ways = (scenario: Scenario): Readonly<Record<string, After>> => ({
  'its post step': async (here, run) => {
    await here.post(run);
    await here.clock.sleep(8 * minute);
    return sweeps(here, run);
  },
  [killedPost]: async (here, run) => {
    const last = here.account.calls.length + 4;
    await here.post(run, (event) => event.kind === 'call' && here.account.calls.length >= last);
    await here.clock.sleep(40 * minute);
    return sweeps(here, run);
  },
  'the next run': async (here) => {
    await here.clock.sleep(40 * minute);
    const { outcome } = await here.rollout({ ...requestOf(scenario), run: { id: 'next', attempt: 1, token: 'next' } });
    return outcome.is === scenario.is ? [] : [`the next run ${outcome.is} (${outcome.cause?.because ?? ''})`];
  },
});

async function undisturbed(scenario: Scenario) {
  const here = open(scenario);
  const { outcome } = await startOf(scenario)(here);
  const points = pointsOf(here.account.calls);
  await here.clock.sleep(10 * minute);
  return { is: outcome.is, service: serviceIn(here.after()), points };
}

describe.each(scenarios)('a weighted rollout that is $is, killed at each call', { timeout: 120_000 }, (scenario) => {
  it.each(Object.entries(ways(scenario)).filter(([name]) => scenario.after.includes(name)))(
    'leaves nothing behind after %s',
    async (_, after) => {
      const { points, is } = await undisturbed(scenario);
      expect(is).toBe(scenario.is);
      expect(points.length).toBeGreaterThan(35);
      const wrong: string[] = [];
      for (const { call, arrives, operation } of points) {
        const here = open(scenario);
        const before = around(here);
        const run = await killedAt(here, startOf(scenario), call, arrives);
        const complaints = await after(here, run);
        await here.clock.sleep(10 * minute);
        const said = `call ${call} (${operation}) ${arrives ? 'carried out' : 'lost'}: ${run.outcome.is}`;
        wrong.push(...[...complaints, ...wrongIn(here, before)].map((one) => `${said}: ${one}`));
      }
      expect(wrong).toEqual([]);
    },
  );

  it('ends as it would have when another process goes on with it', async () => {
    const { points, is, service } = await undisturbed(scenario);
    const wrong: string[] = [];
    for (const { call, arrives, operation } of points) {
      const here = open(scenario);
      const before = around(here);
      const { saved } = await killedAt(here, startOf(scenario), call, arrives);
      if (saved === undefined) continue;
      const again = { ...requestOf(scenario), run: { ...run, token: 'of-another-process' } };
      const { outcome } = await here.continue(JSON.stringify(storable(JSON.parse(saved))), again);
      await here.clock.sleep(10 * minute);
      const said = `call ${call} (${operation}) ${arrives ? 'carried out' : 'lost'}: ${outcome.is} (${outcome.cause?.because ?? ''})`;
      wrong.push(...wrongIn(here, before).map((one) => `${said}: ${one}`));
      if (outcome.is !== is) wrong.push(`${said}, not ${is}`);
      if (!isDeepStrictEqual(serviceIn(here.after()), service)) wrong.push(`${said}: the service is different`);
    }
    expect(wrong).toEqual([]);
  });
});
