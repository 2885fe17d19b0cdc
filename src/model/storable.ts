import { defined } from './json.ts';
import type { Plan, Step } from './plan.ts';
import type { Failing, Learned, RunState, TaskLearned, Unwinding, Watching } from './run-state.ts';
import type { Verdict } from './verdict.ts';

/**
 * A state as it may lie on a disk: without the values of the user's files and environment, which are in what is yet to be
 * registered, set or started, and without evidence, in which there are lines of logs. It is enough to unwind the run. A
 * process that makes the plan again can supply the values and continue it.
 */
export function storable(state: RunState): RunState {
  const { plan, watching, failing, learned, unwinding, ...rest } = state;
  return {
    ...rest,
    plan: { title: plan.title, notes: [], changes: [], steps: plan.steps.map(withoutPayload) },
    learned: withoutEvidence(learned),
    unwinding: { always: unwound(unwinding.always), 'on-failure': unwound(unwinding['on-failure']) },
    ...(watching === undefined ? {} : { watching: watched(watching) }),
    ...(failing === undefined ? {} : { failing: failed(failing) }),
  };
}

type Values = Readonly<Record<string, unknown>>;

/** The members of acts with what is sent to AWS as the user has written it, and what of each is kept: it names things. */
const payload: Readonly<Record<string, (value: Values) => Values>> = {
  definition: ({ family, containerDefinitions = [] }) => ({
    family,
    containerDefinitions: (containerDefinitions as readonly Values[]).map(({ name, image }) => ({ name, image })),
  }),
  settings: ({ forceNewDeployment }) => defined({ forceNewDeployment }),
  task: ({ startedBy, clientToken, group }) => defined({ startedBy, clientToken, group }),
  service: () => ({}),
  // What a gate of rollout.yml asks: a URL or a dimension can be a value of the environment.
  measure: ({ kind, name }) => defined({ kind, name }),
  probe: ({ kind, name }) => defined({ kind, name }),
  hook: ({ kind, name }) => defined({ kind, name }),
};

const isPayload = (name: string, value: unknown): value is Values =>
  Object.hasOwn(payload, name) && typeof value === 'object' && value !== null;

function withoutPayload<S extends Step>(step: S): S {
  const acts = withheldFrom(step);
  const gates = 'gates' in step ? step.gates.map((gate) => withheldFrom(gate)) : [];
  if (acts === undefined && gates.every((gate) => gate === undefined)) return step;
  const kept = 'gates' in step ? { gates: step.gates.map((gate, i) => gates[i] ?? gate) } : {};
  return { ...step, ...acts, ...kept, withheld: true };
}

/** What is left of an act or a gate without what it sends; nothing if it sends nothing of the user's. */
function withheldFrom(item: object): object | undefined {
  const members = Object.entries(item);
  if (!members.some(([name, value]) => isPayload(name, value))) return undefined;
  return Object.fromEntries(
    members.map(([name, value]) => [name, isPayload(name, value) ? payload[name]?.(value) : value]),
  );
}

/** A step with the values that a saved state has not, from the step of a plan that is the same; nothing if it has none. */
export function supply<S extends Step>(step: S, { steps }: Plan): S | undefined {
  const nameOf = (one: Step): string =>
    JSON.stringify([one.kind, 'gates' in one ? [one.title, one.gates.length] : 'as' in one ? one.as : '']);
  const { withheld: _, ...stored } = step;
  const planned = steps.find((one) => nameOf(one) === nameOf(step)) ?? steps.find((one) => startsMore(one, step));
  if (planned === undefined) return undefined;
  const values = Object.entries(planned).filter(([name, value]) => isPayload(name, value) || name === 'gates');
  // A task is known by its names, so they stay as they were when it was first asked for.
  const names: Values = 'task' in stored && isPayload('task', stored.task) ? stored.task : {};
  const task = 'task' in planned && isPayload('task', planned.task) ? { task: { ...planned.task, ...names } } : {};
  return { ...stored, ...Object.fromEntries(values), ...task } as unknown as S;
}

/** Whether a step starts the tasks of another one among its own: a repair replaces one of several. */
function startsMore(one: Step, other: Step): boolean {
  if (one.kind !== 'start-canaries' || other.kind !== 'start-canaries') return false;
  return other.as.every((subject) => one.as.includes(subject));
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

const unwound = ({ verifying, ...unwinding }: Unwinding): Unwinding => ({
  ...unwinding,
  ...(verifying === undefined ? {} : { verifying: watched(verifying) }),
});

function failed({ cause, ...failing }: Failing): Failing {
  const { quote: _, ...known } = cause;
  return { ...failing, cause: { ...known, evidence: [] } };
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
