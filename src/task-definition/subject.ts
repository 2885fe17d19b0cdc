import type { Subject } from '../model/change.ts';

/** The display order of container members; unlisted members come last. */
const ofContainers: readonly (readonly string[])[] = [
  ['name'],
  ['image'],
  ['command', 'entryPoint', 'workingDirectory', 'user', 'interactive', 'pseudoTerminal'],
  ['environment', 'environmentFiles'],
  ['secrets', 'repositoryCredentials', 'credentialSpecs'],
  ['portMappings'],
  ['healthCheck'],
  ['cpu', 'memory', 'memoryReservation', 'resourceRequirements', 'ulimits'],
  ['logConfiguration', 'firelensConfiguration'],
];

const ofTasks: readonly (readonly string[])[] = [
  ['family'],
  ['cpu', 'memory', 'ephemeralStorage'],
  ['taskRoleArn', 'executionRoleArn'],
  ['networkMode', 'proxyConfiguration'],
  ['volumes'],
  ['runtimePlatform', 'requiresCompatibilities'],
];

/** Returns the owner of the value at a path: a container or the task. */
export function subjectOf(path: string): Subject {
  const name = /^containerDefinitions\[([^\]]*)\]/.exec(path)?.[1];
  return name === undefined ? { kind: 'task' } : { kind: 'container', name };
}

/** Sorts changes for display: containers before the task, the image first. */
export function inOrder<T>(all: readonly T[], pathOf: (one: T) => string): readonly T[] {
  const containers = [...new Set(all.flatMap((one) => nameIn(pathOf(one)) ?? []))];
  const rank = (one: T): number => {
    const path = pathOf(one);
    const name = nameIn(path);
    const order = name === undefined ? ofTasks : ofContainers;
    const key = /^\w+/.exec(path.replace(/^containerDefinitions\[[^\]]*\]\.?/, ''))?.[0] ?? '';
    const aspect = order.findIndex((keys) => keys.includes(key));
    const subject = name === undefined ? containers.length : containers.indexOf(name);
    return subject * 100 + (aspect === -1 ? order.length : aspect);
  };
  return all.toSorted((a, b) => rank(a) - rank(b));
}

const nameIn = (path: string): string | undefined => {
  const subject = subjectOf(path);
  return subject.kind === 'container' ? subject.name : undefined;
};
