import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Answer, GateContext, Sampling } from '../../engine/world.ts';
import { allOrInPart, allOrThrow } from '../../model/all-or-throw.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Gate } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { Learned, RunState, SeenContainer, SeenTask, TargetLearned, TaskLearned } from '../../model/run-state.ts';
import type { Attachment, HealthCheck, Target } from '../../model/targets.ts';
import type { Undo } from '../../model/undos.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import { shortTargetGroup } from '../snapshots/target-groups.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { taskIn } from './learned.ts';
import { readTasks } from './task.ts';

/** `target group target:port`: the same for the same target. */
export function keyOf(target: Target): string {
  return `${target.targetGroup} ${target.id}:${target.port}`;
}

/** Where the load balancer reaches a container of a task; `undefined` while the task has no such address yet. */
export function addressOf(
  task: SeenTask,
  attachment: Attachment,
  instance: string | undefined,
): { readonly id: string; readonly port: number } | undefined {
  const container = task.containers?.find(({ name }) => name === attachment.container);
  if (attachment.targetType === 'ip') {
    const id = attachment.ipv6 ? ipv6Of(task, container) : ipv4Of(task, container);
    return id === undefined ? undefined : { id, port: attachment.containerPort };
  }
  if (instance === undefined) return undefined;
  // Bridge with dynamic ports says its port in networkBindings; host mode may say nothing: there it is the container's.
  const binding = container?.networkBindings?.find(({ containerPort }) => containerPort === attachment.containerPort);
  return { id: instance, port: binding?.hostPort || attachment.containerPort };
}

const ipv4Of = (task: SeenTask, container: SeenContainer | undefined): string | undefined =>
  container?.networkInterfaces?.[0]?.privateIpv4Address ?? detailOf(task, 'privateIPv4Address');

const ipv6Of = (task: SeenTask, container: SeenContainer | undefined): string | undefined =>
  container?.networkInterfaces?.[0]?.ipv6Address ?? detailOf(task, 'ipv6Address');

function detailOf(task: SeenTask, detail: string): string | undefined {
  const network = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface' || type === 'eni');
  return network?.details?.find(({ name }) => name === detail)?.value;
}

/** The EC2 instance that a task runs on; `undefined` on Fargate. */
export async function instanceOf(aws: Aws, cluster: string, task: SeenTask): Promise<string | undefined> {
  if (task.containerInstanceArn === undefined) return undefined;
  const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', {
    cluster,
    containerInstances: [task.containerInstanceArn],
  });
  return containerInstances[0]?.ec2InstanceId;
}

/** How the targets are deregistered, with the draining that follows. */
export function deregisterUndo(
  place: Place,
  targets: readonly Target[],
  delay: Duration,
  title = 'deregister the canary from its target groups',
): Undo {
  const plain = targets.map(({ targetGroup, id, port }) => ({ targetGroup, id, port }));
  return {
    when: 'always',
    kind: 'deregister-targets',
    title,
    place,
    changed: 'other',
    phase: 'drain',
    targets: plain,
    verify: {
      kind: 'check',
      gates: [{ kind: 'targets-drained', targets: plain, delay }],
      within: delay + 60 * second,
    },
    byHand: plain
      .map(
        ({ targetGroup, id, port }) =>
          `aws elbv2 deregister-targets --region ${place.region} --target-group-arn ${targetGroup} --targets Id=${id},Port=${port}`,
      )
      .join('\n'),
  };
}

/** Where the load balancers reach a task. Its address can come a moment after RUNNING. */
export async function addressesOf(
  context: HandlerContext,
  known: TaskLearned,
  attachments: readonly Attachment[],
): Promise<readonly TargetLearned[]> {
  const { aws } = context;
  let { task } = known;
  for (let looked = 1; ; looked++) {
    const instance = task === undefined ? undefined : await instanceOf(aws, known.cluster, task);
    const found = attachments.map((attachment) => {
      const address = task === undefined ? undefined : addressOf(task, attachment, instance);
      return address === undefined ? undefined : { targetGroup: attachment.targetGroup, ...address, attachment };
    });
    if (found.every((target) => target !== undefined)) return found;
    const without = attachments.filter((_, i) => found[i] === undefined);
    if (looked === 6) throw noAddress(known, without);
    await sleepOn(context)(2 * second);
    const [again] = await readTasks(aws, known.cluster, [known.arn]);
    task = again ?? task;
  }
}

