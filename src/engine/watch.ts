import type { Duration } from '../model/duration.ts';
import { minute, second, showDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import { type Bake, type Check, type Gate, nameOfGate, neededBy } from '../model/gates.ts';
import { defined } from '../model/json.ts';
import type { GateName } from '../model/outcome.ts';
import type { Asked, Repair, Watching } from '../model/run-state.ts';
import { wait } from '../model/verdict.ts';
import type { Session } from './session.ts';
import { type Answer, handle, type Sampling, type World } from './world.ts';

/** Between two looks when it is unknown when the answer can change. */
const usual: Duration = 5 * second;
const shortest: Duration = second;
const longest: Duration = 2 * minute;
/** Gates that are due this close to each other are asked in one go, so that they share their calls. */
const together: Duration = 1.5 * second;
/** An answer that is older than this is asked for again before it counts as part of a pass. */
const stale: Duration = 6 * second;

/** A time that is over is extended by this at most, for what has come in time and only has to last. */
const longestSettling: Duration = 3 * minute;

/** A check or a bake that begins; `began` is earlier when its time is that of the check before it. */
export function beginWatching(step: Check | Bake, now: number, began = now): Watching {
  const asked = { verdict: wait('not asked yet'), at: 0, due: began, memory: {} };
  const end = began + (step.kind === 'check' ? step.within : step.during);
  return { began, end, told: now, answers: step.gates.map(() => asked) };
}

/** What a gate has asked to be done before its step goes on. */
export const repairIn = ({ answers }: Watching): Repair | undefined =>
  answers.find(({ repair }) => repair !== undefined)?.repair;

/** The step begins anew after a repair; its gates keep their memories. */
export function watchAnew(step: Check | Bake, { answers }: Watching, now: number): Watching {
  const anew = answers.map(({ repair: _, ...asked }) => ({ ...asked, due: now }));
  return { ...beginWatching(step, now), answers: anew };
}

/** What looking once has shown; `due` is when to look again, and absent when all is well. */
export interface Looked {
  readonly watching: Watching;
  readonly due?: number;
}

/**
 * The only waiting there is: all gates of a step are asked in one loop, and the worst answer wins. This is one round of it.
 * Throws a Failure.
 */
export async function look(step: Check | Bake, watching: Watching, session: Session): Promise<Looked> {
  const { clock } = session.world;
  const { began } = watching;
  let { end, told } = watching;
  const now = clock.now();
  // A run that goes on for another reason must not ask early.
  if (now < dueOf(watching)) return { watching, due: dueOf(watching) };
  const last = now >= end;
  const before = watching.answers;
  const sampling = step.kind === 'bake' && !last ? 'glance' : 'thorough';
  let answers = await Promise.all(
    before.map((asked, i) => {
      const gate = step.gates[i];
      return gate !== undefined && (last || asked.due <= now + together) ? ask(gate, asked, sampling, session) : asked;
    }),
  );
  const changes = answers.map((answer, i) => reportChange(step.gates[i], before[i], answer, session.world));
  if (changes.includes(true)) told = clock.now();
  refuseFailed(step, answers);
  const passes = (answer: Asked): boolean => isGood(step, answer, last);
  if (answers.every(passes) && (step.kind === 'check' || last)) {
    if (last || answers.every((a) => clock.now() - a.at <= stale)) return { watching: { began, end, told, answers } };
    answers = answers.map((a) => ({ ...a, due: Math.min(a.due, a.at + stale) }));
  } else if (last) {
    const latest = latestOf(step, began);
    const left = settlingOf(answers.filter((answer) => !passes(answer)));
    if (left === undefined || now >= latest) throw outOfTime(step, answers, now - began);
    end = Math.min(latest, now + left);
  }
  if (clock.now() - told >= minute) {
    told = clock.now();
    const since = told - began;
    session.world.report({ kind: 'waiting', since, left: Math.max(0, end - told), verdicts: named(step, answers) });
  }
  const after: Watching = { began, end, told, answers };
  return { watching: after, due: dueOf(after) };
}

const dueOf = ({ end, answers }: Watching): number => Math.min(end, ...answers.map(({ due }) => due));

/** A gate can need longer than the whole bake, such as for the first data point of a metric. */
function latestOf(step: Check | Bake, began: number): number {
  const end = step.kind === 'check' ? step.within : Math.max(step.during, ...step.gates.map(neededBy));
  return began + end + longestSettling;
}

/** Too little to judge by counts as good only when the time is over, and only where the step says so. */
const isGood = ({ inconclusive }: Check | Bake, { verdict }: Asked, last: boolean): boolean =>
  verdict.is === 'pass' || (last && verdict.is === 'inconclusive' && inconclusive === 'passes');

/** How much longer everything that has not passed only has to last; nothing when something else is missing. */
function settlingOf(waiting: readonly Asked[]): Duration | undefined {
  const left = waiting.map(({ verdict }) => verdict.settles ?? 0);
  return left.every((one) => one > 0) ? Math.max(shortest, ...left) : undefined;
}

const named = (step: Check | Bake, answers: readonly Asked[]) =>
  answers.flatMap(({ verdict }, i) => {
    const gate = step.gates[i];
    return gate === undefined ? [] : [{ gate: gate.kind, ...defined({ name: nameOfGate(gate) }), verdict }];
  });

async function ask(gate: Gate, asked: Asked, sampling: Sampling, session: Session): Promise<Asked> {
  const { world } = session;
  const { verdict, memory = {}, learned, repair } = await evaluate(gate, asked, sampling, session);
  if (learned !== undefined) session.learn(learned);
  const again = Math.min(longest, Math.max(shortest, verdict.again ?? usual)) * world.backoffFactor();
  const at = world.clock.now();
  // Jitter only ever shortens: a late look makes a person wait, and its answer takes a moment too. A long time is a
  // forecast, and a look that comes too early for it is a wasted call.
  const jitter = again > 10 * second ? 0 : (0.03 + 0.07 * world.random()) * again;
  return { verdict, at, due: at + again - jitter, memory, ...defined({ repair }) };
}

/** A call that was not answered is no answer; one that was refused will be refused for ever. */
async function evaluate(gate: Gate, { memory }: Asked, sampling: Sampling, session: Session): Promise<Answer> {
  try {
    return await handle(session.world.evaluate, gate, { state: session.state, sampling }, memory);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unanswered-call') {
      return { verdict: wait(`cannot tell: ${error.because}`, { evidence: error.evidence }), memory };
    }
    throw error;
  }
}

