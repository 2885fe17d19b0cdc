import type { Service } from '@aws-sdk/client-ecs';
import type { Answer, GateContext } from '../../engine/world.ts';
import type { Act } from '../../model/acts.ts';
import { readUntil } from '../../model/clock.ts';
import { type Duration, second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Creation, Gate } from '../../model/gates.ts';
import type { Place } from '../../model/place.ts';
import type { ServiceLearned } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import type { Undo } from '../../model/undos.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import type { HandlerContext } from './context.ts';
import { ofService, serviceIn } from './learned.ts';
import { pollInterval } from './poll-interval.ts';
import { findService, glimpseService, isAbsent, isSettled, reportEvents } from './service.ts';
import { isThat, skew } from './service-creation.ts';
import { lookSteady, noteLook } from './steady.ts';
import { keyOf, registeredTargets } from './target.ts';

type EmptyService = Extract<Act, { kind: 'empty-service' }>;
type RestoreCount = Extract<Undo, { kind: 'restore-count' }>;

/** An answer can be from before a change for this long. */
const staleFor: Duration = 30 * second;

/** How a service gets its tasks back. */
export function countUndo({ place, count, running, backWithin }: EmptyService): RestoreCount {
  const { region, cluster, service } = place;
  return {
    when: 'on-failure',
    kind: 'restore-count',
    title: `scale ${service} back to ${count} tasks`,
    place,
    changed: 'service',
    phase: 'traffic',
    count,
    verify: { kind: 'check', gates: [{ kind: 'service-scaled', place, running }], within: backWithin },
    byHand: `aws ecs update-service --region ${region} --cluster ${cluster} --service ${service} --desired-count ${count}`,
  };
}

/** How it is found out whether a service that was asked to go is still there. */
export function recallUndo(place: Place): Undo {
  const { region, cluster, service } = place;
  return {
    when: 'on-failure',
    kind: 'recall-service',
    title: `check that ${service} still exists`,
    place,
    changed: 'service',
    phase: 'traffic',
    byHand: `aws ecs describe-services --region ${region} --cluster ${cluster} --services ${service}   # INACTIVE: it is gone`,
  };
}

/** Asks ECS to stop all tasks of a service, which takes them out of their target groups first. */
export async function emptyService(
  { aws, clock }: HandlerContext,
  { place }: EmptyService,
): Promise<NonNullable<ServiceLearned['emptied']>> {
  const { cluster, service: name } = place;
  const startedAt = clock.now();
  const { service } = await aws.call('ecs', 'UpdateService', { cluster, service: name, desiredCount: 0 });
  const id = (service === undefined ? undefined : primaryOf(service)?.id) ?? '';
  return { id, startedAt, seenEvents: [] };
}

/** Sets the desired count that the service had, unless it has been changed since. */
export async function restoreCount(aws: Aws, { place, count }: RestoreCount): Promise<void> {
  const { cluster, service } = place;
  const seen = await glimpseService(aws, place);
  if (seen !== undefined && seen.status !== 'ACTIVE') throw deleted(place, seen);
  if (seen !== undefined && seen.desiredCount !== 0 && seen.desiredCount !== count) return;
  await aws.call('ecs', 'UpdateService', { cluster, service, desiredCount: count });
}

/** Fails when a service has been deleted: then nothing brings it back. That it is there is believed at the third look only. */
export async function recallService(aws: Aws, place: Place, sleep: (duration: Duration) => Promise<void>) {
  const seen = await readUntil(3, sleep, () => findService(aws, place), isAbsent);
  if (isAbsent(seen)) throw deleted(place, seen);
}

function deleted({ service }: Place, { status = 'ECS no longer shows it' }: { readonly status?: string | undefined }) {
  return new Failure('ecs:DescribeServices', {
    kind: 'verdict',
    because: `${service} has been deleted (${status}), which cannot be undone; command: up creates it again`,
  });
}

/** Whether no task of the service is left, and no request can be on its way to one. */
export async function evaluateServiceEmpty(
  context: HandlerContext,
  gate: Extract<Gate, { kind: 'service-empty' }>,
  { state }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  const known = serviceIn(state, gate.place);
  const verdict = await judgeEmpty(context, gate, known);
  return { verdict, learned: ofService(gate.place, known) };
}

/** Completes what is known of the service. */
async function judgeEmpty(
  { aws, clock, report }: HandlerContext,
  { place, targets, drain }: Extract<Gate, { kind: 'service-empty' }>,
  known: ServiceLearned,
): Promise<Verdict> {
  const now = clock.now();
  const { emptied } = known;
  const service = await glimpseService(aws, place);
  if (service === undefined) return wait(`ECS does not show service ${place.service}`, { again: 5 * second });
  if (service.status !== 'ACTIVE') return pass(`it was deleted already: it is ${service.status}`);
  if (emptied !== undefined) known.emptied = { ...emptied, seenEvents: reportEvents(service, emptied, report) };
  const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = service;
  const since = now - (emptied?.startedAt ?? Number.NEGATIVE_INFINITY);
  if (desiredCount > 0) {
    if (since < staleFor) return wait('waiting for ECS to report desiredCount 0', { again: 3 * second });
    return fail(`its desired count is ${desiredCount} again: it was scaled up during the run`, {
      next: 'Usually this is Application Auto Scaling: deregister its scalable target, then run undeploy again.',
    });
  }
  if (runningCount + pendingCount > 0) {
    const said = `${runningCount} running${pendingCount > 0 ? `, ${pendingCount} pending` : ''}`;
    return wait(`its tasks are stopping: ${said}`, { again: nextOfDrain(since, drain) });
  }
  const left = since < drain + 60 * second ? await stillThere(aws, targets) : [];
  if (left.length === 0) return pass('none of its tasks is left');
  return wait(`its tasks have stopped; still in their target groups: ${left.join(', ')}`, {
    again: nextOfDrain(since, drain),
  });
}