function noAddress({ arn }: TaskLearned, attachments: readonly Attachment[]): Failure {
  const ports = attachments.map((a) => `${a.container}:${a.containerPort} (target type ${a.targetType})`);
  return new Failure('register-targets', {
    kind: 'verdict',
    because: `the canary ${nameIn(arn)} has no address for ${ports.join(', ')}`,
    next: 'Check that the target type fits the network mode: ip for awsvpc, instance for bridge and host.',
  });
}

/** Registers the canary with all its target groups. If one refuses after another has accepted, part of the act is done. */
export async function registerTargets(
  { aws, clock }: HandlerContext,
  targets: readonly TargetLearned[],
): Promise<readonly TargetLearned[]> {
  return allOrInPart(
    targets.map(async (target) => {
      await aws.call('elasticloadbalancing', 'RegisterTargets', {
        TargetGroupArn: target.targetGroup,
        Targets: [{ Id: target.id, Port: target.port }],
      });
      return { ...target, registeredAt: clock.now() };
    }),
  );
}

/** Takes targets away; one that is not there any more is no error, nor is a target group that is gone. */
export async function deregisterTargets(aws: Aws, targets: readonly Target[]): Promise<void> {
  await allOrThrow(
    targets.map(async ({ targetGroup, id, port }) => {
      try {
        await aws.call('elasticloadbalancing', 'DeregisterTargets', {
          TargetGroupArn: targetGroup,
          Targets: [{ Id: id, Port: port }],
        });
      } catch (error) {
        if (!(error instanceof Failure && /TargetGroupNotFound|InvalidTarget/.test(codeOf(error)))) throw error;
      }
    }),
  );
}

/** Asked for by name, a target that is not there any more is in the answer too, as `unused`. */
async function stateOf(aws: Aws, target: Target): Promise<string> {
  const { TargetHealthDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', {
    TargetGroupArn: target.targetGroup,
    Targets: [{ Id: target.id, Port: target.port }],
  });
  return findTarget(target, TargetHealthDescriptions)?.TargetHealth?.State ?? 'unused';
}

export const findTarget = (
  target: Target,
  described: readonly TargetHealthDescription[],
): TargetHealthDescription | undefined =>
  described.find(({ Target }) => Target?.Id === target.id && (Target.Port ?? target.port) === target.port);

/** All of a target group, so that who asks for the canary and who asks for its neighbours share the call. */
export async function describeTargets(aws: Aws, targetGroup: string): Promise<readonly TargetHealthDescription[]> {
  const { TargetHealthDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', {
    TargetGroupArn: targetGroup,
  });
  return TargetHealthDescriptions;
}

/** A target, and what the load balancer says of it. */
export interface RegisteredTarget extends Target {
  readonly state: string;
}

/** All targets of a target group. */
export async function registeredTargets(aws: Aws, targetGroup: string): Promise<readonly RegisteredTarget[]> {
  const described = await describeTargets(aws, targetGroup);
  return described.flatMap(({ Target: target, TargetHealth }) =>
    target?.Id === undefined
      ? []
      : [{ targetGroup, id: target.Id, port: target.Port ?? 0, state: TargetHealth?.State ?? 'unknown' }],
  );
}

/** All targets of a target group that are healthy now. */
export async function healthyTargets(aws: Aws, targetGroup: string): Promise<readonly Target[]> {
  return (await registeredTargets(aws, targetGroup)).filter(({ state }) => state === 'healthy');
}

/** For so long a healthy answer counts in a thorough look. */
const lasts: Duration = 5 * second;

/**
 * Whether the canary is healthy in every target group. No call asks more than one of them, so they take turns: one that
 * is not healthy is enough to wait for, and at a glance one that is still healthy speaks for the others.
 */
export async function evaluateTargetsHealthy(
  { aws, clock }: HandlerContext,
  { of, grace }: Extract<Gate, { kind: 'targets-healthy' }>,
  { state, sampling }: GateContext,
): Promise<Answer> {
  const targets = structuredClone(taskIn(state, of)?.targets ?? []);
  if (targets.length === 0) return { verdict: wait('the canary is in no target group') };
  const verdict = await judgeTargets(aws, targets, grace, sampling, () => clock.now());
  return { verdict, learned: { tasks: { [of]: { targets } } } };
}

