import { createHash } from 'node:crypto';
import type { Task } from '@aws-sdk/client-ecs';
import type { Answer, GateContext } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, second } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import {
  keyOfPlace,
  type Memory,
  type Repair,
  type RunState,
  type TargetLearned,
  type TaskLearned,
} from '../../model/run-state.ts';
import type { Subject } from '../../model/subject.ts';
import type { Weight } from '../../model/traffic.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import { describedAs } from './canary.ts';
import { brokenDependency, failedHealthCheck } from './container-health.ts';
import type { HandlerContext } from './context.ts';
import { taskIn } from './learned.ts';
import { hasEnded, nextOfStarting } from './started-tasks.ts';
import { describeTargets, findTarget, judgeTarget } from './target.ts';
import { evidenceOf, readTasks, whyStopped } from './task.ts';

type CanariesHealthy = Extract<Gate, { kind: 'canaries-healthy' }>;

/** What is known of a canary task, and its current state. */
interface Canary {
  readonly subject: Subject;
  readonly known: TaskLearned;
  readonly task: Task | undefined;
  /** The health of its targets; empty while it is not registered. */
  readonly targets: readonly TargetLearned[];
  readonly verdict: Verdict;
  /** Infrastructure stopped it, which says nothing about the version. */
  readonly taken: boolean;
}

/** What the gate remembers: how many tasks were replaced, and the weight to set again. */
interface Replacing {
  readonly replaced?: number;
  readonly returnTo?: Weight;
  readonly missingSince?: number;
}

/** After this many replacements the next interruption fails the gate. */
const mostReplaced = 5;

/**
 * Whether all canary tasks run, and are healthy in their target groups: one call for all tasks, and one for each group.
 * Weighted groups have no fail-over: an unhealthy canary still gets its share.
 */
export async function evaluateCanariesHealthy(
  context: HandlerContext,
  gate: CanariesHealthy,
  { state }: Pick<GateContext, 'state'>,
  memory: Memory,
): Promise<Answer> {
  const known = gate.of.flatMap((subject) => {
    const task = taskIn(state, subject);
    return task === undefined ? [] : [[subject, task] as const];
  });
  if (known.length < gate.of.length) return { verdict: wait('not all canary tasks have been started'), memory };
  const canaries = await lookAt(context, gate, known);
  const learned = { tasks: Object.fromEntries(canaries.map(newsOf)) };
  const failed = canaries.find(({ verdict, taken }) => verdict.is === 'fail' && !taken);
  if (failed !== undefined) return { verdict: failed.verdict, memory, learned };
  return { ...replaceOrWait(gate, canaries, state, memory, context.clock.now()), learned };
}

const newsOf = ({ subject, task, targets }: Canary) =>
  [
    subject,
    { ...(task === undefined ? {} : describedAs(task)), ...(targets.length === 0 ? {} : { targets }) },
  ] as const;

async function lookAt(
  { aws, clock }: HandlerContext,
  { place, grace }: CanariesHealthy,
  known: readonly (readonly [Subject, TaskLearned])[],
): Promise<readonly Canary[]> {
  const groups = [...new Set(known.flatMap(([, { targets = [] }]) => targets.map(({ targetGroup }) => targetGroup)))];
  const [tasks, ...described] = await Promise.all([
    readTasks(
      aws,
      place.cluster,
      known.map(([, { arn }]) => arn),
    ),
    ...groups.map(async (group) => [group, await describeTargets(aws, group)] as const),
  ]);
  const healths = new Map(described);
  const now = clock.now();
  return known.map(([subject, one]) => {
    const task = tasks.find(({ taskArn }) => taskArn === one.arn);
    const targets = structuredClone(one.targets ?? []);
    const ofTask = judgeTask(one, task, now);
    const verdicts = targets.map((target) => {
      const seen = findTarget(target, healths.get(target.targetGroup) ?? []);
      const verdict = patient(judgeTarget(target, seen, grace, now));
      target.seen = { verdict, at: now };
      return verdict;
    });
    const verdict = worst([ofTask, ...verdicts]);
    const taken = task !== undefined && hasEnded(task) && wasTaken(task);
    return { subject, known: one, task, targets, verdict, taken };
  });
}

/**
 * A group that has just been added to a rule can report for some seconds that it is not in use. Later it reports this if
 * another process has changed the rule, which another gate judges.
 */
