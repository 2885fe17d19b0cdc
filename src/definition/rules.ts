import type { ContainerDefinition, CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { isName, isReference, nameRule } from '../core/arn.ts';
import type { Path } from './path.ts';
import { suggest } from './suggest.ts';

/** Which of the two files something is in. */
export type FileKind = 'service' | 'taskDefinition';

/** The two files' values, and how their user wrote what is at a path (a value may be a secret, its `${NAME}` is not). */
export interface Pair {
  readonly service: CreateServiceRequest | undefined;
  readonly taskDefinition: RegisterTaskDefinitionRequest | undefined;
  readonly written: (file: FileKind, path: Path) => string;
}

/** Something that AWS would refuse later, although each key and type is right. */
export interface Conflict {
  readonly file: FileKind;
  readonly path: Path;
  readonly what: string;
}

type Rule = (pair: Pair) => readonly Conflict[];

/** Every rule that can be known before the first call; each of these would be an error of AWS in the middle of a rollout. */
export function conflicts(pair: Pair): readonly Conflict[] {
  return rules.flatMap((rule) => rule(pair));
}

const namesCanBe: Rule = ({ service, taskDefinition, written }) => {
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
    return [inTask(path, `${written('taskDefinition', path)} is the name of containerDefinitions[${first}] already`)];
  });
};

const imagesAreNamed: Rule = ({ taskDefinition }) =>
  containersOf(taskDefinition).flatMap(({ image }, index) =>
    image === undefined || image.trim() !== ''
      ? []
      : [inTask(['containerDefinitions', index, 'image'], 'is empty; is a variable set to nothing?')],
  );

const someContainerIsEssential: Rule = ({ taskDefinition }) => {
  const containers = containersOf(taskDefinition);
  if (containers.length === 0 || containers.some(({ essential }) => essential !== false)) return [];
  return [inTask(['containerDefinitions'], 'has no essential container; at least one must be')];
};

const memoryIsGiven: Rule = ({ taskDefinition }) => {
  if (taskDefinition === undefined || taskDefinition.memory !== undefined) return [];
  return containersOf(taskDefinition).flatMap(({ memory, memoryReservation }, index) =>
    memory === undefined && memoryReservation === undefined
      ? [
          inTask(
            ['containerDefinitions', index],
            'has neither memory nor memoryReservation, and the task has no memory',
          ),
        ]
      : [],
  );
};

const dependenciesExist: Rule = (pair) =>
  containersOf(pair.taskDefinition).flatMap(({ dependsOn = [] }, index) =>
    dependsOn.flatMap(({ containerName }, at) =>
      unknownContainer(
        pair,
        'taskDefinition',
        ['containerDefinitions', index, 'dependsOn', at, 'containerName'],
        containerName,
      ),
    ),
  );

const volumesExist: Rule = ({ taskDefinition, written }) => {
  const volumes = new Set(taskDefinition?.volumes?.map(({ name }) => name));
  return containersOf(taskDefinition).flatMap(({ mountPoints = [] }, index) =>
    mountPoints.flatMap(({ sourceVolume }, at) => {
      if (sourceVolume === undefined || volumes.has(sourceVolume)) return [];
      const path = ['containerDefinitions', index, 'mountPoints', at, 'sourceVolume'];
      return [inTask(path, `${written('taskDefinition', path)} is not among the task's volumes`)];
    }),
  );
};

const fargateTasksAreComplete: Rule = ({ taskDefinition }) => {
  if (!taskDefinition?.requiresCompatibilities?.includes('FARGATE')) return [];
  const sizes = (['cpu', 'memory'] as const).filter((key) => taskDefinition[key] === undefined);
  const missing = sizes.map((key) => inTask([key], 'is missing; Fargate needs it for the task as a whole'));
  if (taskDefinition.networkMode === 'awsvpc') return missing;
  return [...missing, inTask(['networkMode'], 'must be awsvpc; Fargate knows no other')];
};

const balancedContainersExist: Rule = (pair) =>
  (pair.service?.loadBalancers ?? []).flatMap(({ containerName }, at) =>
    unknownContainer(pair, 'service', ['loadBalancers', at, 'containerName'], containerName),
  );

