import type { ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import type { Answer, GateContext } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, minute, second, showDuration } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import type { Milestone } from '../../model/native.ts';
import type { Place } from '../../model/place.ts';
import type { DeploymentLearned, ServiceLearned } from '../../model/run-state.ts';
import { formatSetting, holderOf } from '../../model/settings.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import type { HandlerContext } from './context.ts';
import { ofService, serviceIn } from './learned.ts';
import { pollInterval } from './poll-interval.ts';
import { readDead, readService, reportEvents, troubleOf } from './service.ts';
import {
  continueByHand,
  evidenceOfServiceDeployment,
  findStarted,
  formatPosition,
  isGoingOn,
  knownOf,
  positionOf,
  progressOf,
  readDeployment,
  readLater,
  readNewestDeployment,
  waitingHooks,
} from './service-deployment.ts';
import { learn } from './service-deployment-stop.ts';
import { healthyTargets } from './target.ts';
import { evidenceOf, whyStopped } from './task.ts';

type DeploymentGate = Extract<Gate, { kind: 'service-deployment' }>;
type UndoneGate = Extract<Gate, { kind: 'service-deployment-undone' }>;

/** ECS can show the world from before a call for this long. */
const staleFor: Duration = minute;
/** So many tasks may stop by themselves, as when the infrastructure takes one, before a version counts as bad. */
const mostDead = 3;

/** How long hooks of the service have held the deployment up, in a check that began at `began`. */
interface Held {
  readonly began: number;
  readonly held: Duration;
  readonly seen: number;
  readonly holding: boolean;
  /** Since when ECS stops the old tasks. */
  readonly cleaning?: number;
}

/** A service deployment of this run that is looked at. */
interface Case {
  readonly context: HandlerContext;
  readonly gate: DeploymentGate;
  readonly known: ServiceLearned;
  readonly ours: DeploymentLearned;
  readonly deployment: ServiceDeployment;
}

/** Whether the service deployment of this run has come as far as the gate wants. */
export async function evaluateServiceDeployment(
  context: HandlerContext,
  gate: DeploymentGate,
  { state, sampling }: GateContext,
  { held: before, missingSince }: { readonly held?: Held; readonly missingSince?: number },
): Promise<Answer> {
  const { aws, clock, report } = context;
  const known = knownOfGate(serviceIn(state, gate.place), gate);
  const { deployment: ours } = known;
  if (ours === undefined) return { verdict: wait('no deployment has been started') };
  const arn = known.native?.arn ?? (await lateArn(context, known, ours, gate.place));
  const deployment = arn === undefined ? undefined : await readDeployment(aws, arn);
  const now = clock.now();
  if (deployment === undefined) {
    const because = `ECS shows no service deployment of ${nameIn(ours.revision)}`;
    const since = missingSince ?? now;
    const verdict = now - since < staleFor ? wait(because, { again: 3 * second }) : fail(because);
    return { verdict, memory: { missingSince: since, ...(before === undefined ? {} : { held: before }) } };
  }
  const named: ServiceLearned = {
    ...known,
    deployment: { ...ours, id: nameIn(arn ?? '') },
    native: { ...(known.native ?? { routed: true }), ...(arn === undefined ? {} : { arn }) },
  };
  const lesson = learn(named, deployment);
  const asked: Case = { context, gate, known: lesson, ours: lesson.deployment ?? ours, deployment };
  reportTasks(asked, report);
  const held = heldSince(before, deployment, now);
  const verdict = await judge(asked, held, sampling === 'thorough');
  return { verdict, memory: { held }, learned: ofService(gate.place, asked.known) };
}

/** A deployment of others is known from the plan. */
function knownOfGate(known: ServiceLearned, { place, of }: DeploymentGate): ServiceLearned {
  if (of === undefined || known.deployment !== undefined) return known;
  const { arn, revision, since: startedAt } = of;
  const ids = { id: nameIn(arn), revision, before: '', previous: '' };
  const deployment = { place, ...ids, startedAt, known: [], carrying: [], seenEvents: [] };
  return { ...known, deployment, native: { arn, routed: true } };
}

async function lateArn(context: HandlerContext, { native }: ServiceLearned, ours: DeploymentLearned, place: Place) {
  const found = await findStarted(context.aws, place, { revision: ours.revision, newest: native?.newest });
  if (found !== undefined) context.report({ kind: 'fact', name: 'service-deployment-arn', value: found.arn });
  return found?.arn;
}

