import { type Duration, minute, second } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import { type Bake, type Check, type Gate, nameOfGate } from '../model/gates.ts';
import { type Answer, handle, type Sampling } from '../model/handlers.ts';
import { defined } from '../model/json.ts';
import type { Asked, Watching } from '../model/run-state.ts';
import { wait } from '../model/verdict.ts';
import { dueOf, extendedEnd, failureIn, isGood, named, outOfTime } from '../model/watching.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** Between two looks when it is unknown when the answer can change. */
const usual: Duration = 5 * second;
const shortest: Duration = second;
const longest: Duration = 2 * minute;
/** Gates that are due this close to each other are asked in one go, so that they share their calls. */
const together: Duration = 1.5 * second;
/** An answer that is older than this is asked for again before it counts as part of a pass. */
const stale: Duration = 6 * second;

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
  const { clock, report } = session.world;
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
  const failure = failureIn(step, answers);
  if (failure !== undefined) throw failure;
  if (answers.every((answer) => isGood(step, answer, last)) && (step.kind === 'check' || last)) {
    if (last || answers.every((a) => clock.now() - a.at <= stale)) return { watching: { began, end, told, answers } };
    answers = answers.map((a) => ({ ...a, due: Math.min(a.due, a.at + stale) }));
  } else if (last) {
    const extended = extendedEnd(step, { began, answers }, now);
    if (extended === undefined) throw outOfTime(step, answers, now - began);
    end = extended;
  }
  if (clock.now() - told >= minute) {
    told = clock.now();
    report({ kind: 'waiting', since: told - began, left: Math.max(0, end - told), verdicts: named(step, answers) });
  }
  const after: Watching = { began, end, told, answers };
  return { watching: after, due: dueOf(after) };
}

async function ask(gate: Gate, asked: Asked, sampling: Sampling, session: Session): Promise<Asked> {
  const { world } = session;
  const { verdict, memory = {}, learned, repair } = await evaluate(gate, asked, sampling, session);
  session.learn(learned);
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
    if (!(error instanceof Failure) || error.kind !== 'unanswered-call') throw error;
    return { verdict: wait(`cannot tell: ${error.because}`, { evidence: error.evidence }), memory };
  }
}

function reportChange(gate: Gate | undefined, before: Asked | undefined, now: Asked, world: World): boolean {
  const { is, because } = now.verdict;
  if (gate === undefined || (before?.verdict.is === is && before.verdict.because === because)) return false;
  world.report({ kind: 'verdict', gate: gate.kind, ...defined({ name: nameOfGate(gate) }), verdict: now.verdict });
  return true;
}
