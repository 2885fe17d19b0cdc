import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import { startedByOf } from '../core/mark.ts';
import type { Attachment, Target } from '../core/plan.ts';
import type { Request } from '../core/request.ts';
import type { Canary, Snapshot } from '../core/snapshot.ts';
import { readAlarms } from './alarm.ts';
import type { Aws } from './call.ts';
import { readRevision } from './revision.ts';
import { readScaled } from './scaling.ts';
import { readService } from './service.ts';
import { addressOf, instanceOf } from './target.ts';
import { readAttachments } from './target-group.ts';
import { type MarkedTask, readMarked } from './task.ts';

/** Looks at everything that the planner wants to know, in two rounds of calls. */
export async function takeSnapshot(aws: Aws, request: Request, clock: Clock): Promise<Snapshot> {
  const { place, revision, settings, alarms, canaryInstance } = request;
  const at = clock.now();
  const [service, given, alarmStates, marked, instance] = await Promise.all([
    readService(aws, place),
    revision.kind === 'existing' ? readRevision(aws, revision.name) : undefined,
    readAlarms(aws, alarms),
    readMarked(aws, place.cluster, startedByOf(place.service)),
    canaryInstance === undefined ? undefined : readInstance(aws, place.cluster, canaryInstance),
  ]);
  const loadBalancers: readonly LoadBalancer[] = settings?.update.loadBalancers ?? service.loadBalancers ?? [];
  const wantedCount = settings?.update.desiredCount;
  const [stable, attachments, scaled] = await Promise.all([
    readRevision(aws, service.taskDefinition ?? ''),
    readAttachments(aws, loadBalancers),
    wantedCount === undefined || wantedCount === service.desiredCount ? undefined : readScaled(aws, place),
  ]);
  const mine = marked.filter(({ mark }) => mark === undefined || mark.service === place.service);
  const canaries = await Promise.all(mine.map((task) => canaryOf(aws, place.cluster, task, attachments)));
  return {
    at,
    service,
    stable,
    attachments,
    alarms: alarmStates,
    canaries,
    lifetime: await aws.lifetime(),
    ...(given === undefined ? {} : { given }),
    ...(instance === undefined ? {} : { instance }),
    ...(scaled === undefined ? {} : { scaled }),
  };
}

async function canaryOf(
  aws: Aws,
  cluster: string,
  { arn, task, mark }: MarkedTask,
  attachments: readonly Attachment[],
): Promise<Canary> {
  const instance = await instanceOf(aws, cluster, task);
  const targets = attachments.flatMap((attachment): Target[] => {
    const address = addressOf(task, attachment, instance);
    return address === undefined ? [] : [{ targetGroup: attachment.targetGroup, ...address }];
  });
  const drain = Math.max(0, ...attachments.map((attachment) => attachment.drain));
  return { task: arn, run: mark?.run ?? '', attempt: mark?.attempt ?? 0, expires: mark?.expires ?? 0, targets, drain };
}

/** The container instance of an ARN, an id, or an EC2 instance id (`i-…`). */
async function readInstance(aws: Aws, cluster: string, name: string): Promise<string> {
  if (!/^i-[0-9a-f]+$/.test(name)) {
    const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', {
      cluster,
      containerInstances: [name],
    });
    return containerInstances[0]?.containerInstanceArn ?? noInstance(cluster, name);
  }
  const { containerInstanceArns = [] } = await aws.call('ecs', 'ListContainerInstances', {
    cluster,
    filter: `ec2InstanceId == '${name}'`,
  });
  return containerInstanceArns[0] ?? noInstance(cluster, name);
}

function noInstance(cluster: string, name: string): never {
  throw new Failure('canary-instance-arn', {
    kind: 'refused-call',
    because: `cluster ${cluster} has no container instance ${name}`,
    next: `List them: aws ecs list-container-instances --cluster ${cluster}`,
  });
}