function heldSince(before: Held | undefined, deployment: ServiceDeployment, now: number): Held {
  const { began, held, seen, holding, cleaning = now } = before ?? { began: now, held: 0, seen: now, holding: false };
  return {
    began,
    held: holding ? held + now - seen : held,
    seen: now,
    holding: waitingHooks(deployment).length > 0,
    ...(positionOf(deployment).isCleaningUp ? { cleaning } : {}),
  };
}

/** ECS says in numbers what runs of both revisions. */
function reportTasks(
  { ours, deployment: { targetServiceRevision = {}, sourceServiceRevisions = [] } }: Case,
  report: HandlerContext['report'],
): void {
  const tasks = {
    ours: targetServiceRevision.runningTaskCount ?? 0,
    others: sourceServiceRevisions.reduce((sum, { runningTaskCount = 0 }) => sum + runningTaskCount, 0),
    desired: targetServiceRevision.requestedTaskCount ?? 0,
  };
  const said = JSON.stringify(tasks);
  if (ours.seenTasks === said) return;
  ours.seenTasks = said;
  report({ kind: 'tasks', ...tasks });
}

async function judge(asked: Case, held: Held, thorough: boolean): Promise<Verdict> {
  const { deployment, gate } = asked;
  const { progress } = positionOf(deployment);
  // What is only followed is followed to its end.
  if (gate.of !== undefined && isGoingOn(deployment)) {
    return judgeWaiting(asked, held, [evidenceOfServiceDeployment(deployment, asked.ours.revision)]);
  }
  if (progress === 'stopping' || progress === 'stopped') return judgeStopped(asked);
  // One that comes too late ends SUCCESSFUL; and the reason is shown when ECS begins.
  if (deployment.status === 'ROLLBACK_REQUESTED') {
    return wait('a rollback was requested, but not by this run', { again: 2 * second });
  }
  if (progress !== 'under-way' && progress !== 'succeeded') return failed(asked, whyRolledBack(deployment));
  const dead = progress === 'succeeded' || gate.of !== undefined ? [] : await deadOf(asked, thorough);
  if (dead.length >= mostDead) {
    return failed(asked, `${dead.length} tasks of the new version have stopped`, dead);
  }
  const evidence = [evidenceOfServiceDeployment(deployment, asked.ours.revision)];
  if (hasReached(deployment, gate.until)) return judgeReached(asked, evidence);
  return judgeWaiting(asked, held, evidence);
}

async function judgeReached(asked: Case, evidence: readonly Evidence[]): Promise<Verdict> {
  const { gate, deployment, ours, context } = asked;
  if (progressOf(deployment) === 'succeeded') {
    const service = await readService(context.aws, gate.place);
    // ECS shows the revision of a newer deployment as soon as that has begun.
    const newer = service.taskDefinition === ours.revision ? undefined : await newerThan(asked);
    if (newer !== undefined) return replaced(asked, newer);
    ours.seenEvents = reportEvents(service, ours, context.report);
    return pass(`${nameIn(ours.revision)} has all of the traffic, and ECS has ended the deployment`, { evidence });
  }
  const { runningTaskCount: running = 0, requestedTaskCount: wanted = 0 } = deployment.targetServiceRevision ?? {};
  const because = formatPosition(deployment);
  if (running < wanted) return wait(because, { again: 5 * second, settles: 30 * second, evidence });
  return pass(because, { again: 10 * second, evidence });
}

async function judgeWaiting(asked: Case, held: Held, evidence: readonly Evidence[]): Promise<Verdict> {
  const { context, gate, deployment } = asked;
  const now = context.clock.now();
  const next = continueByHand(deployment, gate.place);
  const spent = now - held.began - held.held;
  if (gate.within !== undefined && spent >= gate.within) {
    return failed(asked, `not within ${showDuration(gate.within)}: ${formatPosition(deployment)}`);
  }
  const trouble = positionOf(deployment).isScaledUp ? [] : await troubleIn(asked);
  return wait(formatPosition(deployment), {
    again: nextLook(asked, held, now),
    evidence: [...evidence, ...trouble],
    ...(next === undefined ? {} : { next }),
  });
}

/** While old tasks drain nothing can happen but a surprise: at growing intervals, and closely near the end. */
function nextLook({ gate: { drain }, ours }: Case, { holding, cleaning = 0 }: Held, now: number): Duration {
  if (holding) return 10 * second;
  const since = cleaning === 0 ? 0 : now - cleaning;
  if (since > 0 && drain > since) return Math.max(4 * second, Math.min(40 * second, 3 * since, drain - since));
  return pollInterval(4 * second, now - ours.startedAt);
}

/** Service events say why a task cannot be placed. */
async function troubleIn({ context, gate, ours }: Case): Promise<readonly Evidence[]> {
  const service = await readService(context.aws, gate.place);
  ours.seenEvents = reportEvents(service, ours, context.report);
  return troubleOf(service, ours);
}

