import type { Tag } from '@aws-sdk/client-ecs';
import { isReserved } from '../../task-definition/described.ts';
import type { Path } from '../../task-definition/path.ts';
import {
  asksForFargate,
  type Conflict,
  type FileKind,
  inService,
  inTask,
  outside,
  type Pair,
  type Rule,
  runsOnFargate,
} from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';

/** "This parameter is required for task definitions that use the awsvpc network mode …, and it isn't supported for other network modes." */
const networkFitsTheMode: Rule = (pair) => {
  const { service, taskDefinition, names } = pair;
  if (service === undefined || taskDefinition === undefined) return [];
  const given = service.networkConfiguration?.awsvpcConfiguration !== undefined;
  const path = ['networkConfiguration'];
  if (taskDefinition.networkMode !== 'awsvpc') {
    // On Fargate, the network mode is reported by another rule.
    if (!given || runsOnFargate(pair)) return [];
    const mode = taskDefinition.networkMode ?? 'bridge';
    return [
      inService(path, `is supported in network mode awsvpc only, but ${names.taskDefinition} has ${mode}; remove it`),
    ];
  }
  if (given || pair.live === true) return [];
  const who = asksForFargate(service) ? 'tasks on Fargate (network mode awsvpc)' : 'tasks in network mode awsvpc';
  return [inService(path, `is missing; ${who} need an awsvpcConfiguration with subnets`)];
};

const networkIsThere: Rule = (pair) => {
  const network = pair.service?.networkConfiguration?.awsvpcConfiguration;
  if (network === undefined) return [];
  const path = ['networkConfiguration', 'awsvpcConfiguration'];
  const { assignPublicIp, securityGroups = [], subnets } = network as Partial<typeof network>;
  const external = pair.service?.launchType === 'EC2' || pair.service?.launchType === 'EXTERNAL';
  return [
    ...(subnets?.length === 0 ? [inService([...path, 'subnets'], 'is empty; give at least one subnet')] : []),
    ...((subnets?.length ?? 0) > 16 ? [inService([...path, 'subnets'], 'has more than the 16 that ECS takes')] : []),
    ...(securityGroups.length > 5
      ? [inService([...path, 'securityGroups'], 'has more than 5 entries, the limit of ECS')]
      : []),
    ...idsAt(pair, [...path, 'subnets'], subnets ?? [], 'subnet-'),
    ...idsAt(pair, [...path, 'securityGroups'], securityGroups, 'sg-'),
    ...(assignPublicIp === 'ENABLED' && external
      ? [inService([...path, 'assignPublicIp'], `cannot be ENABLED with launchType ${pair.service?.launchType}`)]
      : []),
  ];
};

function idsAt(pair: Pair, path: Path, ids: readonly string[], prefix: string): readonly Conflict[] {
  return ids.flatMap((id, index) => {
    if (id.startsWith(prefix) && !isPlaceholder(id)) return [];
    const at = [...path, index];
    const what = isPlaceholder(id) ? notFilledIn : `is not an id; it must start with ${prefix}`;
    return [inService(at, `${pair.written('service', at)} ${what}`)];
  });
}

