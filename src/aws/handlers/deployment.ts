import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Answer, GateContext } from '../../engine/world.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, minute, second } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import type { Place } from '../../model/place.ts';
import type { DeploymentLearned, RunState, ServiceLearned, TaskLearned } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import { type ChangedSetting, formatSetting, holderOf } from '../../model/settings.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import type { HandlerContext } from './context.ts';
import { type Rival, whyEndless } from './endless.ts';
import { ofService, serviceIn, taskIn } from './learned.ts';
import { pollInterval } from './poll-interval.ts';
import { deployedByOthers, isRollbackOfEcs } from './promotion.ts';
import {
  type Absent,
  evidenceOfDeployment,
  findService,
  formatDeployment,
  isAbsent,
  isSettled,
  readDead,
  readService,
  reportEvents,
  troubleOf,
} from './service.ts';
import { lookSteady, noteLook } from './steady.ts';
import { healthyTargets, keyOf } from './target.ts';
import { evidenceOf, readMarked, whyStopped } from './task.ts';

/** DescribeServices can still show the world from before UpdateService for this long. */
const staleFor: Duration = 30 * second;

/** A deployment that ECS has given up ends the waiting; where ECS rolls back, the next one begins a moment later. */
function hasFailedForGood({ deploymentConfiguration, ...service }: Service, now: number): boolean {
  const primary = primaryOf(service);
  if (primary?.rolloutState !== 'FAILED') return false;
  const { deploymentCircuitBreaker, alarms } = deploymentConfiguration ?? {};
  const rollsBack = deploymentCircuitBreaker?.rollback === true || alarms?.rollback === true;
  return !rollsBack || now - (primary.updatedAt?.getTime() ?? now) >= minute;
}

const takeOver =
  'To deploy anyway, set on-conflict: take-over. It replaces a deployment in progress and stops the canary of another run.';

/** Whether no other deployment or canary is in progress. */
export async function evaluateServiceFree(
  { aws, clock }: HandlerContext,
  gate: Extract<Gate, { kind: 'service-free' }>,
  _: GateContext,
  { rival: before }: { readonly rival?: Rival },
): Promise<Answer> {
  const [service, marked] = await Promise.all([
    gate.only === 'canaries' ? undefined : readService(aws, gate.place),
    readMarked(aws, gate.place.cluster, gate.startedBy),
  ]);
  const now = clock.now();
  const primary = service === undefined ? undefined : primaryOf(service);
  if (service !== undefined && primary !== undefined && !isSettled(service) && !hasFailedForGood(service, now)) {
    const because = `another deployment is under way: ${formatDeployment(service, primary)}`;
    const evidence = [evidenceOfDeployment(primary)];
    const { id = '', failedTasks: failed = 0 } = primary;
    const rival = before?.id === id ? before : { id, failed };
    const endless = whyEndless(service, primary, rival, now);
    const verdict =
      endless === undefined
        ? wait(because, { again: 10 * second, evidence, next: takeOver })
        : fail(`${because}; ${endless}`, { evidence, next: takeOver });
    return { verdict, memory: { rival } };
  }
  const other = marked.find(
    ({ mark }) => mark?.service === gate.place.service && mark.run !== gate.run && mark.expires > now,
  );
  const again = 10 * second;
  const memory = before === undefined ? {} : { rival: before };
  if (other === undefined) return { verdict: pass('no other deployment or canary is under way', { again }), memory };
  return { verdict: wait(`run ${other.mark?.run} has a canary of this service`, { again, next: takeOver }), memory };
}

/** What a gate about a deployment asks with: its own copy of what is known, which it completes. */
interface Case {
  readonly context: HandlerContext;
  readonly gate: DeploymentGate;
  readonly state: RunState;
  readonly known: ServiceLearned;
}

type DeploymentGate = Pick<Extract<Gate, { kind: 'service-stable' }>, 'place' | 'checked'>;
type Missing = { readonly missingSince?: number };

