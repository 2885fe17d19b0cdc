import { clientFailure } from './aws-failure.ts';
import { checkContainers } from './container-rules.ts';
import { type JsonObject, number, object, objects, text, texts } from './json.ts';

/** Refuses a RegisterTaskDefinition input that AWS refuses. */
export function checkTaskDefinition(input: JsonObject): void {
  const family = text(input.family);
  if (family === undefined) throw clientFailure('Family should not be null or empty.');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(family)) throw clientFailure('Family contains invalid characters.');
  const containers = objects(input.containerDefinitions);
  if (containers.length === 0) throw clientFailure('Container list cannot be empty.');
  const mode = text(input.networkMode);
  if (mode !== undefined && !['awsvpc', 'bridge', 'host', 'none'].includes(mode)) {
    throw clientFailure(`Invalid value '${mode}' for networkMode.`);
  }
  for (const container of containers) checkContainer(container, mode);
  checkNames(containers);
  if (!containers.some((container) => container.essential !== false)) {
    throw clientFailure('A task definition must have at least one essential container.');
  }
  checkContainers(input);
  checkSizes(input, containers);
  const storage = number(object(input.ephemeralStorage).sizeInGiB);
  if (storage !== undefined && (storage < 21 || storage > 200)) {
    throw clientFailure('Ephemeral storage size must be between 21 and 200 GiB.');
  }
  if (texts(input.requiresCompatibilities).includes('FARGATE')) checkFargate(input);
  else checkMemory(input, containers);
}

/** "The total amount of memory reserved for all containers within a task must be lower than the task memory value" */
function checkSizes(input: JsonObject, containers: readonly JsonObject[]): void {
  if ((text(object(input.runtimePlatform).operatingSystemFamily) ?? '').startsWith('WINDOWS')) return;
  const { cpu, memory } = taskSize(input);
  const sum = (of: (container: JsonObject) => number | undefined): number =>
    containers.reduce((all, container) => all + (of(container) ?? 0), 0);
  for (const container of containers) {
    if (memory === undefined || (number(container.memory) ?? 0) <= memory) continue;
    throw clientFailure(
      `Invalid setting for container '${String(container.name)}'. The 'memory' setting for container is greater than for the task.`,
    );
  }
  if (memory !== undefined && sum((one) => number(one.memoryReservation) ?? number(one.memory)) > memory) {
    throw clientFailure('The sum of the memory of all containers cannot be greater than the value of the task.');
  }
  if (cpu !== undefined && sum((one) => number(one.cpu)) > cpu) {
    throw clientFailure('The sum of the cpu of all containers cannot be greater than the value of the task.');
  }
}

function checkContainer(container: JsonObject, networkMode: string | undefined): void {
  const name = text(container.name);
  if (name === undefined) throw clientFailure('Container.name should not be null or empty.');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw clientFailure('Container.name contains invalid characters.');
  if (text(container.image) === undefined) throw clientFailure('Container.image should not be null or empty.');
  for (const mapping of objects(container.portMappings)) checkPort(mapping, networkMode);
  const [check] = objects([container.healthCheck]);
  if (check !== undefined) checkHealthCheck(name, check);
  const [hard, soft] = [number(container.memory), number(container.memoryReservation)];
  if (hard !== undefined && soft !== undefined && soft > hard) {
    throw clientFailure(
      `Invalid setting for container '${name}'. 'memoryReservation' must be less than or equal to 'memory'.`,
    );
  }
}

function checkPort(mapping: JsonObject, networkMode: string | undefined): void {
  const [containerPort, hostPort] = [number(mapping.containerPort), number(mapping.hostPort)];
  for (const port of [containerPort, hostPort]) {
    if (port !== undefined && (port < 0 || port > 65535)) throw clientFailure(`Invalid port: ${port}.`);
  }
  if (containerPort === undefined && text(mapping.containerPortRange) === undefined) {
    throw clientFailure('Container port is required in a port mapping.');
  }
  const fixed = networkMode === 'awsvpc' || networkMode === 'host';
  // 0 is taken, and becomes the port of the container.
  if (fixed && hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort) {
    throw clientFailure(
      `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`,
    );
  }
}

function checkHealthCheck(name: string, check: JsonObject): void {
  if (texts(check.command).length === 0) {
    throw clientFailure(`Invalid setting for container '${name}'. The health check command must not be empty.`);
  }
  const limits = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;
  for (const [member, [low, high]] of Object.entries(limits)) {
    const value = number(check[member]);
    if (value === undefined || (value >= low && value <= high)) continue;
    throw clientFailure(
      `Invalid setting for container '${name}'. Health check ${member} must be between ${low} and ${high}.`,
    );
  }
}

function checkNames(containers: readonly JsonObject[]): void {
  const names = containers.map((container) => container.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw clientFailure(`Container names must be unique: '${String(twice)}' is used more than once.`);
}

function checkMemory(input: JsonObject, containers: readonly JsonObject[]): void {
  if (taskSize(input).memory !== undefined) return;
  for (const container of containers) {
    if (number(container.memory) !== undefined || number(container.memoryReservation) !== undefined) continue;
    throw clientFailure(
      `Invalid setting for container '${String(container.name)}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
}

function checkFargate(input: JsonObject): void {
  const { cpu, memory } = taskSize(input);
  if (cpu === undefined) throw clientFailure("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientFailure("Fargate requires that 'memory' be defined at the task level.");
  if (text(input.networkMode) !== 'awsvpc') throw clientFailure("Fargate only supports network mode 'awsvpc'.");
  if (objects(input.placementConstraints).length > 0) {
    throw clientFailure('Fargate compatible task definitions do not support placementConstraints');
  }
  if (text(input.ipcMode) !== undefined)
    throw clientFailure('Fargate compatible task definitions do not support ipcMode');
  if (!fargateSizes(cpu).includes(memory)) {
    throw clientFailure(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}

/** Memory in MiB by CPU units, as the documentation of RegisterTaskDefinition lists them. */
function fargateSizes(cpu: number): readonly number[] {
  const range = (low: number, high: number, step: number): readonly number[] =>
    Array.from({ length: (high - low) / step + 1 }, (_, index) => (low + index * step) * 1024);
  const sizes: Readonly<Record<number, readonly number[]>> = {
    256: [512, 1024, 2048],
    512: range(1, 4, 1),
    1024: range(2, 8, 1),
    2048: range(4, 16, 1),
    4096: range(8, 30, 1),
    8192: range(16, 60, 4),
    16384: range(32, 120, 8),
  };
  return sizes[cpu] ?? [];
}

/** CPU units and MiB of a task, however they are written (`256`, `.25 vCPU`, `512`, `0.5 GB`). */
export function taskSize(input: JsonObject): { readonly cpu: number | undefined; readonly memory: number | undefined } {
  return { cpu: inUnits(input.cpu, /^([\d.]+)\s*vcpu$/i), memory: inUnits(input.memory, /^([\d.]+)\s*gb$/i) };
}

function inUnits(value: unknown, large: RegExp): number | undefined {
  const given = text(value)?.trim();
  if (given === undefined) return number(value);
  const found = large.exec(given)?.[1];
  if (found !== undefined) return Math.round(Number(found) * 1024);
  if (/^\d+$/.test(given)) return Number(given);
  throw clientFailure(`Invalid 'cpu' or 'memory' setting for task: ${given}`);
}
