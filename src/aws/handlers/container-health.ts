import type { ContainerRole } from '../../model/acts.ts';
import type { SeenContainer, SeenTask, TaskLearned } from '../../model/run-state.ts';
import type { HandlerContext } from './context.ts';
import { hasEnded } from './started-tasks.ts';

type Roles = readonly ContainerRole[];

const containerOf = (task: SeenTask, name: string): SeenContainer | undefined =>
  task.containers?.find((container) => container.name === name);

/**
 * The essential container whose health check has failed. "The health status of a task is determined by the health of the
 * essential containers in it": of the others ECS takes no notice.
 */
export function failedHealthCheck(task: SeenTask, roles: Roles): string | undefined {
  const sick = roles.find(({ name, essential }) => essential && isUnhealthy(containerOf(task, name)));
  return sick === undefined ? undefined : `the health check of container ${sick.name} failed: it is UNHEALTHY`;
}

const isUnhealthy = (container: SeenContainer | undefined): boolean => container?.healthStatus === 'UNHEALTHY';

/** A dependency of a container that has not started, which can never be met any more: the task would wait for it for ever. */
export function brokenDependency(task: SeenTask, roles: Roles): string | undefined {
  const broken = roles.filter(({ name }) => matters(name, roles)).flatMap((role) => whyNotStarted(task, role) ?? []);
  return broken[0];
}

/** Whether the task waits for it: it is essential, or an essential container waits for it. */
function matters(name: string, roles: Roles, seen: readonly string[] = []): boolean {
  if (seen.includes(name)) return false;
  const role = roles.find((one) => one.name === name);
  if (role === undefined || role.essential) return role !== undefined;
  const waiting = roles.filter(({ needs }) => needs.some(({ container }) => container === name));
  return waiting.some((one) => matters(one.name, roles, [...seen, name]));
}

function whyNotStarted(task: SeenTask, { name, needs }: ContainerRole): string | undefined {
  const { lastStatus = 'PENDING' } = containerOf(task, name) ?? {};
  if (lastStatus === 'RUNNING' || lastStatus === 'STOPPED') return undefined;
  const reasons = needs.flatMap((need) => {
    const why = whyNeverMet(containerOf(task, need.container), need);
    const waits = `container ${name} waits for ${need.container} (dependsOn ${need.condition}), which`;
    return why === undefined ? [] : [`${waits} ${why}`];
  });
  return reasons[0];
}

function whyNeverMet(
  container: SeenContainer | undefined,
  { condition, restarts }: ContainerRole['needs'][number],
): string | undefined {
  if (condition === 'HEALTHY' && isUnhealthy(container)) return 'is UNHEALTHY';
  if (container?.lastStatus !== 'STOPPED' || restarts) return undefined;
  const { exitCode, reason = '' } = container;
  const ended = [`ended${exitCode === undefined ? '' : ` with exit code ${exitCode}`}`, reason && `(${reason})`];
  const said = ended.filter(Boolean).join(' ');
  if (condition === 'HEALTHY') return said;
  // Without an exit code it has never run: that is no end, not even for COMPLETE.
  if (exitCode === undefined) return condition === 'START' ? undefined : said;
  return condition === 'SUCCESS' && exitCode !== 0 ? said : undefined;
}

/** What containers that are not essential do, and a person should know although no task is rejected for it. */
function troubles(task: SeenTask, roles: Roles): readonly string[] {
  return roles.flatMap(({ name, essential }) => {
    const container = containerOf(task, name);
    if (essential || container === undefined) return [];
    const { lastStatus, exitCode, reason = '' } = container;
    const because = reason === '' ? '' : ` (${reason})`;
    if (lastStatus === 'STOPPED') {
      // It is meant to end where another one waits for that.
      const meant = roles.some(({ needs }) => needs.some((need) => need.container === name && isEnd(need.condition)));
      if (exitCode === 0 && meant) return [];
      return [`container ${name} has ended${exitCode === undefined ? '' : ` with exit code ${exitCode}`}${because}`];
    }
    return isUnhealthy(container) ? [`the health check of container ${name} failed: it is UNHEALTHY${because}`] : [];
  });
}

const isEnd = (condition: string): boolean => condition === 'COMPLETE' || condition === 'SUCCESS';

/** Containers that are not essential, have a health check, and were not HEALTHY when the canary had passed. */
function unproven(task: SeenTask, roles: Roles): readonly string[] {
  return roles.flatMap(({ name, essential, checked }) => {
    const { healthStatus = 'UNKNOWN', lastStatus } = containerOf(task, name) ?? {};
    if (essential || !checked || lastStatus === 'STOPPED' || /^(UN)?HEALTHY$/.test(healthStatus)) return [];
    return [`the health of container ${name} is ${healthStatus}`];
  });
}

/**
 * Reports once what is wrong with containers that are not essential; `over`: the canary has passed. Returns everything
 * that was reported of them.
 */
export function reportNonEssential(
  canary: Pick<TaskLearned, 'arn' | 'task' | 'containers' | 'told'>,
  { over }: { readonly over: boolean },
  { report, reported }: Pick<HandlerContext, 'report' | 'reported'>,
): readonly string[] {
  const { arn, task, containers, told: before = [] } = canary;
  if (task === undefined || hasEnded(task)) return before;
  const found = [...troubles(task, containers), ...(over ? unproven(task, containers) : [])];
  for (const trouble of found.filter((one) => !before.includes(one) && !reported.has(`${arn} ${one}`))) {
    reported.add(`${arn} ${trouble}`);
    const message = `Canary: ${trouble}. The container is not essential, so ECS keeps the task and the canary is not rejected.`;
    report({ kind: 'warning', message });
  }
  return [...new Set([...before, ...found])];
}
