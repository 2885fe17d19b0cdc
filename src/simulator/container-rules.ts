import { clientFailure } from './aws-failure.ts';
import { flag, type JsonObject, list, number, object, objects, text, texts } from './json.ts';

/** The task around a container, as far as its rules ask for it. */
interface Task {
  readonly input: JsonObject;
  readonly containers: readonly JsonObject[];
  readonly fargate: boolean;
}

/** Refuses containers that AWS refuses for what the API reference says of them and of each other. */
export function checkContainers(input: JsonObject): void {
  const containers = objects(input.containerDefinitions);
  const task = { input, containers, fargate: texts(input.requiresCompatibilities).includes('FARGATE') };
  for (const container of containers) {
    checkImage(container);
    checkDependencies(container, task);
    checkReferences(container, task);
    checkNetworkMembers(container, task);
    checkLog(container, task);
    checkSecrets(container);
    if (task.fargate) checkFargateContainer(container);
  }
  checkExecutionRole(task);
}

/** "letters (uppercase and lowercase), numbers, hyphens, underscores, colons, periods, forward slashes, and number signs" */
function checkImage(container: JsonObject): void {
  const image = text(container.image) ?? '';
  const [name = '', digest] = image.split('@');
  const ok = /^[\w:./#-]{1,255}$/.test(name) && !/:\/\//.test(name);
  if (!ok || (digest !== undefined && !/^[A-Za-z0-9+._-]+:[0-9a-fA-F]+$/.test(digest))) {
    throw clientFailure('Container.image contains invalid characters.');
  }
}

function checkDependencies({ dependsOn, name }: JsonObject, { containers }: Task): void {
  for (const { containerName, condition } of objects(dependsOn)) {
    const other = containers.find((container) => container.name === containerName);
    if (other === undefined) {
      throw clientFailure(`Container '${String(name)}' depends on unknown container '${String(containerName)}'.`);
    }
    if ((condition === 'SUCCESS' || condition === 'COMPLETE') && other.essential !== false) {
      throw clientFailure(
        'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.',
      );
    }
    if (condition === 'HEALTHY' && other.healthCheck === undefined) {
      throw clientFailure('A dependency container with HEALTHY condition must have a health check defined.');
    }
  }
  if (waitsForItself(name, containers)) {
    throw clientFailure('Container dependencies must not contain a circular dependency.');
  }
}

function waitsForItself(start: unknown, containers: readonly JsonObject[]): boolean {
  const open = [start];
  const seen = new Set<unknown>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const container = containers.find((one) => one.name === name);
    for (const { containerName } of objects(container?.dependsOn)) {
      if (containerName === start) return true;
      if (!seen.has(containerName)) open.push(containerName);
      seen.add(containerName);
    }
  }
  return false;
}

function checkReferences({ mountPoints, volumesFrom }: JsonObject, { containers, input }: Task): void {
  const volumes = objects(input.volumes).map(({ name }) => name);
  for (const { sourceVolume } of objects(mountPoints)) {
    if (text(sourceVolume) !== undefined && !volumes.includes(sourceVolume)) {
      throw clientFailure(`Unknown volume '${String(sourceVolume)}'.`);
    }
  }
  for (const { sourceContainer } of objects(volumesFrom)) {
    if (text(sourceContainer) !== undefined && !containers.some(({ name }) => name === sourceContainer)) {
      throw clientFailure(`Unknown container '${String(sourceContainer)}' in volumesFrom.`);
    }
  }
}

function checkNetworkMembers({ extraHosts, hostname, links, portMappings }: JsonObject, { input }: Task): void {
  const mode = text(input.networkMode) ?? 'bridge';
  if (list(links).length > 0 && mode !== 'bridge') {
    throw clientFailure(`Links are not supported when networkMode=${mode}.`);
  }
  if (mode === 'awsvpc' && text(hostname) !== undefined) {
    throw clientFailure('Hostname is not supported on container when networkMode=awsvpc.');
  }
  if (mode === 'awsvpc' && list(extraHosts).length > 0) {
    throw clientFailure('Extra hosts are not supported when networkMode=awsvpc.');
  }
  if (mode === 'none' && list(portMappings).length > 0) {
    throw clientFailure('Port mappings are not supported when networkMode=none.');
  }
}