const balancedPortsExist: Rule = ({ service, taskDefinition, written }) =>
  (service?.loadBalancers ?? []).flatMap(({ containerName, containerPort }, at) => {
    const index = containersOf(taskDefinition).findIndex(({ name }) => name === containerName);
    const container = containersOf(taskDefinition)[index];
    if (container === undefined || containerPort === undefined || exposes(container, containerPort)) return [];
    const mapped = portsOf(container, (position, key) =>
      written('taskDefinition', ['containerDefinitions', index, 'portMappings', position, key]),
    );
    const path = ['loadBalancers', at, 'containerPort'];
    const name = written('service', ['loadBalancers', at, 'containerName']);
    return [
      inService(path, `${written('service', path)} is not a port of container ${name}, which has ${mapped || 'none'}`),
    ];
  });

const registeredContainersExist: Rule = (pair) =>
  (pair.service?.serviceRegistries ?? []).flatMap(({ containerName }, at) =>
    unknownContainer(pair, 'service', ['serviceRegistries', at, 'containerName'], containerName),
  );

const connectedPortsHaveNames: Rule = ({ service, taskDefinition, written }) => {
  if (taskDefinition === undefined) return [];
  const names = new Set(
    containersOf(taskDefinition).flatMap(({ portMappings = [] }) => portMappings.map(({ name }) => name)),
  );
  return (service?.serviceConnectConfiguration?.services ?? []).flatMap(({ portName }, at) => {
    if (portName === undefined || names.has(portName)) return [];
    const path = ['serviceConnectConfiguration', 'services', at, 'portName'];
    return [inService(path, `${written('service', path)} is not the name of any port mapping in the task definition`)];
  });
};

const oneKindOfCapacity: Rule = ({ service }) =>
  service?.launchType !== undefined && (service.capacityProviderStrategy?.length ?? 0) > 0
    ? [inService(['capacityProviderStrategy'], 'excludes launchType; keep one of the two')]
    : [];

const fargateServicesFitTheirTask: Rule = ({ service, taskDefinition }) => {
  if (service?.launchType !== 'FARGATE' || taskDefinition === undefined) return [];
  if (taskDefinition.networkMode !== 'awsvpc') {
    // The task definition's own rule says the same when it asks for Fargate itself.
    const said = taskDefinition.requiresCompatibilities?.includes('FARGATE');
    return said ? [] : [inTask(['networkMode'], 'must be awsvpc, because service.json has launchType FARGATE')];
  }
  if (service.networkConfiguration?.awsvpcConfiguration !== undefined) return [];
  const what = 'is missing; tasks on Fargate (network mode awsvpc) need an awsvpcConfiguration with subnets';
  return [inService(['networkConfiguration'], what)];
};

const rules: readonly Rule[] = [
  namesCanBe,
  imagesAreNamed,
  containerNamesAreUnique,
  someContainerIsEssential,
  memoryIsGiven,
  dependenciesExist,
  volumesExist,
  fargateTasksAreComplete,
  balancedContainersExist,
  balancedPortsExist,
  registeredContainersExist,
  connectedPortsHaveNames,
  oneKindOfCapacity,
  fargateServicesFitTheirTask,
];

const inTask = (path: Path, what: string): Conflict => ({ file: 'taskDefinition', path, what });
const inService = (path: Path, what: string): Conflict => ({ file: 'service', path, what });

function containersOf(taskDefinition: RegisterTaskDefinitionRequest | undefined): readonly ContainerDefinition[] {
  return taskDefinition?.containerDefinitions ?? [];
}

function unknownContainer(pair: Pair, file: FileKind, path: Path, name: string | undefined): readonly Conflict[] {
  const containers = containersOf(pair.taskDefinition);
  const names = containers.map((container) => container.name ?? '');
  if (pair.taskDefinition === undefined || name === undefined || names.includes(name)) return [];
  const near = names.indexOf(suggest(name, names) ?? '');
  const shown = names.map((_, index) => pair.written('taskDefinition', ['containerDefinitions', index, 'name']));
  const help = near === -1 ? `its containers: ${shown.join(', ')}` : `did you mean ${shown[near]}?`;
  return [{ file, path, what: `${pair.written(file, path)} is not a container of the task definition; ${help}` }];
}

function exposes({ portMappings = [] }: ContainerDefinition, port: number): boolean {
  return portMappings.some(({ containerPort, containerPortRange }) => {
    const [first, last] = (containerPortRange ?? '').split('-').map(Number);
    return containerPort === port || (first !== undefined && last !== undefined && first <= port && port <= last);
  });
}

function portsOf({ portMappings = [] }: ContainerDefinition, written: (index: number, key: string) => string): string {
  return portMappings
    .flatMap(({ containerPort, containerPortRange }, index) => [
      ...(containerPort === undefined ? [] : [written(index, 'containerPort')]),
      ...(containerPortRange === undefined ? [] : [written(index, 'containerPortRange')]),
    ])
    .join(', ');
}
