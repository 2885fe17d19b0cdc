import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { evaluateTargetsDrained, judgeTargets, keyOf } from '../../../src/aws/handlers/target.ts';
import { second } from '../../../src/model/duration.ts';
import type { TargetLearned } from '../../../src/model/run-state.ts';
import { canary, contextOf, stateWith } from '../handlers/known.ts';

const healthCheck = {
  protocol: 'HTTP',
  path: '/',
  codes: '200',
  interval: 30_000,
  timeout: 5_000,
  passes: 1,
  fails: 2,
};
const drain = 300 * second;

/** Target groups that say what they are told to, a canary that was registered with all of them at 0, and a clock. */
function groups(...states: string[]) {
  const asked: number[] = [];
  let now = 10 * second;
  const targets: readonly TargetLearned[] = states.map((_, n) => {
    const targetGroup = `arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/web-${n}/${n}`;
    const container = { container: 'web', containerPort: 80 };
    const attachment = { targetGroup, targetType: 'ip', ipv6: false, healthCheck, drain, ...container } as const;
    return { targetGroup, id: '10.0.0.7', port: 80, attachment, registeredAt: 0 };
  });
  const describeTargetHealth = async ({ TargetGroupArn }: { readonly TargetGroupArn: string }) => {
    const n = targets.findIndex(({ targetGroup }) => targetGroup === TargetGroupArn);
    asked.push(n);
    const Reason = states[n] === 'unused' ? 'Target.NotInUse' : undefined;
    return {
      TargetHealthDescriptions: [{ Target: { Id: '10.0.0.7', Port: 80 }, TargetHealth: { State: states[n], Reason } }],
    };
  };
  const call = (_: string, __: string, input: { readonly TargetGroupArn: string }) => describeTargetHealth(input);
  const aws = { region: 'us-west-2', backoffFactor: () => 1, close: () => {}, call } as unknown as Aws;
  const look = async (care: 'glance' | 'thorough', after = 0) => {
    now += after;
    asked.length = 0;
    const { is } = await judgeTargets(aws, targets, 0, care, () => now);
    return { is, asked: [...asked] };
  };
  const leave = async (at: number) => {
    const stopped = Object.fromEntries(targets.map((target) => [keyOf(target), { at }]));
    const state = stateWith({ tasks: { canary: { ...canary, targets } }, stopped });
    const context = contextOf({ aws, clock: { now: () => now, sleep: async () => {} } });
    const gate = { kind: 'targets-drained', targets, delay: drain } as const;
    return (await evaluateTargetsDrained(context, gate, { state })).verdict;
  };
  return { look, leave, states, targets };
}

describe('several target groups', () => {
  it('are checked in turn while none of them is healthy', async () => {
    const { look } = groups('initial', 'initial', 'initial');
    const gateHandlers = [await look('thorough'), await look('thorough', second), await look('thorough', second)];
    expect(gateHandlers.map(({ asked }) => asked)).toEqual([[0], [1], [2]]);
    expect(gateHandlers.map(({ is }) => is)).toEqual(['wait', 'wait', 'wait']);
  });

  it('pass in the evaluation in which the last one is healthy', async () => {
    const { look, states } = groups('initial', 'initial', 'initial');
    await look('thorough');
    states.fill('healthy');
    expect(await look('thorough', second)).toEqual({ is: 'pass', asked: [1, 2, 0] });
  });

  it('do not pass while any of them is not healthy', async () => {
    for (const sick of [0, 1, 2]) {
      const { look, states } = groups('healthy', 'healthy', 'healthy');
      states[sick] = 'initial';
      for (let n = 0; n < 4; n++) expect((await look('thorough', 6 * second)).is).toBe('wait');
    }
  });

  it('fail early if one of them will never check the canary', async () => {
    const { look } = groups('initial', 'initial', 'unused');
    const gateHandlers = [await look('thorough'), await look('thorough', second), await look('thorough', second)];
    // The others are asked once more: who has sent the canary requests is drained.
    expect(gateHandlers.at(-1)).toEqual({ is: 'fail', asked: [2, 0, 1] });
  });

  it('are all checked again if their answers are old', async () => {
    const { look, states } = groups('healthy', 'healthy', 'healthy');
    expect((await look('thorough')).asked).toEqual([0, 1, 2]);
    states[2] = 'unhealthy';
    expect(await look('thorough', 6 * second)).toEqual({ is: 'wait', asked: [0, 1, 2] });
  });

  it('are sampled in turn, and an unhealthy one is found in its turn', async () => {
    const { look, states } = groups('healthy', 'healthy', 'healthy');
    await look('thorough');
    expect(await look('glance', 5 * second)).toEqual({ is: 'pass', asked: [0] });
    states[2] = 'unhealthy';
    expect(await look('glance', 5 * second)).toEqual({ is: 'pass', asked: [1] });
    expect(await look('glance', 5 * second)).toEqual({ is: 'wait', asked: [2] });
    // From then on it is the one that is looked at.
    expect(await look('glance', 5 * second)).toEqual({ is: 'wait', asked: [2] });
  });

  it('fail only after the second round of checks of an unhealthy one', async () => {
    const { look } = groups('unhealthy', 'healthy');
    expect((await look('thorough')).is).toBe('wait');
    expect((await look('thorough', 59 * second)).is).toBe('wait');
    expect((await look('thorough', second)).is).toBe('fail');
  });
});

describe('a canary that is deregistered', () => {
  it('is not drained if it was unhealthy just before', async () => {
    const { look, leave } = groups('initial', 'initial');
    await look('thorough');
    await look('thorough', second);
    expect((await leave(12 * second)).is).toBe('pass');
  });

  it('is drained if a target group was not checked recently, because it may be healthy by now', async () => {
    const { look, leave, states } = groups('initial', 'initial');
    await look('thorough');
    await look('thorough', second);
    states.fill('draining');
    expect((await leave(30 * second)).is).toBe('wait');
  });
});
