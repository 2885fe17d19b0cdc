import type { ContainerDefinition, CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { isFargateProvider } from '../../model/launch.ts';
import type { Path } from '../../task-definition/path.ts';

/** One of the two files. */
export type FileKind = 'service' | 'taskDefinition';

/** What the two files are called in a message. */
export type FileNames = Readonly<Record<FileKind, string>>;

/** The names of the files of a deploy context. */
export const fileNames: FileNames = { service: 'service.json', taskDefinition: 'task-definition.json' };

/** The values of the two files, and a function that returns the user's text at a path (which shows `${NAME}` instead of a secret). */
export interface Pair {
  readonly service: CreateServiceRequest | undefined;
  readonly taskDefinition: RegisterTaskDefinitionRequest | undefined;
  readonly written: (file: FileKind, path: Path) => string;
  readonly names: FileNames;
  /** Whether the files are for a service that exists: it has what service.json leaves out. */
  readonly live?: boolean;
}

/** A value that AWS would refuse although its key and type are right. */
export interface Conflict {
  readonly file: FileKind;
  readonly path: Path;
  readonly what: string;
}

/** What a rule finds: conflicts in lists of any depth; where a condition does not hold there is none. */
export type Conflicts = Conflict | false | undefined | readonly Conflicts[];

/** Finds one kind of conflict. */
export type Rule = (pair: Pair) => Conflicts;

/** The conflicts of all lists, in their order. */
export function flattenConflicts(conflicts: Conflicts): readonly Conflict[] {
  if (conflicts === undefined || conflicts === false) return [];
  return 'what' in conflicts ? [conflicts] : conflicts.flatMap(flattenConflicts);
}

/** A conflict in task-definition.json. */
export const inTask = (path: Path, what: string): Conflict => ({ file: 'taskDefinition', path, what });

/** A conflict in service.json. */
export const inService = (path: Path, what: string): Conflict => ({ file: 'service', path, what });

/** A conflict in task-definition.json, whose message begins with the user's text. */
export const quoteInTask = ({ written }: Pair, path: Path, what: string): Conflict =>
  inTask(path, `${written('taskDefinition', path)} ${what}`);

/** A conflict in service.json, whose message begins with the user's text. */
export const quoteInService = ({ written }: Pair, path: Path, what: string): Conflict =>
  inService(path, `${written('service', path)} ${what}`);

/** Returns the containers of the task definition; empty without one. */
export function containersOf(
  taskDefinition: RegisterTaskDefinitionRequest | undefined,
): readonly ContainerDefinition[] {
  return taskDefinition?.containerDefinitions ?? [];
}

/** Collects the conflicts that `find` returns for each container. */
export function eachContainer(
  { taskDefinition }: Pair,
  find: (container: ContainerDefinition, path: Path) => Conflicts,
): readonly Conflict[] {
  return containersOf(taskDefinition).flatMap((container, index) =>
    flattenConflicts(find(container, ['containerDefinitions', index])),
  );
}

/** Whether the task will run on Fargate, according to the task definition or the service. */
export function runsOnFargate({ service, taskDefinition }: Pair): boolean {
  return taskDefinition?.requiresCompatibilities?.includes('FARGATE') === true || asksForFargate(service);
}

/** Whether the service uses Fargate, by its launch type or its capacity providers. */
export function asksForFargate(service: CreateServiceRequest | undefined): boolean {
  return service?.launchType === 'FARGATE' || (service?.capacityProviderStrategy ?? []).some(isFargate);
}

/** How a service asks for Fargate: `has launchType FARGATE`. */
export const formatFargate = (service: CreateServiceRequest | undefined): string =>
  service?.launchType === 'FARGATE' ? 'has launchType FARGATE' : 'uses a Fargate capacity provider';

/** Whether an item uses one of the two Fargate capacity providers, which exist in every account. */
export const isFargate = ({ capacityProvider }: { readonly capacityProvider?: string | undefined }): boolean =>
  isFargateProvider(capacityProvider);

/** Whether the task runs Windows. */
export function isWindows(taskDefinition: RegisterTaskDefinitionRequest | undefined): boolean {
  return taskDefinition?.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
}

/** Returns a conflict if a number is outside a range, both ends included. */
export function outside(
  pair: Pair,
  file: FileKind,
  path: Path,
  value: number | undefined,
  [low, high]: readonly [number, number],
): Conflicts {
  if (value === undefined || (value >= low && value <= high)) return undefined;
  return { file, path, what: `${pair.written(file, path)} must be from ${low} to ${high}` };
}

/** `256, 512 or 1024` */
export function oneOf(values: readonly (string | number)[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
