import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/client/account.ts';
import { readLoad } from '../../../src/aws/handlers/stable-load.ts';
import type { Clock } from '../../../src/model/clock.ts';
import { minute, second } from '../../../src/model/duration.ts';

const stable = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef';
const balancer = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop/0123456789abcdef';
const now = Date.UTC(2026, 0, 5, 12, 30, 20);

/** A service of four tasks; `counts` are the requests of minutes so many minutes ago. */
const load = (counts: Readonly<Record<number, number>>, which: 'busiest' | 'mean', minutes: number) => {
  const ago = Object.keys(counts).map(Number);
  const answers: Readonly<Record<string, object>> = {
    DescribeTargetGroups: { TargetGroups: [{ TargetGroupArn: stable, LoadBalancerArns: [balancer] }] },
    DescribeServices: { services: [{ serviceName: 'web', status: 'ACTIVE', runningCount: 4 }] },
    GetMetricData: {
      MetricDataResults: [
        {
          Id: 'm0',
          Values: ago.map((one) => counts[one]),
          Timestamps: ago.map((one) => new Date(now - 20 * second - one * minute)),
        },
      ],
    },
  };
  const aws = { region: 'us-west-2', call: async (_: string, operation: string) => answers[operation] };
  const clock = { now: () => now };
  const place = { region: 'us-west-2', cluster: 'production', service: 'web' };
  const groups = [{ stable, name: 'canary-web' }];
  return readLoad(
    { aws: aws as unknown as Aws, clock: clock as unknown as Clock },
    place,
    { groups } as unknown as Parameters<typeof readLoad>[2],
    { minutes, which },
  );
};

describe('the requests per task before a rollout', () => {
  it('are those of the busiest minute', async () => {
    expect(await load({ 9: 400, 8: 800, 7: 400, 3: 200 }, 'busiest', 15)).toBe(200);
  });

  it('are not known when the first request came just before: that minute was not a whole one', async () => {
    expect(await load({ 4: 40, 3: 400 }, 'busiest', 15)).toBeUndefined();
  });

  it('that come now are known after a minute', async () => {
    expect(await load({ 4: 400, 3: 400 }, 'mean', 2)).toBe(100);
  });
});