/** While targets drain nothing can happen but a surprise: looks at growing intervals, and closely near the end. */
function nextOfDrain(since: Duration, drain: Duration): Duration {
  if (since < drain) return Math.max(4 * second, Math.min(40 * second, 3 * since, drain - since));
  return pollInterval(4 * second, since - drain);
}

/** Targets of the service that ELB still shows; an address that is in use elsewhere counts only for a while. */
async function stillThere(
  aws: Aws,
  targets: Extract<Gate, { kind: 'service-empty' }>['targets'],
): Promise<readonly string[]> {
  const mine = new Set(targets.map(keyOf));
  const groups = [...new Set(targets.map(({ targetGroup }) => targetGroup))];
  const registered = await Promise.all(groups.map((group) => registeredTargets(aws, group)));
  return registered
    .flat()
    .filter((target) => mine.has(keyOf(target)) && target.state !== 'unused')
    .map(({ id, port, state }) => `${id}:${port} (${state})`);
}

/** Whether the service has been deleted, and its tasks with it. */
export async function evaluateServiceGone(
  { aws, clock }: HandlerContext,
  { place, whose }: Extract<Gate, { kind: 'service-gone' }>,
  { state }: Pick<GateContext, 'state'>,
  memory: { readonly missingSince?: number },
): Promise<Answer> {
  const service = await glimpseService(aws, place);
  const now = clock.now();
  const name = place.service;
  // One of the same name that was deleted long ago stands there until ECS shows what has happened since.
  if (service === undefined || (service.status === 'INACTIVE' && !isSameOrLater(service, whose))) {
    const { missingSince = now } = memory;
    if (now - missingSince >= 10 * second) return { verdict: pass(`there is no service ${name}`) };
    return { verdict: wait(`ECS does not show service ${name}`, { again: 5 * second }), memory: { missingSince } };
  }
  const { deletedAt = now } = serviceIn(state, place);
  return { verdict: judgeGoing(service, name, whose, now - deletedAt) };
}

function judgeGoing(service: Service, name: string, whose: Creation, since: Duration): Verdict {
  if (service.status === 'INACTIVE') return pass(`service ${name} is gone`);
  if (service.status === 'ACTIVE') {
    if (isThat(service, whose)) return wait(`ECS still shows service ${name} as ACTIVE`, { again: 3 * second });
    return pass(`the service ${name} that exists now was created elsewhere`);
  }
  const { runningCount = 0 } = service;
  const again = pollInterval(5 * second, since);
  return wait(`service ${name} is ${service.status}, ${runningCount} of its tasks running`, { again });
}

/** A predecessor can be seconds older only when it was created and deleted within a minute. */
const isSameOrLater = ({ createdAt }: Service, { at, asked = 0 }: Creation): boolean =>
  (createdAt?.getTime() ?? 0) >= (at === undefined ? asked - skew : at - second);

/** Whether the service has been given tasks again, and as many run as did before. */
export async function evaluateServiceScaled(
  { aws, clock }: HandlerContext,
  gate: Extract<Gate, { kind: 'service-scaled' }>,
  { state }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  const known = serviceIn(state, gate.place);
  const verdict = await judgeScaled(aws, gate, known, clock.now());
  return { verdict, learned: ofService(gate.place, known) };
}

/** Completes what is known of the service. */
async function judgeScaled(
  aws: Aws,
  { place, running }: Extract<Gate, { kind: 'service-scaled' }>,
  known: ServiceLearned,
  now: number,
): Promise<Verdict> {
  const service = await glimpseService(aws, place);
  if (service === undefined) return wait(`ECS does not show service ${place.service}`, { again: 5 * second });
  if (service.status !== 'ACTIVE') return fail(`service ${place.service} is ${service.status}`);
  const { desiredCount = 0, runningCount = 0 } = service;
  if (desiredCount === 0) return wait('waiting for ECS to report the desired count', { again: 3 * second });
  const primary = primaryOf(service);
  // Of a service that had fewer tasks than it wanted no more can be expected, nor of task sets that ECS does not count.
  const whole = primary !== undefined && running >= desiredCount;
  if (whole && isSettled(service)) {
    const settling = noteLook(known, service, primary, now);
    return lookSteady(aws, { place, askedAt: known.restored?.at }, service, primary, settling, now);
  }
  if (!whole && runningCount >= Math.min(running, desiredCount))
    return pass(`${runningCount} of ${desiredCount} tasks run again`);
  return wait(`${runningCount} of ${desiredCount} tasks run`, { again: 5 * second });
}
