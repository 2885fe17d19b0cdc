import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { namedGates } from '../../../src/aws/handlers/named-gates.ts';
import type { Answer, Sampling } from '../../../src/engine/world.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { Gate } from '../../../src/model/gates.ts';
import type { MetricGate } from '../../../src/model/measures.ts';
import type { Step } from '../../../src/model/plan.ts';
import { keyOfPlace } from '../../../src/model/run-state.ts';
import { contextOf, place, stateWith } from './known.ts';

type MeasureGate = Extract<Gate, { kind: 'measure' }>;
type Page = {
  readonly MetricDataResults: readonly object[];
  readonly NextToken?: string;
  readonly Messages?: object[];
};

interface Asked {
  readonly MetricDataQueries: readonly MetricDataQuery[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string;
}

const start = Date.UTC(2026, 10, 20, 9, 0, 0);
const revision = 'arn:aws:ecs:us-west-2:123456789012:task-definition/web:7';

const elb = 'arn:aws:elasticloadbalancing:us-west-2:123456789012';
const joinRoutes = {
  kind: 'join-routes',
  title: 'join',
  place,
  traffic: {
    routes: [
      {
        kind: 'rule',
        arn: `${elb}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`,
        name: 'HTTP:80',
        actions: [],
      },
    ],
    groups: [],
    settle: 30 * second,
  },
} as unknown as Step;

const metric = (more: Partial<Extract<MetricGate, { kind: 'metric' }>> = {}): MetricGate => ({
  kind: 'metric',
  name: 'checkout',
  bounds: { max: 1 },
  onNoData: 'wait',
  metric: {
    namespace: 'Shop',
    name: 'CheckoutErrors',
    dimensions: { Version: '${revision}' },
    statistic: 'Sum',
    period: minute,
  },
  ...more,
});

/** CloudWatch with the values of each minute, by the minutes since the start. */
function cloudWatch(values: Readonly<Record<number, number>>, answer?: (asked: Asked) => Page) {
  const calls: Asked[] = [];
  let now = start;
  const aws: Pick<Aws, 'call'> = {
    call: async (_service, _operation, input) => {
      const asked = input as unknown as Asked;
      calls.push(asked);
      if (answer !== undefined) return answer(asked) as never;
      const from = asked.StartTime.getTime();
      const to = asked.EndTime.getTime();
      const points = Object.entries(values)
        .map(([n, value]) => ({ at: start + Number(n) * minute, value }))
        .filter(({ at }) => at >= from && at < to);
      return {
        MetricDataResults: asked.MetricDataQueries.filter(({ ReturnData }) => ReturnData).map(({ Id }) => ({
          Id,
          StatusCode: 'Complete',
          Timestamps: points.map(({ at }) => new Date(at)),
          Values: points.map(({ value }) => value),
        })),
      } as never;
    },
  };
  const gates = namedGates(contextOf({ aws: aws as Aws, clock: { now: () => now, sleep: async () => {} } }));
  const evaluate = (gate: MeasureGate, at: number, sampling: Sampling = 'glance', memory: Answer['memory'] = {}) => {
    now = start + at;
    const groups = { [`${elb}:targetgroup/web/0123456789abcdef`]: `${elb}:targetgroup/canary/fedcba9876543210` };
    const traffic = { [keyOfPlace(place)]: { writtenAt: start + 20 * second, groups } };
    const known = stateWith({ revisions: { revision: { arn: revision } }, traffic });
    const state = { ...known, plan: { ...known.plan, steps: [joinRoutes] } };
    return gates.measure(gate, { state, sampling }, memory);
  };
  return { calls, evaluate };
}

const gateOf = (measure: MetricGate, more: Partial<MeasureGate> = {}): MeasureGate => ({
  kind: 'measure',
  measure,
  warmUp: 0,
  place,
  ...more,
});

describe('a metric gate', () => {
  it('asks nothing before the first whole minute after the change of the weight is complete', async () => {
    const { calls, evaluate } = cloudWatch({ 0: 100, 1: 0 });
    const early = await evaluate(gateOf(metric()), 3 * minute);
    expect(early.verdict).toMatchObject({ is: 'wait', again: minute + second, settles: minute + second });
    expect(early.verdict.because).toBe('the first complete period ends at 09:04:01Z');
    expect(calls).toEqual([]);
    const due = await evaluate(gateOf(metric()), 4 * minute + second, 'glance', early.memory);
    expect(due.verdict).toMatchObject({ is: 'pass', again: minute });
    expect(due.verdict.because).toBe('0 in the 1m from 09:01:00Z, at most 1 allowed');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.StartTime).toEqual(new Date(start + minute));
    expect(calls[0]?.EndTime).toEqual(new Date(start + 2 * minute));
  });

  it('asks for the target group and the load balancer of the canary where its dimensions say so', async () => {
    const { calls, evaluate } = cloudWatch({ 1: 0 });
    const dimensions = { TargetGroup: '${canary-target-group}', LoadBalancer: '${canary-load-balancer}' };
    const query = {
      namespace: 'AWS/ApplicationELB',
      name: 'RequestCount',
      dimensions,
      statistic: 'Sum',
      period: minute,
    };
    await evaluate(gateOf(metric({ metric: query })), 4 * minute + second);
    expect(calls[0]?.MetricDataQueries[0]?.MetricStat?.Metric?.Dimensions).toEqual([
      { Name: 'TargetGroup', Value: 'targetgroup/canary/fedcba9876543210' },
      { Name: 'LoadBalancer', Value: 'app/shop/50dc6c495c0c9188' },
    ]);
  });

  it('does not count the warm-up', async () => {
    const { calls, evaluate } = cloudWatch({ 1: 100, 2: 100, 3: 0 });
    const gate = gateOf(metric(), { warmUp: 90 * second });
    const { verdict } = await evaluate(gate, 5 * minute + 30 * second);
    expect(verdict).toMatchObject({ is: 'wait', again: 31 * second });
    expect((await evaluate(gate, 6 * minute + second)).verdict.is).toBe('pass');
    expect(calls[0]?.StartTime).toEqual(new Date(start + 3 * minute));
  });

  it('fails as soon as a value of a complete period is out of its bounds', async () => {
    const { evaluate } = cloudWatch({ 1: 0, 2: 4 });
    const { verdict } = await evaluate(gateOf(metric()), 5 * minute + second);
    expect(verdict.is).toBe('fail');
    expect(verdict.because).toBe(
      '4 in the 1m from 09:02:00Z, at most 1 allowed (Sum of CheckoutErrors (Shop, Version=web:7))',
    );
    expect(verdict.evidence).toEqual([
      {
        kind: 'metric',
        gate: 'checkout',
        metric: 'Sum of CheckoutErrors (Shop, Version=web:7)',
        period: minute,
        bounds: 'at most 1',
        values: [
          { at: start + minute, value: 0 },
          { at: start + 2 * minute, value: 4 },
        ],
      },
    ]);
  });

  it('never decides on a data point that can still grow', async () => {
    const { evaluate } = cloudWatch({}, () => ({
      MetricDataResults: [
        {
          Id: 'gate0',
          StatusCode: 'Complete',
          Timestamps: [new Date(start + minute), new Date(start + 2 * minute)],
          Values: [0, 99],
        },
      ],
    }));
    expect((await evaluate(gateOf(metric()), 4 * minute + second)).verdict.is).toBe('pass');
  });

  it('looks at earlier periods again, because CloudWatch can publish even later', async () => {
    const late: Record<number, number> = { 1: 0 };
    const { evaluate } = cloudWatch(late);
    const first = await evaluate(gateOf(metric()), 4 * minute + second);
    late[1] = 7;
    const second_ = await evaluate(gateOf(metric()), 5 * minute + second, 'glance', first.memory);
    expect(second_.verdict.is).toBe('fail');
  });

  it('asks once for each period', async () => {
    const { calls, evaluate } = cloudWatch({ 1: 0 });
    const first = await evaluate(gateOf(metric()), 4 * minute + second);
    const again = await evaluate(gateOf(metric()), 4 * minute + 40 * second, 'thorough', first.memory);
    expect(again.verdict).toMatchObject({ is: 'pass', again: 21 * second });
    expect(calls).toHaveLength(1);
  });

  it('shares a call with other gates of the same moment', async () => {
    const { calls, evaluate } = cloudWatch({ 1: 5 });
    const ratio: MetricGate = {
      kind: 'expression',
      name: 'ratio',
      expression: '100*m1/gate2',
      bounds: { max: 10 },
      onNoData: 'wait',
      metrics: {
        m1: { namespace: 'Shop', name: 'Errors', dimensions: {}, statistic: 'Sum', period: minute },
        gate2: { namespace: 'Shop', name: 'Requests', dimensions: {}, statistic: 'Sum', period: minute },
      },
    };
    const at = 4 * minute + second;
    const answers = await Promise.all([
      evaluate(gateOf(metric()), at),
      evaluate(gateOf(metric({ name: 'orders', bounds: { min: 5 } })), at),
      evaluate(gateOf(ratio), at),
    ]);
    expect(answers.map(({ verdict }) => verdict.is)).toEqual(['fail', 'pass', 'pass']);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.MetricDataQueries.map(({ Id, ReturnData }) => `${Id} ${ReturnData}`)).toEqual([
      'gate0 true',
      'gate1 true',
      'm1 false',
      'gate2 false',
      'gate3 true',
    ]);
  });

