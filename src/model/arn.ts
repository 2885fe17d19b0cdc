/** Returns the name at the end of an ARN (`web:42`, a task id, a service name); returns a plain name unchanged. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

const name = '[A-Za-z0-9_-]{1,255}';

/** Whether a text is a valid ECS name; clusters, services, families and containers have the same rule. */
export function isName(text: string): boolean {
  return new RegExp(`^${name}$`).test(text);
}

/** Whether a text is the name or ARN of a cluster or service. */
export function isReference(text: string, to: 'cluster' | 'service'): boolean {
  return new RegExp(`^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\\d{12}:${to}/(${name}/)?)?${name}$`).test(text);
}

/** The message for an invalid name. */
export const nameRule = 'is not a valid name; use 1 to 255 letters, digits, hyphens and underscores';

/** The family of a revision, from its ARN or name. */
export function familyIn(revision: string): string {
  return nameIn(revision).split(':')[0] ?? '';
}

/** Returns the number of a revision from its ARN or name; 0 if there is none. */
export function numberIn(revision: string): number {
  return Number(/:(\d+)$/.exec(revision)?.[1] ?? 0);
}

/** The parts of an ARN. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for resources without a region, such as a role. */
  readonly region: string;
  /** Empty for resources without an account. */
  readonly account: string;
  readonly resource: string;
}

/** Parses an ARN; `undefined` if the text is not one. */
export function parseArn(text: string | undefined): Arn | undefined {
  const parts = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:(.+)$/.exec(text ?? '');
  if (parts === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = parts;
  return { partition, service, region, account, resource };
}

/**
 * Returns the cluster name in an ECS ARN; `undefined` if it contains none, as in ARNs of task definitions and in the ARN
 * format from before 2018 (`service/web`).
 */
export function clusterIn(text: string | undefined): string | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'ecs') return undefined;
  const [kind = '', first, second] = arn.resource.split('/');
  if (kind === 'cluster') return first;
  return second === undefined ? undefined : first;
}

/** From the endpoint rules of the AWS SDK. */
const partitions: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
];

/** Returns the partition of a region. */
export const partitionOf = (region: string): string => partitions.find(([start]) => start.test(region))?.[1] ?? 'aws';

/** Whether a text has the form of a region name of any partition. */
export const isRegion = (text: string): boolean => /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(text);