const patient = (verdict: Verdict): Verdict =>
  verdict.is === 'fail' && /Target\.NotInUse/.test(verdict.because)
    ? wait(verdict.because, { again: 2 * second })
    : verdict;

const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.find(({ is }) => is === 'fail') ?? verdicts.find(({ is }) => is === 'wait') ?? verdicts.at(-1) ?? pass('');

function judgeTask(
  { arn, containers, startedAt, task: before }: TaskLearned,
  task: Task | undefined,
  now: number,
): Verdict {
  const name = nameIn(arn);
  if (task === undefined) {
    // Right after RunTask, DescribeTasks may not show a task yet. Later, a single response can be incomplete.
    const because = `ECS does not show the canary task ${name}`;
    return wait(because, {
      again: 2 * second,
      ...(before === undefined || now < startedAt ? {} : { evidence: [evidenceOf(before)] }),
    });
  }
  const evidence = [evidenceOf(task, containers)];
  if (hasEnded(task)) return fail(`the canary task ${name} stopped: ${whyStopped(task)}`, { evidence });
  const never = failedHealthCheck(task, containers) ?? brokenDependency(task, containers);
  if (never !== undefined) return fail(`canary task ${name}: ${never}`, { evidence });
  const unready = (task.containers ?? []).find(
    ({ name: container, healthStatus }) =>
      healthStatus === 'UNKNOWN' &&
      containers.some((role) => role.name === container && role.essential && role.checked),
  );
  if (task.lastStatus !== 'RUNNING') {
    return wait(`the canary task ${name} is ${task.lastStatus}`, { again: nextOfStarting(task), evidence });
  }
  if (unready !== undefined)
    return wait(`container ${unready.name} of canary task ${name} is not HEALTHY yet`, { again: 3 * second });
  return pass(`the canary task ${name} is RUNNING`, { again: 5 * second });
}

/** Whether ECS says that infrastructure, not the program, stopped a task. */
function wasTaken({ stopCode, stoppedReason = '', containers = [] }: Task): boolean {
  if (stopCode === 'SpotInterruption' || stopCode === 'TerminationNotice') return true;
  if (stopCode === 'EssentialContainerExited') return false;
  if (containers.some(({ exitCode = 0 }) => exitCode !== 0 && exitCode !== 143 && exitCode !== 137)) return false;
  return infrastructure.test(stoppedReason);
}

/** Sources: the stopped task error codes of the ECS developer guide. */
const infrastructure =
  /spot (instance )?interruption|spot task was interrupted|termination notice|host ec2 .*(terminated|stopped|deregistered)|instance .*(terminated|deregistered|drain)|infrastructure|underlying host|maintenance|retirement|fargate .*(patch|update)|availability zone|capacity is unavailable/i;

/** Continues when all are healthy. Otherwise decides what to do about tasks that infrastructure stopped. */
function replaceOrWait(
  gate: CanariesHealthy,
  canaries: readonly Canary[],
  state: RunState,
  memory: Memory,
  now: number,
): Omit<Answer, 'learned'> {
  const taken = canaries.find((canary) => canary.taken);
  if (taken !== undefined) return replace(gate, canaries, taken, state, memory, now);
  const waiting = canaries.filter(({ verdict }) => verdict.is !== 'pass');
  if (waiting.length === 0) return complete(gate, canaries, state, memory);
  const because = waiting.map(({ verdict }) => verdict.because).join(', ');
  const again = Math.min(...waiting.map(({ verdict }) => verdict.again ?? often));
  const evidence = waiting.flatMap(({ verdict }) => verdict.evidence ?? []);
  return { verdict: wait(because, { again, evidence }), memory };
}

