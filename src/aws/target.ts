import type { Container, Task } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Duration, second, showDuration } from '../core/duration.ts';
import { Failure } from '../core/failure.ts';
import type { Attachment, Gate, HealthCheck, Target, Undo } from '../core/plan.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../core/verdict.ts';
import type { Aws } from './call.ts';
import type { TargetFound } from './found.ts';
import { shortTargetGroup } from './target-group.ts';

/** `target group target:port`: the same for the same target. */
export function keyOf(target: Target): string {
  return `${target.targetGroup} ${target.id}:${target.port}`;
}

/** Where the load balancer reaches a container of a task; `undefined` while the task has no such address yet. */
export function addressOf(
  task: Task,
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

const ipv4Of = (task: Task, container: Container | undefined): string | undefined =>
  container?.networkInterfaces?.[0]?.privateIpv4Address ?? detailOf(task, 'privateIPv4Address');

const ipv6Of = (task: Task, container: Container | undefined): string | undefined =>
  container?.networkInterfaces?.[0]?.ipv6Address ?? detailOf(task, 'ipv6Address');

function detailOf(task: Task, detail: string): string | undefined {
  const network = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface' || type === 'eni');
  return network?.details?.find(({ name }) => name === detail)?.value;
}

/** The EC2 instance that a task runs on; `undefined` on Fargate. */
export async function instanceOf(aws: Aws, cluster: string, task: Task): Promise<string | undefined> {
  if (task.containerInstanceArn === undefined) return undefined;
  const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', {
    cluster,
    containerInstances: [task.containerInstanceArn],
  });
  return containerInstances[0]?.ec2InstanceId;
}

/** How the targets are taken away again, with the draining that follows. */
export function deregisterUndo(
  region: string,
  targets: readonly Target[],
  delay: Duration,
  title = 'take the canary out of its target groups',
): Undo {
  const plain = targets.map(({ targetGroup, id, port }) => ({ targetGroup, id, port }));
  return {
    when: 'always',
    kind: 'deregister-targets',
    title,
    region,
    targets: plain,
    verify: {
      kind: 'check',
      gates: [{ kind: 'targets-drained', targets: plain, delay }],
      within: delay + 60 * second,
    },
    byHand: plain
      .map(
        ({ targetGroup, id, port }) =>
          `aws elbv2 deregister-targets --region ${region} --target-group-arn ${targetGroup} --targets Id=${id},Port=${port}`,
      )
      .join('\n'),
  };
}

/** Registers the canary with all its target groups. One that is refused after another was taken is a deed half done. */
export async function registerTargets(aws: Aws, targets: readonly TargetFound[], now: () => number): Promise<void> {
  const results = await Promise.allSettled(
    targets.map(async (target) => {
      await aws.call('elasticloadbalancing', 'RegisterTargets', {
        TargetGroupArn: target.targetGroup,
        Targets: [{ Id: target.id, Port: target.port }],
      });
      target.registeredAt = now();
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return;
  const { reason } = failed;
  const half = results.some((result) => result.status === 'fulfilled');
  if (!half || !(reason instanceof Failure)) throw reason;
  const { message, because, evidence, next } = reason;
  throw new Failure(message, { kind: 'unanswered-call', because, evidence, next, cause: reason });
}

/** Takes targets away; one that is not there any more is no error, nor is a target group that is gone. */
export async function deregisterTargets(aws: Aws, targets: readonly Target[]): Promise<void> {
  await Promise.all(
    targets.map(async ({ targetGroup, id, port }) => {
      try {
        await aws.call('elasticloadbalancing', 'DeregisterTargets', {
          TargetGroupArn: targetGroup,
          Targets: [{ Id: id, Port: port }],
        });
      } catch (error) {
        if (!(error instanceof Failure && /TargetGroupNotFound|InvalidTarget\b/.test(codeOf(error)))) throw error;
      }
    }),
  );
}

const codeOf = (failure: Failure): string =>
  failure.evidence.map((evidence) => (evidence.kind === 'call' ? evidence.code : '')).join(' ');

/** What the load balancer says of one target; `undefined` when it says nothing. */
async function healthOf(aws: Aws, target: Target): Promise<TargetHealthDescription | undefined> {
  const { TargetHealthDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', {
    TargetGroupArn: target.targetGroup,
    Targets: [{ Id: target.id, Port: target.port }],
  });
  return TargetHealthDescriptions.find(
    ({ Target }) => Target?.Id === target.id && (Target.Port ?? target.port) === target.port,
  );
}

/** All targets of a target group that are healthy now. */
export async function healthyTargets(aws: Aws, targetGroup: string): Promise<readonly Target[]> {
  const { TargetHealthDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', {
    TargetGroupArn: targetGroup,
  });
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').flatMap(
    ({ Target }) => (Target?.Id === undefined ? [] : [{ targetGroup, id: Target.Id, port: Target.Port ?? 0 }]),
  );
}

/** For so long a healthy answer counts while other target groups are waited for. */
const lasts: Duration = 5 * second;

