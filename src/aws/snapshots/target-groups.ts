import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Attachment, HealthCheck } from '../../model/targets.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import { readAll, readInChunks } from '../client/pages.ts';

/** AWS's default, used if the attribute cannot be read. */
const usualDrain = 300 * second;

/** Returns the name of a target group from its ARN, `arn:…:targetgroup/NAME/id`. */
export function shortTargetGroup(arn: string): string {
  return arn.split('/')[1] ?? arn;
}

/** Reads how the canary is registered with each target group of a service. */
export async function readAttachments(
  aws: Aws,
  loadBalancers: readonly LoadBalancer[],
  /** The source of the target groups, for messages. */
  from = 'the load balancers of the service',
): Promise<readonly Attachment[]> {
  const wanted = loadBalancers.flatMap(({ targetGroupArn, containerName, containerPort }) =>
    targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName, containerPort }],
  );
  if (wanted.length === 0) return [];
  const arns = [...new Set(wanted.map(({ targetGroupArn }) => targetGroupArn))];
  const [groups, drains] = await Promise.all([
    readTargetGroups(aws, arns).catch((error) => {
      throw missing(error, from);
    }),
    readDrains(aws, arns),
  ]);
  return wanted.map(({ targetGroupArn, containerName, containerPort }) => {
    const group = groups.get(targetGroupArn);
    if (group === undefined) throw unknownGroup(targetGroupArn, from);
    return {
      targetGroup: targetGroupArn,
      targetType: group.TargetType ?? 'instance',
      ipv6: group.IpAddressType === 'ipv6',
      ...(/^(HTTPS?|undefined)$/.test(String(group.Protocol)) ? {} : { connections: true as const }),
      container: containerName ?? '',
      containerPort: containerPort ?? 0,
      healthCheck: healthCheckOf(group),
      drain: drains.get(targetGroupArn) ?? usualDrain,
      ...(group.LoadBalancerArns?.length === 0 ? { idle: true as const } : {}),
    };
  });
}

async function readTargetGroups(aws: Aws, arns: readonly string[]): Promise<ReadonlyMap<string, TargetGroup>> {
  const groups = await describeTargetGroups(aws, arns);
  return new Map(
    groups.flatMap((group) => (group.TargetGroupArn === undefined ? [] : [[group.TargetGroupArn, group]])),
  );
}

/** Describes target groups by ARN. DescribeTargetGroups accepts 20 ARNs and answers in pages. */
export async function describeTargetGroups(aws: Aws, arns: readonly string[]): Promise<readonly TargetGroup[]> {
  const service = 'elasticloadbalancing';
  return readInChunks(arns, 20, (TargetGroupArns) =>
    readAll(aws, service, 'DescribeTargetGroups', { TargetGroupArns }, ({ TargetGroups }) => TargetGroups),
  );
}

/** Reads deregistration delays; one that cannot be read or is not a number counts as AWS's default of 300 seconds. */
export async function readDrains(aws: Aws, arns: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const drains = await Promise.all(
    arns.map(async (TargetGroupArn): Promise<readonly [string, number]> => {
      try {
        const { Attributes = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroupAttributes', {
          TargetGroupArn,
        });
        const delay = Attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value ?? '';
        return [TargetGroupArn, /^\d+$/.test(delay) ? Number(delay) * second : usualDrain];
      } catch (error) {
        if (error instanceof Failure) return [TargetGroupArn, usualDrain];
        throw error;
      }
    }),
  );
  return new Map(drains);
}

function healthCheckOf(group: TargetGroup): HealthCheck {
  // A new target of an ALB is healthy after one successful check, one of an NLB after `HealthyThresholdCount`.
  const http = group.Protocol === 'HTTP' || group.Protocol === 'HTTPS';
  return {
    protocol: group.HealthCheckProtocol ?? 'HTTP',
    path: group.HealthCheckPath,
    codes: group.Matcher?.HttpCode ?? group.Matcher?.GrpcCode,
    interval: (group.HealthCheckIntervalSeconds ?? 30) * second,
    timeout: (group.HealthCheckTimeoutSeconds ?? 5) * second,
    passes: http ? 1 : (group.HealthyThresholdCount ?? 5),
    fails: group.UnhealthyThresholdCount ?? 2,
  };
}

/** The source of load balancers in `up` and with update-service, for messages. */
export const inFile = 'loadBalancers in service.json';

const adviceFor = (from: string): string =>
  `Check ${from}: the target group was deleted, or is in another region or account.`;

/** ELB fails for all ARNs of a call, and names the missing one at best. */
function missing(error: unknown, from: string): unknown {
  if (!(error instanceof Failure) || !/TargetGroupNotFound/.test(codeOf(error))) return error;
  const { kind, because, evidence } = error;
  return new Failure(error.message, { kind, because, evidence, next: adviceFor(from) });
}

function unknownGroup(arn: string, from: string): Failure {
  return new Failure('elasticloadbalancing:DescribeTargetGroups', {
    kind: 'refused-call',
    because: `there is no target group ${arn}`,
    next: adviceFor(from),
  });
}
