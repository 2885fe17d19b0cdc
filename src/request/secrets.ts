import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { isRegion, nameIn, parseArn } from '../model/arn.ts';
import type { Environment } from '../model/environment.ts';
import type { Place } from '../model/place.ts';
import { isPlaceArn } from '../model/redact.ts';
import { hasSecret, isSecretName } from '../model/secret-patterns.ts';
import type { Inputs } from './input-table.ts';

/** What of a step may be shown, and what may not. */
export interface Visibility {
  /** Values of variables that are shown in no text at all. */
  readonly secrets: readonly string[];
  /** Values that no change shows; in other texts `true` and `info` are words like others. */
  readonly hidden: readonly string[];
  /** What names a place, in which no part is hidden either: an ARN without its account id is of no use. */
  readonly names: readonly string[];
}

/** What a step is about. */
export interface Subject {
  readonly inputs: Inputs;
  readonly context: DeployContext;
  readonly place: Place;
  readonly environment: Environment;
}

/**
 * Divides what comes from the environment into secrets and names. Values that were substituted in the files, and those of
 * `environment-variables`, are secrets unless they only say where and what is deployed: without that, a link, a command to
 * copy and an ARN in an output cannot be used.
 */
export function visibilityOf(subject: Subject): Visibility {
  const { context, inputs } = subject;
  const names = namesOf(subject);
  const texts = [...names, ...textsOf(context)];
  const isName = (value: string): boolean => isPlaceByItself(value) || texts.some((text) => hasWord(text, value));
  const values = inputs.environmentVariables.filter(({ value }) => value !== '');
  // A short value such as `info` cannot be told from usual words.
  const telling = values.filter(({ name, value }) => isSecretName(name) || hasSecret(value) || value.length >= 8);
  const secrets = new Set([...context.substituted, ...telling.map(({ value }) => value)].filter((one) => !isName(one)));
  const hidden = values.map(({ value }) => value).filter((value) => !isName(value));
  return { secrets: [...secrets], hidden: [...secrets, ...hidden], names };
}

/** Whether a text has a value in it as a whole word, or more than one: `v1.2` in `web:v1.2`, and no four digits of an account id. */
function hasWord(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + value.length]];
    if (!/[A-Za-z0-9]/.test(before) && !/[A-Za-z0-9]/.test(after)) return true;
  }
  return false;
}

/** Texts of the files that say what is deployed. */
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
  // By the name of the variable that has given the value, and by that of the one that gets it.
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

/** Every ARN in a value, whatever it is a part of. */
function arnsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.match(/arn:aws[a-z-]*:[^\s"',]+/g) ?? [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(arnsIn);
}

/** A variable whose name says that its value is the name of a place: AWS_REGION, ACCOUNT_ID, ECS_CLUSTER, APP_ENV. */
const namesPlace = (variable: string): boolean =>
  /(^|_)(region|account|partition|cluster|service|family|target_?group|repository|repo|registry|env|environment|stage)(_?(name|id|arn|ur[il]))?$/i.test(
    variable,
  ) && !isSecretName(variable);

/** What is the name of a place whatever variable holds it: a region, a partition, a usual name of an environment, an ARN of ECS. */
const isPlaceByItself = (value: string): boolean =>
  isRegion(value) ||
  /^aws(-[a-z]+)*$/.test(value) ||
  /^(prod|production|stag|stage|staging|dev|devel|development|test|testing|qa|uat|preview|sandbox|demo|live|preprod|integration)$/i.test(
    value,
  ) ||
  isPlaceArn(value);
