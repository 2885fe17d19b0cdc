import {
  asksForFargate,
  formatFargate,
  inService,
  inTask,
  isFargate,
  outside,
  quoteInService,
  type Rule,
} from './pair.ts';

const oneKindOfCapacity: Rule = ({ service }) =>
  service?.launchType !== undefined &&
  (service.capacityProviderStrategy?.length ?? 0) > 0 &&
  inService(['capacityProviderStrategy'], 'cannot be combined with launchType; remove one of them');

/** Limits of weights and bases: API reference of CapacityProviderStrategyItem. */
const strategiesWork: Rule = (pair) => {
  const path = ['capacityProviderStrategy'];
  const items = pair.service?.capacityProviderStrategy ?? [];
  const bases = items.flatMap(({ base = 0 }, index) => (base > 0 ? [index] : []));
  const mixed = items.some(isFargate) && !items.every(isFargate);
  const weightless = items.length > 1 && items.every(({ weight = 0 }) => weight === 0);
  return [
    items.map(({ weight, base }, index) => [
      outside(pair, 'service', [...path, index, 'weight'], weight, [0, 1000]),
      outside(pair, 'service', [...path, index, 'base'], base, [0, 100_000]),
    ]),
    bases
      .slice(1)
      .map((index) => inService([...path, index, 'base'], 'is set more than once; only one item can have a base')),
    weightless && inService(path, 'has no item with a weight greater than 0; set a weight for at least one item'),
    mixed && inService(path, 'mixes Fargate with other capacity providers; use one kind'),
  ];
};

/** "A client exception is returned if the task definition doesn't validate against the compatibilities specified." */
const compatibilitiesFit: Rule = ({ service, taskDefinition }) => {
  const required = taskDefinition?.requiresCompatibilities ?? [];
  if (required.length === 0 || !asksForFargate(service) || required.includes('FARGATE')) return undefined;
  const what = `does not include FARGATE (it has ${required.join(', ')}), but service.json ${formatFargate(service)}`;
  return inTask(['requiresCompatibilities'], what);
};

const externalTasksFit: Rule = ({ service, taskDefinition }) =>
  taskDefinition?.networkMode === 'awsvpc' &&
  (taskDefinition.requiresCompatibilities?.includes('EXTERNAL') || service?.launchType === 'EXTERNAL') &&
  inTask(['networkMode'], 'cannot be awsvpc with launch type EXTERNAL');

/** "A platform version is specified only for tasks using the Fargate launch type." */
const platformVersionIsForFargate: Rule = (pair) => {
  const { service } = pair;
  const version = service?.platformVersion;
  if (service === undefined || version === undefined) return undefined;
  const path = ['platformVersion'];
  const elsewhere = service.launchType !== undefined || (service.capacityProviderStrategy?.length ?? 0) > 0;
  if (elsewhere && !asksForFargate(service)) return inService(path, 'is for Fargate only; remove it');
  if (/^(LATEST|\d+\.\d+\.\d+)$/.test(version)) return undefined;
  return quoteInService(pair, path, 'is not a platform version; use LATEST, or a version such as 1.4.0');
};

/** "Tasks using the Fargate launch type … don't support the DAEMON scheduling strategy." */
const daemonsAreDaemons: Rule = ({ service }) => {
  if (service?.schedulingStrategy !== 'DAEMON') return undefined;
  const { capacityProviderStrategy = [], deploymentConfiguration, placementStrategy = [] } = service;
  const controller = service.deploymentController?.type ?? 'ECS';
  const daemon = 'with schedulingStrategy DAEMON';
  const out = (key: string) => inService([key], `is not allowed ${daemon}; remove it`);
  return [
    service.desiredCount !== undefined && out('desiredCount'),
    placementStrategy.length > 0 && out('placementStrategy'),
    capacityProviderStrategy.length > 0 && out('capacityProviderStrategy'),
    service.launchType === 'FARGATE' && inService(['launchType'], `cannot be FARGATE ${daemon}`),
    controller !== 'ECS' && inService(['deploymentController', 'type'], `cannot be ${controller} ${daemon}`),
    (deploymentConfiguration?.maximumPercent ?? 100) > 100 &&
      inService(['deploymentConfiguration', 'maximumPercent'], `cannot be more than 100 ${daemon}`),
  ];
};

/** Placement applies to container instances, which Fargate does not have. */
const placementFits: Rule = ({ service }) => {
  const { placementConstraints = [], placementStrategy = [] } = service ?? {};
  if (asksForFargate(service)) {
    const out = (key: string) => inService([key], 'is not supported on Fargate; remove it');
    return [
      placementConstraints.length > 0 && out('placementConstraints'),
      placementStrategy.length > 0 && out('placementStrategy'),
    ];
  }
  return [
    placementConstraints.map(({ type, expression }, index) => {
      const path = ['placementConstraints', index, 'expression'];
      if (type === 'memberOf' && expression === undefined)
        return inService(path, 'is missing; type memberOf requires it');
      const extra = type === 'distinctInstance' && expression !== undefined;
      return extra && inService(path, 'is not allowed with type distinctInstance; remove it');
    }),
    placementStrategy.map(
      ({ type, field }, index) =>
        type === 'binpack' &&
        !/^(cpu|memory)$/i.test(field ?? '') &&
        inService(['placementStrategy', index, 'field'], 'must be cpu or memory for type binpack'),
    ),
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
