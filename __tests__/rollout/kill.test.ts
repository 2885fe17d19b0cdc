import { describe, expect, it } from 'vitest';
import { minute } from '../../src/core/duration.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { type Ground, type Shop, type Stage, serviceIn, shop, stage, strays } from './stage.ts';

const scenarios: readonly (readonly [name: string, what: () => Shop])[] = [
  ['a good image behind one target group', () => shop('fargate', 1)],
  ['a good image behind two target groups on EC2', () => shop('ec2-bridge' satisfies Ground, 2)],
  ['a good image without a load balancer', () => shop('fargate', 0)],
  ['an image that crashes', () => shop('fargate', 1, { tag: 'crash' })],
  [
    'an image that fails in the service',
    () => shop('fargate', 1, { tag: 'fails-in-service', service: breaker(false) }),
  ],
];

function breaker(enable: boolean) {
  return { deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback: enable } } };
}

/** The calls of a rollout that nothing happens to: the points at which something can. */
async function callsOf(what: Shop): Promise<number> {
  const here = stage(what);
  await here.rollout();
  return here.account.calls.length;
}

/** The service is what it was, or all of it is what was asked. */
function isBeforeOrAfter(here: Stage): boolean {
  const now = serviceIn(here.after());
  const before = serviceIn(here.before);
  if (JSON.stringify(now) === JSON.stringify(before)) return true;
  return JSON.stringify(now) === JSON.stringify(before).replaceAll('web:1', 'web:2');
}

describe('a process that is killed at any of its calls', () => {
  it.each(scenarios)('leaves nothing stray after post, and the service as before or as asked: %s', async (_, what) => {
    const points = await callsOf(what());
    const wrong: string[] = [];
    for (let point = 1; point <= points; point++) {
      for (const arrives of [false, true]) {
        const here = stage(what());
        here.account.inject({ nth: point, fault: arrives ? 'lost-after' : 'lost-before' });
        // The process is gone before the answer of this call could have come.
        const run = await here.rollout({}, (event) => event.kind === 'call' && here.account.calls.length >= point);
        await here.post(run);
        await here.clock.sleep(40 * minute);
        const said = `call ${point} ${arrives ? 'carried out' : 'lost'}: ${run.outcome.is}`;
        if (strays(here.after()).length > 0) wrong.push(`${said}: ${strays(here.after()).join()}`);
        if (!isBeforeOrAfter(here)) wrong.push(`${said}: ${JSON.stringify(serviceIn(here.after()))}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a process that is killed at any of its calls, with its runner', () => {
  it('leaves what the next run puts away before it rolls out itself', { timeout: 60_000 }, async () => {
    const points = await callsOf(shop('fargate', 1));
    const wrong: string[] = [];
    for (let point = 1; point <= points; point++) {
      for (const arrives of [false, true]) {
        const here = stage(shop('fargate', 1));
        here.account.inject({ nth: point, fault: arrives ? 'lost-after' : 'lost-before' });
        await here.rollout({}, (event) => event.kind === 'call' && here.account.calls.length >= point);
        // The deployment that was under way ends by itself; the canary does not.
        await here.clock.sleep(3 * 60 * minute);
        const { outcome } = await here.rollout();
        await here.clock.sleep(10 * minute);
        const said = `call ${point} ${arrives ? 'carried out' : 'lost'}, then ${outcome.is} (${outcome.cause?.because ?? ''})`;
        if (outcome.is !== 'succeeded') wrong.push(said);
        if (strays(here.after()).length > 0) wrong.push(`${said}: ${strays(here.after()).join()}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a call whose answer is lost or never comes, or that is refused', () => {
  const faults: readonly FaultRule['fault'][] = [
    'lost-before',
    'lost-after',
    'throttle',
    'server-error',
    'hang',
    'hang-after',
    'deny',
    'expired',
  ];
  it.each(faults)('ends in an outcome that the account agrees with, at every call: %s', async (fault) => {
    const points = await callsOf(shop('fargate', 1));
    const wrong: string[] = [];
    for (let point = 1; point <= points; point++) {
      const here = stage(shop('fargate', 1));
      here.account.inject({ nth: point, fault });
      const run = await here.rollout();
      const { is, serviceIntact, leftovers } = run.outcome;
      // What could not be put back is said; `post` then tries once more.
      const silent = strays(here.after()).filter(() => leftovers.length === 0);
      const said = `call ${point} (${here.account.calls[point - 1]?.operation}): ${is}`;
      if (silent.length > 0) wrong.push(`${said}: ${silent.join()}`);
      await here.post(run);
      await here.clock.sleep(40 * minute);
      if (strays(here.after()).length > 0) wrong.push(`${said}, after post: ${strays(here.after()).join()}`);
      const same = JSON.stringify(serviceIn(here.after())) === JSON.stringify(serviceIn(here.before));
      if (serviceIntact !== same) wrong.push(`${said}: service-intact is ${serviceIntact}`);
      if ((is === 'succeeded') === same)
        wrong.push(`${said}: but the service is ${same ? 'what it was' : 'another one'}`);
      const revisions = here.after().revisions.web ?? [];
      if (revisions.length > 2) wrong.push(`${said}: registered twice`);
      const passing = fault !== 'deny' && fault !== 'expired';
      if (passing && is !== 'succeeded') wrong.push(`${said}: it should have got through`);
    }
    expect(wrong).toEqual([]);
  });
});
