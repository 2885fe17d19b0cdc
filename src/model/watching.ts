import { type Duration, minute, second, showDuration } from './duration.ts';
import { Failure } from './failure.ts';
import { type Bake, type Check, nameOfGate, neededBy } from './gates.ts';
import { defined } from './json.ts';
import type { GateName } from './outcome.ts';
import type { Asked, Repair, Watching } from './run-state.ts';
import { type Verdict, wait } from './verdict.ts';

/** The longest extension of a time limit, for gates that were met in time and only have to stay so. */
const longestSettling: Duration = 3 * minute;
const shortest: Duration = second;

const timeOf = (step: Check | Bake): Duration => (step.kind === 'check' ? step.within : step.during);

/** A check or a bake that begins. `began` is earlier if it shares the time limit of the check before it. */
export function beginWatching(step: Check | Bake, now: number, began = now): Watching {
  const asked = { verdict: wait('not evaluated yet'), at: 0, due: began, memory: {} };
  return { began, end: began + timeOf(step), told: now, answers: step.gates.map(() => asked) };
}

/** The repair that a gate needs before its step continues. */
export const repairIn = ({ answers }: Watching): Repair | undefined =>
  answers.find(({ repair }) => repair !== undefined)?.repair;

/** Restarts the step after a repair. Its gates keep their memories. */
export function watchAnew(step: Check | Bake, { answers }: Watching, now: number): Watching {
  const anew = answers.map(({ repair: _, ...asked }) => ({ ...asked, due: now }));
  return { ...beginWatching(step, now), answers: anew };
}

/** When the next gate has to be evaluated, or the time of the step is over. */
export const dueOf = ({ end, answers }: Watching): number => Math.min(end, ...answers.map(({ due }) => due));

/** Inconclusive counts as passed only at the end of the time, and only if the step allows it. */
export const isGood = ({ inconclusive }: Check | Bake, { verdict }: Asked, last: boolean): boolean =>
  verdict.is === 'pass' || (last && verdict.is === 'inconclusive' && inconclusive === 'passes');

/** The first data point of a metric can take longer than the whole bake. */
function latestOf(step: Check | Bake, began: number): number {
  const end = step.kind === 'check' ? step.within : Math.max(step.during, ...step.gates.map(neededBy));
  return began + end + longestSettling;
}

/** The extended end of a step whose time is over, if every gate that has not passed only has to stay so. */
export function extendedEnd(
  step: Check | Bake,
  { began, answers }: Pick<Watching, 'began' | 'answers'>,
  now: number,
): number | undefined {
  const latest = latestOf(step, began);
  const left = answers.filter((answer) => !isGood(step, answer, true)).map(({ verdict }) => verdict.settles ?? 0);
  return left.every((one) => one > 0) && now < latest ? Math.min(latest, now + Math.max(shortest, ...left)) : undefined;
}

/** The verdicts with the kinds and names of their gates. */
export const named = (step: Check | Bake, answers: readonly Asked[]) =>
  answers.flatMap(({ verdict }, i) => {
    const gate = step.gates[i];
    return gate === undefined ? [] : [{ gate: gate.kind, ...defined({ name: nameOfGate(gate) }), verdict }];
  });

/** Why a step fails before its time is over; `undefined` while no gate has failed. */
export function failureIn(step: Check | Bake, answers: readonly Asked[]): Failure | undefined {
  const failed = named(step, answers).find(({ verdict }) => verdict.is === 'fail');
  if (failed === undefined) return undefined;
  const { because, evidence = [], next = '', superseded = false } = failed.verdict;
  const kind = superseded ? 'superseded' : 'verdict';
  return new Failure(failed.gate, { kind, because, evidence, next, gate: gateNameIn(step, failed) });
}

/** A task gate has its name in rollout.yml. */
function gateNameIn(
  step: Check | Bake,
  { gate: kind, name: own }: { readonly gate: string; readonly name?: string },
): GateName {
  const name = own ?? (step.kind === 'check' ? step.gate : undefined);
  return { kind, ...defined({ name }) };
}

/** Why a step fails whose time is over. */
export function outOfTime(step: Check | Bake, answers: readonly Asked[], after: Duration): Failure {
  const waiting = named(step, answers).filter((_, i) => answers[i] !== undefined && !isGood(step, answers[i], true));
  const because = waiting.map(({ verdict }) => verdict.because).join('; ');
  const within =
    step.kind === 'check' ? `not within ${showDuration(after)}` : `not at the end of ${showDuration(after)}`;
  return new Failure(waiting.map(({ gate }) => gate).join(', '), {
    kind: 'verdict',
    because: `${within}: ${because}`,
    evidence: waiting.flatMap(({ verdict }: { readonly verdict: Verdict }) => verdict.evidence ?? []),
    next: waiting.map(({ verdict }) => verdict.next ?? '').find((next) => next !== '') ?? '',
    ...defined({ gate: waiting[0] && gateNameIn(step, waiting[0]) }),
  });
}