function hasReached(deployment: ServiceDeployment, until: Milestone): boolean {
  const { isScaledUp, percent, isBaking, progress } = positionOf(deployment);
  if (until === 'scaled-up') return isScaledUp;
  if (until === 'bake-time') return isBaking;
  if (until === 'ended') return progress === 'succeeded';
  // Weights have one decimal.
  return percent >= until - 0.05;
}

/**
 * Tasks of the new revision that have died. ECS replaces them as long as it takes: its circuit breaker does not apply to
 * these deployments. While the tasks start, one that is healthy shows that the version can work.
 */
async function deadOf({ context: { aws }, gate, ours, deployment }: Case, thorough: boolean): Promise<readonly Task[]> {
  const { runningTaskCount: running = 0, requestedTaskCount: wanted = 0 } = deployment.targetServiceRevision ?? {};
  const { isScaledUp, stage } = positionOf(deployment);
  const starting = !isScaledUp && stage === 'SCALE_UP';
  // A bake is judged at its end by all that has happened in it.
  const isEndOfBake = thorough && gate.within === undefined;
  if (isScaledUp ? running >= wanted && !isEndOfBake : !starting) return [];
  const dead = await readDead(aws, gate.place, { id: ours.id, taskDefinition: ours.revision });
  const recent = dead.filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= ours.startedAt - 10 * second);
  if (recent.length < mostDead || isScaledUp || running === 0) return recent;
  if (gate.targetGroups.length === 0) return [];
  const healthy = await Promise.all(gate.targetGroups.map((group) => healthyTargets(aws, group)));
  return healthy.every((targets) => targets.length > 0) ? [] : recent;
}

/** A rollback that this run has not asked for: by ECS's alarms, by a hook, or by a person. */
function whyRolledBack({ statusReason, rollback, alarms, status }: ServiceDeployment): string {
  const reason = rollback?.reason ?? statusReason ?? `its status is ${status}, without a reason`;
  const triggered = alarms?.triggeredAlarmNames ?? [];
  const names = triggered.length === 0 ? '' : ` (alarms: ${triggered.join(', ')})`;
  return `ECS rolls it back, and this run has not asked for it: ${reason}${names}`;
}

/** The failure of a deployment, with everything that says why. */
async function failed(asked: Case, because: string, dead?: readonly Task[]): Promise<Verdict> {
  const { context, gate, ours, deployment } = asked;
  const service = await readService(context.aws, gate.place);
  const tasks = dead ?? (await readDead(context.aws, gate.place, { id: ours.id, taskDefinition: ours.revision }));
  const recent = tasks.filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= ours.startedAt - 10 * second);
  ours.seenEvents = reportEvents(service, ours, context.report);
  const reasons = [...new Set(recent.map(whyStopped))];
  return fail(`the deployment failed: ${[because, ...reasons].join('; ')}`, {
    evidence: [
      evidenceOfServiceDeployment(deployment, ours.revision),
      ...recent.map((task) => evidenceOf(task)),
      ...troubleOf(service, ours),
    ],
  });
}

/** ECS stops a deployment when a newer one begins, and on an alarm of the service without rollback. */
async function judgeStopped(asked: Case): Promise<Verdict> {
  const newer = await newerThan(asked);
  if (newer !== undefined) return replaced(asked, newer);
  const { status, statusReason = 'ECS gives no reason' } = asked.deployment;
  return failed(asked, `ECS has stopped it (${status}): ${statusReason}`);
}

async function newerThan({ context, gate, deployment }: Case): Promise<string | undefined> {
  const newer = (await readLater(context.aws, gate.place, knownOf(deployment))).at(-1);
  return newer?.serviceDeploymentArn;
}

const replaced = ({ deployment, ours }: Case, newer: string): Verdict =>
  fail(`another deployment replaced ours: service deployment ${nameIn(newer)}`, {
    superseded: true,
    evidence: [evidenceOfServiceDeployment(deployment, ours.revision)],
    next: 'Run the job again to deploy this version after theirs.',
  });