/** What to do about a task that infrastructure stopped. If no canary is healthy, the weight is set to 0 first. */
function replace(
  gate: CanariesHealthy,
  canaries: readonly Canary[],
  taken: Canary,
  state: RunState,
  memory: Memory,
  now: number,
): Omit<Answer, 'learned'> {
  const { replaced = 0, returnTo }: Replacing = memory;
  const { weight = 0, writtenAt = 0 } = state.learned.traffic[keyOfPlace(gate.place)] ?? {};
  const because = `infrastructure stopped the canary task ${nameIn(taken.known.arn)}: ${whyStopped(taken.task ?? {})}`;
  if (weight > 0 && canaries.every(({ verdict }) => verdict.is !== 'pass')) {
    const repair = weightRepair(gate, state, weight, 0);
    return {
      verdict: wait(`${because}; no canary task is healthy, so the weight of the canary is set to 0`),
      memory: { replaced, returnTo: weight },
      ...defined({ repair }),
    };
  }
  // The target of the stopped task is deregistered before it is replaced, so wait until it receives no requests.
  const left = returnTo === undefined ? 0 : writtenAt + gate.traffic.settle - now;
  if (left > 0)
    return {
      verdict: wait(`${because}; the load balancer may still use the previous weights`, { again: left }),
      memory,
    };
  const repair = startRepair(taken.subject, state, replaced);
  if (repair === undefined || replaced >= mostReplaced) {
    const evidence = taken.verdict.evidence ?? [];
    const often = replaced >= mostReplaced ? `; ${replaced} tasks were replaced before` : '';
    return { verdict: fail(`${because}${often}`, { evidence }), memory };
  }
  return { verdict: wait(`${because}; it is replaced`), memory: { ...memory, replaced: replaced + 1 }, repair };
}

/** All are running: continues when all are registered and the canary has its weight. */
function complete(
  gate: CanariesHealthy,
  canaries: readonly Canary[],
  state: RunState,
  memory: Memory,
): Omit<Answer, 'learned'> {
  const { replaced = 0, returnTo }: Replacing = memory;
  const { weight = 0 } = state.learned.traffic[keyOfPlace(gate.place)] ?? {};
  const registered = canaries.filter(({ subject }) => registrationOf(subject, state).is === 'done');
  const unregistered = registered.find(({ targets }) => targets.length === 0);
  if (unregistered !== undefined) {
    const repair = registerRepair(unregistered.subject, state);
    if (repair !== undefined) {
      return { verdict: wait('registering the new canary task with its target groups'), memory, repair };
    }
    return { verdict: wait('a canary task is not in a target group'), memory };
  }
  if (returnTo !== undefined && weight === 0) {
    const repair = weightRepair(gate, state, 0, returnTo);
    return {
      verdict: wait('the canary tasks are healthy again; the previous weight is set again'),
      memory: { replaced },
      ...defined({ repair }),
    };
  }
  const count = canaries.length === 1 ? 'the canary task is' : `all ${canaries.length} canary tasks are`;
  return { verdict: pass(`${count} ${registered.length > 0 ? 'healthy' : 'RUNNING'}`, { again: often }), memory };
}

const often: Duration = 5 * second;

const weightRepair = (
  { place, traffic }: CanariesHealthy,
  state: RunState,
  from: Weight,
  weight: Weight,
): Repair | undefined => {
  const act = state.plan.steps.find((step) => step.kind === 'set-weight');
  if (act?.kind !== 'set-weight') return undefined;
  const title = weight === 0 ? 'set the weight of the canary to 0' : `set the weight of the canary to ${weight / 10} %`;
  return { kind: 'set-weight', title, place, traffic, run: act.run, from, weight };
};

/** The same task with a new token: with the old one, ECS would return the stopped task. */
function startRepair(subject: Subject, { plan }: RunState, replaced: number): Repair | undefined {
  const act = plan.steps.find((step) => step.kind === 'start-canaries' && step.as.includes(subject));
  // A state that was saved by another process does not have the request.
  if (act?.kind !== 'start-canaries' || act.task === undefined) return undefined;
  const { clientToken = '' } = act.task;
  const token = createHash('sha256').update(`${clientToken} ${subject} ${replaced}`).digest('hex').slice(0, 36);
  return { ...act, title: 'replace a canary task', as: [subject], task: { ...act.task, clientToken: token } };
}

/** The step of the plan that registers a canary task, and whether it has been carried out. */
function registrationOf(subject: Subject, { plan, next }: RunState) {
  const index = plan.steps.findIndex(
    (step) => step.kind === 'register-targets' && step.inCopies !== undefined && [step.of].flat().includes(subject),
  );
  return { step: plan.steps[index], is: index >= 0 && index < next ? 'done' : 'to do' } as const;
}

function registerRepair(subject: Subject, state: RunState): Repair | undefined {
  const { step } = registrationOf(subject, state);
  return step?.kind === 'register-targets'
    ? { ...step, title: 'register the new canary task', of: [subject] }
    : undefined;
}
