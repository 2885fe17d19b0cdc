import type { Place } from '../core/plan.ts';

/** The name that people use for an ARN: `tg-web`, `web:42`, a task's id; anything else is given back as it is. */
export function shortName(text: string): string {
  const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(text)?.[1];
  if (resource === undefined) return text;
  const [kind, name, ...rest] = resource.split('/');
  return kind === 'targetgroup' ? (name ?? resource) : (rest.at(-1) ?? name ?? resource);
}

/** Where the console shows the things of a service; empty where the console of the partition is not known. */
export interface Links {
  readonly cluster: string;
  readonly service: string;
  revision(arn: string): string;
  task(arn: string): string;
}

/** Makes the console's addresses for a place. */
export function linksFor({ region, cluster, service }: Place): Links | undefined {
  const domain = domainOf(region);
  if (domain === undefined) return undefined;
  const ecs = `https://${region}.console.${domain}/ecs/v2`;
  const to = (...parts: readonly string[]): string => `${[ecs, ...parts.map(encode)].join('/')}?region=${region}`;
  const inCluster = (...parts: readonly string[]): string => to('clusters', shortName(cluster), ...parts);
  return {
    cluster: inCluster('services'),
    service: inCluster('services', shortName(service), 'health'),
    revision: (arn) => to('task-definitions', ...shortName(arn).split(':'), 'containers'),
    task: (arn) => inCluster('tasks', shortName(arn), 'configuration'),
  };
}

/** A parenthesis would end a link of Markdown; half of a character cannot be encoded. */
const encode = (part: string): string =>
  encodeURIComponent(part.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29');

/** A region that does not look like one makes no address: it would be somebody else's host name. */
function domainOf(region: string): string | undefined {
  if (!/^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(region) || /^(us-iso|eu-iso|eusc-)/.test(region)) return undefined;
  if (region.startsWith('cn-')) return 'amazonaws.cn';
  return region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com';
}
