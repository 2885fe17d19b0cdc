import { asksForFargate, type Conflict, inService, inTask, isFargate, outside, type Rule } from './pair.ts';

const oneKindOfCapacity: Rule = ({ service }) =>
  service?.launchType !== undefined && (service.capacityProviderStrategy?.length ?? 0) > 0
    ? [inService(['capacityProviderStrategy'], 'cannot be combined with launchType; remove one of them')]
    : [];

/** Limits of weights and bases: API reference of CapacityProviderStrategyItem. */
const strategiesWork: Rule = (pair) => {
  const items = pair.service?.capacityProviderStrategy ?? [];
  const at = (index: number, key: string) =>
    ({ file: 'service', path: ['capacityProviderStrategy', index, key] }) as const;
  const bases = items.flatMap(({ base = 0 }, index) => (base > 0 ? [index] : []));
  const mixed = items.some(isFargate) && !items.every(isFargate);
  const weightless = items.length > 1 && items.every(({ weight = 0 }) => weight === 0);
  return [
    ...items.flatMap(({ weight, base }, index) => [
      ...outside(pair, at(index, 'weight'), weight, [0, 1000]),
      ...outside(pair, at(index, 'base'), base, [0, 100_000]),
    ]),
    ...bases
      .slice(1)
      .map((index) => inService(at(index, 'base').path, 'is set more than once; only one item can have a base')),
    ...(weightless
      ? [
          inService(
            ['capacityProviderStrategy'],
            'has no item with a weight greater than 0; set a weight for at least one item',
          ),
        ]
      : []),
    ...(mixed
      ? [inService(['capacityProviderStrategy'], 'mixes Fargate with other capacity providers; use one kind')]
      : []),
  ];
};

/** "A client exception is returned if the task definition doesn't validate against the compatibilities specified." */
const compatibilitiesFit: Rule = (pair) => {
  const { service, taskDefinition } = pair;
  const asked = taskDefinition?.requiresCompatibilities ?? [];
  if (asked.length === 0 || !asksForFargate(service) || asked.includes('FARGATE')) return [];
  const how = service?.launchType === 'FARGATE' ? 'has launchType FARGATE' : 'uses a Fargate capacity provider';
  const what = `does not include FARGATE (it has ${asked.join(', ')}), but service.json ${how}`;
  return [inTask(['requiresCompatibilities'], what)];
};

const externalTasksFit: Rule = ({ service, taskDefinition }) => {
  if (taskDefinition?.networkMode !== 'awsvpc') return [];
  const asked = taskDefinition.requiresCompatibilities?.includes('EXTERNAL');
  if (!asked && service?.launchType !== 'EXTERNAL') return [];
  return [inTask(['networkMode'], 'cannot be awsvpc with launch type EXTERNAL')];
};

/** "A platform version is specified only for tasks using the Fargate launch type." */
const platformVersionIsForFargate: Rule = (pair) => {
  const { service } = pair;
  const version = service?.platformVersion;
  if (service === undefined || version === undefined) return [];
  const path = ['platformVersion'];
  const elsewhere = service.launchType !== undefined || (service.capacityProviderStrategy?.length ?? 0) > 0;
  if (elsewhere && !asksForFargate(service)) return [inService(path, 'is for Fargate only; remove it')];
  if (/^(LATEST|\d+\.\d+\.\d+)$/.test(version)) return [];
  return [
    inService(
      path,
      `${pair.written('service', path)} is not a platform version; use LATEST, or a version such as 1.4.0`,
    ),
  ];
};

/** "Tasks using the Fargate launch type … don't support the DAEMON scheduling strategy." */
const daemonsAreDaemons: Rule = ({ service }) => {
  if (service?.schedulingStrategy !== 'DAEMON') return [];
  const {
    capacityProviderStrategy = [],
    deploymentConfiguration,
    deploymentController,
    placementStrategy = [],
  } = service;
  const out = (key: string) => inService([key], 'is not allowed with schedulingStrategy DAEMON; remove it');
  const controller = deploymentController?.type ?? 'ECS';
  const conflicts: readonly (Conflict | false)[] = [
    service.desiredCount !== undefined && out('desiredCount'),
    placementStrategy.length > 0 && out('placementStrategy'),
    capacityProviderStrategy.length > 0 && out('capacityProviderStrategy'),
    service.launchType === 'FARGATE' && inService(['launchType'], 'cannot be FARGATE with schedulingStrategy DAEMON'),
    controller !== 'ECS' &&
      inService(['deploymentController', 'type'], `cannot be ${controller} with schedulingStrategy DAEMON`),
    (deploymentConfiguration?.maximumPercent ?? 100) > 100 &&
      inService(
        ['deploymentConfiguration', 'maximumPercent'],
        'cannot be more than 100 with schedulingStrategy DAEMON',
      ),
  ];
  return conflicts.filter((conflict) => conflict !== false);
};

/** Placement applies to container instances, which Fargate does not have. */
const placementFits: Rule = (pair) => {
  const { service } = pair;
  const { placementConstraints = [], placementStrategy = [] } = service ?? {};
  const out = (key: string) => inService([key], 'is not supported on Fargate; remove it');
  if (asksForFargate(service)) {
    return [
      ...(placementConstraints.length > 0 ? [out('placementConstraints')] : []),
      ...(placementStrategy.length > 0 ? [out('placementStrategy')] : []),
    ];
  }
  return [
    ...placementConstraints.flatMap(({ type, expression }, index) => {
      const path = ['placementConstraints', index, 'expression'];
      if (type === 'memberOf' && expression === undefined)
        return [inService(path, 'is missing; type memberOf requires it')];
      return type === 'distinctInstance' && expression !== undefined
        ? [inService(path, 'is not allowed with type distinctInstance; remove it')]
        : [];
    }),
    ...placementStrategy.flatMap(({ type, field }, index) => {
      if (type !== 'binpack' || /^(cpu|memory)$/i.test(field ?? '')) return [];
      return [inService(['placementStrategy', index, 'field'], 'must be cpu or memory for type binpack')];
    }),
  ];
};

export const capacityRules: readonly Rule[] = [
  oneKindOfCapacity,
  strategiesWork,
  compatibilitiesFit,
  externalTasksFit,
  platformVersionIsForFargate,
  daemonsAreDaemons,
  placementFits,
];