const caseOf = (context: HandlerContext, gate: DeploymentGate, state: RunState): Case => ({
  context,
  gate,
  state,
  known: serviceIn(state, gate.place),
});

/** The canary that was tried before the deployment. */
const canaryOf = ({ known: { deployment }, state }: Pick<Case, 'known' | 'state'>): TaskLearned | undefined =>
  deployment?.canary === undefined ? undefined : taskIn(state, deployment.canary);

/** Whether the new version has a healthy target of its own, so that the canary's are not needed any more. */
export async function evaluateServingTraffic(
  context: HandlerContext,
  gate: Extract<Gate, { kind: 'serving-traffic' }>,
  { state }: GateContext,
  memory: Missing,
): Promise<Answer> {
  const asked = caseOf(context, gate, state);
  const { deployment } = asked.known;
  if (deployment === undefined) return { verdict: wait('no deployment has been started'), memory };
  if (context.clock.now() - deployment.startedAt < second) {
    return { verdict: wait('the deployment was just started', { again: 5 * second }), memory };
  }
  const { service, ...answer } = await readAndJudge(asked, memory);
  const { verdict } = answer;
  if (verdict.is !== 'wait' || service === undefined) return answer;
  return { ...answer, verdict: await judgeServing(asked, deployment, service, verdict), learned: lessonOf(asked) };
}

const lessonOf = ({ gate, known }: Case) => ofService(gate.place, known);

async function judgeServing(
  asked: Case,
  deployment: DeploymentLearned,
  service: Service,
  verdict: Verdict,
): Promise<Verdict> {
  const { aws, clock } = asked.context;
  const ours = service.deployments?.find(({ id }) => id === deployment.id);
  // On EC2 the canary can sit on the very port or memory that the first task of the service needs.
  const canary = canaryOf(asked);
  if (ours !== undefined && canary !== undefined && (await cannotBePlaced(aws, asked.gate.place, ours))) {
    return pass(`ECS cannot place a task, so the canary is stopped to make room; ${verdict.because}`);
  }
  if ((ours?.runningCount ?? 0) === 0) return verdict;
  const groups = deployment.behind?.targetGroups ?? [];
  for (const group of groups.filter((one) => !deployment.carrying.includes(one))) {
    const healthy = await healthyTargets(aws, group);
    // One target group in which nothing new is healthy is enough to wait for.
    if (!healthy.some((target) => !deployment.known.includes(keyOf(target)))) break;
    deployment.carrying = [...deployment.carrying, group];
  }
  if (deployment.carrying.length < groups.length) {
    // A task that runs has been registered, and the first check of a new target comes soon.
    return wait(`${verdict.because}; no new target is healthy yet`, {
      evidence: verdict.evidence ?? [],
      again: pollInterval(2 * second, elapsed(asked, clock.now())),
    });
  }
  deployment.carriesAt ??= clock.now();
  return pass(`the new version has healthy targets of its own; ${verdict.because}`);
}

/** Whether our deployment, and no other, has been completed. */
export async function evaluateServiceStable(
  context: HandlerContext,
  gate: Extract<Gate, { kind: 'service-stable' }>,
  { state }: GateContext,
  memory: Missing,
): Promise<Answer> {
  const { service: _, ...answer } = await readAndJudge(caseOf(context, gate, state), memory);
  return answer;
}

async function readAndJudge(asked: Case, memory: Missing): Promise<Answer & { readonly service?: Service }> {
  const { context, gate, known } = asked;
  const service = await findService(context.aws, gate.place);
  if (isAbsent(service)) {
    // The answer counts from when it came: it was asked for again, perhaps for a long time.
    const now = context.clock.now();
    const { missingSince = now } = memory;
    const verdict = missing(gate.place, service, known, missingSince, now);
    return { verdict, memory: { missingSince } };
  }
  const verdict = await judge(asked, service);
  return { service, verdict, learned: lessonOf(asked) };
}

