import type { Step } from './plan.ts';
import type { Failing, Learned, RunState, TaskLearned, Unwinding, Watching } from './run-state.ts';
import type { Verdict } from './verdict.ts';

/**
 * A state as it may lie on a disk: without the values of the user's files and environment, which are in what is yet to be
 * registered, set or started, and without evidence, in which there are lines of logs. It is enough to unwind the run.
 */
export function storable(state: RunState): RunState {
  const { plan, watching, failing, learned, retiring, ...rest } = state;
  return {
    ...rest,
    plan: { title: plan.title, notes: [], changes: [], steps: plan.steps.map(withoutPayload) },
    learned: withoutEvidence(learned),
    retiring: { ...retiring, ...unwinding(retiring) },
    ...(watching === undefined ? {} : { watching: watched(watching) }),
    ...(failing === undefined ? {} : { failing: failed(failing) }),
  };
}

/** What is sent to AWS as the user has written it. */
const payload: ReadonlySet<string> = new Set(['definition', 'settings', 'task', 'service', 'tags']);

/** What a gate asks, which can have values of the environment: a URL, a dimension. */
const questions: ReadonlySet<string> = new Set(['measure', 'probe', 'hook']);

const without = (members: ReadonlySet<string>, value: object): object =>
  Object.fromEntries(
    Object.entries(value).filter(([name, member]) => !(members.has(name) && typeof member === 'object')),
  );

function withoutPayload<S extends Step>(step: S): S {
  const rest = without(payload, step) as S;
  if (!('gates' in rest)) return rest;
  return { ...rest, gates: rest.gates.map((gate) => without(questions, gate)) } as unknown as S;
}

const bare = ({ evidence: _, ...verdict }: Verdict): Verdict => verdict;

const watched = (watching: Watching): Watching => ({
  ...watching,
  answers: watching.answers.map(({ repair, ...answer }) => ({
    ...answer,
    verdict: bare(answer.verdict),
    ...(repair === undefined ? {} : { repair: withoutPayload(repair) }),
  })),
});

const unwinding = ({ todo, verifying, left }: Unwinding): Unwinding => ({
  todo,
  left,
  ...(verifying === undefined ? {} : { verifying: watched(verifying) }),
});

function failed({ restoring, cause, ...failing }: Failing): Failing {
  const { quote: _, ...known } = cause;
  return { ...failing, restoring: unwinding(restoring), cause: { ...known, evidence: [] } };
}

const withoutEvidence = (learned: Learned): Learned => ({
  ...learned,
  tasks: Object.fromEntries(Object.entries(learned.tasks).map(([of, task]) => [of, taskWithout(task)])),
});

function taskWithout({ oneOff, targets, ...task }: TaskLearned): TaskLearned {
  const seen = targets?.map(({ seen, ...target }) =>
    seen === undefined ? target : { ...target, seen: { ...seen, verdict: bare(seen.verdict) } },
  );
  const { verdict, ...rest } = oneOff ?? {};
  const judged = verdict === undefined ? {} : { verdict: bare(verdict) };
  return {
    ...task,
    ...(seen === undefined ? {} : { targets: seen }),
    ...(oneOff === undefined ? {} : { oneOff: { ...oneOff, ...rest, ...judged } }),
  };
}