/** Whether the canary is healthy in every target group. */
export async function lookHealthy(
  aws: Aws,
  targets: readonly TargetFound[],
  grace: Duration,
  now: () => number,
): Promise<Verdict> {
  const answers = await Promise.all(
    targets.map(async (target) => {
      const since = target.registeredAt ?? now();
      if (now() - since < second) return wait(`${say(target)} was just registered`, { again: 2.5 * second });
      // The others are waited for: what was healthy a moment ago is not asked again with each of their looks.
      if (now() - (target.healthyAt ?? 0) < lasts) return pass(`${say(target)} is healthy`);
      return judge(target, await healthOf(aws, target), grace, now());
    }),
  );
  const failed = answers.find(({ is }) => is === 'fail');
  if (failed !== undefined) return failed;
  const waiting = answers.filter(({ is }) => is === 'wait');
  if (waiting.length === 0)
    return pass(answers.map(({ because }) => because).join(', '), {
      again: Math.max(12 * second, 5 * second * targets.length),
    });
  return wait(waiting.map(({ because }) => because).join(', '), {
    again: Math.min(...waiting.map(({ again }) => again ?? 4 * second)),
    evidence: waiting.flatMap(({ evidence = [] }) => evidence),
  });
}

const say = ({ id, port, targetGroup }: Target): string => `${id}:${port} in ${shortTargetGroup(targetGroup)}`;

/** `initial` waits; what the load balancer will never ask again fails at once. */
function judge(target: TargetFound, seen: TargetHealthDescription | undefined, grace: Duration, now: number): Verdict {
  const { State: state = 'unknown', Reason: reason, Description: description } = seen?.TargetHealth ?? {};
  const said = [reason, description].filter(Boolean).join(': ');
  const because = `${say(target)} is ${state}${said === '' ? '' : ` (${said})`}`;
  const more = { evidence: [evidenceOf(target, state, reason, description)] };
  if (state !== 'unhealthy') delete target.unhealthySince;
  if (state === 'healthy' || reason === 'Target.HealthCheckDisabled') {
    target.carried = true;
    target.healthyAt = now;
    return pass(because);
  }
  if (state === 'unhealthy') return judgeUnhealthy(target, because, more, grace, now);
  if (state === 'draining') return fail(`${because}: somebody else takes it away`, more);
  // Right after the registration a target group can still say that it does not know the target.
  const unknown = reason === 'Target.NotRegistered' || seen === undefined;
  if (unknown && target.carried) return fail(`${because}: somebody else has taken it away`, more);
  if (state === 'unused' && !unknown) return fail(because, more);
  // The first check comes soon after the registration.
  const early = now - (target.registeredAt ?? now) < 12 * second;
  return wait(because, { ...more, again: early ? 2 * second : 4 * second });
}

/**
 * An unhealthy target may become healthy. It has the grace period of the service, and then a second round of checks:
 * longer than that ECS would not let it live as a task of the service either.
 */
function judgeUnhealthy(
  target: TargetFound,
  because: string,
  more: Pick<Verdict, 'evidence'>,
  grace: Duration,
  now: number,
): Verdict {
  target.unhealthySince ??= now;
  const { fails, interval } = target.attachment.healthCheck;
  const until = Math.max(target.unhealthySince + fails * interval, (target.registeredAt ?? now) + grace);
  if (now >= until) return fail(because, more);
  return wait(because, { ...more, again: Math.min(5 * second, until - now) });
}

function evidenceOf(target: TargetFound, state: string, reason?: string, description?: string): Evidence {
  const { container, containerPort, healthCheck } = target.attachment;
  return {
    kind: 'target',
    targetGroup: target.targetGroup,
    target: `${target.id}:${target.port}`,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(description === undefined ? {} : { description }),
    container,
    containerPort,
    healthCheck: sayHealthCheck(healthCheck),
  };
}

function sayHealthCheck({ protocol, path, codes }: HealthCheck): string {
  const asks = path === undefined ? protocol : `${protocol} ${path}`;
  return codes === undefined ? asks : `${asks}, expects ${codes}`;
}

/** Whether no request can be on its way to the targets any more. */
export async function lookDrained(
  aws: Aws,
  gate: Extract<Gate, { kind: 'targets-drained' }>,
  found: readonly TargetFound[],
  now: () => number,
): Promise<Verdict> {
  const mine = new Set(gate.targets.map(keyOf));
  const known = found.filter((target) => mine.has(keyOf(target)));
  // ELB shows `draining` for the whole delay even when there was nothing to drain; only a short one is worth seeing out.
  if (gate.delay > 30 * second && known.length > 0 && known.every(({ carried }) => !carried)) {
    return pass('the canary was never healthy, so it never carried requests');
  }
  // One that drains is enough to know; the others have the same delay or a shorter one.
  for (const target of gate.targets.toSorted((a, b) => drainOf(known, b) - drainOf(known, a))) {
    const state = (await healthOf(aws, target))?.TargetHealth?.State ?? 'unused';
    if (/draining/.test(state)) {
      const because = `${say(target)} is draining (deregistration delay ${showDuration(gate.delay)})`;
      return wait(because, { again: nextOfDraining(gate.delay, known, now()) });
    }
    if (state !== 'unused') return wait(`${say(target)} is still registered`, { again: 2 * second });
  }
  return pass('the canary is out of its target groups');
}

const drainOf = (known: readonly TargetFound[], target: Target): Duration =>
  known.find((one) => keyOf(one) === keyOf(target))?.attachment.drain ?? 0;

/**
 * ELB shows `draining` until the delay has passed, even when the last request ended long before. The looks become rarer:
 * few calls, and yet it is soon noticed when somebody has shortened the delay.
 */
function nextOfDraining(delay: Duration, known: readonly TargetFound[], now: number): Duration {
  const since = Math.max(0, ...known.map(({ deregisteredAt = 0 }) => deregisteredAt));
  if (since === 0) return 5 * second;
  const passed = now - since;
  return Math.max(2 * second, Math.min(Math.max(5 * second, 2 * passed), delay - passed));
}