async function judge(asked: Case, service: Service): Promise<Verdict> {
  const { context, gate, known } = asked;
  const { aws, clock, report } = context;
  const { place, checked = false } = gate;
  const now = clock.now();
  const primary = primaryOf(service);
  // Without a deployment of our own the question is only whether the service rests.
  const deployment = known.deployment ?? lookedAt(place, primary, now);
  recognise(deployment, primary, report);
  deployment.seenEvents = reportEvents(service, deployment, report);
  reportTasks(service, deployment, report);
  const ours = service.deployments?.find(({ id }) => id === deployment.id);
  if (ours === undefined || ours !== primary) return judgeOther(aws, service, ours, deployment, now);
  if (ours.rolloutState === 'FAILED') return failed(aws, service, ours, deployment);
  const settling = noteLook(known, service, ours, now);
  // What brings no new deployment, as another desired count, is over when as many tasks run as are wanted.
  const tooMany = ours.id === deployment.before && settling.fullAt !== undefined && !hasAllTasks(service);
  if (isSettled(service) && !tooMany) {
    const askedAt = known.deployment?.startedAt;
    return lookSteady(aws, { place, checked, askedAt }, service, ours, settling, now);
  }
  if (await neverStarts(aws, ours, deployment)) return failed(aws, service, ours, deployment);
  return wait(formatDeployment(service, ours), {
    again: nextLook(asked, ours, deployment, now),
    evidence: [evidenceOfDeployment(ours), ...troubleOf(service, deployment)],
  });
}

/** UpdateService has no token to know its deployment by: it is the new primary one that runs our revision. */
function recognise(
  deployment: DeploymentLearned,
  primary: Deployment | undefined,
  report: HandlerContext['report'],
): void {
  if (deployment.id !== '' || primary?.id === undefined) return;
  if (primary.id === deployment.before || primary.taskDefinition !== deployment.revision) return;
  deployment.id = primary.id;
  report({ kind: 'fact', name: 'deployment-id', value: primary.id });
}

/** A deleted service is not rolled back, so the deletion must be certain. */
function missing(
  { service }: Place,
  { deleted }: Absent,
  { deployment }: ServiceLearned,
  missingSince: number,
  now: number,
): Verdict {
  const { before, startedAt } = deployment ?? { before: undefined, startedAt: 0 };
  // What was just created can be missing, or an earlier one of its name, long deleted, stand in its place.
  if (before === '' && now - startedAt < staleFor) {
    return wait(`ECS does not show service ${service} yet`, { again: 3 * second });
  }
  if (!deleted && now - missingSince < staleFor)
    return wait(`ECS does not show service ${service}`, { again: 5 * second });
  return fail(`service ${service} was deleted during the run`, { superseded: true });
}

const lookedAt = (place: Place, primary: Deployment | undefined, at: number): DeploymentLearned => ({
  place,
  id: primary?.id ?? '',
  revision: '',
  before: primary?.id ?? '',
  previous: primary?.taskDefinition ?? '',
  startedAt: at,
  known: [],
  carrying: [],
  seenEvents: [],
});

const hasAllTasks = ({ desiredCount, runningCount, pendingCount }: Service): boolean =>
  runningCount === desiredCount && !pendingCount;

/** Three tasks of this deployment have died since one was healthy, if one ever was: ECS would go on for a long time. */
async function neverStarts(aws: Aws, ours: Deployment, deployment: DeploymentLearned): Promise<boolean> {
  if ((ours.failedTasks ?? 0) < 3) return false;
  // Behind a load balancer a task that runs is not yet a healthy one.
  const carried = deployment.behind === undefined || deployment.carriesAt !== undefined;
  const mayBeHealthy = carried && (ours.runningCount ?? 0) > 0;
  // ECS also counts what it could not place, and for that there may be room later.
  return !mayBeHealthy && (await readDead(aws, deployment.place, ours)).length >= 3;
}

/** ECS counts failures, but there is no task that has failed. */
async function cannotBePlaced(aws: Aws, place: Place, ours: Deployment): Promise<boolean> {
  const { runningCount = 0, pendingCount = 0, failedTasks = 0 } = ours;
  if (failedTasks === 0 || runningCount + pendingCount > 0) return false;
  return (await readDead(aws, place, ours)).length === 0;
}

