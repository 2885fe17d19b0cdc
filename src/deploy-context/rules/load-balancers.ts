import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Path } from '../../task-definition/path.ts';
import { type Conflict, containersOf, inService, outside, type Pair, type Rule } from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';
import { spanOf } from './ports.ts';
import { unknownContainer } from './unknown-container.ts';

const targetGroup = /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]+\/[A-Za-z0-9]+$/;
const listener =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener(?:-rule)?\/(?:app|net)\/[^/]+(?:\/[A-Za-z0-9]+){2,3}$/;

/** What kind of thing of Elastic Load Balancing an ARN names. */
const kinds: Readonly<Record<string, string>> = {
  loadbalancer: 'a load balancer',
  listener: 'a listener',
  'listener-rule': 'a rule of a listener',
  targetgroup: 'a target group',
};

function arnAt(pair: Pair, path: Path, arn: string | undefined, form: RegExp, needed: string): readonly Conflict[] {
  if (arn === undefined || form.test(arn)) return [];
  if (arn === '') return [inService(path, `is empty; give the ARN of ${needed}`)];
  const kind = kinds[/:elasticloadbalancing:[^:]*:[^:]*:([a-z-]+)\//.exec(arn)?.[1] ?? ''];
  const other = kind === undefined || needed.includes(kind) ? undefined : `is the ARN of ${kind}; ${needed} is needed`;
  const what = isPlaceholder(arn) ? notFilledIn : (other ?? `is not the ARN of ${needed}`);
  return [inService(path, `${pair.written('service', path)} ${what}`)];
}

const arnsAreArns: Rule = (pair) =>
  (pair.service?.loadBalancers ?? []).flatMap((one, at) => {
    const path = ['loadBalancers', at];
    const { alternateTargetGroupArn, productionListenerRule, testListenerRule } = one.advancedConfiguration ?? {};
    const inside = [...path, 'advancedConfiguration'];
    const rule = 'a rule of a listener, or a listener of a Network Load Balancer';
    return [
      ...arnAt(pair, [...path, 'targetGroupArn'], one.targetGroupArn, targetGroup, 'a target group'),
      ...arnAt(pair, [...inside, 'alternateTargetGroupArn'], alternateTargetGroupArn, targetGroup, 'a target group'),
      ...arnAt(pair, [...inside, 'productionListenerRule'], productionListenerRule, listener, rule),
      ...arnAt(pair, [...inside, 'testListenerRule'], testListenerRule, listener, rule),
    ];
  });

/** "This object must contain the load balancer target group ARN, the container name, and the container port" */
const loadBalancersAreComplete: Rule = (pair) =>
  (pair.service?.loadBalancers ?? []).flatMap((one, at) => {
    const path = ['loadBalancers', at];
    const { containerName, containerPort, loadBalancerName, targetGroupArn } = one;
    const missing = [
      ...(targetGroupArn === undefined && loadBalancerName === undefined ? ['targetGroupArn'] : []),
      ...(containerName === undefined ? ['containerName'] : []),
      ...(containerPort === undefined ? ['containerPort'] : []),
    ];
    const two = targetGroupArn !== undefined && loadBalancerName !== undefined;
    const excludes = 'excludes targetGroupArn: it is for Classic Load Balancers only; keep one of the two';
    return [
      ...(two ? [inService([...path, 'loadBalancerName'], excludes)] : []),
      ...missing.map((key) => inService([...path, key], `is missing in loadBalancers[${at}]`)),
      ...outside(pair, { file: 'service', path: [...path, 'containerPort'] }, containerPort, [1, 65_535]),
    ];
  });

/** "Classic Load Balancers aren't supported with the awsvpc network mode." */
const classicOnesFitTheMode: Rule = ({ service, taskDefinition }) =>
  (service?.loadBalancers ?? []).flatMap(({ loadBalancerName, targetGroupArn }, at) => {
    const classic = loadBalancerName !== undefined && targetGroupArn === undefined;
    if (!classic || taskDefinition?.networkMode !== 'awsvpc') return [];
    const what =
      'is a Classic Load Balancer, which cannot be used with network mode awsvpc; use a target group of type ip';
    return [inService(['loadBalancers', at, 'loadBalancerName'], what)];
  });

const balancedContainersExist: Rule = (pair) => [
  ...(pair.service?.loadBalancers ?? []).flatMap(({ containerName }, at) =>
    unknownContainer(pair, 'service', ['loadBalancers', at, 'containerName'], containerName),
  ),
  ...(pair.service?.serviceRegistries ?? []).flatMap(({ containerName }, at) =>
    unknownContainer(pair, 'service', ['serviceRegistries', at, 'containerName'], containerName),
  ),
];

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

function exposes({ portMappings = [] }: ContainerDefinition, port: number): boolean {
  return portMappings.some((mapping) => {
    const [first, last] = spanOf(mapping) ?? [];
    return first !== undefined && last !== undefined && first <= port && port <= last;
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

/** Names of ports that Service Connect and VPC Lattice are given. */
const namedPortsExist: Rule = ({ service, taskDefinition, written }) => {
  if (taskDefinition === undefined) return [];
  const names = new Set(
    containersOf(taskDefinition).flatMap(({ portMappings = [] }) => portMappings.map(({ name }) => name)),
  );
  const connected = (service?.serviceConnectConfiguration?.services ?? []).map(({ portName }, at) => {
    return { portName, path: ['serviceConnectConfiguration', 'services', at, 'portName'] };
  });
  const lattice = (service?.vpcLatticeConfigurations ?? []).map(({ portName }, at) => {
    return { portName, path: ['vpcLatticeConfigurations', at, 'portName'] };
  });
  return [...connected, ...lattice].flatMap(({ portName, path }) => {
    if (portName === undefined || names.has(portName)) return [];
    return [inService(path, `${written('service', path)} is not the name of any port mapping in the task definition`)];
  });
};

export const loadBalancerRules: readonly Rule[] = [
  arnsAreArns,
  loadBalancersAreComplete,
  classicOnesFitTheMode,
  balancedContainersExist,
  balancedPortsExist,
  namedPortsExist,
];
