/** The name at the end of an ARN (`web:42`, a task's id, a service); a name alone is given back as it is. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

const name = '[A-Za-z0-9_-]{1,255}';

/** Whether ECS takes it as a name: the rule is the same for clusters, services, families and containers. */
export function isName(text: string): boolean {
  return new RegExp(`^${name}$`).test(text);
}

/** Whether it is the name or the ARN of a cluster or a service. */
export function isReference(text: string, to: 'cluster' | 'service'): boolean {
  return new RegExp(`^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\\d{12}:${to}/(${name}/)?)?${name}$`).test(text);
}

/** What a message says of text that is no name. */
export const nameRule = 'is not a name as ECS takes it: 1 to 255 letters, digits, hyphens and underscores';

/** The family of a revision, from its ARN or name. */
export function familyIn(revision: string): string {
  return nameIn(revision).split(':')[0] ?? '';
}

/** The number of a revision, at the end of its ARN or name; 0 when there is none. */
export function numberIn(revision: string): number {
  return Number(/:(\d+)$/.exec(revision)?.[1] ?? 0);
}

/** The parts of an ARN. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for what has no region, such as a role. */
  readonly region: string;
  /** Empty for what has no account. */
  readonly account: string;
  readonly resource: string;
}

/** Reads an ARN; nothing when the text is none. */
export function parseArn(text: string | undefined): Arn | undefined {
  const parts = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:(.+)$/.exec(text ?? '');
  if (parts === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = parts;
  return { partition, service, region, account, resource };
}

/**
 * The cluster that an ARN of ECS names, by its name; nothing when it names none, as the ARN of a task definition does not,
 * and neither does one in the format from before 2018, without the cluster: `service/web`.
 */
export function clusterIn(text: string | undefined): string | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'ecs') return undefined;
  const [kind = '', first, second] = arn.resource.split('/');
  if (kind === 'cluster') return first;
  return second === undefined ? undefined : first;
}

/** As the endpoint rules of the AWS SDK have it. */
const partitions: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
];

/** The partition that a region belongs to. */
export const partitionOf = (region: string): string => partitions.find(([start]) => start.test(region))?.[1] ?? 'aws';

/** Whether it has the form of the name of a region, of whatever partition. */
export const isRegion = (text: string): boolean => /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(text);
