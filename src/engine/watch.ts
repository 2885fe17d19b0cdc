import type { Duration } from '../model/duration.ts';
import { minute, second, showDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import type { Bake, Check, Gate } from '../model/gates.ts';
import type { Verdict } from '../model/verdict.ts';
import { wait } from '../model/verdict.ts';
import { handle, type Sampling, type World } from './world.ts';

/** Between two looks where nobody knows when the answer can change. */
const usual: Duration = 5 * second;
const shortest: Duration = second;
const longest: Duration = 2 * minute;
/** Gates that are due this close to each other are asked in one go, so that they share their calls. */
const together: Duration = 1.5 * second;
/** An answer that is older than this is asked for again before it counts as part of a pass. */
const stale: Duration = 6 * second;

/** A time that is over is extended by this at most, for what has come in time and only has to last. */
const longestSettling: Duration = 3 * minute;

interface Asked {
  readonly gate: Gate;
  readonly verdict: Verdict;
  readonly at: number;
  readonly due: number;
}

/** The only waiting there is: all gates of a step in one loop, and the worst answer wins. Throws a Failure. */
export async function watch(step: Check | Bake, world: World, began = world.clock.now()): Promise<void> {
  const { clock } = world;
  let end = began + (step.kind === 'check' ? step.within : step.during);
  const latest = end + longestSettling;
  let answers: readonly Asked[] = step.gates.map((gate) => ({
    gate,
    verdict: wait('not asked yet'),
    at: 0,
    due: began,
  }));
  let told = clock.now();
  for (;;) {
    const now = clock.now();
    const last = now >= end;
    const before = answers;
    const sampling = step.kind === 'bake' && !last ? 'glance' : 'thorough';
    answers = await Promise.all(answers.map((a) => (last || a.due <= now + together ? ask(a, sampling, world) : a)));
    const changes = answers.map((answer, i) => reportChange(before[i], answer, world));
    if (changes.includes(true)) told = clock.now();
    refuseFailed(answers);
    if (answers.every(passes) && (step.kind === 'check' || last)) {
      if (last || answers.every((a) => clock.now() - a.at <= stale)) return;
      answers = answers.map((a) => ({ ...a, due: Math.min(a.due, a.at + stale) }));
    } else if (last) {
      const left = settlingOf(answers);
      if (left === undefined || now >= latest) throw outOfTime(step, answers, now - began);
      end = Math.min(latest, now + left);
    }
    if (clock.now() - told >= minute) {
      told = clock.now();
      world.report({ kind: 'waiting', since: told - began, left: Math.max(0, end - told), verdicts: named(answers) });
    }
    const next = Math.min(end, ...answers.map((a) => a.due));
    await clock.sleep(Math.max(0, next - clock.now()), world.signal);
  }
}

/** How much longer everything that has not passed only has to last; nothing when something else is missing. */
function settlingOf(answers: readonly Asked[]): Duration | undefined {
  const left = answers.filter((answer) => !passes(answer)).map(({ verdict }) => verdict.settles ?? 0);
  return left.every((one) => one > 0) ? Math.max(shortest, ...left) : undefined;
}

const passes = (answer: Asked): boolean => answer.verdict.is === 'pass';
const named = (answers: readonly Asked[]) => answers.map(({ gate, verdict }) => ({ gate: gate.kind, verdict }));

async function ask(asked: Asked, sampling: Sampling, world: World): Promise<Asked> {
  const verdict = await evaluate(asked.gate, sampling, world);
  const again = Math.min(longest, Math.max(shortest, verdict.again ?? usual)) * world.backoffFactor();
  const at = world.clock.now();
  // Jitter only ever shortens: a look that is late is a person who waits, and its answer takes a moment too. A long time
  // is a forecast, and too early for it is a wasted call.
  const jitter = again > 10 * second ? 0 : (0.03 + 0.07 * world.random()) * again;
  return { gate: asked.gate, verdict, at, due: at + again - jitter };
}

/** A call that was not answered is no answer; one that was refused will be refused for ever. */
async function evaluate(gate: Gate, sampling: Sampling, world: World): Promise<Verdict> {
  try {
    return await handle(world.evaluate, gate, sampling);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unanswered-call') {
      return wait(`cannot tell: ${error.because}`, { evidence: error.evidence });
    }
    throw error;
  }
}

function reportChange(before: Asked | undefined, now: Asked, world: World): boolean {
  const { is, because } = now.verdict;
  if (before?.verdict.is === is && before.verdict.because === because) return false;
  world.report({ kind: 'verdict', gate: now.gate.kind, verdict: now.verdict });
  return true;
}

function refuseFailed(answers: readonly Asked[]): void {
  const failed = answers.find((answer) => answer.verdict.is === 'fail');
  if (failed === undefined) return;
  const { because, evidence = [], next = '', superseded = false } = failed.verdict;
  const kind = superseded ? 'superseded' : 'verdict';
  throw new Failure(failed.gate.kind, { kind, because, evidence, next });
}

function outOfTime(step: Check | Bake, answers: readonly Asked[], after: Duration): Failure {
  const waiting = answers.filter((answer) => !passes(answer));
  const because = waiting.map((answer) => answer.verdict.because).join('; ');
  const within =
    step.kind === 'check' ? `not within ${showDuration(after)}` : `not at the end of ${showDuration(after)}`;
  return new Failure(waiting.map((answer) => answer.gate.kind).join(', '), {
    kind: 'verdict',
    because: `${within}: ${because}`,
    evidence: waiting.flatMap((answer) => answer.verdict.evidence ?? []),
    next: waiting.map((answer) => answer.verdict.next ?? '').find((next) => next !== '') ?? '',
  });
}
