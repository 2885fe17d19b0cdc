import type { HealthAnswer } from './artifact.ts';
import type { Cloud } from './cloud.ts';
import { say } from './container-logs.ts';
import { loadBalancersOf } from './load-balancers.ts';
import { pace } from './pace.ts';
import type { Container, Target, TargetGroup, TargetHealth, Task } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';

/** The key of a target within its group. */
export const targetKey = (id: string, port: number): string => `${id}:${port}`;

/** Registers a target; one that is registered already stays as it is, one that is draining starts anew. */
export function register(cloud: Cloud, group: TargetGroup, id: string, port: number, zone: string): void {
  const existing = group.targets.get(targetKey(id, port));
  if (existing !== undefined && existing.state !== 'draining') return;
  const target: Target = {
    id,
    port,
    zone,
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
    passed: 0,
    failed: 0,
  };
  group.targets.set(targetKey(id, port), target);
  cloud.within(isNetwork(group) ? pace.nlbRegistration : pace.albRegistration, () => {
    if (!isRegistered(group, target)) return;
    target.reason = 'Elb.InitialHealthChecking';
    target.description = 'Initial health checks in progress';
    check(cloud, group, target);
  });
}

/** Deregisters a target: it drains for the deregistration delay, or is removed immediately if it never got traffic. */
export function deregister(cloud: Cloud, group: TargetGroup, id: string, port: number): boolean {
  const target = group.targets.get(targetKey(id, port));
  if (target === undefined || target.state === 'draining') return false;
  if (!isInUse(cloud, group, target)) {
    group.targets.delete(targetKey(id, port));
    return true;
  }
  target.state = 'draining';
  target.reason = 'Target.DeregistrationInProgress';
  target.description = 'Target deregistration is in progress';
  cloud.after(deregistrationDelayMs(group), () => {
    if (group.targets.get(targetKey(id, port)) === target) group.targets.delete(targetKey(id, port));
  });
  return true;
}

/** How long a target of the group drains. */
export function deregistrationDelayMs(group: TargetGroup): number {
  return Number(group.attributes.get('deregistration_delay.timeout_seconds') ?? '300') * 1000;
}

const isRegistered = (group: TargetGroup, target: Target): boolean =>
  group.targets.get(targetKey(target.id, target.port)) === target && target.state !== 'draining';

const isNetwork = (group: TargetGroup): boolean => ['TCP', 'UDP', 'TLS', 'TCP_UDP'].includes(group.protocol);

/** Whether a load balancer sends traffic to the target: the group is on a listener, the zone is switched on. */
function isInUse(cloud: Cloud, group: TargetGroup, target: Target): boolean {
  return loadBalancersOf(cloud, group).some((loadBalancer) =>
    target.zone === 'all' ? true : loadBalancer.subnets.some((subnet) => subnet.zone === target.zone),
  );
}

function check(cloud: Cloud, group: TargetGroup, target: Target): void {
  if (!isRegistered(group, target)) return;
  const { interval } = group.healthCheck;
  if (isInUse(cloud, group, target) && group.healthCheck.enabled) {
    const before = target.state;
    const problem = problemOf(group, ask(cloud, group, target));
    if (problem === undefined) pass(group, target);
    else miss(group, target, problem);
    if (target.state !== before) noteChange(cloud, group, target);
  } else {
    target.passed = 0;
    target.failed = 0;
  }
  cloud.after(interval * 1000, () => check(cloud, group, target));
}

/** "A new target must pass one health check to be considered healthy" (ALB); later, and with an NLB, the threshold counts. */
function pass(group: TargetGroup, target: Target): void {
  target.failed = 0;
  target.passed++;
  const needed = target.state === 'initial' && !isNetwork(group) ? 1 : group.healthCheck.healthyThreshold;
  if (target.state === 'healthy' || target.passed < needed) return;
  target.state = 'healthy';
  target.reason = undefined;
  target.description = undefined;
}

