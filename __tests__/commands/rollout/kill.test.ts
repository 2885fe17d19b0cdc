import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import type { Picture } from '../../../src/simulator/picture.ts';
import { callsOf, failEverywhere, faults, killEverywhere, killedAt } from '../interrupt.ts';
import { orphans, type Run, type Shop, type Stage, serviceAsAsked, serviceIn, shop, stage } from '../stage.ts';
import { all, breaker, open, type Scenario, started } from './scenarios.ts';

/** Points at which a process was stopped, and what came of it. */
const figures = { points: 0, orphans: 0, halfChanged: 0 };
afterAll(() => {
  const { points, orphans, halfChanged } = figures;
  process.stdout.write(
    `kill matrix: ${points} points tried, ${orphans} strays, ${halfChanged} half-changed services\n`,
  );
});

/** The service is what it was, or all of it is what was asked: the revision and the settings. */
function isBeforeOrAfter(before: Picture, after: Picture, request?: Scenario['request']): boolean {
  const is = serviceIn(after);
  return isDeepStrictEqual(is, serviceIn(before)) || isDeepStrictEqual(is, serviceAsAsked(before, request));
}

/** Kills the process at each of its calls, and lets a cleaner come after it. Returns what was wrong. */
async function everywhere(
  scenario: Scenario,
  comesAfter: (here: Stage, run: Run) => Promise<string | undefined>,
): Promise<readonly string[]> {
  return killEverywhere(
    () => open(scenario),
    started(scenario),
    async (here, run, said) => {
      const complaint = await comesAfter(here, run);
      const left = orphans(here.after());
      figures.points++;
      figures.orphans += left.length;
      return [
        ...(complaint === undefined ? [] : [`${said}, then ${complaint}`]),
        ...(left.length === 0 ? [] : [`${said}: ${left.join()}`]),
      ];
    },
  );
}

/** Whether the service is whole; some images never are, without anybody to bring the service back. */
function halfChanged(here: Stage, { request }: Scenario): string | undefined {
  if (isBeforeOrAfter(here.before, here.after(), request)) return undefined;
  figures.halfChanged++;
  return JSON.stringify(serviceIn(here.after()));
}

