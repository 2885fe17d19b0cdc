import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { isRegion, nameIn, parseArn } from '../model/arn.ts';
import type { Environment } from '../model/environment.ts';
import type { Place } from '../model/place.ts';
import { isPlaceArn } from '../model/redact.ts';
import { hasSecret, isSecretName } from '../model/secret-patterns.ts';
import type { Inputs } from './input-table.ts';

/** The values of a step that may be shown, and those that may not. */
export interface Visibility {
  /** Values of variables that are redacted in every text. */
  readonly secrets: readonly string[];
  /** Values that are redacted in change lists only; elsewhere `true` and `info` are ordinary words. */
  readonly hidden: readonly string[];
  /** Names of places, in which no part is redacted: an ARN without its account id is useless. */
  readonly names: readonly string[];
}

/** The request of a step. */
export interface Subject {
  readonly inputs: Inputs;
  readonly context: DeployContext;
  readonly place: Place;
  readonly environment: Environment;
}

/**
 * Divides values from the environment into secrets and names. Values substituted in files, and those of
 * `environment-variables`, are secrets unless they only name what is deployed and where: links, commands to copy and ARNs in
 * outputs need these names.
 */
export function visibilityOf(subject: Subject): Visibility {
  const { context, inputs } = subject;
  const names = namesOf(subject);
  const texts = [...names, ...textsOf(context)];
  const isName = (value: string): boolean => isPlaceByItself(value) || texts.some((text) => hasWord(text, value));
  const values = inputs.environmentVariables.filter(({ value }) => value !== '');
  // A short value such as `info` cannot be distinguished from ordinary words.
  const telling = values.filter(({ name, value }) => isSecretName(name) || hasSecret(value) || value.length >= 8);
  const secrets = new Set([...context.substituted, ...telling.map(({ value }) => value)].filter((one) => !isName(one)));
  const hidden = values.map(({ value }) => value).filter((value) => !isName(value));
  return { secrets: [...secrets], hidden: [...secrets, ...hidden], names };
}

/** Whether a text contains a value as whole words: `v1.2` in `web:v1.2`, but not four digits of an account id. */
function hasWord(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + value.length]];
    if (!/[A-Za-z0-9]/.test(before) && !/[A-Za-z0-9]/.test(after)) return true;
  }
  return false;
}

/** Texts in the files that name what is deployed. */
function textsOf({ service, taskDefinition }: DeployContext): readonly string[] {
  const containers = taskDefinition?.containerDefinitions ?? [];
  const images = containers.flatMap(({ image }) => image ?? []);
  const groups = (service?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  const roles = [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn].filter((arn) => arn !== undefined);
  return [...images, ...groups, ...roles];
}

function namesOf({ inputs, context, place, environment }: Subject): readonly string[] {
  const { service, taskDefinition, substituted } = context;
  const containers = taskDefinition?.containerDefinitions ?? [];
  const arns = arnsIn([inputs, service, taskDefinition]).flatMap((text) => {
    const { partition = '', region = '', account = '' } = parseArn(text) ?? {};
    return [partition, region, account];
  });
  // Decided by the names of the source variable and the target variable.
  const pairs = [
    ...Object.entries(environment).map(([name, value]) => ({ name, value })),
    ...containers.flatMap((container) => container.environment ?? []),
  ].filter(({ value }) => value !== undefined && substituted.includes(value));
  const given = [...pairs, ...inputs.environmentVariables].flatMap(({ name = '', value = '' }) =>
    namesPlace(name) && !hasSecret(value) ? [value] : [],
  );
  const names = [
    place.region,
    nameIn(place.cluster),
    place.service,
    inputs.environment,
    service?.cluster,
    service?.serviceName,
    taskDefinition?.family,
    ...containers.map(({ name }) => name),
    ...containers.map(({ logConfiguration }) => logConfiguration?.options?.['awslogs-region']),
    ...arns,
    ...given,
  ];
  return [...new Set(names.filter((name): name is string => name !== undefined && name !== ''))];
}

/** Every ARN inside a value. */
function arnsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.match(/arn:aws[a-z-]*:[^\s"',]+/g) ?? [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(arnsIn);
}

/** Variables whose names show that the value names a place: AWS_REGION, ACCOUNT_ID, ECS_CLUSTER, APP_ENV. */
const namesPlace = (variable: string): boolean =>
  /(^|_)(region|account|partition|cluster|service|family|target_?group|repository|repo|registry|env|environment|stage)(_?(name|id|arn|ur[il]))?$/i.test(
    variable,
  ) && !isSecretName(variable);

/** Values that name a place in any variable: a region, a partition, a common environment name, an ECS ARN. */
const isPlaceByItself = (value: string): boolean =>
  isRegion(value) ||
  /^aws(-[a-z]+)*$/.test(value) ||
  /^(prod|production|stag|stage|staging|dev|devel|development|test|testing|qa|uat|preview|sandbox|demo|live|preprod|integration)$/i.test(
    value,
  ) ||
  isPlaceArn(value);