/** Our deployment is not the primary one: ECS does not show it yet, has rolled it back, or another one replaced it. */
async function judgeOther(
  aws: Aws,
  service: Service,
  ours: Deployment | undefined,
  deployment: DeploymentLearned,
  now: number,
): Promise<Verdict> {
  const primary = primaryOf(service);
  if (primary === undefined) return wait('ECS shows no primary deployment', { again: 2 * second });
  if (primary.id === deployment.before && now - deployment.startedAt < staleFor) {
    return wait('ECS does not show our deployment yet', { again: 2 * second });
  }
  if (ours?.rolloutState === 'FAILED') return failed(aws, service, ours, deployment);
  // A circuit breaker goes back to the revision before; so does a person who does it by hand, and it is the same to us.
  if (primary.taskDefinition === deployment.previous || isRollbackOfEcs(primary))
    return failed(aws, service, ours, deployment);
  const revision = nameIn(primary.taskDefinition ?? '');
  return fail(
    `another deployment replaced ours: ${revision} (${primary.id}) instead of ${nameIn(deployment.revision)}`,
    {
      superseded: true,
      evidence: [evidenceOfDeployment(primary)],
      next: 'To deploy this version after theirs, run the job again.',
    },
  );
}

/** A failed deployment with everything that says why. */
async function failed(
  aws: Aws,
  service: Service,
  ours: Deployment | undefined,
  deployment: DeploymentLearned,
): Promise<Verdict> {
  const dead = await readDead(aws, deployment.place, ours ?? { id: deployment.id });
  const events = troubleOf(service, deployment);
  const said = ours?.rolloutState === 'FAILED' ? ours.rolloutStateReason : undefined;
  const because = [said ?? whatHappened(service, ours), ...new Set(dead.map(whyStopped))].join('; ');
  const deployed = ours === undefined ? [] : [evidenceOfDeployment(ours)];
  const evidence: Evidence[] = [...deployed, ...dead.map((task) => evidenceOf(task)), ...events];
  return fail(`the deployment failed: ${because}`, { evidence });
}

/** How a deployment has ended of which ECS gives no reason. */
function whatHappened(service: Service, ours: Deployment | undefined): string {
  const primary = primaryOf(service);
  if (primary !== undefined && primary === ours)
    return `${ours.failedTasks ?? 0} of its tasks stopped, none is running`;
  if (primary === undefined || isRollbackOfEcs(primary)) return 'ECS has rolled our deployment back';
  const revision = nameIn(primary.taskDefinition ?? '');
  return `the service was returned to ${revision} during the run (${primary.id}), and ECS does not report a rollback of its own`;
}

function reportTasks(service: Service, deployment: DeploymentLearned, report: HandlerContext['report']): void {
  const running = (mine: boolean): number =>
    (service.deployments ?? [])
      .filter(({ id }) => (id === deployment.id) === mine)
      .reduce((sum, { runningCount = 0 }) => sum + runningCount, 0);
  const tasks = { ours: running(true), others: running(false), desired: service.desiredCount ?? 0 };
  const said = JSON.stringify(tasks);
  if (deployment.seenTasks === said) return;
  deployment.seenTasks = said;
  report({ kind: 'tasks', ...tasks });
}

/**
 * When the next answer can come: not before a new task can run, which takes as long as the canary took, and at the
 * end not before the old tasks are drained.
 */