describe('a process that is killed at any of its calls', { timeout: 120_000 }, () => {
  it.each(all)('leaves nothing stray after post, and the service as before or as asked: %s', async (_, scenario) => {
    const wrong = await everywhere(scenario, async (here, run) => {
      await here.post(run);
      await here.clock.sleep(40 * minute);
      return halfChanged(here, scenario);
    });
    expect(wrong).toEqual([]);
  });

  const lasting = all.filter(([name]) => !/fails in the service|only stops|by ECS to/.test(name));
  it.each(lasting)('with its runner leaves what the next run puts away: %s', async (_, scenario) => {
    const good = { revision: { kind: 'new', definition: shopWith(scenario.shop(), 'good').definition } } as const;
    const wrong = await everywhere(scenario, async (here) => {
      // The deployment that was under way ends by itself; the canary does not.
      await here.clock.sleep(later(scenario));
      const { strategy = 'canary-task' } = scenario.request ?? {};
      const { outcome } = await here.rollout({ strategy, ...good });
      await here.clock.sleep(20 * minute);
      if (outcome.is !== 'succeeded') return `${outcome.is} (${outcome.cause?.because ?? ''})`;
      return undefined;
    });
    expect(wrong).toEqual([]);
  });

  // ECS goes on trying to start its tasks.
  const resting = all.filter(([name]) => !/by ECS to/.test(name));
  it.each(resting)(
    'with its runner leaves what a sweep puts away, and touches the service no more: %s',
    async (_, one) => {
      const wrong = await everywhere(one, async (here) => {
        await here.clock.sleep(later(one));
        const before = here.after().services;
        const { outcome } = await here.sweep();
        await here.clock.sleep(20 * minute);
        const same = JSON.stringify(deploymentsIn(before)) === JSON.stringify(deploymentsIn(here.after().services));
        if (!same) return 'the sweep has changed the service';
        return outcome.is === 'succeeded' && outcome.serviceIntact ? undefined : outcome.is;
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each(all.slice(0, 3))('with its runner leaves what a later attempt goes on with: %s', async (_, scenario) => {
    const wrong = await everywhere(scenario, async (here) => {
      await here.clock.sleep(20 * second);
      const { outcome } = await here.rollout({ run: { id: 'killed', attempt: 2, token: 'again' } });
      await here.clock.sleep(20 * minute);
      if (outcome.is !== 'succeeded') return `${outcome.is} (${outcome.cause?.because ?? ''})`;
      const revisions = here.after().revisions.web ?? [];
      return revisions.length > 2 ? `registered ${revisions.length - 1} times` : undefined;
    });
    expect(wrong).toEqual([]);
  });
});

const later = ({ dies }: Scenario): number => (dies ? 50 : 4 * 60) * minute;

const deploymentsIn = (services: Picture['services']) =>
  Object.values(services).map(({ deployments, settings }) => ({ deployments, settings }));

/** The same shop, with an image that does something else. */
function shopWith(what: Shop, tag: string): Shop {
  const [first, ...others] = what.definition.containerDefinitions ?? [];
  const containers = [{ ...first, image: `registry.example/web:${tag}` }, ...others];
  return { ...what, definition: { ...what.definition, containerDefinitions: containers } };
}

describe('a post step that is killed at any of its calls', { timeout: 120_000 }, () => {
  it('leaves what a sweep puts away', async () => {
    const scenario = { shop: () => shop('fargate', 1) };
    const points = await callsOf(() => open(scenario), started(scenario));
    const wrong: string[] = [];
    for (let point = 8; point <= points; point++) {
      for (let after = 1; after <= 3; after++) {
        const here = open(scenario);
        const run = await killedAt(here, started(scenario), point, true);
        const last = here.account.calls.length + after;
        await here.post(run, (event) => event.kind === 'call' && here.account.calls.length >= last);
        await here.clock.sleep(4 * 60 * minute);
        await here.sweep();
        await here.clock.sleep(20 * minute);
        figures.points++;
        const left = orphans(here.after());
        figures.orphans += left.length;
        if (left.length > 0) wrong.push(`call ${point}, then call ${after} of post: ${left.join()}`);
        const half = halfChanged(here, scenario);
        if (half !== undefined) wrong.push(`call ${point}, then call ${after} of post: ${half}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a call whose answer is lost or never comes, or that is refused', { timeout: 60_000 }, () => {
  it.each(faults)('ends in an outcome that the account agrees with, at every call: %s', async (fault) => {
    const start = () => open({ shop: () => shop('fargate', 1) });
    const wrong = await failEverywhere(
      start,
      (here) => here.rollout(),
      { fault },
      async (here, run, said) => {
        const { is, serviceIntact, leftovers } = run.outcome;
        // What could not be undone is reported; `post` then tries once more.
        const silent = leftovers.length === 0 ? orphans(here.after()) : [];
        await here.post(run);
        await here.clock.sleep(40 * minute);
        const left = orphans(here.after());
        const same = JSON.stringify(serviceIn(here.after())) === JSON.stringify(serviceIn(here.before));
        const revisions = here.after().revisions.web ?? [];
        const passing = fault !== 'deny' && fault !== 'expired';
        return [
          ...(silent.length === 0 ? [] : [`${said}: ${silent.join()}`]),
          ...(left.length === 0 ? [] : [`${said}, after post: ${left.join()}`]),
          ...(serviceIntact === same ? [] : [`${said}: service-intact is ${serviceIntact}`]),
          ...((is === 'succeeded') === same ? [`${said}: but the service is ${same ? 'unchanged' : 'changed'}`] : []),
          ...(revisions.length > 2 ? [`${said}: registered twice`] : []),
          ...(passing && is !== 'succeeded' ? [`${said}: it should have succeeded`] : []),
        ];
      },
    );
    expect(wrong).toEqual([]);
  });

  it.each(['stale', 'lost-after', 'partial'] as const)(
    'is no reason to say that the service is back when it is not: %s',
    async (fault) => {
      const quick = () =>
        stage(
          shop('fargate', 1, { tag: 'fails-in-service', service: breaker(false) }),
          (seed) => ({
            ...seed,
            targetGroups: (seed.targetGroups ?? []).map((group) => ({ ...group, deregistrationDelaySeconds: 5 })),
          }),
          'direct',
        );
      const whole = quick();
      await whole.rollout();
      const { calls } = whole.account;
      const wrong: string[] = [];
      // What happens before the service is updated has been tried with a good image.
      for (
        let point = calls.findIndex(({ operation }) => operation === 'UpdateService');
        point <= calls.length;
        point++
      ) {
        const here = quick();
        // A read that is late shows it for some seconds, to everybody who asks.
        here.account.inject({ from: point, times: fault === 'stale' ? 4 : 1, fault });
        const { outcome } = await here.rollout();
        const said = `call ${point} (${here.account.calls[point - 1]?.operation}): ${outcome.is}`;
        if (outcome.is !== 'rolled-back' || !outcome.serviceIntact) wrong.push(`${said} (${outcome.cause?.because})`);
        const [was, is] = [here.before, here.after()].map((picture) => JSON.stringify(serviceIn(picture)));
        if (was !== is) wrong.push(`${said}: ${is}`);
        if (orphans(here.after()).length > 0) wrong.push(`${said}: ${orphans(here.after()).join()}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});
