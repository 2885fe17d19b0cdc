import { isRegion } from '../model/arn.ts';
import type { Place } from '../model/place.ts';
import type { Evidence } from '../model/verdict.ts';
import { shortName } from './texts.ts';

/** Addresses of the AWS console for a region. */
export interface Links {
  readonly cluster: string;
  readonly service: string;
  readonly deployments: string;
  revision(arn: string): string;
  task(arn: string): string;
  targetGroup(arn: string): string;
  alarm(name: string): string;
  log(stream: { readonly region: string; readonly group: string; readonly name: string }): string;
}

/** Makes the console's addresses for a place; nothing if the console of the partition is not known. */
export function linksFor({ region, cluster, service }: Place): Links | undefined {
  const base = consoleOf(region);
  if (base === undefined) return undefined;
  const ecs = (...parts: readonly string[]): string =>
    `${[`${base}/ecs/v2`, ...parts.map(encode)].join('/')}?region=${region}`;
  const inCluster = (...parts: readonly string[]): string => ecs('clusters', shortName(cluster), ...parts);
  const inService = (tab: string): string => inCluster('services', shortName(service), tab);
  const pageOfPlace = (): string => {
    if (cluster === '') return ecs('task-definitions');
    return service === '' ? inCluster('tasks') : inService('health');
  };
  return {
    cluster: inCluster('services'),
    service: pageOfPlace(),
    deployments: inService('deployments'),
    revision: (arn) => ecs('task-definitions', ...shortName(arn).split(':'), 'containers'),
    task: (arn) => inCluster('tasks', shortName(arn), 'configuration'),
    targetGroup: (arn) => `${base}/ec2/home?region=${region}#TargetGroup:targetGroupArn=${encode(arn)}`,
    alarm: (name) => `${base}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encode(name)}`,
    log: ({ region: where, group, name }) => {
      const path = `log-groups/log-group/${encodeTwice(group)}/log-events/${encodeTwice(name)}`;
      return `${consoleOf(where) ?? base}/cloudwatch/home?region=${encode(where)}#logsV2:${path}`;
    },
  };
}

/** The page that shows most about a failure: a log, or else the task, target group or alarm, or the service. */
export function linkFor(evidence: readonly Evidence[], links: Links): string {
  const found = (pick: (one: Evidence) => string | undefined): string | undefined =>
    evidence.map(pick).find((url) => url !== undefined);
  return (
    found((one) => (one.kind === 'log' && one.stream !== undefined ? links.log(one.stream) : undefined)) ??
    found((one) => (one.kind === 'target' ? links.targetGroup(one.targetGroup) : undefined)) ??
    found((one) => (one.kind === 'task' ? links.task(one.task) : undefined)) ??
    found((one) => (one.kind === 'alarm' && one.state === 'in-alarm' ? links.alarm(one.alarm) : undefined)) ??
    found((one) => (one.kind === 'deployment' ? links.deployments : undefined)) ??
    links.service
  );
}

/** A parenthesis would end a Markdown link; half a surrogate pair cannot be encoded. */
const encode = (part: string): string =>
  encodeURIComponent(part.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29');

/** CloudWatch Logs wants names encoded twice, with `$` in place of the second `%`: `/` is `$252F`. */
const encodeTwice = (part: string): string => encode(encode(part)).replaceAll('%', '$');

/** Text that is not a region makes no address: it could be a foreign host name. */
function consoleOf(region: string): string | undefined {
  if (!isRegion(region) || /^(us-iso|eu-iso|eusc-)/.test(region)) return undefined;
  return `https://${region}.console.${domainOf(region)}`;
}

function domainOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.cn';
  return region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com';
}