/** Notes in `targets` what is seen of each. */
export async function judgeTargets(
  aws: Aws,
  targets: readonly TargetLearned[],
  grace: Duration,
  sampling: Sampling,
  now: () => number,
): Promise<Verdict> {
  const since = Math.max(...targets.map(({ registeredAt }) => registeredAt ?? now()));
  if (now() - since < second) return wait('the canary was just registered', { again: 2.5 * second });
  const asked: Verdict[] = [];
  for (const target of inTurn(targets, grace, now())) {
    const enough = sampling === 'glance' ? asked.length > 0 : now() - (target.seen?.at ?? 0) < lasts;
    if (target.seen?.verdict.is === 'pass' && enough) continue;
    const verdict = await lookAt(aws, target, grace, now);
    if (verdict.is === 'fail') {
      // The canary goes now, and whichever of them has sent it requests must be drained.
      await Promise.all(targets.filter((one) => one !== target).map((other) => lookAt(aws, other, grace, now)));
      return verdict;
    }
    asked.push(verdict);
    if (verdict.is === 'wait') break;
  }
  return asOne(targets, grace, asked.at(-1)?.again, now());
}

async function lookAt(aws: Aws, target: TargetLearned, grace: Duration, now: () => number): Promise<Verdict> {
  const seen = findTarget(target, await describeTargets(aws, target.targetGroup));
  const verdict = judgeTarget(target, seen, grace, now());
  target.seen = { verdict, at: now() };
  return verdict;
}

/** Who has lost all patience, who is not healthy, who is; among equals the one that was asked longest ago comes first. */
function inTurn(targets: readonly TargetLearned[], grace: Duration, now: number): readonly TargetLearned[] {
  const rank = (target: TargetLearned): number => {
    if (target.seen?.verdict.is === 'pass') return 2;
    return patienceEnds(target, grace) <= now ? 0 : 1;
  };
  return targets.toSorted((a, b) => rank(a) - rank(b) || (a.seen?.at ?? 0) - (b.seen?.at ?? 0));
}

/** What the targets have said, as one answer. */
function asOne(targets: readonly TargetLearned[], grace: Duration, again: Duration = 4 * second, now = 0): Verdict {
  const said = targets.map(({ seen }) => seen?.verdict).filter((verdict) => verdict !== undefined);
  const waiting = said.filter(({ is }) => is === 'wait');
  if (waiting.length === 0) return pass(said.map(({ because }) => because).join(', '), { again: 5 * second });
  const decided = Math.min(...targets.map((target) => patienceEnds(target, grace) - now));
  return wait(waiting.map(({ because }) => because).join(', '), {
    again: Math.min(again, decided),
    evidence: waiting.flatMap(({ evidence = [] }) => evidence),
  });
}

const say = ({ id, port, targetGroup }: Target): string => `${id}:${port} in ${shortTargetGroup(targetGroup)}`;

/** What ELB says of a target, noted in it: `initial` waits, and what ELB will never check again fails at once. */
export function judgeTarget(
  target: TargetLearned,
  seen: TargetHealthDescription | undefined,
  grace: Duration,
  now: number,
): Verdict {
  const { State: state = 'unknown', Reason: reason, Description: description } = seen?.TargetHealth ?? {};
  const said = [reason, description].filter(Boolean).join(': ');
  const because = `${say(target)} is ${state}${said === '' ? '' : ` (${said})`}`;
  const more = { evidence: [evidenceOf(target, state, reason, description)] };
  if (state !== 'unhealthy') delete target.unhealthySince;
  if (state === 'healthy' || reason === 'Target.HealthCheckDisabled') {
    target.carried = true;
    return pass(because, { again: 5 * second });
  }
  if (state === 'unhealthy') return judgeUnhealthy(target, because, more, grace, now);
  if (state === 'draining') return fail(`${because}: it is being deregistered by another process`, more);
  // Right after the registration a target group can still say that it does not know the target.
  const unknown = reason === 'Target.NotRegistered' || seen === undefined;
  if (unknown && target.carried) return fail(`${because}: it was deregistered by another process`, more);
  if (state === 'unused' && !unknown) return fail(because, more);
  // The first check comes soon after the registration.
  const early = now - (target.registeredAt ?? now) < 12 * second;
  return wait(because, { ...more, again: early ? 1.5 * second : 4 * second });
}