const deploymentsCanGoOn: Rule = (pair) => {
  const { alarms, maximumPercent, minimumHealthyPercent } = pair.service?.deploymentConfiguration ?? {};
  const at = (key: string) => ({ file: 'service', path: ['deploymentConfiguration', key] }) as const;
  const usual = pair.service?.schedulingStrategy === 'DAEMON' ? 0 : 100;
  const least = minimumHealthyPercent ?? (pair.live === true ? undefined : usual);
  const stuck = maximumPercent === 100 && least === 100;
  return [
    ...outside(pair, at('minimumHealthyPercent'), minimumHealthyPercent, [0, 100]),
    ...(maximumPercent !== undefined && maximumPercent < 100
      ? [inService(at('maximumPercent').path, `${pair.written('service', at('maximumPercent').path)} is less than 100`)]
      : []),
    ...(stuck
      ? [
          inService(
            at('maximumPercent').path,
            '100 with a minimumHealthyPercent of 100 does not let ECS replace any task; raise maximumPercent or lower minimumHealthyPercent',
          ),
        ]
      : []),
    ...(alarms?.enable === true && (alarms.alarmNames ?? []).length === 0
      ? [
          inService(
            [...at('alarms').path, 'alarmNames'],
            'is empty, but enable is true; add an alarm, or set enable to false',
          ),
        ]
      : []),
    ...outside(pair, { file: 'service', path: ['desiredCount'] }, pair.service?.desiredCount, [0, 2_147_483_647]),
    ...outside(
      pair,
      { file: 'service', path: ['healthCheckGracePeriodSeconds'] },
      pair.service?.healthCheckGracePeriodSeconds,
      [0, 2_147_483_647],
    ),
  ];
};

/** "This parameter is only permitted if you are using a load balancer …and your task definition doesn't use the awsvpc network mode." */
const roleIsOfUse: Rule = ({ service, taskDefinition }) => {
  if (service?.role === undefined) return [];
  if (taskDefinition?.networkMode === 'awsvpc') {
    return [inService(['role'], 'is not permitted with network mode awsvpc; remove it')];
  }
  return (service.loadBalancers ?? []).length === 0
    ? [inService(['role'], 'is permitted only with loadBalancers; remove it')]
    : [];
};

const registriesAreRegistries: Rule = (pair) =>
  (pair.service?.serviceRegistries ?? []).flatMap(({ registryArn }, index) => {
    if (
      registryArn === undefined ||
      /^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:\d{12}:service\/./.test(registryArn)
    ) {
      return [];
    }
    const path = ['serviceRegistries', index, 'registryArn'];
    const what = isPlaceholder(registryArn) ? notFilledIn : 'is not the ARN of a Cloud Map service';
    return [inService(path, `${pair.written('service', path)} ${what}`)];
  });

/** "Maximum number of tags per resource - 50", "each tag key must be unique", and other rules of the API reference. */
function tagsAt(pair: Pair, file: FileKind, tags: readonly Tag[] = []): readonly Conflict[] {
  const at = (path: Path, what: string): Conflict => (file === 'service' ? inService(path, what) : inTask(path, what));
  const own = tags.filter(({ key }) => !isReserved(key));
  return [
    ...(own.length > 50 ? [at(['tags'], `has ${own.length} tags; AWS allows 50`)] : []),
    ...tags.flatMap((tag, index) => {
      const { key = '', value = '' } = tag;
      const path = ['tags', index, 'key'];
      const first = tags.findIndex((other) => other.key === key);
      // A misspelled `key` was already reported.
      const misspelt = Object.keys(tag).some((one) => one !== 'key' && one !== 'value');
      if (key === '') return misspelt ? [] : [at(path, 'is empty; a tag needs a key')];
      if (key.length > 128) return [at(path, 'is longer than 128 characters, the limit of AWS')];
      if (value.length > 256) return [at(['tags', index, 'value'], 'is longer than 256 characters, the limit of AWS')];
      if (first < index) return [at(path, `${pair.written(file, path)} is already the key of tags[${first}]`)];
      return isReserved(key)
        ? [at(path, `${pair.written(file, path)} starts with aws:, which is reserved for AWS`)]
        : [];
    }),
  ];
}

const tagsAreTags: Rule = (pair) => [
  ...tagsAt(pair, 'service', pair.service?.tags),
  ...tagsAt(pair, 'taskDefinition', pair.taskDefinition?.tags),
];

export const serviceRules: readonly Rule[] = [
  networkFitsTheMode,
  networkIsThere,
  deploymentsCanGoOn,
  roleIsOfUse,
  registriesAreRegistries,
  tagsAreTags,
];
