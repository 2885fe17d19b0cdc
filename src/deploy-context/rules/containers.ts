import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { isName, isReference, nameRule } from '../../model/arn.ts';
import type { Path } from '../../task-definition/path.ts';
import {
  type Conflict,
  containersOf,
  eachContainer,
  type FileKind,
  inTask,
  outside,
  type Pair,
  type Rule,
} from './pair.ts';
import { unknownContainer } from './unknown-container.ts';

/** Checks the names of the cluster, the service, the family and the containers. */
export const namesCanBe: Rule = ({ service, taskDefinition, written }) => {
  const { cluster, serviceName } = service ?? {};
  const { family } = taskDefinition ?? {};
  const refused = (file: FileKind, path: Path) => ({ file, path, what: `${written(file, path)} ${nameRule}` });
  return [
    ...(cluster === undefined || isReference(cluster, 'cluster') ? [] : [refused('service', ['cluster'])]),
    ...(serviceName === undefined || isReference(serviceName, 'service') ? [] : [refused('service', ['serviceName'])]),
    ...(family === undefined || isName(family) ? [] : [refused('taskDefinition', ['family'])]),
    ...containersOf(taskDefinition).flatMap(({ name }, index) =>
      name === undefined || isName(name) ? [] : [refused('taskDefinition', ['containerDefinitions', index, 'name'])],
    ),
  ];
};

const containerNamesAreUnique: Rule = ({ taskDefinition, written }) => {
  const names = containersOf(taskDefinition).map(({ name }) => name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    const path = ['containerDefinitions', index, 'name'];
    return [inTask(path, `${written('taskDefinition', path)} is already the name of containerDefinitions[${first}]`)];
  });
};

const someContainerIsThere: Rule = ({ taskDefinition }) =>
  taskDefinition?.containerDefinitions?.length === 0
    ? [inTask(['containerDefinitions'], 'is empty; a task needs at least one container')]
    : [];

const someContainerIsEssential: Rule = ({ taskDefinition }) => {
  const containers = containersOf(taskDefinition);
  if (containers.length === 0 || containers.some(({ essential }) => essential !== false)) return [];
  return [inTask(['containerDefinitions'], 'has no essential container; at least one container must be essential')];
};

/** Members that a network mode does not support: API reference of ContainerDefinition. */
const networkModesFit: Rule = (pair) => {
  const mode = pair.taskDefinition?.networkMode ?? 'bridge';
  return eachContainer(pair, ({ extraHosts = [], hostname, links = [] }, path) => [
    ...(links.length > 0 && mode !== 'bridge'
      ? [
          inTask(
            [...path, 'links'],
            `are supported in network mode bridge only, but this task has ${mode}; in awsvpc the containers of a task reach each other at localhost`,
          ),
        ]
      : []),
    ...(mode === 'awsvpc' && hostname !== undefined
      ? [inTask([...path, 'hostname'], 'is not supported in network mode awsvpc; remove it')]
      : []),
    ...(mode === 'awsvpc' && extraHosts.length > 0
      ? [inTask([...path, 'extraHosts'], 'are not supported in network mode awsvpc; remove them')]
      : []),
  ]);
};

const linkedContainersExist: Rule = (pair) =>
  eachContainer(pair, ({ links = [] }, path) =>
    links.flatMap((link, index) =>
      unknownContainer(pair, 'taskDefinition', [...path, 'links', index], link.split(':')[0]),
    ),
  );

const proxyExists: Rule = (pair) =>
  unknownContainer(
    pair,
    'taskDefinition',
    ['proxyConfiguration', 'containerName'],
    pair.taskDefinition?.proxyConfiguration?.containerName,
  );

function limitsOf(pair: Pair, container: ContainerDefinition, path: Path): readonly Conflict[] {
  const { linuxParameters, restartPolicy, ulimits = [] } = container;
  const at = (...below: Path) => ({ file: 'taskDefinition', path: [...path, ...below] }) as const;
  return [
    ...outside(pair, at('restartPolicy', 'restartAttemptPeriod'), restartPolicy?.restartAttemptPeriod, [60, 1800]),
    ...outside(pair, at('linuxParameters', 'swappiness'), linuxParameters?.swappiness, [0, 100]),
    ...ulimits.flatMap(({ softLimit = 0, hardLimit = 0 }, index) => {
      if (softLimit < 0 || hardLimit < 0 || softLimit <= hardLimit) return [];
      const soft = at('ulimits', index, 'softLimit').path;
      return [inTask(soft, `${pair.written('taskDefinition', soft)} is more than the hardLimit, ${hardLimit}`)];
    }),
  ];
}

const limitsAreLimits: Rule = (pair) => eachContainer(pair, (container, path) => limitsOf(pair, container, path));

export const containerRules: readonly Rule[] = [
  someContainerIsThere,
  containerNamesAreUnique,
  someContainerIsEssential,
  networkModesFit,
  linkedContainersExist,
  proxyExists,
  limitsAreLimits,
];
