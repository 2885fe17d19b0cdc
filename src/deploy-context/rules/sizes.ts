import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import {
  type Conflict,
  type Conflicts,
  containersOf,
  eachContainer,
  formatFargate,
  inTask,
  isWindows,
  oneOf,
  type Pair,
  quoteInTask,
  type Rule,
  runsOnFargate,
} from './pair.ts';

const range = (low: number, high: number, step: number): readonly number[] =>
  Array.from({ length: (high - low) / step + 1 }, (_, index) => (low + index * step) * 1024);

/** Memory sizes in MiB by CPU units, and their text in messages: API reference of RegisterTaskDefinition. */
const fargateSizes: ReadonlyMap<number, { readonly memory: readonly number[]; readonly text: string }> = new Map([
  [256, { memory: [512, 1024, 2048], text: oneOf([512, 1024, 2048]) }],
  [512, { memory: range(1, 4, 1), text: oneOf(range(1, 4, 1)) }],
  [1024, { memory: range(2, 8, 1), text: oneOf(range(2, 8, 1)) }],
  [2048, { memory: range(4, 16, 1), text: '4096 to 16384 in steps of 1024' }],
  [4096, { memory: range(8, 30, 1), text: '8192 to 30720 in steps of 1024' }],
  [8192, { memory: range(16, 60, 4), text: '16384 to 61440 in steps of 4096' }],
  [16_384, { memory: range(32, 120, 8), text: '32768 to 122880 in steps of 8192' }],
]);

type Size = 'cpu' | 'memory';

const units = { cpu: /^(\d*\.?\d+)\s*vcpu$/i, memory: /^(\d*\.?\d+)\s*gb$/i } as const;

/** Returns the CPU units or MiB of the task, whatever the unit they are written in; NaN if they cannot be read. */
function sizeOf(task: RegisterTaskDefinitionRequest | undefined, size: Size): number | undefined {
  const given = task?.[size]?.trim();
  if (given === undefined) return undefined;
  const large = units[size].exec(given)?.[1];
  if (large !== undefined) return Math.round(Number(large) * 1024);
  return /^\d+$/.test(given) ? Number(given) : Number.NaN;
}

const sizesAreSizes: Rule = (pair) =>
  (['cpu', 'memory'] as const).map((size) => {
    const like =
      size === 'cpu' ? 'CPU units such as 256, or vCPUs such as .25 vCPU' : 'MiB such as 512, or GB such as 0.5 GB';
    return Number.isNaN(sizeOf(pair.taskDefinition, size)) && quoteInTask(pair, [size], `is not a size; use ${like}`);
  });

const fargateSizesExist: Rule = (pair) => {
  if (!runsOnFargate(pair)) return undefined;
  const [cpu, memory] = [sizeOf(pair.taskDefinition, 'cpu'), sizeOf(pair.taskDefinition, 'memory')];
  if (cpu === undefined || Number.isNaN(cpu)) return undefined;
  const sizes = fargateSizes.get(cpu);
  if (sizes === undefined) {
    return quoteInTask(pair, ['cpu'], `is not a Fargate size; use ${oneOf([...fargateSizes.keys()])} CPU units`);
  }
  if (memory === undefined || Number.isNaN(memory) || sizes.memory.includes(memory)) return windowsIsLarge(pair, cpu);
  const written = pair.written('taskDefinition', ['cpu']);
  const what = `is not allowed with cpu ${written} on Fargate; ${cpu} CPU units allow ${sizes.text} MiB`;
  return quoteInTask(pair, ['memory'], what);
};

/** "The CPU units cannot be less than 1 vCPU when you use Windows containers on Fargate." */
const windowsIsLarge = (pair: Pair, cpu: number): Conflicts =>
  cpu < 1024 &&
  isWindows(pair.taskDefinition) &&
  quoteInTask(pair, ['cpu'], 'is too small; Windows on Fargate needs 1024 or more');

