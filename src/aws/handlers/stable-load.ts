import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type Duration, minute } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { Aws } from '../client/account.ts';
import { describeTargetGroups } from '../snapshots/target-groups.ts';
import type { HandlerContext } from './context.ts';
import { readService } from './service.ts';

/** CloudWatch has the metrics of a minute about two minutes after its end. */
const delay: Duration = 2 * minute;

/** Requests (ALB) or new connections (NLB) of target groups between two times; `undefined` when they cannot be read. */
export async function countRequests(
  aws: Aws,
  arns: readonly string[],
  from: number,
  to: number,
): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    const groups = await describeTargetGroups(aws, arns);
    const queries = groups.flatMap(({ TargetGroupArn = '', LoadBalancerArns = [] }) =>
      LoadBalancerArns.map((balancer) => ({ group: TargetGroupArn, balancer })),
    );
    if (queries.length === 0) return new Map();
    const { MetricDataResults = [] } = await aws.call('cloudwatch', 'GetMetricData', {
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: queries.map(({ group, balancer }, i) => queryOf(`m${i}`, group, balancer, to - from)),
    });
    const counts = new Map(arns.map((arn) => [arn, 0]));
    for (const { Id = '', Values = [] } of MetricDataResults) {
      const group = queries[Number(Id.slice(1))]?.group ?? '';
      counts.set(group, (counts.get(group) ?? 0) + Values.reduce((sum, value) => sum + value, 0));
    }
    return counts;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function queryOf(Id: string, group: string, balancer: string, span: Duration): MetricDataQuery {
  const network = balancer.includes(':loadbalancer/net/');
  return {
    Id,
    ReturnData: true,
    MetricStat: {
      Metric: {
        Namespace: network ? 'AWS/NetworkELB' : 'AWS/ApplicationELB',
        MetricName: network ? 'NewFlowCount' : 'RequestCount',
        Dimensions: [
          { Name: 'TargetGroup', Value: group.slice(group.lastIndexOf(':') + 1) },
          { Name: 'LoadBalancer', Value: balancer.slice(balancer.indexOf(':loadbalancer/') + ':loadbalancer/'.length) },
        ],
      },
      Period: Math.max(60, Math.round(span / 1000)),
      Stat: 'Sum',
    },
  };
}

/** Requests per minute and running task, of the last five minutes that CloudWatch knows; `undefined` when it knows none. */
export async function readLoad(
  { aws, clock }: Pick<HandlerContext, 'aws' | 'clock'>,
  place: Place,
  { groups }: Pick<Traffic, 'groups'>,
  minutes = 5,
): Promise<number | undefined> {
  const to = Math.floor((clock.now() - delay) / minute) * minute;
  const arns = groups.flatMap(({ stable, arn, given }) => [stable, ...((arn ?? given) ? [arn ?? given ?? ''] : [])]);
  const [counts, service] = await Promise.all([
    countRequests(aws, arns, to - minutes * minute, to),
    readService(aws, place),
  ]);
  const running = service.runningCount ?? 0;
  if (counts === undefined || running === 0) return undefined;
  const requests = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return requests === 0 ? undefined : requests / minutes / running;
}
