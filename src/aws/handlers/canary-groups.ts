import type {
  CreateTargetGroupInput,
  Tag,
  TargetGroup,
  TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Act } from '../../model/acts.ts';
import { allOrInPart } from '../../model/all-or-throw.ts';
import { type Duration, minute, second } from '../../model/duration.ts';
import { Failure, inPart } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import { keyOfPlace, type RunState } from '../../model/run-state.ts';
import { expiryTag, ownKeys, splitTags } from '../../model/split-tags.ts';
import type { CanaryGroup } from '../../model/traffic.ts';
import type { Undo } from '../../model/undos.ts';
import { canaryArn } from '../../model/weights.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import { describeTargetGroups, shortTargetGroup } from '../snapshots/target-groups.ts';
import { type HandlerContext, type Sleep, sleepOn } from './context.ts';

type CreateGroups = Extract<Act, { kind: 'create-target-groups' }>;

/** How long a canary's target group counts as alive after its tags were renewed. */
export const aliveFor: Duration = 5 * minute;

/** Creates a copy of each target group of the service, or uses the given one. Returns their ARNs by the stable group. */
export async function createGroups(
  context: HandlerContext,
  act: CreateGroups,
): Promise<Readonly<Record<string, string>>> {
  const { traffic, scaling, guarded } = act;
  const tags = splitTags(
    act.place,
    act.owner,
    { traffic, ...defined({ scaling, guarded }) },
    context.clock.now() + aliveFor,
  );
  if (tags === undefined) throw tooMuch(act);
  const described = await describeTargetGroups(
    context.aws,
    traffic.groups.map(({ stable }) => stable),
  );
  const pairs = await allOrInPart(
    traffic.groups.map(async (group) => {
      const stable = described.find(({ TargetGroupArn }) => TargetGroupArn === group.stable);
      if (stable === undefined) throw gone(group.stable);
      return [group.stable, await createGroup(context.aws, group, stable, tags)] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

async function createGroup(aws: Aws, group: CanaryGroup, stable: TargetGroup, tags: readonly Tag[]): Promise<string> {
  if (group.given !== undefined) {
    await aws.call('elasticloadbalancing', 'AddTags', { ResourceArns: [group.given], Tags: [...tags] });
    return group.given;
  }
  const { Attributes = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroupAttributes', {
    TargetGroupArn: group.stable,
  });
  // If a group of this name and these settings exists, ELB returns it.
  const { TargetGroups = [] } = await aws.call('elasticloadbalancing', 'CreateTargetGroup', {
    ...copyOf(stable),
    Name: group.name,
    Tags: [...tags],
  });
  const [{ TargetGroupArn: arn } = {}] = TargetGroups;
  if (arn === undefined) {
    const because = `the response has no ARN of the new target group ${group.name}`;
    throw new Failure('elasticloadbalancing:CreateTargetGroup', { kind: 'unanswered-call', because });
  }
  try {
    await copyAttributes(aws, arn, Attributes);
  } catch (error) {
    throw inPart(error);
  }
  return arn;
}

/** A disabled health check has no other settings. Only HTTP groups have a protocol version. */
function copyOf(group: TargetGroup): Omit<CreateTargetGroupInput, 'Name'> {
  const { Protocol, ProtocolVersion, Port, VpcId, TargetType, IpAddressType, Matcher, TargetControlPort } = group;
  const { HealthCheckEnabled, HealthCheckProtocol, HealthCheckPort, HealthCheckPath } = group;
  const { HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds } = group;
  const { HealthyThresholdCount, UnhealthyThresholdCount } = group;
  const checks = {
    HealthCheckProtocol,
    HealthCheckPort,
    HealthCheckPath,
    HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds,
    HealthyThresholdCount,
    UnhealthyThresholdCount,
    Matcher,
  };
  return defined({
    Protocol,
    ProtocolVersion: /^HTTPS?$/.test(Protocol ?? '') ? ProtocolVersion : undefined,
    Port,
    VpcId,
    TargetType,
    IpAddressType,
    TargetControlPort,
    HealthCheckEnabled,
    ...(HealthCheckEnabled === false ? {} : checks),
  });
}

/** Sends only attributes that differ from those of the new group: AWS refuses to set some to the value that they have. */
async function copyAttributes(aws: Aws, arn: string, wanted: readonly TargetGroupAttribute[]): Promise<void> {
  const { Attributes: now = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroupAttributes', {
    TargetGroupArn: arn,
  });
  const before = new Map(now.map(({ Key, Value }) => [Key, Value]));
  const different = wanted.filter(({ Key, Value }) => before.get(Key) !== Value && Value !== undefined && Value !== '');
  if (different.length === 0) return;
  await aws.call('elasticloadbalancing', 'ModifyTargetGroupAttributes', {
    TargetGroupArn: arn,
    Attributes: [...different],
  });
}

function tooMuch({ traffic }: CreateGroups): Failure {
  return new Failure('create-target-groups', {
    kind: 'refused-call',
    because: `the actions of ${traffic.routes.length} listener rules are too long for the tags of a target group, where they are saved so that another run can restore them`,
    next: 'Name fewer rules in traffic.rules, or shorten their authenticate actions.',
  });
}

const gone = (arn: string): Failure =>
  new Failure('elasticloadbalancing:DescribeTargetGroups', {
    kind: 'refused-call',
    because: `the target group ${arn} no longer exists`,
  });

/** Renews the owner tags, which say until when the run counts as alive. */
export async function renewGroups(
  { aws, clock }: Pick<HandlerContext, 'aws' | 'clock'>,
  arns: readonly string[],
): Promise<void> {
  await aws.call('elasticloadbalancing', 'AddTags', {
    ResourceArns: [...arns],
    Tags: [expiryTag(clock.now() + aliveFor)],
  });
}

/** The ARNs of a run's canary groups that are known. */
export const groupsIn = ({ learned, place }: RunState): readonly string[] =>
  Object.values(learned.traffic[keyOfPlace(place)]?.groups ?? {});

/** Deletes the groups that were created for a canary, and removes the owner tags from a given one. */
export async function deleteGroups(
  context: Pick<HandlerContext, 'aws' | 'clock' | 'signal'>,
  { groups }: Extract<Undo, { kind: 'delete-target-groups' }>,
): Promise<void> {
  for (const group of groups) {
    if (group.given !== undefined) await removeTags(context.aws, canaryArn(group));
    else await deleteGroup(context.aws, group, sleepOn(context));
  }
}

async function removeTags(aws: Aws, arn: string): Promise<void> {
  try {
    const { TagDescriptions = [] } = await aws.call('elasticloadbalancing', 'DescribeTags', { ResourceArns: [arn] });
    const TagKeys = ownKeys(TagDescriptions.flatMap(({ Tags = [] }) => Tags));
    if (TagKeys.length === 0) return;
    await aws.call('elasticloadbalancing', 'RemoveTags', { ResourceArns: [arn], TagKeys: [...TagKeys] });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** ELB can take some seconds to notice that the group is no longer in use. */
async function deleteGroup(aws: Aws, group: CanaryGroup, sleep: Sleep): Promise<void> {
  const arn = group.arn ?? (await findGroup(aws, group.name));
  if (arn === undefined) return;
  for (let count = 1; ; count++) {
    try {
      await aws.call('elasticloadbalancing', 'DeleteTargetGroup', { TargetGroupArn: arn });
      return;
    } catch (error) {
      if (isGone(error)) return;
      const inUse = error instanceof Failure && /ResourceInUse/.test(codeOf(error));
      if (!inUse || count === 4) throw error;
      await sleep(2 * second);
    }
  }
}

/** The group of a name, for a CreateTargetGroup without a response. */
async function findGroup(aws: Aws, name: string): Promise<string | undefined> {
  try {
    const { TargetGroups = [] } = await aws.call('elasticloadbalancing', 'DescribeTargetGroups', { Names: [name] });
    return TargetGroups.find(({ TargetGroupArn = '' }) => shortTargetGroup(TargetGroupArn) === name)?.TargetGroupArn;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown): boolean => error instanceof Failure && /TargetGroupNotFound/.test(codeOf(error));
