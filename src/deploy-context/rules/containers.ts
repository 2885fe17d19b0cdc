import { isName, isReference, nameRule } from '../../model/arn.ts';
import { containersOf, eachContainer, inTask, outside, quoteInService, quoteInTask, type Rule } from './pair.ts';
import { unknownContainer } from './unknown-container.ts';

/** Checks the names of the cluster, the service, the family and the containers. */
export const namesCanBe: Rule = (pair) => {
  const { cluster, serviceName } = pair.service ?? {};
  const { family } = pair.taskDefinition ?? {};
  return [
    cluster !== undefined && !isReference(cluster, 'cluster') && quoteInService(pair, ['cluster'], nameRule),
    serviceName !== undefined &&
      !isReference(serviceName, 'service') &&
      quoteInService(pair, ['serviceName'], nameRule),
    family !== undefined && !isName(family) && quoteInTask(pair, ['family'], nameRule),
    eachContainer(
      pair,
      ({ name }, path) => name !== undefined && !isName(name) && quoteInTask(pair, [...path, 'name'], nameRule),
    ),
  ];
};

const containerNamesAreUnique: Rule = (pair) => {
  const names = containersOf(pair.taskDefinition).map(({ name }) => name);
  return names.map((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return undefined;
    const path = ['containerDefinitions', index, 'name'];
    return quoteInTask(pair, path, `is already the name of containerDefinitions[${first}]`);
  });
};

const someContainerIsThere: Rule = ({ taskDefinition }) =>
  taskDefinition?.containerDefinitions?.length === 0 &&
  inTask(['containerDefinitions'], 'is empty; a task needs at least one container');

const someContainerIsEssential: Rule = ({ taskDefinition }) => {
  const containers = containersOf(taskDefinition);
  const none = containers.length > 0 && containers.every(({ essential }) => essential === false);
  return (
    none && inTask(['containerDefinitions'], 'has no essential container; at least one container must be essential')
  );
};

/** Members that a network mode does not support: API reference of ContainerDefinition. */
const networkModesFit: Rule = (pair) => {
  const mode = pair.taskDefinition?.networkMode ?? 'bridge';
  return eachContainer(pair, ({ extraHosts = [], hostname, links = [] }, path) => [
    links.length > 0 &&
      mode !== 'bridge' &&
      inTask(
        [...path, 'links'],
        `are supported in network mode bridge only, but this task has ${mode}; in awsvpc the containers of a task reach each other at localhost`,
      ),
    mode === 'awsvpc' &&
      hostname !== undefined &&
      inTask([...path, 'hostname'], 'is not supported in network mode awsvpc; remove it'),
    mode === 'awsvpc' &&
      extraHosts.length > 0 &&
      inTask([...path, 'extraHosts'], 'are not supported in network mode awsvpc; remove them'),
  ]);
};

const linkedContainersExist: Rule = (pair) =>
  eachContainer(pair, ({ links = [] }, path) =>
    links.map((link, index) => unknownContainer(pair, 'taskDefinition', [...path, 'links', index], link.split(':')[0])),
  );

const proxyExists: Rule = (pair) => {
  const name = pair.taskDefinition?.proxyConfiguration?.containerName;
  return unknownContainer(pair, 'taskDefinition', ['proxyConfiguration', 'containerName'], name);
};

const limitsAreLimits: Rule = (pair) =>
  eachContainer(pair, ({ linuxParameters, restartPolicy, ulimits = [] }, path) => {
    const period = [...path, 'restartPolicy', 'restartAttemptPeriod'];
    const swappiness = [...path, 'linuxParameters', 'swappiness'];
    return [
      outside(pair, 'taskDefinition', period, restartPolicy?.restartAttemptPeriod, [60, 1800]),
      outside(pair, 'taskDefinition', swappiness, linuxParameters?.swappiness, [0, 100]),
      ulimits.map(({ softLimit = 0, hardLimit = 0 }, index) => {
        if (softLimit < 0 || hardLimit < 0 || softLimit <= hardLimit) return undefined;
        return quoteInTask(pair, [...path, 'ulimits', index, 'softLimit'], `is more than the hardLimit, ${hardLimit}`);
      }),
    ];
  });

export const containerRules: readonly Rule[] = [
  someContainerIsThere,
  containerNamesAreUnique,
  someContainerIsEssential,
  networkModesFit,
  linkedContainersExist,
  proxyExists,
  limitsAreLimits,
];
