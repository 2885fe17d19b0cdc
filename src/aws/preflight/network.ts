import type { Subnet } from '@aws-sdk/client-ec2';
import type { AwsVpcConfiguration, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { LoadBalancer, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Failure } from '../../model/failure.ts';
import { mapsPort, targetTypeFor } from '../../model/ports.ts';
import type { Attachment } from '../../model/targets.ts';
import { codeOf } from '../client/errors.ts';
import { readAll, readInChunks } from '../client/pages.ts';
import { describeTargetGroups, shortTargetGroup } from '../snapshots/target-groups.ts';
import {
  type Access,
  answered,
  ok,
  type PreflightCheck,
  problem,
  type Result,
  type Results,
  unclear,
  warning,
} from './inspect.ts';

/** The requirements that the network is checked against. */
export interface Need {
  readonly definition: RegisterTaskDefinitionRequest;
  readonly network: AwsVpcConfiguration | undefined;
  readonly attachments: readonly Attachment[];
  /** IP addresses needed at the same time in addition to those in use: for the canary alone, and for the whole rollout. */
  readonly addresses: { readonly canary: number; readonly all: number };
}

/** Checks that the network has addresses for one more task and can send traffic to it. */
export function networkChecks(need: Need): readonly PreflightCheck[] {
  const { definition, network, attachments } = need;
  const subnets = definition.networkMode === 'awsvpc' ? (network?.subnets ?? []) : [];
  const arns = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  return [
    ...(subnets.length === 0 ? [] : [subnetCheck(subnets, need)]),
    ...arns.map((arn): PreflightCheck => {
      const about = `target group ${shortTargetGroup(arn)}`;
      return { kind: 'target-group', about, look: (access) => lookAtGroup(arn, arns, need, access) };
    }),
    ...(arns.length === 0 ? [] : [loadBalancerCheck(arns, subnets)]),
  ];
}

const subnetCheck = (subnets: readonly string[], { addresses }: Need): PreflightCheck => ({
  kind: 'subnets',
  about: 'addresses in the subnets',
  look: async (access) => {
    const found = await readSubnets(subnets, access);
    if (found === undefined) return [];
    if (found instanceof Failure) return problem(found.because, 'Correct the subnets of the service.');
    return formatAddresses(found, addresses);
  },
});

/** An IPv6-only subnet has no IPv4 addresses to count. */
function formatAddresses(found: readonly Subnet[], { canary, all }: Need['addresses']): Result {
  const counted = found.filter(({ Ipv6Native }) => Ipv6Native !== true);
  if (counted.length < found.length || counted.length === 0) return unclear('some subnets are IPv6-only');
  if (counted.some(({ AvailableIpAddressCount }) => AvailableIpAddressCount === undefined)) {
    return unclear('EC2 did not return the number of free addresses');
  }
  const free = counted.map(({ AvailableIpAddressCount }) => Number(AvailableIpAddressCount));
  const total = free.reduce((sum, count) => sum + count, 0);
  const each = counted.map(({ SubnetId }, index) => `${SubnetId} ${free[index]}`).join(', ');
  const next = 'Free some addresses, add a subnet to the service, or lower maximumPercent.';
  if (total < Math.max(1, canary)) return problem(`none is free (${each})`, next);
  if (total < all) return problem(`${total} free (${each}), but up to ${all} more are needed at the same time`, next);
  // ECS chooses the subnet without regard to its free addresses.
  const full = counted.filter((_, index) => free[index] === 0).map(({ SubnetId }) => SubnetId);
  if (full.length > 0)
    return warning(`${full.join(', ')} has no free address (${each}); ECS may choose it for a task`, next);
  return ok(`${total} free (${each}); at most ${all} more are needed at the same time`);
}

async function readSubnets(
  ids: readonly string[],
  { aws, may }: Access,
): Promise<readonly Subnet[] | Failure | undefined> {
  const ask = () => aws.call('ec2', 'DescribeSubnets', { SubnetIds: [...new Set(ids)] });
  const answer = await may(() => answered(ask, (failure) => codeOf(failure).startsWith('InvalidSubnetID')));
  return answer === undefined || answer instanceof Failure ? answer : (answer.Subnets ?? []);
}

async function lookAtGroup(
  arn: string,
  arns: readonly string[],
  { definition, attachments }: Need,
  access: Access,
): Promise<Results> {
  const group = (await describeTargetGroups(access.aws, arns)).find(({ TargetGroupArn }) => TargetGroupArn === arn);
  if (group === undefined) return unclear('ELB did not return it');
  const users = attachments.filter(({ targetGroup }) => targetGroup === arn);
  const faults = [
    typeFault(group, definition.networkMode ?? 'bridge'),
    ...users.map((one) => portFault(one, definition)),
    (group.LoadBalancerArns ?? []).length === 0 ? noListener : undefined,
  ].filter((fault) => fault !== undefined);
  const ports = users.map(({ container, containerPort }) => `${container}:${containerPort}`).join(', ');
  return faults.length > 0 ? faults : ok(`of type ${group.TargetType}, with a listener, for ${ports}`);
}

const noListener = problem(
  'no listener forwards to it, so a target would stay `unused` and the canary would be rejected',
  'Add a listener or a listener rule that forwards to it.',
);

function typeFault({ TargetType }: TargetGroup, networkMode: string): Result | undefined {
  const wanted = targetTypeFor(networkMode);
  if (TargetType === wanted) return undefined;
  const what = `its target type is ${TargetType}, but a task with network mode ${networkMode} needs ${wanted}`;
  return problem(what, `Give the service a target group of type ${wanted}, or change networkMode.`);
}

function portFault(
  { container, containerPort }: Attachment,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
): Result | undefined {
  const found = containerDefinitions.find(({ name }) => name === container);
  const next = 'Correct `loadBalancers` of the service, or the task definition.';
  if (found === undefined) return problem(`the task definition has no container ${container}`, next);
  if (mapsPort(found, containerPort)) return undefined;
  return problem(`container ${container} does not map port ${containerPort}`, next);
}

const loadBalancerCheck = (arns: readonly string[], subnets: readonly string[]): PreflightCheck => ({
  kind: 'load-balancer',
  about: 'Availability Zones of the load balancer',
  look: async (access) => {
    const groups = await describeTargetGroups(access.aws, arns);
    const balancers = [...new Set(groups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))];
    if (balancers.length === 0) return [];
    const LoadBalancers = await access.may(() => readLoadBalancers(balancers, access));
    if (LoadBalancers === undefined) return [];
    const idle = LoadBalancers.flatMap(formatIdle);
    if (subnets.length === 0) return idle;
    const known = await readSubnets(subnets, access);
    if (known === undefined || known instanceof Failure) return idle;
    const faults = [...idle, ...LoadBalancers.flatMap((one) => zoneFaults(one, known))];
    const zones = [...new Set(known.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? []))].sort();
    return faults.length > 0 ? faults : ok(`${zones.join(', ')} are enabled`);
  },
});