function checkLog({ logConfiguration }: JsonObject, { containers, fargate }: Task): void {
  const { logDriver, options, secretOptions } = object(logConfiguration);
  const driver = text(logDriver);
  // A driver that the API reference does not name may be newer than this account, which says nothing of it.
  if (fargate && driver !== undefined && ['fluentd', 'gelf', 'journald', 'json-file', 'syslog'].includes(driver)) {
    throw clientFailure(`Log driver ${driver} is not supported on Fargate.`);
  }
  if (driver === 'awsfirelens' && !containers.some((one) => objects([one.firelensConfiguration]).length > 0)) {
    throw clientFailure('The awsfirelens log driver requires a container with a firelensConfiguration object.');
  }
  if (driver !== 'awslogs') return;
  const needed = ['awslogs-group', 'awslogs-region', ...(fargate ? ['awslogs-stream-prefix'] : [])];
  const secret = objects(secretOptions).map(({ name }) => name);
  const missing = needed.filter((name) => text(object(options)[name]) === undefined && !secret.includes(name));
  if (missing.length > 0) throw clientFailure(`Log driver awslogs requires options: ${missing.join(', ')}`);
}

function checkSecrets({ environment, name, secrets }: JsonObject): void {
  const names = objects(environment).map((variable) => variable.name);
  for (const secret of objects(secrets)) {
    if (names.includes(secret.name)) {
      throw clientFailure(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${String(secret.name)}'.`,
      );
    }
    if (text(secret.valueFrom) === undefined) {
      throw clientFailure(`Invalid setting for container '${String(name)}'. The secret has no valueFrom.`);
    }
    names.push(secret.name);
  }
}

function checkFargateContainer(container: JsonObject): void {
  const linux = object(container.linuxParameters);
  const unsupported = [
    ...(flag(container.privileged) === true ? ['privileged'] : []),
    ...(list(container.dockerSecurityOptions).length > 0 ? ['dockerSecurityOptions'] : []),
    ...(list(linux.devices).length > 0 ? ['devices'] : []),
    ...['maxSwap', 'sharedMemorySize', 'swappiness'].filter((member) => number(linux[member]) !== undefined),
  ];
  const [first] = unsupported;
  if (first !== undefined) throw clientFailure(`Fargate compatible task definitions do not support ${first}`);
  if (texts(object(linux.capabilities).add).some((capability) => capability !== 'SYS_PTRACE')) {
    throw clientFailure('Fargate compatible task definitions only support adding the SYS_PTRACE capability');
  }
  for (const member of ['startTimeout', 'stopTimeout']) {
    if ((number(container[member]) ?? 0) > 120)
      throw clientFailure(`${member} must be at most 120 seconds on Fargate.`);
  }
}

function checkExecutionRole({ containers, fargate, input }: Task): void {
  for (const member of ['taskRoleArn', 'executionRoleArn']) {
    const role = input[member];
    if (role === undefined || role === null) continue;
    const arn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
    if (typeof role !== 'string' || !(arn.test(role) || /^[\w+=,.@/-]+$/.test(role))) {
      throw clientFailure('Role is not valid');
    }
  }
  if (text(input.executionRoleArn) !== undefined) return;
  const some = (has: (container: JsonObject) => boolean): boolean => containers.some(has);
  if (
    some(
      ({ secrets, logConfiguration }) =>
        list(secrets).length > 0 || list(object(logConfiguration).secretOptions).length > 0,
    )
  ) {
    throw clientFailure(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  }
  if (some(({ repositoryCredentials }) => objects([repositoryCredentials]).length > 0)) {
    throw clientFailure('Task definition must have execution role ARN to support private registry authentication.');
  }
  if (!fargate) return;
  const refuse = (what: string) =>
    clientFailure(`Fargate requires task definition to have execution role ARN to support ${what}.`);
  if (some(({ image }) => /^\d{12}\.dkr[.-]ecr/.test(text(image) ?? ''))) throw refuse('ECR images');
  if (some(({ logConfiguration }) => object(logConfiguration).logDriver === 'awslogs')) {
    throw refuse('log driver awslogs');
  }
}