/**
 * An unhealthy target may become healthy. It has the grace period of the service, and then a second round of checks:
 * longer than that ECS would not let it live as a task of the service either.
 */
function judgeUnhealthy(
  target: TargetLearned,
  because: string,
  more: Pick<Verdict, 'evidence'>,
  grace: Duration,
  now: number,
): Verdict {
  target.unhealthySince ??= now;
  const until = patienceEnds(target, grace);
  if (now >= until) return fail(because, more);
  return wait(because, { ...more, again: Math.min(5 * second, until - now) });
}

/** When an unhealthy target must be healthy again; never for any other. */
function patienceEnds({ unhealthySince, registeredAt = 0, attachment }: TargetLearned, grace: Duration): number {
  if (unhealthySince === undefined) return Number.POSITIVE_INFINITY;
  const { fails, interval } = attachment.healthCheck;
  return Math.max(unhealthySince + fails * interval, registeredAt + grace);
}

function evidenceOf(target: TargetLearned, state: string, reason?: string, description?: string): Evidence {
  const { container, containerPort, healthCheck } = target.attachment;
  return {
    kind: 'target',
    targetGroup: target.targetGroup,
    target: `${target.id}:${target.port}`,
    state,
    ...defined({ reason, description }),
    container,
    containerPort,
    healthCheck: formatHealthCheck(healthCheck),
  };
}

function formatHealthCheck({ protocol, path, codes }: HealthCheck): string {
  const asks = path === undefined ? protocol : `${protocol} ${path}`;
  return codes === undefined ? asks : `${asks}, expects ${codes}`;
}

/** Whether no request can be on its way to the targets any more. */
export async function evaluateTargetsDrained(
  { aws, clock }: HandlerContext,
  gate: Extract<Gate, { kind: 'targets-drained' }>,
  { state }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  return { verdict: await judgeDrained(aws, gate, state, clock.now()) };
}

async function judgeDrained(
  aws: Aws,
  gate: Extract<Gate, { kind: 'targets-drained' }>,
  { learned: { tasks, stopped } }: RunState,
  now: number,
): Promise<Verdict> {
  const mine = new Set(gate.targets.map(keyOf));
  const known = Object.values(tasks)
    .flatMap(({ targets = [] }) => targets)
    .filter((target) => mine.has(keyOf(target)));
  // ELB shows `draining` for the whole delay even when there was nothing to drain; only a short one is worth seeing out.
  if (gate.delay > 30 * second && known.length > 0 && !known.some((target) => mayCarry(target, stopped))) {
    return pass('the canary was never healthy, so it received no requests');
  }
  const passed = now - Math.max(0, ...gate.targets.map((target) => stopped[keyOf(target)]?.at ?? 0));
  // ELB shows `draining` until the delay has passed, even when the last request ended long before.
  const again = passed < gate.delay ? gate.delay - passed : 3 * second;
  const delay = `deregistration delay ${showDuration(gate.delay)}`;
  if (passed < second && gate.delay > 5 * second) return wait(`the canary was just deregistered (${delay})`, { again });
  // One that drains is enough to know; the others have the same delay or a shorter one.
  for (const target of gate.targets.toSorted((a, b) => drainOf(known, b) - drainOf(known, a))) {
    const state = await stateOf(aws, target);
    if (/draining/.test(state)) return wait(`${say(target)} is draining (${delay})`, { again });
    if (state !== 'unused') return wait(`${say(target)} is still registered`, { again: 2 * second });
  }
  return pass('the canary is deregistered from its target groups');
}

const drainOf = (known: readonly TargetLearned[], target: Target): Duration =>
  known.find((one) => keyOf(one) === keyOf(target))?.attachment.drain ?? 0;

/** A target that was not checked for a while may have become healthy since, and receive requests. */
function mayCarry(target: TargetLearned, stopped: Learned['stopped']): boolean {
  if (target.carried) return true;
  const end = stopped[keyOf(target)]?.at ?? 0;
  return end - (target.seen?.at ?? target.registeredAt ?? end) > 6 * second;
}
