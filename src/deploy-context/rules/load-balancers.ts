import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Path } from '../../task-definition/path.ts';
import { type Conflicts, containersOf, inService, outside, type Pair, quoteInService, type Rule } from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';
import { spanOf } from './ports.ts';
import { unknownContainer } from './unknown-container.ts';

const targetGroup = /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]+\/[A-Za-z0-9]+$/;
const listener =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener(?:-rule)?\/(?:app|net)\/[^/]+(?:\/[A-Za-z0-9]+){2,3}$/;

/** The kinds of Elastic Load Balancing resources, by the resource type of the ARN. */
const kinds: Readonly<Record<string, string>> = {
  loadbalancer: 'a load balancer',
  listener: 'a listener',
  'listener-rule': 'a rule of a listener',
  targetgroup: 'a target group',
};

function arnAt(pair: Pair, path: Path, arn: string | undefined, form: RegExp, needed: string): Conflicts {
  if (arn === undefined || form.test(arn)) return undefined;
  if (arn === '') return inService(path, `is empty; use the ARN of ${needed}`);
  if (isPlaceholder(arn)) return quoteInService(pair, path, notFilledIn);
  const kind = kinds[/:elasticloadbalancing:[^:]*:[^:]*:([a-z-]+)\//.exec(arn)?.[1] ?? ''];
  const isOther = kind !== undefined && !needed.includes(kind);
  const what = isOther ? `is the ARN of ${kind}; use the ARN of ${needed}` : `is not the ARN of ${needed}`;
  return quoteInService(pair, path, what);
}

const arnsAreArns: Rule = (pair) =>
  (pair.service?.loadBalancers ?? []).map((one, at) => {
    const path = ['loadBalancers', at];
    const { alternateTargetGroupArn, productionListenerRule, testListenerRule } = one.advancedConfiguration ?? {};
    const inside = [...path, 'advancedConfiguration'];
    const rule = 'a rule of a listener, or a listener of a Network Load Balancer';
    return [
      arnAt(pair, [...path, 'targetGroupArn'], one.targetGroupArn, targetGroup, 'a target group'),
      arnAt(pair, [...inside, 'alternateTargetGroupArn'], alternateTargetGroupArn, targetGroup, 'a target group'),
      arnAt(pair, [...inside, 'productionListenerRule'], productionListenerRule, listener, rule),
      arnAt(pair, [...inside, 'testListenerRule'], testListenerRule, listener, rule),
    ];
  });

/** "This object must contain the load balancer target group ARN, the container name, and the container port" */
const loadBalancersAreComplete: Rule = (pair) =>
  (pair.service?.loadBalancers ?? []).map((one, at) => {
    const path = ['loadBalancers', at];
    const { containerName, containerPort, loadBalancerName, targetGroupArn } = one;
    const missing = (key: string) => inService([...path, key], `is missing in loadBalancers[${at}]`);
    const excludes = 'excludes targetGroupArn: it is for Classic Load Balancers only; keep one of the two';
    return [
      targetGroupArn !== undefined &&
        loadBalancerName !== undefined &&
        inService([...path, 'loadBalancerName'], excludes),
      targetGroupArn === undefined && loadBalancerName === undefined && missing('targetGroupArn'),
      containerName === undefined && missing('containerName'),
      containerPort === undefined && missing('containerPort'),
      outside(pair, 'service', [...path, 'containerPort'], containerPort, [1, 65_535]),
    ];
  });

/** "Classic Load Balancers aren't supported with the awsvpc network mode." */
const classicOnesFitTheMode: Rule = ({ service, taskDefinition }) =>
  (service?.loadBalancers ?? []).map(({ loadBalancerName, targetGroupArn }, at) => {
    const classic = loadBalancerName !== undefined && targetGroupArn === undefined;
    const what =
      'is a Classic Load Balancer, which cannot be used with network mode awsvpc; use a target group of type ip';
    return (
      classic && taskDefinition?.networkMode === 'awsvpc' && inService(['loadBalancers', at, 'loadBalancerName'], what)
    );
  });

const balancedContainersExist: Rule = (pair) =>
  (['loadBalancers', 'serviceRegistries'] as const).map((key) =>
    (pair.service?.[key] ?? []).map(({ containerName }, at) =>
      unknownContainer(pair, 'service', [key, at, 'containerName'], containerName),
    ),
  );

const balancedPortsExist: Rule = (pair) =>
  (pair.service?.loadBalancers ?? []).map(({ containerName, containerPort }, at) => {
    const containers = containersOf(pair.taskDefinition);
    const index = containers.findIndex(({ name }) => name === containerName);
    const container = containers[index];
    if (container === undefined || containerPort === undefined || exposes(container, containerPort)) return undefined;
    const mapped = (container.portMappings ?? []).flatMap((mapping, position) =>
      (['containerPort', 'containerPortRange'] as const)
        .filter((key) => mapping[key] !== undefined)
        .map((key) => pair.written('taskDefinition', ['containerDefinitions', index, 'portMappings', position, key])),
    );
    const name = pair.written('service', ['loadBalancers', at, 'containerName']);
    const what = `is not a port of container ${name}, which has ${mapped.join(', ') || 'none'}`;
    return quoteInService(pair, ['loadBalancers', at, 'containerPort'], what);
  });

function exposes({ portMappings = [] }: ContainerDefinition, port: number): boolean {
  return portMappings.some((mapping) => {
    const [first, last] = spanOf(mapping) ?? [];
    return first !== undefined && last !== undefined && first <= port && port <= last;
  });
}

/** Checks the port names of Service Connect and VPC Lattice. */
const namedPortsExist: Rule = (pair) => {
  const { service, taskDefinition } = pair;
  if (taskDefinition === undefined) return undefined;
  const names = new Set(
    containersOf(taskDefinition).flatMap(({ portMappings = [] }) => portMappings.map(({ name }) => name)),
  );
  const check = (path: Path, users: readonly { readonly portName?: string | undefined }[] = []): Conflicts =>
    users.map(
      ({ portName }, at) =>
        portName !== undefined &&
        !names.has(portName) &&
        quoteInService(pair, [...path, at, 'portName'], 'is not the name of any port mapping in the task definition'),
    );
  return [
    check(['serviceConnectConfiguration', 'services'], service?.serviceConnectConfiguration?.services),
    check(['vpcLatticeConfigurations'], service?.vpcLatticeConfigurations),
  ];
};

export const loadBalancerRules: readonly Rule[] = [
  arnsAreArns,
  loadBalancersAreComplete,
  classicOnesFitTheMode,
  balancedContainersExist,
  balancedPortsExist,
  namedPortsExist,
];
