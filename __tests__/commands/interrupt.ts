import type { TimedEvent } from '../../src/model/event.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import type { Run, Stage } from './stage.ts';

/** Starts a run on a stage; `cancel` says when its process is gone. */
export type Start = (here: Stage, cancel?: (event: TimedEvent) => boolean) => Promise<Run>;

/** What is wrong after an interrupted run; nothing if all is well. `said` names the point for a complaint. */
export type Check = (here: Stage, run: Run, said: string) => Promise<readonly string[]>;

/** Everything that can go wrong with one call. */
export const faults: readonly FaultRule['fault'][] = [
  'lost-before',
  'lost-after',
  'throttle',
  'server-error',
  'hang',
  'hang-after',
  'deny',
  'expired',
  'stale',
  'partial',
];

/** How many calls an undisturbed run makes: the points at which something can happen. */
export async function callsOf(open: () => Promise<Stage> | Stage, start: Start): Promise<number> {
  const here = await open();
  const before = here.account.calls.length;
  await start(here);
  return here.account.calls.length - before;
}

/** A run whose process is gone before the answer of a call could have come; the call arrives or does not. */
export async function killedAt(here: Stage, start: Start, point: number, arrives: boolean): Promise<Run> {
  here.account.inject({ nth: point, fault: arrives ? 'lost-after' : 'lost-before' });
  return start(here, (event) => event.kind === 'call' && here.account.calls.length >= point);
}

/** Kills a run at each of its calls, before the call arrives and after it was carried out. Returns what was wrong. */
export async function killEverywhere(open: () => Stage, start: Start, check: Check): Promise<readonly string[]> {
  const wrong: string[] = [];
  const points = await callsOf(open, start);
  for (let point = 1; point <= points; point++) {
    for (const arrives of [false, true]) {
      const here = open();
      const run = await killedAt(here, start, point, arrives);
      const operation = here.account.calls[point - 1]?.operation;
      const said = `call ${point} (${operation}) ${arrives ? 'carried out' : 'lost'}: ${run.outcome.is}`;
      wrong.push(...(await check(here, run, said)));
    }
  }
  return wrong;
}

/** Lets each call of a run go wrong, each with as many calls after it as `times` says. Returns what was wrong. */
export async function failEverywhere(
  open: () => Promise<Stage> | Stage,
  start: Start,
  { fault, times = [1] }: { readonly fault: FaultRule['fault']; readonly times?: readonly number[] },
  check: Check,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const points = await callsOf(open, start);
  for (let point = 1; point <= points; point++) {
    for (const count of times) {
      const here = await open();
      const before = here.account.calls.length;
      here.account.inject({ from: point, times: count, fault });
      const run = await start(here);
      const operation = here.account.calls[before + point - 1]?.operation;
      const said = `call ${point} (${operation}): ${run.outcome.is} (${run.outcome.cause?.because ?? ''})`;
      wrong.push(...(await check(here, run, said)));
    }
  }
  return wrong;
}