function reportChange(gate: Gate | undefined, before: Asked | undefined, now: Asked, world: World): boolean {
  const { is, because } = now.verdict;
  if (gate === undefined || (before?.verdict.is === is && before.verdict.because === because)) return false;
  world.report({ kind: 'verdict', gate: gate.kind, ...defined({ name: nameOfGate(gate) }), verdict: now.verdict });
  return true;
}

function refuseFailed(step: Check | Bake, answers: readonly Asked[]): void {
  const index = answers.findIndex((answer) => answer.verdict.is === 'fail');
  const [gate, failed] = [step.gates[index], answers[index]];
  if (gate === undefined || failed === undefined) return;
  const { because, evidence = [], next = '', superseded = false } = failed.verdict;
  const kind = superseded ? 'superseded' : 'verdict';
  throw new Failure(gate.kind, { kind, because, evidence, next, gate: gateNameIn(step, gate.kind, nameOfGate(gate)) });
}

/** A one-off task that is a gate of rollout.yml is called as it is there. */
function gateNameIn(step: Check | Bake, kind: string, own: string | undefined): GateName {
  const name = own ?? (step.kind === 'check' ? step.gate : undefined);
  return { kind, ...defined({ name }) };
}

function outOfTime(step: Check | Bake, answers: readonly Asked[], after: Duration): Failure {
  const waiting = named(step, answers).filter((_, i) => answers[i] !== undefined && !isGood(step, answers[i], true));
  const because = waiting.map(({ verdict }) => verdict.because).join('; ');
  const within =
    step.kind === 'check' ? `not within ${showDuration(after)}` : `not at the end of ${showDuration(after)}`;
  return new Failure(waiting.map(({ gate }) => gate).join(', '), {
    kind: 'verdict',
    because: `${within}: ${because}`,
    evidence: waiting.flatMap(({ verdict }) => verdict.evidence ?? []),
    next: waiting.map(({ verdict }) => verdict.next ?? '').find((next) => next !== '') ?? '',
    ...defined({ gate: waiting[0] && gateNameIn(step, waiting[0].gate, waiting[0].name) }),
  });
}