/** DescribeLoadBalancers accepts up to 20 ARNs and answers in pages. */
async function readLoadBalancers(arns: readonly string[], { aws }: Access): Promise<readonly LoadBalancer[]> {
  const service = 'elasticloadbalancing';
  return readInChunks(arns, 20, (LoadBalancerArns) =>
    readAll(aws, service, 'DescribeLoadBalancers', { LoadBalancerArns }, ({ LoadBalancers }) => LoadBalancers),
  );
}

function formatIdle({ LoadBalancerName, State }: LoadBalancer): readonly Result[] {
  if (State?.Code === undefined || State.Code === 'active') return [];
  const about = `load balancer ${LoadBalancerName}`;
  const reason = State.Reason === undefined ? '' : `: ${State.Reason}`;
  return [{ about, ...warning(`it is ${State.Code}${reason}`, 'Wait until it is active, or fix its state.') }];
}

/** Targets in an Availability Zone that is not enabled are `unused`. */
function zoneFaults(
  { LoadBalancerName, AvailabilityZones = [] }: LoadBalancer,
  subnets: readonly Subnet[],
): readonly Result[] {
  const enabled = new Set(AvailabilityZones.map(({ ZoneName }) => ZoneName));
  const off = subnets.filter(
    ({ AvailabilityZone }) => AvailabilityZone !== undefined && !enabled.has(AvailabilityZone),
  );
  return off.map(({ SubnetId, AvailabilityZone }) =>
    problem(
      `subnet ${SubnetId} is in ${AvailabilityZone}, which is not enabled for ${LoadBalancerName}: a task there would get no traffic`,
      `Enable ${AvailabilityZone} for the load balancer, or take the subnet out of the service.`,
    ),
  );
}