function nextLook(asked: Case, ours: Deployment, deployment: DeploymentLearned, now: number): Duration {
  const canary = canaryOf(asked);
  const allRun = (ours.runningCount ?? 0) >= (ours.desiredCount ?? 0);
  const drain = deployment.behind?.drain ?? 0;
  const starts = deployment.startedAt + 0.8 * (canary?.running ?? 0);
  if ((ours.runningCount ?? 0) === 0 && starts > now) return Math.min(20 * second, Math.max(2 * second, starts - now));
  // While old tasks drain nothing can happen but a surprise: look at growing intervals, and closely near the end.
  const since = allRun && deployment.carriesAt !== undefined ? now - deployment.carriesAt : 0;
  if (since > 0 && drain > since) return Math.max(4 * second, Math.min(40 * second, 3 * since, drain - since));
  // At the end it is mostly the canary's own end that is waited for.
  const atTheEnd = deployment.behind === undefined || deployment.carriesAt !== undefined;
  const slowly = (atTheEnd ? 5 : 3) * second;
  return pollInterval(canary?.quick ? 1.5 * second : slowly, elapsed(asked, now));
}

/** Since the canary was started, or the deployment where there is none. */
const elapsed = (asked: Case, now: number): Duration =>
  now - (canaryOf(asked)?.startedAt ?? asked.known.deployment?.startedAt ?? now);

type RestoredGate = Extract<Gate, { kind: 'service-restored' }>;
type RestoredMemory = { readonly restoredSettings?: readonly string[] };

/** Whether the service runs what it ran before, and rests. */
export async function evaluateServiceRestored(
  { aws, clock }: HandlerContext,
  gate: RestoredGate,
  { state }: Pick<GateContext, 'state'>,
  { restoredSettings = [] }: RestoredMemory,
): Promise<Answer> {
  const known = serviceIn(state, gate.place);
  const service = await findService(aws, gate.place);
  if (isAbsent(service)) {
    const verdict = service.deleted
      ? fail(`another run or user has deleted the service during the run: ${service.because}`, { superseded: true })
      : wait(service.because, { again: 5 * second });
    return { verdict, memory: { restoredSettings } };
  }
  const restored = new Set(restoredSettings);
  const verdict = await judgeRestored(aws, gate, service, known, restored, clock.now());
  return { verdict, memory: { restoredSettings: [...restored] }, learned: ofService(gate.place, known) };
}

/** Settings that still have this run's value. One that has been restored may be changed again by others. */
function unrestored(service: Service, settings: readonly ChangedSetting[], done: Set<string>): readonly string[] {
  for (const one of settings) if (holderOf(service, one) !== 'ours') done.add(one.name);
  return settings.filter(({ name }) => !done.has(name)).map(formatSetting);
}

/** Completes what is known of the service, and `done`, the settings that have been restored. */
async function judgeRestored(
  aws: Aws,
  gate: RestoredGate,
  service: Service,
  known: ServiceLearned,
  done: Set<string>,
  now: number,
): Promise<Verdict> {
  const { restored } = known;
  const primary = primaryOf(service);
  if (primary === undefined) return wait('the service has no primary deployment', { again: 5 * second });
  const evidence = [evidenceOfDeployment(primary)];
  const asked = restored !== undefined && restored.id !== gate.before;
  // An answer from before our update looks like the end of the rollback.
  if (asked && primary.id === gate.before && now - restored.at < staleFor) {
    return wait('ECS does not show the rollback yet', { again: 2 * second, evidence });
  }
  const settling = noteLook(known, service, primary, now);
  if (primary.taskDefinition === gate.to) {
    const pending = unrestored(service, gate.settings ?? [], done);
    if (pending.length > 0) return wait(`ECS still shows ${pending.join(', ')}`, { again: 3 * second, evidence });
    const rests = isSettled(service) || (primary.id === gate.before && primary.rolloutState === undefined);
    const { place, checked = false } = gate;
    const askedAt = asked ? restored.at : undefined;
    if (rests) return lookSteady(aws, { place, checked, askedAt }, service, primary, settling, now);
    if (primary.rolloutState === 'FAILED')
      return fail(`the rollback failed: ${primary.rolloutStateReason}`, { evidence });
    return wait(formatDeployment(service, primary), { again: 5 * second, evidence });
  }
  const other = deployedByOthers(primary, gate, known);
  if (other !== undefined) return fail(other, { evidence, superseded: true });
  if (primary.id === gate.before && !asked) return pass('the service has never been updated');
  return wait('ECS still shows our deployment', { again: 3 * second, evidence });
}