function miss(group: TargetGroup, target: Target, problem: TargetHealth): void {
  target.passed = 0;
  target.failed++;
  if (target.state !== 'unhealthy' && target.failed < group.healthCheck.unhealthyThreshold) return;
  target.state = 'unhealthy';
  target.reason = problem.reason;
  target.description = problem.description;
}

function problemOf(group: TargetGroup, answer: HealthAnswer): TargetHealth | undefined {
  if (answer === 'timeout') return { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
  if (answer === 'refused') {
    return { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
  if (!group.healthCheck.protocol.startsWith('HTTP') || matches(group.healthCheck.matcher, answer.status))
    return undefined;
  return {
    state: 'unhealthy',
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${answer.status}]`,
  };
}

/** A matcher is a list of codes and ranges: `200,301-399`. */
function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [low, high] = part.split('-').map(Number);
    return low !== undefined && status >= low && status <= (high ?? low);
  });
}

function ask(cloud: Cloud, group: TargetGroup, target: Target): HealthAnswer {
  if (cloud.addresses.get(target.id) === undefined && group.targetType === 'ip') return 'timeout';
  const behind = programBehind(cloud, group, target);
  if (behind === undefined || behind.container.lastStatus !== 'RUNNING') return 'refused';
  const { task, container } = behind;
  const answer = container.artifact.answers(cloud.since(container.startedAt ?? cloud.now()));
  // Only failed health checks have a description of the answer.
  if (typeof answer === 'object' && answer.status >= 400) {
    const request = `"GET ${group.healthCheck.path ?? '/'} HTTP/1.1" ${answer.status}`;
    say(cloud, task, container, [...(container.artifact.says?.whenSick ?? []), request]);
  }
  return answer;
}

/** The container that listens at the target's address and port. */
export function programBehind(
  cloud: Cloud,
  group: TargetGroup,
  target: Target,
): { task: Task; container: Container } | undefined {
  const tasks = group.targetType === 'ip' ? [cloud.addresses.get(target.id)] : tasksOnInstance(cloud, target.id);
  for (const task of tasks) {
    const container = task?.containers.find((candidate) => listens(candidate, group, target.port));
    if (task !== undefined && container !== undefined) return { task, container };
  }
  return undefined;
}

function tasksOnInstance(cloud: Cloud, ec2InstanceId: string): readonly Task[] {
  return [...cloud.clusters.values()]
    .flatMap((cluster) => [...cluster.tasks.values()])
    .filter((task) => task.instance?.ec2InstanceId === ec2InstanceId && task.lastStatus !== 'STOPPED');
}

function listens(container: Container, group: TargetGroup, port: number): boolean {
  if (group.targetType === 'instance') return container.bindings.some((binding) => binding.hostPort === port);
  const mappings = container.definition.portMappings as readonly { containerPort?: number }[];
  return mappings.some((mapping) => mapping.containerPort === port);
}

function noteChange(cloud: Cloud, group: TargetGroup, target: Target): void {
  const service = programBehind(cloud, group, target)?.task.service;
  if (service !== undefined) noteServiceTask(cloud, service);
}

/** What DescribeTargetHealth says about a registered target. */
export function healthOfTarget(cloud: Cloud, group: TargetGroup, target: Target): TargetHealth {
  if (target.state === 'draining') return target;
  if (!isInUse(cloud, group, target)) {
    const zoneIsOff = loadBalancersOf(cloud, group).length > 0;
    return {
      state: 'unused',
      reason: 'Target.NotInUse',
      description: zoneIsOff
        ? 'Target is in an Availability Zone that is not enabled for the load balancer'
        : 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  if (!group.healthCheck.enabled) {
    return {
      state: 'unavailable',
      reason: 'Target.HealthCheckDisabled',
      description: 'Health checks are disabled for this target',
    };
  }
  return target;
}