  it.each([
    ['wait', 'glance', 'wait'],
    ['wait', 'thorough', 'inconclusive'],
    ['pass', 'glance', 'pass'],
    ['fail', 'glance', 'fail'],
  ] as const)('without data and on-no-data: %s, %s, answers %s', async (onNoData, sampling, is) => {
    const { evaluate } = cloudWatch({});
    const { verdict } = await evaluate(gateOf(metric({ onNoData })), 4 * minute + second, sampling);
    expect(verdict.is).toBe(is);
    expect(verdict.because).toMatch(/^no data of Sum of CheckoutErrors \(Shop, Version=web:7\)/);
  });

  it('passes with what data there is, and says how much is missing', async () => {
    const { evaluate } = cloudWatch({ 1: 1 });
    const { verdict } = await evaluate(gateOf(metric()), 6 * minute + second);
    expect(verdict.is).toBe('pass');
    expect(verdict.because).toBe('1 in the 1m from 09:01:00Z, at most 1 allowed, no data in 2 of 3 periods');
  });

  it('judges the dimension of the revision under test', async () => {
    const { calls, evaluate } = cloudWatch({ 1: 0 });
    await evaluate(gateOf(metric(), { revision: 'web:3' }), 4 * minute + second);
    expect(calls[0]?.MetricDataQueries[0]?.MetricStat?.Metric?.Dimensions).toEqual([
      { Name: 'Version', Value: 'web:3' },
    ]);
  });

