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

/** Requests (ALB) or new connections (NLB) of a target group in one period. */
interface Count {
  readonly group: string;
  readonly at: number;
  readonly count: number;
}

/** Requests or new connections of target groups between two times; `undefined` when they cannot be read. */
async function readCounts(
  aws: Aws,
  arns: readonly string[],
  from: number,
  to: number,
  period: Duration,
): Promise<readonly Count[] | undefined> {
  try {
    const groups = await describeTargetGroups(aws, arns);
    const queries = groups.flatMap(({ TargetGroupArn = '', LoadBalancerArns = [] }) =>
      LoadBalancerArns.map((balancer) => ({ group: TargetGroupArn, balancer })),
    );
    if (queries.length === 0) return [];
    const { MetricDataResults = [] } = await aws.call('cloudwatch', 'GetMetricData', {
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: queries.map(({ group, balancer }, i) => queryOf(`m${i}`, group, balancer, period)),
    });
    return MetricDataResults.flatMap(({ Id = '', Values = [], Timestamps = [] }) => {
      const group = queries[Number(Id.slice(1))]?.group ?? '';
      return Values.map((count, i) => ({ group, count, at: Timestamps[i]?.getTime() ?? 0 }));
    });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Requests of each target group between two times; `undefined` when they cannot be read. */
export async function countRequests(
  aws: Aws,
  arns: readonly string[],
  from: number,
  to: number,
): Promise<ReadonlyMap<string, number> | undefined> {
  const counts = await readCounts(aws, arns, from, to, to - from);
  if (counts === undefined) return undefined;
  const sums = new Map(arns.map((arn) => [arn, 0]));
  for (const { group, count } of counts) sums.set(group, (sums.get(group) ?? 0) + count);
  return sums;
}

function queryOf(Id: string, group: string, balancer: string, period: Duration): MetricDataQuery {
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
      Period: period / 1000,
      Stat: 'Sum',
    },
  };
}

/** The busiest of fewer minutes, such as those since the first request, can be one that is not whole or not busy at all. */
const leastHistory: Duration = 5 * minute;

/** Which of the minutes counts: what the service was seen to take, or what comes now. */
type Which = 'busiest' | 'mean';

/**
 * Requests per minute and running task in the last minutes that CloudWatch knows, of the service and its canary together;
 * `undefined` when it knows none, or too few to say which is the busiest.
 */
export async function readLoad(
  { aws, clock }: Pick<HandlerContext, 'aws' | 'clock'>,
  place: Place,
  { groups }: Pick<Traffic, 'groups'>,
  { minutes, which }: { readonly minutes: number; readonly which: Which },
): Promise<number | undefined> {
  const to = Math.floor((clock.now() - delay) / minute) * minute;
  const arns = groups.flatMap(({ stable, arn, given }) => [stable, ...((arn ?? given) ? [arn ?? given ?? ''] : [])]);
  const [counts, service] = await Promise.all([
    readCounts(aws, arns, to - minutes * minute, to, minute),
    readService(aws, place),
  ]);
  const running = service.runningCount ?? 0;
  if (counts === undefined || running === 0) return undefined;
  const each = new Map<number, number>();
  if (which === 'busiest' && !counts.some(({ at }) => at <= to - leastHistory)) return undefined;
  for (const { at, count } of counts) each.set(at, (each.get(at) ?? 0) + count);
  const sums = [...each.values()];
  const requests = which === 'busiest' ? Math.max(0, ...sums) : sums.reduce((sum, count) => sum + count, 0) / minutes;
  return requests === 0 ? undefined : requests / running;
}
