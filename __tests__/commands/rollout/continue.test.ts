import { describe, expect, it } from 'vitest';
import { minute } from '../../../src/model/duration.ts';
import { storable } from '../../../src/model/storable.ts';
import { callsOf, killedAt } from '../interrupt.ts';
import { orphans, serviceIn } from '../stage.ts';
import { all, open, type Scenario, started } from './scenarios.ts';

/** How a run of a scenario ends that nothing happens to. */
async function undisturbed(scenario: Scenario): Promise<{ readonly is: string; readonly service: string }> {
  const here = open(scenario);
  const { outcome } = await here.rollout(scenario.request);
  await here.clock.sleep(40 * minute);
  return { is: outcome.is, service: JSON.stringify(serviceIn(here.after())) };
}

/** A forced deployment has no token: nobody can tell whether the one that was asked for has come. */
const isUnknown = ({ request }: Scenario, because = ''): boolean =>
  request?.forceNewDeployment === true && /is unknown/.test(because);

/** The same run in another process, which makes a token of its own. */
const run = { id: 'killed', attempt: 1, token: 'of-another-process' };

/** What ends otherwise than without, when the run goes on from what was saved before it was killed. */
async function continuedEverywhere(scenario: Scenario, often?: 'often'): Promise<readonly string[]> {
  const points = await callsOf(() => open(scenario), started(scenario));
  const whole = await undisturbed(scenario);
  const wrong: string[] = [];
  let continued = 0;
  for (let point = 1; point <= points; point += often === undefined ? 1 : 5) {
    for (const arrives of [false, true]) {
      const here = open(scenario);
      const { saved } = await killedAt(here, started(scenario), point, arrives);
      if (saved === undefined) continue;
      continued++;
      const stored = JSON.stringify(storable(JSON.parse(saved)));
      const { outcome } =
        often === undefined
          ? await here.continue(stored, { ...scenario.request, run })
          : await here.resume(saved, often);
      await here.clock.sleep(40 * minute);
      const said = `call ${point} ${arrives ? 'carried out' : 'lost'}: ${outcome.is} (${outcome.cause?.because ?? ''})`;
      const left = orphans(here.after());
      if (left.length > 0) wrong.push(`${said}: ${left.join()}`);
      const revisions = here.after().revisions.web ?? [];
      if (revisions.length > 2) wrong.push(`${said}: registered ${revisions.length - 1} times`);
      if (isUnknown(scenario, outcome.cause?.because)) continue;
      if (outcome.is !== whole.is) wrong.push(`${said}, not ${whole.is}`);
      const service = JSON.stringify(serviceIn(here.after()));
      if (service !== whole.service) wrong.push(`${said}: ${service}`);
    }
  }
  expect(continued).toBeGreaterThan(10 / (often === undefined ? 1 : 5));
  return wrong;
}

describe('a run that is killed at any of its calls', { timeout: 240_000 }, () => {
  it.each(all)('ends as it would have when another process goes on with it: %s', async (_, scenario) => {
    expect(await continuedEverywhere(scenario)).toEqual([]);
  });

  it.each(all.slice(0, 6))('ends so when one process after the other goes on with it: %s', async (_, scenario) => {
    expect(await continuedEverywhere(scenario, 'often')).toEqual([]);
  });
});