const fargateTasksAreComplete: Rule = (pair) => {
  const { service, taskDefinition } = pair;
  if (taskDefinition === undefined || !runsOnFargate(pair)) return undefined;
  const why = taskDefinition.requiresCompatibilities?.includes('FARGATE')
    ? '; Fargate supports no other mode'
    : `, because service.json ${formatFargate(service)}`;
  const missing = (key: Size) => inTask([key], 'is missing; Fargate requires it at the task level');
  return [
    taskDefinition.cpu === undefined && missing('cpu'),
    taskDefinition.memory === undefined && missing('memory'),
    taskDefinition.networkMode !== 'awsvpc' && inTask(['networkMode'], `must be awsvpc${why}`),
  ];
};

/** A size that ECS ignores is not a limit. */
const limitOf = (pair: Pair, size: Size): number | undefined =>
  isWindows(pair.taskDefinition) && !runsOnFargate(pair) ? undefined : sizeOf(pair.taskDefinition, size);

const containersFitTheirTask: Rule = (pair) => {
  const [cpu, memory] = [limitOf(pair, 'cpu') ?? Number.NaN, limitOf(pair, 'memory') ?? Number.NaN];
  const task = (size: Size): string => `the task has ${pair.written('taskDefinition', [size])}`;
  const single = eachContainer(pair, (container, path) => [
    (['memory', 'memoryReservation'] as const).map(
      (key) =>
        Number(container[key]) > memory && quoteInTask(pair, [...path, key], `MiB is more than ${task('memory')}`),
    ),
    Number(container.cpu) > cpu && quoteInTask(pair, [...path, 'cpu'], `CPU units are more than ${task('cpu')}`),
  ]);
  if (single.length > 0) return single;
  const containers = containersOf(pair.taskDefinition);
  const reserved = containers.reduce((sum, one) => sum + (one.memoryReservation ?? one.memory ?? 0), 0);
  const shares = containers.reduce((sum, one) => sum + (one.cpu ?? 0), 0);
  const over = (size: Size, total: string): Conflict =>
    quoteInTask(pair, [size], `is less than the total that its containers reserve, ${total}`);
  return [reserved > memory && over('memory', `${reserved} MiB`), shares > cpu && over('cpu', `${shares} CPU units`)];
};

/** "If you specify both, memory must be greater than memoryReservation"; ECS takes equal ones. */
const reservationsAreWithinLimits: Rule = (pair) =>
  eachContainer(pair, ({ memory, memoryReservation }, path) => {
    if (memory === undefined || memoryReservation === undefined || memoryReservation <= memory) return undefined;
    const hard = pair.written('taskDefinition', [...path, 'memory']);
    const what = `is more than the memory limit of the container, ${hard}`;
    return quoteInTask(pair, [...path, 'memoryReservation'], what);
  });

/** "You must specify a non-zero integer for one or both" if the task has no memory. */
const memoryIsGiven: Rule = (pair) => {
  if (pair.taskDefinition?.memory !== undefined) return undefined;
  const what = 'has neither memory nor memoryReservation, and the task has no memory; set one of them';
  return eachContainer(
    pair,
    ({ memory = 0, memoryReservation = 0 }, path) => !(memory > 0 || memoryReservation > 0) && inTask(path, what),
  );
};

/** "The minimum supported value is 21 GiB and the maximum supported value is 200 GiB." */
const ephemeralStorageExists: Rule = (pair) => {
  const size = pair.taskDefinition?.ephemeralStorage?.sizeInGiB ?? 21;
  const what = 'must be from 21 to 200; without ephemeralStorage a task on Fargate has 20 GiB';
  return (size < 21 || size > 200) && quoteInTask(pair, ['ephemeralStorage', 'sizeInGiB'], what);
};

export const sizeRules: readonly Rule[] = [
  memoryIsGiven,
  fargateTasksAreComplete,
  sizesAreSizes,
  fargateSizesExist,
  containersFitTheirTask,
  reservationsAreWithinLimits,
  ephemeralStorageExists,
];