  it('judges whole periods of five minutes', async () => {
    const five = metric();
    const gate = gateOf(five.kind === 'metric' ? { ...five, metric: { ...five.metric, period: 5 * minute } } : five);
    const { calls, evaluate } = cloudWatch({ 5: 1 });
    expect((await evaluate(gate, 8 * minute)).verdict).toMatchObject({ is: 'wait', again: 4 * minute + second });
    expect((await evaluate(gate, 12 * minute + second)).verdict.is).toBe('pass');
    expect(calls[0]?.StartTime).toEqual(new Date(start + 5 * minute));
  });

  it('counts from its own first evaluation after the service was updated', async () => {
    const { calls, evaluate } = cloudWatch({ 31: 0 });
    const gate = gateOf(metric(), { since: 'itself' });
    const first = await evaluate(gate, 30 * minute + 5 * second);
    expect(first.verdict).toMatchObject({ is: 'wait', again: 3 * minute + 56 * second });
    const due = await evaluate(gate, 34 * minute + second, 'thorough', first.memory);
    expect(due.verdict.is).toBe('pass');
    expect(calls[0]?.StartTime).toEqual(new Date(start + 31 * minute));
  });
});

describe('an answer of CloudWatch that is not complete', () => {
  const at = 4 * minute + second;
  const part = (StatusCode: string, Values: readonly number[], more: object = {}) => ({
    Id: 'gate0',
    StatusCode,
    Timestamps: Values.map(() => new Date(start + minute)),
    Values,
    ...more,
  });

  it('is continued on the next page', async () => {
    const { calls, evaluate } = cloudWatch({}, ({ NextToken }) =>
      NextToken === undefined
        ? { MetricDataResults: [part('PartialData', [])], NextToken: 'more' }
        : { MetricDataResults: [part('Complete', [3])] },
    );
    const { verdict } = await evaluate(gateOf(metric()), at);
    expect(verdict.because).toMatch(/^3 in the 1m/);
    expect(calls).toHaveLength(2);
  });

  it.each(['PartialData', 'InternalError'])('%s decides nothing and is asked again soon', async (status) => {
    const { evaluate } = cloudWatch({}, () => ({
      MetricDataResults: [part(status, [0], { Messages: [{ Code: 'Busy', Value: 'try again' }] })],
    }));
    const { verdict } = await evaluate(gateOf(metric()), at, 'thorough');
    expect(verdict).toMatchObject({ is: 'wait', again: 5 * second, settles: 5 * second });
    expect(verdict.because).toBe(`not known: CloudWatch answered ${status}: Busy try again`);
  });

  it('fails when it is forbidden', async () => {
    const { evaluate } = cloudWatch({}, () => ({ MetricDataResults: [part('Forbidden', [])] }));
    const { verdict } = await evaluate(gateOf(metric()), at);
    expect(verdict.is).toBe('fail');
    expect(verdict.next).toContain('cloudwatch:GetMetricData');
  });

  it('decides nothing when the query is not in it', async () => {
    const { evaluate } = cloudWatch({}, () => ({ MetricDataResults: [], Messages: [{ Value: 'too much' }] }));
    expect((await evaluate(gateOf(metric()), at)).verdict.is).toBe('wait');
  });
});
