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

/** The number of a revision, at the end of its ARN or name; 0 when there is none. */
export function numberIn(revision: string): number {
  return Number(/:(\d+)$/.exec(revision)?.[1] ?? 0);
}