/** Whether ECS has rolled the service deployment of this run back, or has deployed the old revision again. */
export async function evaluateDeploymentUndone(
  { aws, clock }: HandlerContext,
  gate: UndoneGate,
  { state }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  const known = serviceIn(state, gate.place);
  const { native } = known;
  if (native?.restoring !== undefined) return judgeRestoring(aws, gate, known, clock.now());
  if (native?.arn === undefined) return { verdict: pass('no service deployment was started') };
  const deployment = await readDeployment(aws, native.arn);
  if (deployment === undefined)
    return { verdict: wait('ECS does not show the service deployment', { again: 5 * second }) };
  const evidence = [evidenceOfServiceDeployment(deployment, gate.ours)];
  const reason = deployment.statusReason ?? 'ECS gives no reason';
  switch (progressOf(deployment)) {
    case 'rolled-back':
      return { verdict: await judgeSettings(aws, gate, evidence) };
    case 'rollback-failed':
      return { verdict: fail(`the rollback by ECS failed: ${reason}`, { evidence }) };
    case 'succeeded':
      return { verdict: fail('ECS completed the deployment although a rollback was requested', { evidence }) };
    case 'stopped':
      return { verdict: await judgeStoppedUndo(aws, gate, deployment, evidence) };
    default:
      return { verdict: wait(`ECS rolls back: ${formatPosition(deployment)}`, { again: 5 * second, evidence }) };
  }
}

async function judgeStoppedUndo(
  aws: Aws,
  { place }: UndoneGate,
  deployment: ServiceDeployment,
  evidence: readonly Evidence[],
): Promise<Verdict> {
  const newer = (await readLater(aws, place, knownOf(deployment))).at(-1);
  if (newer === undefined) return fail(`ECS stopped the deployment: ${deployment.statusReason}`, { evidence });
  const because = `a newer deployment of the service has been started since (${nameIn(knownOf(newer).arn)}): it is left alone`;
  return fail(because, { evidence, superseded: true });
}

/** The rollback of ECS restores what belongs to a service revision. */
async function judgeSettings(
  aws: Aws,
  { place, settings = [], to }: UndoneGate,
  evidence: readonly Evidence[],
): Promise<Verdict> {
  const because = `ECS has rolled the service back to ${nameIn(to)}`;
  if (settings.length === 0) return pass(because, { evidence });
  const service = await readService(aws, place);
  const left = settings.filter((one) => holderOf(service, one) === 'ours').map(formatSetting);
  if (left.length === 0) return pass(because, { evidence });
  return wait(`ECS still shows ${left.join(', ')}`, { again: 3 * second, evidence });
}

async function judgeRestoring(aws: Aws, gate: UndoneGate, known: ServiceLearned, now: number): Promise<Answer> {
  const { native } = known;
  const { after, at, arn: named } = native?.restoring ?? { after: { arn: '', at: 0 }, at: now };
  const arn = named ?? (await findStarted(aws, gate.place, { revision: gate.to, newest: after }))?.arn;
  const deployment = arn === undefined ? undefined : await readDeployment(aws, arn);
  if (arn === undefined || deployment === undefined) {
    const because = `ECS shows no service deployment of ${nameIn(gate.to)}`;
    return { verdict: now - at < staleFor ? wait(`${because} yet`, { again: 3 * second }) : fail(because) };
  }
  const native2 = { ...(native ?? { routed: true }), restoring: { after, at, arn } };
  const learned = ofService(gate.place, { ...known, native: native2 });
  const evidence = [evidenceOfServiceDeployment(deployment, gate.to)];
  const { progress } = positionOf(deployment);
  const next = continueByHand(deployment, gate.place);
  const more = { again: 5 * second, evidence, ...(next === undefined ? {} : { next }) };
  if (progress === 'succeeded') return { verdict: await judgeSettings(aws, gate, evidence), learned };
  if (progress === 'under-way') {
    return { verdict: wait(`the old revision is deployed again: ${formatPosition(deployment)}`, more), learned };
  }
  if (progress === 'stopped') return { verdict: await judgeStoppedUndo(aws, gate, deployment, evidence), learned };
  if (progress === 'stopping') return { verdict: wait(formatPosition(deployment), more), learned };
  const because = `the deployment of the old revision failed: ${deployment.statusReason ?? deployment.status}`;
  return { verdict: fail(because, { evidence }), learned };
}

/** Whether no service deployment is under way. */
export async function evaluateDeploymentOver(
  { aws }: HandlerContext,
  { place }: Extract<Gate, { kind: 'service-deployment-over' }>,
): Promise<Answer> {
  const newest = await readNewestDeployment(aws, place);
  const arn = newest?.serviceDeploymentArn;
  if (newest === undefined || arn === undefined || !isGoingOn(newest)) {
    return { verdict: pass('no service deployment is under way', { again: 10 * second }) };
  }
  const deployment = await readDeployment(aws, arn);
  const is = deployment === undefined ? newest.status : formatPosition(deployment);
  const next = deployment === undefined ? undefined : continueByHand(deployment, place);
  const because = `service deployment ${nameIn(arn)} is under way: ${is}`;
  return { verdict: wait(because, { again: 10 * second, ...(next === undefined ? {} : { next }) }) };
}
