import type { ContainerDefinition, CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { isFargateProvider } from '../../model/launch.ts';
import type { Path } from '../../task-definition/path.ts';

/** Which of the two files something is in. */
export type FileKind = 'service' | 'taskDefinition';

/** What the two files are called in a message. */
export type FileNames = Readonly<Record<FileKind, string>>;

/** The names of the files of a deploy context. */
export const fileNames: FileNames = { service: 'service.json', taskDefinition: 'task-definition.json' };

/** The two files' values, and how their user wrote what is at a path (a value may be a secret, its `${NAME}` is not). */
export interface Pair {
  readonly service: CreateServiceRequest | undefined;
  readonly taskDefinition: RegisterTaskDefinitionRequest | undefined;
  readonly written: (file: FileKind, path: Path) => string;
  readonly names: FileNames;
  /** Whether the files are for a service that exists: it has what service.json leaves out. */
  readonly live?: boolean;
}

/** Something that AWS would refuse later, although each key and type is right. */
export interface Conflict {
  readonly file: FileKind;
  readonly path: Path;
  readonly what: string;
}

/** Finds one kind of conflict. */
export type Rule = (pair: Pair) => readonly Conflict[];

/** A conflict in task-definition.json. */
export const inTask = (path: Path, what: string): Conflict => ({ file: 'taskDefinition', path, what });

/** A conflict in service.json. */
export const inService = (path: Path, what: string): Conflict => ({ file: 'service', path, what });

/** The containers of the task definition; none where there is no such file. */
export function containersOf(
  taskDefinition: RegisterTaskDefinitionRequest | undefined,
): readonly ContainerDefinition[] {
  return taskDefinition?.containerDefinitions ?? [];
}

/** What `find` says of each container. */
export function eachContainer(
  { taskDefinition }: Pair,
  find: (container: ContainerDefinition, path: Path) => readonly Conflict[],
): readonly Conflict[] {
  return containersOf(taskDefinition).flatMap((container, index) => find(container, ['containerDefinitions', index]));
}

/** Whether the task is to run on Fargate: it asks for it itself, or the service does. */
export function runsOnFargate({ service, taskDefinition }: Pair): boolean {
  return taskDefinition?.requiresCompatibilities?.includes('FARGATE') === true || asksForFargate(service);
}

/** Whether the service asks for Fargate, by its launch type or its capacity providers. */
export function asksForFargate(service: CreateServiceRequest | undefined): boolean {
  return service?.launchType === 'FARGATE' || (service?.capacityProviderStrategy ?? []).some(isFargate);
}

/** Whether it is one of the two capacity providers of Fargate, which are there in each account. */
export const isFargate = ({ capacityProvider }: { readonly capacityProvider?: string | undefined }): boolean =>
  isFargateProvider(capacityProvider);

/** Whether the task runs Windows. */
export function isWindows(taskDefinition: RegisterTaskDefinitionRequest | undefined): boolean {
  return taskDefinition?.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
}

/** A conflict where a number is outside of what AWS takes. */
export function outside(
  pair: Pair,
  { file, path }: Pick<Conflict, 'file' | 'path'>,
  value: number | undefined,
  [low, high]: readonly [number, number],
): readonly Conflict[] {
  if (value === undefined || (value >= low && value <= high)) return [];
  return [{ file, path, what: `${pair.written(file, path)} is not between ${low} and ${high}` }];
}

/** `256, 512 or 1024` */
export function oneOf(values: readonly (string | number)[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
