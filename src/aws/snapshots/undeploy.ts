import type { Service } from '@aws-sdk/client-ecs';
import { familyIn, nameIn } from '../../model/arn.ts';
import type { Clock } from '../../model/clock.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { UndeployRequest } from '../../model/request.ts';
import type { UndeploySnapshot } from '../../model/snapshot.ts';
import type { Attachment } from '../../model/targets.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import { readAll, readInChunks } from '../client/pages.ts';
import { findService, isAbsent } from '../handlers/service.ts';
import { readOwnedTasks, readTraces, targetsOfService } from './orphans.ts';
import { readScaled } from './scaling.ts';
import { readAttachments } from './target-groups.ts';

/** Reads everything that belongs to a service that will be deleted. */
export async function takeUndeploySnapshot(
  aws: Aws,
  { place, deregisterRevisions }: UndeployRequest,
  clock: Clock,
): Promise<UndeploySnapshot> {
  const at = clock.now();
  const [found, marks] = await Promise.all([findService(aws, place), readOwnedTasks(aws, place)]);
  const service = isAbsent(found) ? undefined : found;
  const attachments = service === undefined ? [] : await readRemaining(aws, service);
  const [{ canaries, orphanTargets }, targets, scaled, sharers] = await Promise.all([
    readTraces(aws, place, marks, attachments),
    attachments.length === 0 ? [] : targetsOfService(aws, place, attachments),
    service === undefined ? ('no' as const) : readScaled(aws, place),
    service === undefined || !deregisterRevisions ? [] : readSharers(aws, place, service),
  ]);
  return {
    at,
    canaries,
    orphanTargets,
    targets,
    scaled,
    sharers,
    drain: Math.max(0, ...attachments.map((attachment) => attachment.drain)),
    lifetime: await aws.lifetime(),
    ...defined({ service }),
    ...(isAbsent(found) && found.status !== undefined ? { status: found.status } : {}),
  };
}

/** A service whose target groups were deleted can still be deleted. */
async function readRemaining(aws: Aws, { loadBalancers = [] }: Service): Promise<readonly Attachment[]> {
  const each = loadBalancers.map(async (one) => {
    try {
      return await readAttachments(aws, [one]);
    } catch (error) {
      if (error instanceof Failure && /TargetGroupNotFound/.test(codeOf(error))) return [];
      throw error;
    }
  });
  return (await Promise.all(each)).flat();
}

/** The revisions that a service or its task sets run. */
const runsOf = ({ taskDefinition, deployments = [], taskSets = [] }: Service): readonly string[] =>
  [taskDefinition, ...[...deployments, ...taskSets].map((one) => one.taskDefinition)].filter(
    (revision) => revision !== undefined,
  );

/** Reads the other services of the cluster that run a family of this one. */
async function readSharers(aws: Aws, place: Place, service: Service): Promise<readonly string[]> {
  const families = new Set(runsOf(service).map(familyIn));
  const { seen, unseen } = await readOthers(aws, place);
  const shares = seen.filter((one) => runsOf(one).some((revision) => families.has(familyIn(revision))));
  // A service that ECS does not describe may run any revision.
  return [...unseen.map(nameIn), ...shares.map(({ serviceName = '' }) => serviceName)];
}

/** Reads the other services of a cluster, and the ARNs of those that ECS does not describe. */
export async function readOthers(
  aws: Aws,
  { cluster, service: name }: Place,
): Promise<{ readonly seen: readonly Service[]; readonly unseen: readonly string[] }> {
  const others = (await listServices(aws, cluster)).filter((arn) => nameIn(arn) !== name);
  // DescribeServices accepts 10 names.
  const seen = await readInChunks(others, 10, async (services) => {
    const lacks = ({ services: found = [] }: { services?: Service[] | undefined }) => found.length < services.length;
    return (await aws.call('ecs', 'DescribeServices', { cluster, services }, { doubtful: lacks })).services;
  });
  const known = new Set(seen.map(({ serviceArn }) => serviceArn));
  return { seen, unseen: others.filter((arn) => !known.has(arn)) };
}

async function listServices(aws: Aws, cluster: string): Promise<readonly string[]> {
  return readAll(aws, 'ecs', 'ListServices', { cluster, maxResults: 100 }, ({ serviceArns }) => serviceArns);
}
