import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { gateChecks } from '../../../src/aws/preflight/gate.ts';
import { runChecks } from '../../../src/aws/preflight/inspect.ts';
import { minute, second } from '../../../src/model/duration.ts';
import type { MetricGate, NamedGate } from '../../../src/model/measures.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';

const clock = new VirtualClock();

/** What a dry run finds out about gates, with CloudWatch answering these values. */
async function findings(gates: readonly NamedGate[], values: readonly number[]) {
  const inputs: object[] = [];
  const aws = {
    call: async (_: string, __: string, input: object) => {
      inputs.push(input);
      const Timestamps = values.map((_value, i) => new Date(clock.now() - (values.length - i) * minute));
      return { MetricDataResults: [{ Id: 'gate0', StatusCode: 'Complete', Timestamps, Values: values }] };
    },
  } as unknown as Aws;
  const about = { stable: 'web:6', at: clock.now() };
  const found = await runChecks(gateChecks(gates, about), { aws, clock, signal: new AbortController().signal });
  return { inputs, found };
}

const metric = (onNoData: MetricGate['onNoData'] = 'wait'): MetricGate => ({
  kind: 'metric',
  name: 'checkout',
  bounds: { max: 1 },
  onNoData,
  metric: {
    namespace: 'Shop',
    name: 'Errors',
    dimensions: { Version: '${revision}' },
    statistic: 'Sum',
    period: minute,
  },
});
const webhook: NamedGate = {
  kind: 'webhook',
  name: 'window',
  url: 'https://hooks.example.com/secret',
  secretEnv: 'HOOK_SECRET',
  every: 30 * second,
  timeout: 10 * minute,
};

describe('a dry run', () => {
  it('asks once whether the metric of the version that runs has data', async () => {
    const { inputs, found } = await findings([metric()], [0, 1]);
    expect(found).toMatchObject([{ kind: 'gate', about: 'gate checkout', is: 'ok' }]);
    expect(found[0]?.because).toBe('the last value of Sum of Errors (Shop, Version=web:6) is 1, at most 1 allowed');
    expect(inputs).toHaveLength(1);
  });

  it('warns of a metric without data, unless that passes', async () => {
    expect((await findings([metric()], [])).found).toMatchObject([
      { is: 'warning', because: 'CloudWatch has no data of Sum of Errors (Shop, Version=web:6) in the last 3h' },
    ]);
    expect((await findings([metric('pass')], [])).found).toMatchObject([{ is: 'ok' }]);
  });

  it('warns of a gate that the version that runs does not pass', async () => {
    expect((await findings([metric()], [0, 9])).found).toMatchObject([{ is: 'warning' }]);
  });

  it('sends nothing to a webhook', async () => {
    const { inputs, found } = await findings([webhook], []);
    expect(found).toMatchObject([
      { is: 'ok', because: 'not checked: a dry run does not send a request to hooks.example.com' },
    ]);
    expect(inputs).toEqual([]);
  });
});
