import type { Path } from '../../task-definition/path.ts';
import { containersOf, eachContainer, inTask, type Pair, type Rule } from './pair.ts';
import { unknownContainer } from './unknown-container.ts';

const dependenciesExist: Rule = (pair) =>
  eachContainer(pair, ({ dependsOn = [] }, path) =>
    dependsOn.map(({ containerName }, at) =>
      unknownContainer(pair, 'taskDefinition', [...path, 'dependsOn', at, 'containerName'], containerName),
    ),
  );

/** API reference of ContainerDependency. */
const conditionsCanBeMet: Rule = (pair) =>
  eachContainer(pair, ({ dependsOn = [] }, path) =>
    dependsOn.map(({ containerName, condition }, at) => {
      const other = containersOf(pair.taskDefinition).find(({ name }) => name === containerName);
      if (other === undefined) return undefined;
      const below: Path = [...path, 'dependsOn', at];
      const name = pair.written('taskDefinition', [...below, 'containerName']);
      const where = [...below, 'condition'];
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false) {
        const what = `${condition} can never be met: container ${name} is essential, so the task ends with it; set its "essential" to false, or use START or HEALTHY`;
        return inTask(where, what);
      }
      if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        const what = `HEALTHY can never be met: container ${name} has no healthCheck in this file; add one, or use START`;
        return inTask(where, what);
      }
      return undefined;
    }),
  );

const dependenciesEnd: Rule = (pair) => {
  const { taskDefinition } = pair;
  const containers = containersOf(taskDefinition);
  const needs = new Map(
    containers.map(({ name, dependsOn = [] }) => [name, dependsOn.map(({ containerName }) => containerName)] as const),
  );
  const reported = new Set<string | undefined>();
  return eachContainer(pair, ({ name, dependsOn = [] }, path) => {
    if (reported.has(name)) return undefined;
    const names = findCycle(name, needs);
    if (names === undefined) return undefined;
    for (const one of names) reported.add(one);
    const next = dependsOn.findIndex(({ containerName }) => containerName === (names[1] ?? name));
    const cycle = [...names, name].map((one) => nameOf(pair, containers, one)).join(', which waits for ');
    const what =
      names.length === 1 ? `${nameOf(pair, containers, name)} waits for itself` : `is a circular dependency: ${cycle}`;
    return inTask([...path, 'dependsOn', next, 'containerName'], what);
  });
};

const nameOf = (pair: Pair, containers: ReturnType<typeof containersOf>, name: string | undefined): string =>
  pair.written('taskDefinition', ['containerDefinitions', containers.findIndex((one) => one.name === name), 'name']);

type Name = string | undefined;

/** Finds the shortest dependency cycle of a container, breadth first. */
function findCycle(start: Name, needs: ReadonlyMap<Name, readonly Name[]>): readonly Name[] | undefined {
  const paths: (readonly Name[])[] = [[start]];
  const seen = new Set<Name>();
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    for (const next of needs.get(path.at(-1)) ?? []) {
      if (next === start) return path;
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}

export const dependencyRules: readonly Rule[] = [dependenciesExist, conditionsCanBeMet, dependenciesEnd];
