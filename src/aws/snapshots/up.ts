import type { Service } from '@aws-sdk/client-ecs';
import type { Clock } from '../../model/clock.ts';
import { isRefusedCall } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { UpRequest } from '../../model/request.ts';
import type { UpSnapshot } from '../../model/snapshot.ts';
import type { Attachment } from '../../model/targets.ts';
import type { Aws } from '../client/account.ts';
import { readAsked, readNewest } from '../handlers/revision.ts';
import { findService, isAbsent } from '../handlers/service.ts';
import { registeredTargets } from '../handlers/target.ts';
import { inFile, readAttachments } from './target-groups.ts';
import { readOthers } from './undeploy.ts';

/** Reads what exists where a service will be created. */
export async function takeUpSnapshot(aws: Aws, request: UpRequest, clock: Clock): Promise<UpSnapshot> {
  const { place, revision, service } = request;
  const at = clock.now();
  const [there, given, newest, attachments] = await Promise.all([
    findService(aws, place),
    revision.kind === 'existing' ? readAsked(aws, revision.name, 'task-definition-arn') : undefined,
    revision.kind === 'new' ? readNewest(aws, revision.definition.family ?? '') : undefined,
    readAttachments(aws, service.loadBalancers ?? [], inFile),
  ]);
  // An existing service is refused anyway.
  const checkTenants = isAbsent(there) && !request.shareTargetGroups;
  return {
    at,
    attachments,
    tenants: checkTenants ? await readTenants(aws, place, attachments) : [],
    lifetime: await aws.lifetime(),
    ...(isAbsent(there) ? statusOf(there) : { service: there }),
    ...defined({ given, newest }),
  };
}

const statusOf = ({ status }: { readonly status?: string }) => (status === undefined ? {} : { status });

/** Reads current users of the target groups: registered targets, and services that are configured to use them. */
async function readTenants(aws: Aws, place: Place, attachments: readonly Attachment[]): Promise<UpSnapshot['tenants']> {
  const groups = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  if (groups.length === 0) return [];
  const [services, targets] = await Promise.all([
    servicesOf(aws, place),
    Promise.all(groups.map((group) => registeredTargets(aws, group))),
  ]);
  return groups.map((targetGroup, index) => ({
    targetGroup,
    // Draining targets usually belong to a deleted service of the same name.
    targets: (targets[index] ?? []).filter(({ state }) => state !== 'draining').length,
    services:
      services?.filter((one) => usesGroup(one, targetGroup)).map(({ serviceName = '' }) => serviceName) ?? 'unknown',
  }));
}

/** Reads the other services of the cluster; `undefined` if listing is denied. */
async function servicesOf(aws: Aws, place: Place): Promise<readonly Service[] | undefined> {
  try {
    return (await readOthers(aws, place)).seen.filter(({ status }) => status !== 'INACTIVE');
  } catch (error) {
    if (isRefusedCall(error)) return undefined;
    throw error;
  }
}

/** With CodeDeploy or blue/green deployments, target groups are in the task sets, and each has an alternate one. */
const usesGroup = ({ loadBalancers = [], taskSets = [] }: Service, group: string): boolean =>
  [...loadBalancers, ...taskSets.flatMap((set) => set.loadBalancers ?? [])].some(
    ({ targetGroupArn, advancedConfiguration }) =>
      targetGroupArn === group || advancedConfiguration?.alternateTargetGroupArn === group,
  );
