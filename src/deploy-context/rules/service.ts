import type { Tag } from '@aws-sdk/client-ecs';
import { isReserved } from '../../task-definition/described.ts';
import type { Path } from '../../task-definition/path.ts';
import {
  asksForFargate,
  type Conflict,
  type Conflicts,
  type FileKind,
  inService,
  outside,
  type Pair,
  quoteInService,
  type Rule,
  runsOnFargate,
} from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';

/** "This parameter is required for task definitions that use the awsvpc network mode …, and it isn't supported for other network modes." */
const networkFitsTheMode: Rule = (pair) => {
  const { service, taskDefinition, names } = pair;
  if (service === undefined || taskDefinition === undefined) return undefined;
  const given = service.networkConfiguration?.awsvpcConfiguration !== undefined;
  const path = ['networkConfiguration'];
  if (taskDefinition.networkMode !== 'awsvpc') {
    // On Fargate, the network mode is reported by another rule.
    if (!given || runsOnFargate(pair)) return undefined;
    const mode = taskDefinition.networkMode ?? 'bridge';
    const what = `is supported in network mode awsvpc only, but ${names.taskDefinition} has ${mode}; remove it`;
    return inService(path, what);
  }
  if (given || pair.live === true) return undefined;
  const who = asksForFargate(service) ? 'tasks on Fargate (network mode awsvpc)' : 'tasks in network mode awsvpc';
  return inService(path, `is missing; ${who} need an awsvpcConfiguration with subnets`);
};

const networkIsThere: Rule = (pair) => {
  const { networkConfiguration, launchType } = pair.service ?? {};
  const network = networkConfiguration?.awsvpcConfiguration;
  if (network === undefined) return undefined;
  const at = (key: string) => ['networkConfiguration', 'awsvpcConfiguration', key];
  // The schema of the SDK requires subnets; those of a live service can stay.
  const { assignPublicIp, securityGroups = [], subnets } = network as Partial<typeof network>;
  const external = launchType === 'EC2' || launchType === 'EXTERNAL';
  return [
    subnets?.length === 0 && inService(at('subnets'), 'is empty; give at least one subnet'),
    (subnets?.length ?? 0) > 16 && inService(at('subnets'), 'has more than the 16 that ECS takes'),
    securityGroups.length > 5 && inService(at('securityGroups'), 'has more than 5 entries, the limit of ECS'),
    idsAt(pair, at('subnets'), subnets ?? [], 'subnet-'),
    idsAt(pair, at('securityGroups'), securityGroups, 'sg-'),
    assignPublicIp === 'ENABLED' &&
      external &&
      inService(at('assignPublicIp'), `cannot be ENABLED with launchType ${launchType}`),
  ];
};

function idsAt(pair: Pair, path: Path, ids: readonly string[], prefix: string): Conflicts {
  return ids.map((id, index) => {
    if (isPlaceholder(id)) return quoteInService(pair, [...path, index], notFilledIn);
    return (
      !id.startsWith(prefix) && quoteInService(pair, [...path, index], `is not an id; it must start with ${prefix}`)
    );
  });
}

const deploymentsCanGoOn: Rule = (pair) => {
  const { deploymentConfiguration, desiredCount, healthCheckGracePeriodSeconds, schedulingStrategy } =
    pair.service ?? {};
  const { alarms, maximumPercent, minimumHealthyPercent } = deploymentConfiguration ?? {};
  const at = (...keys: Path) => ['deploymentConfiguration', ...keys];
  const usual = schedulingStrategy === 'DAEMON' ? 0 : 100;
  const least = minimumHealthyPercent ?? (pair.live === true ? undefined : usual);
  return [
    outside(pair, 'service', at('minimumHealthyPercent'), minimumHealthyPercent, [0, 100]),
    maximumPercent !== undefined &&
      maximumPercent < 100 &&
      quoteInService(pair, at('maximumPercent'), 'is less than 100'),
    maximumPercent === 100 &&
      least === 100 &&
      inService(
        at('maximumPercent'),
        '100 with a minimumHealthyPercent of 100 does not let ECS replace any task; raise maximumPercent or lower minimumHealthyPercent',
      ),
    alarms?.enable === true &&
      (alarms.alarmNames ?? []).length === 0 &&
      inService(at('alarms', 'alarmNames'), 'is empty, but enable is true; add an alarm, or set enable to false'),
    outside(pair, 'service', ['desiredCount'], desiredCount, [0, highest]),
    outside(pair, 'service', ['healthCheckGracePeriodSeconds'], healthCheckGracePeriodSeconds, [0, highest]),
  ];
};

/** The largest value of an integer of ECS. */
const highest = 2_147_483_647;

/** "This parameter is only permitted if you are using a load balancer …and your task definition doesn't use the awsvpc network mode." */
const roleIsOfUse: Rule = ({ service, taskDefinition }) => {
  if (service?.role === undefined) return undefined;
  if (taskDefinition?.networkMode === 'awsvpc') {
    return inService(['role'], 'is not permitted with network mode awsvpc; remove it');
  }
  const unused = (service.loadBalancers ?? []).length === 0;
  return unused && inService(['role'], 'is permitted only with loadBalancers; remove it');
};

const registriesAreRegistries: Rule = (pair) =>
  (pair.service?.serviceRegistries ?? []).map(({ registryArn }, index) => {
    const arn = /^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:\d{12}:service\/./;
    if (registryArn === undefined || arn.test(registryArn)) return undefined;
    const what = isPlaceholder(registryArn) ? notFilledIn : 'is not the ARN of a Cloud Map service';
    return quoteInService(pair, ['serviceRegistries', index, 'registryArn'], what);
  });

/** "Maximum number of tags per resource - 50", "each tag key must be unique", and other rules of the API reference. */
function tagsAt(pair: Pair, file: FileKind, tags: readonly Tag[] = []): Conflicts {
  const at = (path: Path, what: string): Conflict => ({ file, path, what });
  const own = tags.filter(({ key }) => !isReserved(key));
  return [
    own.length > 50 && at(['tags'], `has ${own.length} tags; AWS allows 50`),
    tags.map((tag, index) => {
      const { key = '', value = '' } = tag;
      const path = ['tags', index, 'key'];
      const first = tags.findIndex((other) => other.key === key);
      // A misspelled `key` was already reported.
      const misspelt = Object.keys(tag).some((one) => one !== 'key' && one !== 'value');
      if (key === '') return !misspelt && at(path, 'is empty; a tag needs a key');
      if (key.length > 128) return at(path, 'is longer than 128 characters, the limit of AWS');
      if (value.length > 256) return at(['tags', index, 'value'], 'is longer than 256 characters, the limit of AWS');
      const written = pair.written(file, path);
      if (first < index) return at(path, `${written} is already the key of tags[${first}]`);
      return isReserved(key) && at(path, `${written} starts with aws:, which is reserved for AWS`);
    }),
  ];
}

const tagsAreTags: Rule = (pair) => [
  tagsAt(pair, 'service', pair.service?.tags),
  tagsAt(pair, 'taskDefinition', pair.taskDefinition?.tags),
];

export const serviceRules: readonly Rule[] = [
  networkFitsTheMode,
  networkIsThere,
  deploymentsCanGoOn,
  roleIsOfUse,
  registriesAreRegistries,
  tagsAreTags,
];
