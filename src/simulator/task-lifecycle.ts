import type { Cloud } from './cloud.ts';
import { openLog, say, withoutLogGroup } from './container-logs.ts';
import { number } from './json.ts';
import { pace, type Span, stoppedTaskRetentionMs } from './pace.ts';
import type { Container, Task, TaskStatus } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { deregisterTask, drainingTimeMs, registerTask } from './service-targets.ts';
import { healthCheckOf } from './tasks.ts';

/** Starts the lifecycle of a task, from PROVISIONING to RUNNING. */
export function beginTask(cloud: Cloud, task: Task): void {
  task.cluster.tasks.set(task.arn, task);
  if (task.networkInterface !== undefined) cloud.addresses.set(task.networkInterface.address, task);
  const fails = failureOf(task);
  if (fails?.artifact.doesNotStart === 'no-capacity-late') {
    step(cloud, task, pace.capacityFailure, () =>
      fail(
        cloud,
        task,
        'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      ),
    );
    return;
  }
  if (task.networkInterface === undefined) {
    pull(cloud, task);
    return;
  }
  task.networkInterface.status = 'PRECREATED';
  step(cloud, task, [1_000, 2_000], () => {
    if (task.networkInterface !== undefined) task.networkInterface.status = 'ATTACHING';
    touch(task);
  });
  step(cloud, task, paceOf(task).provisioning, () => {
    if (task.networkInterface !== undefined) task.networkInterface.status = 'ATTACHED';
    pull(cloud, task);
  });
}

const paceOf = (task: Task) => (task.launchType === 'FARGATE' ? pace.fargate : pace.ec2);

const failureOf = (task: Task): Container | undefined =>
  task.containers.find((container) => container.artifact.doesNotStart !== undefined);

/** Goes on later, unless the task has been told to stop in the meantime. */
function step(cloud: Cloud, task: Task, span: Span, run: () => void): void {
  cloud.within(span, () => {
    if (task.desiredStatus === 'RUNNING') run();
  });
}

function enter(cloud: Cloud, task: Task, status: TaskStatus): void {
  task.lastStatus = status;
  touch(task);
  if (task.service !== undefined) noteServiceTask(cloud, task.service);
}

const touch = (task: Task): void => {
  task.version++;
};

function pull(cloud: Cloud, task: Task): void {
  task.connectivityAt = cloud.now();
  task.pullStartedAt = cloud.now();
  enter(cloud, task, 'PENDING');
  const failing = failureOf(task);
  const why = failing?.artifact.doesNotStart;
  if (why === 'never') return;
  if (why === 'no-auth') {
    step(cloud, task, pace.authFailure, () => fail(cloud, task, authFailure(cloud)));
    return;
  }
  if (failing !== undefined && why === 'not-found') {
    step(cloud, task, pace.pullFailure, () => {
      const reason = pullFailure(failing.image);
      failing.reason = reason;
      fail(cloud, task, reason);
    });
    return;
  }
  step(cloud, task, paceOf(task).pull, () => {
    task.pullStoppedAt = cloud.now();
    for (const container of task.containers) container.digest ??= `sha256:${cloud.random.hex(64)}`;
    step(cloud, task, paceOf(task).start, () => {
      const mute = withoutLogGroup(cloud, task);
      if (mute === undefined) startContainers(cloud, task);
      else failToLog(cloud, task, mute);
    });
  });
}

const authFailure = (cloud: Cloud): string =>
  'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: ' +
  'There is a connection issue between the task and Amazon ECR. Check your task network configuration. ' +
  `RequestError: send request failed caused by: Post "https://api.ecr.${cloud.region}.${cloud.dnsSuffix}/": dial tcp 10.0.0.2:443: i/o timeout`;

const pullFailure = (image: string): string =>
  'CannotPullContainerError: The task cannot pull the image. Check that the image exists in the registry. ' +
  `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;

const noLogGroup =
  'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.';

/** Fargate says so of the task, Docker on EC2 of the container. */
function failToLog(cloud: Cloud, task: Task, container: Container): void {
  if (task.launchType === 'FARGATE') {
    const tried = 'failed to validate logger args: create stream has been retried 1 times';
    fail(cloud, task, `ResourceInitializationError: ${tried}: ${noLogGroup} : exit status 1`);
    return;
  }
  const docker = 'Error response from daemon: failed to initialize logging driver';
  container.reason = `CannotStartContainerError: ${docker}: ${noLogGroup}`;
  fail(cloud, task, 'Task failed to start');
}

function startContainers(cloud: Cloud, task: Task): void {
  for (const container of task.containers) {
    container.lastStatus = 'RUNNING';
    container.startedAt = cloud.now();
    container.runtimeId =
      task.launchType === 'FARGATE' ? `${task.id}-${cloud.random.digits(10)}` : cloud.random.hex(64);
    openLog(cloud, task, container);
    say(cloud, task, container, container.artifact.says?.atStart);
    scheduleExit(cloud, task, container);
    tellOfWork(cloud, task, container, 1);
    if (healthCheckOf(container) !== undefined) scheduleHealthCheck(cloud, task, container);
  }
  if (task.service === undefined || !registerTask(cloud, task)) {
    run(cloud, task);
    return;
  }
  enter(cloud, task, 'ACTIVATING');
  step(cloud, task, pace.activating, () => run(cloud, task));
}

function run(cloud: Cloud, task: Task): void {
  task.startedAt = cloud.now();
  enter(cloud, task, 'RUNNING');
}

function scheduleExit(cloud: Cloud, task: Task, container: Container): void {
  const exit = container.artifact.exits;
  if (exit === undefined) return;
  cloud.after(exit.afterMs, () => {
    if (container.lastStatus !== 'RUNNING') return;
    say(cloud, task, container, container.artifact.says?.atEnd);
    endContainer(container, exit.code);
    if (exit.reason !== undefined) container.reason = exit.reason;
    touch(task);
    if (container.essential) stopTask(cloud, task, 'EssentialContainerExited', 'Essential container in task exited');
  });
}

function tellOfWork(cloud: Cloud, task: Task, container: Container, time: number): void {
  const every = container.artifact.says?.every;
  if (every === undefined) return;
  cloud.after(every.ms, () => {
    if (container.lastStatus !== 'RUNNING') return;
    say(cloud, task, container, [every.line(time)]);
    tellOfWork(cloud, task, container, time + 1);
  });
}

function endContainer(container: Container, exitCode: number): void {
  container.lastStatus = 'STOPPED';
  container.exitCode = exitCode;
}

function scheduleHealthCheck(cloud: Cloud, task: Task, container: Container): void {
  const check = healthCheckOf(container);
  const interval = (number(check?.interval) ?? 30) * 1000;
  cloud.after(interval, () => {
    if (container.lastStatus !== 'RUNNING') return;
    const before = container.healthStatus;
    checkHealth(cloud, task, container);
    if (container.healthStatus !== before) {
      touch(task);
      if (task.service !== undefined) noteServiceTask(cloud, task.service);
    }
    scheduleHealthCheck(cloud, task, container);
  });
}

function checkHealth(cloud: Cloud, task: Task, container: Container): void {
  const check = healthCheckOf(container);
  const age = cloud.since(container.startedAt ?? cloud.now());
  if (container.artifact.feelsWell(age)) {
    container.failedChecks = 0;
    container.healthStatus = 'HEALTHY';
    return;
  }
  say(cloud, task, container, container.artifact.says?.whenSick);
  if (age <= (number(check?.startPeriod) ?? 0) * 1000) return;
  container.failedChecks++;
  if (container.failedChecks >= (number(check?.retries) ?? 3)) container.healthStatus = 'UNHEALTHY';
}

/** The task could not be started. */
function fail(cloud: Cloud, task: Task, reason: string): void {
  stopTask(cloud, task, 'TaskFailedToStart', reason);
}

/** Stops a task; this takes the time of draining, of the program, and of the network; at least the notice. */
export function stopTask(cloud: Cloud, task: Task, stopCode: string, reason: string, noticeMs = 0): void {
  if (task.desiredStatus === 'STOPPED') return;
  const wasUp = task.lastStatus === 'RUNNING' || task.lastStatus === 'ACTIVATING';
  task.desiredStatus = 'STOPPED';
  task.stopCode = stopCode;
  task.stoppedReason = reason;
  task.stoppingAt = cloud.now();
  touch(task);
  if (!wasUp) {
    release(cloud, task);
    return;
  }
  const draining = deregisterTask(cloud, task);
  const mustDrain = draining && stopCode !== 'EssentialContainerExited';
  const leave = (): void => enter(cloud, task, 'DEACTIVATING');
  if (task.service === undefined) cloud.within([200, 800], leave);
  else leave();
  const wait = mustDrain ? drainingTimeMs(cloud, task) : 0;
  cloud.after(Math.max(wait, noticeMs) + cloud.random.between(...pace.deactivating), () => terminate(cloud, task));
}

function terminate(cloud: Cloud, task: Task): void {
  enter(cloud, task, 'STOPPING');
  const stubborn = Math.max(0, ...task.containers.map((container) => container.artifact.lingersMs ?? 0));
  const grace = stubborn > 0 ? stopTimeoutMs(task) : cloud.random.between(...pace.sigterm);
  cloud.after(grace, () => {
    for (const container of task.containers) {
      // SIGTERM ends a program that does not care with 128 + 15, SIGKILL with 128 + 9.
      const code = container.artifact.lingersMs === undefined ? 143 : 137;
      if (container.lastStatus === 'RUNNING') endContainer(container, code);
    }
    task.executionStoppedAt = cloud.now();
    cloud.after(stubborn, () => release(cloud, task));
  });
}

const stopTimeoutMs = (task: Task): number =>
  Math.max(...task.containers.map((container) => (number(container.definition.stopTimeout) ?? 30) * 1000));

function release(cloud: Cloud, task: Task): void {
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  enter(cloud, task, 'DEPROVISIONING');
  const span = task.launchType === 'FARGATE' ? pace.deprovisioning : pace.ec2Deprovisioning;
  cloud.within(span, () => {
    const eni = task.networkInterface;
    if (eni !== undefined) {
      eni.status = 'DELETED';
      cloud.addresses.delete(eni.address);
    }
    task.stoppedAt = cloud.now();
    task.executionStoppedAt ??= cloud.now();
    enter(cloud, task, 'STOPPED');
    cloud.after(stoppedTaskRetentionMs, () => {
      task.cluster.tasks.delete(task.arn);
      cloud.tags.delete(task.arn);
    });
  });
}
