import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { Clock } from '../../model/clock.ts';
import { isUnedited } from '../../model/edits.ts';
import { defined } from '../../model/json.ts';
import { nativeStrategyOf } from '../../model/native.ts';
import { Refusal } from '../../model/problem.ts';
import type { RolloutRequest } from '../../model/request.ts';
import type { Canary, Revision, Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';
import type { Aws } from '../client/account.ts';
import { readAll } from '../client/pages.ts';
import { readAlarms } from '../handlers/alarm.ts';
import { readAsked, readNewest, readRevision } from '../handlers/revision.ts';
import { readService } from '../handlers/service.ts';
import { readPast } from './history.ts';
import { readNative } from './native.ts';
import { hasWeighted, type OwnedTasks, readOwnedTasks, readTraces, withExpiries } from './orphans.ts';
import { readPortRoom } from './port-room.ts';
import { readScaled } from './scaling.ts';
import { inFile, readAttachments } from './target-groups.ts';
import { readTraffic } from './traffic.ts';

/** Reads everything that the planner needs, in two rounds of concurrent calls. */
export async function takeSnapshot(aws: Aws, request: RolloutRequest, clock: Clock): Promise<Snapshot> {
  const { place, revision, settings, declared, alarms, canaryInstance } = request;
  const at = clock.now();
  const [service, named, alarmStates, marks, instance] = await Promise.all([
    readService(aws, place),
    revision.kind === 'existing'
      ? readAsked(aws, revision.name, request.command === 'rollback' ? 'to-revision' : 'task-definition-arn')
      : undefined,
    readAlarms(aws, alarms),
    readOwnedTasks(aws, place),
    canaryInstance === undefined ? undefined : readInstance(aws, place.cluster, canaryInstance),
  ]);
  const loadBalancers: readonly LoadBalancer[] = settings?.update.loadBalancers ?? service.loadBalancers ?? [];
  const wantedCount = settings?.update.desiredCount ?? declared?.update.desiredCount;
  const [stable, past, attachments, scaled] = await Promise.all([
    readRevision(aws, service.taskDefinition ?? ''),
    revision.kind === 'past' ? readPast(aws, place, service.taskDefinition ?? '', revision.number) : undefined,
    readAttachments(aws, loadBalancers, settings?.update.loadBalancers === undefined ? undefined : inFile),
    wantedCount === undefined || wantedCount === service.desiredCount ? undefined : readScaled(aws, place),
  ]);
  const traffic = needsTraffic(request, marks)
    ? await readTraffic(aws, { place, service, attachments, ...defined({ rules: request.weighted?.rules }) }, clock)
    : undefined;
  const traces = withExpiries(await readTraces(aws, place, marks, attachments), traffic?.splits ?? []);
  const base = await readBase(aws, request, stable);
  const given = named ?? past?.revision ?? (isEdited(request) ? undefined : base);
  const definition = revision.kind === 'new' ? revision.definition : (given ?? base)?.definition;
  const portRoom =
    strategyFacts[request.strategy].canaryTasks > 0
      ? await readPortRoom(aws, place.cluster, { ...service, ...capacityIn(request) }, definition, instance)
      : undefined;
  const native = followsDeployment(request) && nativeStrategyOf(service) !== undefined;
  return {
    at,
    service,
    stable,
    attachments,
    alarms: alarmStates,
    ...traces,
    tried: await readTried(aws, request, base, traces.canaries),
    lifetime: await aws.lifetime(),
    ...defined({ given }),
    ...(past?.why === undefined ? {} : { why: past.why }),
    ...defined({ base, instance, scaled, portRoom, traffic }),
    ...(native ? { native: await readNative(aws, place, service) } : {}),
  };
}

/** With a canary of a weighted rollout, running or stopped, its routes may still send requests to it. */
const needsTraffic = ({ strategy }: RolloutRequest, marks: OwnedTasks): boolean =>
  strategyFacts[strategy].movesTraffic || hasWeighted(marks);

/** A rollback has the strategy that fits the service. */
const followsDeployment = ({ strategy, command }: RolloutRequest): boolean =>
  strategyFacts[strategy].followsServiceDeployment === true || command === 'rollback';

const capacityIn = ({ settings }: RolloutRequest) => {
  const strategy = settings?.update.capacityProviderStrategy;
  return strategy === undefined ? {} : { capacityProviderStrategy: strategy };
};

const isEdited = ({ revision }: RolloutRequest): boolean => revision.kind === 'edited' && !isUnedited(revision.edits);

/** Reads the revision to edit: the one that the service runs, or the newest ACTIVE one of its family. */
async function readBase(aws: Aws, { revision }: RolloutRequest, stable: Revision): Promise<Revision | undefined> {
  if (revision.kind !== 'edited') return undefined;
  return revision.base === 'service' ? stable : readRevision(aws, stable.definition.family ?? '');
}

/** Reads revisions that earlier attempts of this job may have registered: those of their canaries, and the newest of the family. */
async function readTried(
  aws: Aws,
  { revision, run }: RolloutRequest,
  base: Revision | undefined,
  canaries: readonly Canary[],
): Promise<readonly Revision[]> {
  if (run.attempt === 1 || (revision.kind !== 'new' && base === undefined)) return [];
  const theirs = canaries.filter((canary) => canary.run === run.id).map((canary) => canary.revision);
  const { family = '' } = revision.kind === 'new' ? revision.definition : (base?.definition ?? {});
  const [newest, ...others] = await Promise.all([
    readNewest(aws, family),
    ...[...new Set(theirs)].map((name) => readRevision(aws, name)),
  ]);
  return newest === undefined ? others : [newest, ...others];
}

/** Reads a container instance by its ARN, its id, or its EC2 instance id (`i-…`). */
async function readInstance(aws: Aws, cluster: string, name: string): Promise<string> {
  if (!/^i-[0-9a-f]+$/.test(name)) {
    const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', {
      cluster,
      containerInstances: [name],
    });
    return containerInstances[0]?.containerInstanceArn ?? noInstance(cluster, name);
  }
  // A page can be empty although a later one contains the match.
  const input = { cluster, filter: `ec2InstanceId == '${name}'` };
  const [arn] = await readAll(aws, 'ecs', 'ListContainerInstances', input, (answer) => answer.containerInstanceArns);
  return arn ?? noInstance(cluster, name);
}

function noInstance(cluster: string, name: string): never {
  const list = `aws ecs list-container-instances --cluster ${cluster}`;
  const what = `cluster ${cluster} has no container instance ${name}; list them with ${list}`;
  throw new Refusal({ where: 'canary-instance-arn', what });
}
