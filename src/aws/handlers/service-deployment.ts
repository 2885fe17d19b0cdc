import type {
  DeploymentLifecycleHookDetail,
  DescribeServiceDeploymentsResponse,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import { nameIn } from '../../model/arn.ts';
import { second } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { KnownDeployment } from '../../model/native.ts';
import type { Place } from '../../model/place.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { inChunks, readAll } from '../client/pages.ts';

/** What the status of a service deployment means. A status that is not known is one that goes on. */
export type Progress =
  | 'under-way'
  | 'rolling-back'
  | 'stopping'
  | 'succeeded'
  | 'rolled-back'
  | 'rollback-failed'
  | 'stopped';

const progress: Readonly<Record<string, Progress>> = {
  SUCCESSFUL: 'succeeded',
  STOPPED: 'stopped',
  STOP_REQUESTED: 'stopping',
  STOP_IN_PROGRESS: 'stopping',
  ROLLBACK_REQUESTED: 'rolling-back',
  ROLLBACK_IN_PROGRESS: 'rolling-back',
  ROLLBACK_SUCCESSFUL: 'rolled-back',
  ROLLBACK_FAILED: 'rollback-failed',
};

type HasStatus = { readonly status?: string | undefined };

export const progressOf = ({ status = '' }: HasStatus): Progress => progress[status] ?? 'under-way';

/** Whether ECS has not ended it yet. */
export const isGoingOn = (deployment: HasStatus): boolean =>
  ['under-way', 'rolling-back', 'stopping'].includes(progressOf(deployment));

/** Stages of a later ECS are not known, and are neither early nor late. */
const scaling: readonly string[] = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP'];
const whole: readonly string[] = ['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];

/** Where a service deployment is. */
export interface Position {
  readonly progress: Progress;
  /** Empty where ECS does not say. */
  readonly stage: string;
  /** The share of the production traffic that ECS has asked for, in percent. */
  readonly percent: number;
  readonly isScaledUp: boolean;
  readonly hasTraffic: boolean;
  readonly isBaking: boolean;
  /** The old tasks are being stopped, so a rollback comes too late. */
  readonly isCleaningUp: boolean;
}

export function positionOf(deployment: ServiceDeployment): Position {
  const stage: string = deployment.lifecycleStage ?? '';
  const ended = progressOf(deployment);
  const done = ended === 'succeeded';
  const weight = deployment.targetServiceRevision?.requestedProductionTrafficWeight ?? 0;
  const percent = done || whole.includes(stage) ? 100 : weight;
  const known = stage !== '' && ended === 'under-way' && deployment.status !== 'PENDING';
  return {
    progress: ended,
    stage,
    percent,
    isScaledUp: percent > 0 || (known && !scaling.includes(stage)),
    hasTraffic: percent > 0 || (known && stage === 'PRODUCTION_TRAFFIC_SHIFT'),
    isBaking: done || stage === 'BAKE_TIME' || stage === 'CLEAN_UP',
    isCleaningUp: stage === 'CLEAN_UP',
  };
}

/** Describes a service deployment; `undefined` if ECS does not show it, which can be a late answer. */
export async function readDeployment(aws: Aws, arn: string): Promise<ServiceDeployment | undefined> {
  const input = { serviceDeploymentArns: [arn] };
  const doubtful = ({ serviceDeployments = [] }: DescribeServiceDeploymentsResponse) => serviceDeployments.length === 0;
  const answer = await aws.call('ecs', 'DescribeServiceDeployments', input, { doubtful });
  return answer.serviceDeployments?.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
}

const timeOf = ({ createdAt }: ServiceDeploymentBrief): number => createdAt?.getTime() ?? 0;

/** Lists the service deployments that were created after another one, oldest first; without one, all that ECS remembers. */
export async function readLater(
  aws: Aws,
  { cluster, service }: Place,
  after: KnownDeployment | undefined,
): Promise<readonly ServiceDeploymentBrief[]> {
  // ECS may compare whole seconds.
  const since = after === undefined ? {} : { createdAt: { after: new Date(after.at - second) } };
  const input = { cluster, service, ...since };
  const found = await readAll(aws, 'ecs', 'ListServiceDeployments', input, (answer) => answer.serviceDeployments);
  return found
    .filter((one) => after === undefined || (one.serviceDeploymentArn !== after.arn && timeOf(one) >= after.at))
    .toSorted((a, b) => timeOf(a) - timeOf(b));
}

/** The newest service deployment; `undefined` if ECS remembers none. */
export async function readNewestDeployment(aws: Aws, place: Place): Promise<ServiceDeploymentBrief | undefined> {
  return (await readLater(aws, place, undefined)).at(-1);
}

/** What is remembered of a service deployment. */
export const knownOf = (brief: ServiceDeploymentBrief): KnownDeployment => ({
  arn: brief.serviceDeploymentArn ?? '',
  at: timeOf(brief),
});

/** Describes service revisions. */
export async function readServiceRevisions(aws: Aws, arns: readonly string[]): Promise<readonly ServiceRevision[]> {
  const found: ServiceRevision[] = [];
  for (const part of inChunks([...new Set(arns)], 20)) {
    const answer = await aws.call('ecs', 'DescribeServiceRevisions', { serviceRevisionArns: [...part] });
    found.push(...(answer.serviceRevisions ?? []));
  }
  return found;
}

/**
 * Finds the service deployment of an UpdateService call: the first one after `newest` that brings the task definition. The
 * answer of UpdateService does not name it.
 */
export async function findStarted(
  aws: Aws,
  place: Place,
  { revision, newest }: { readonly revision: string; readonly newest?: KnownDeployment | undefined },
): Promise<KnownDeployment | undefined> {
  const later = await readLater(aws, place, newest);
  if (later.length === 0) return undefined;
  const targets = later.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
  const revisions = await readServiceRevisions(aws, targets);
  const ours = new Set(
    revisions.filter(({ taskDefinition }) => taskDefinition === revision).map((one) => one.serviceRevisionArn),
  );
  const started = later.find(({ targetServiceRevisionArn }) => ours.has(targetServiceRevisionArn));
  return started === undefined ? undefined : knownOf(started);
}

/** A service deployment in one line: its stage, its tasks, its share of the traffic, and the hooks that it waits for. */
export function formatPosition(deployment: ServiceDeployment): string {
  const { status = 'UNKNOWN', targetServiceRevision = {} } = deployment;
  const { runningTaskCount: running = 0, requestedTaskCount: wanted = 0 } = targetServiceRevision;
  const { stage, percent } = positionOf(deployment);
  return [
    stage === '' || progressOf(deployment) !== 'under-way' ? status : stage,
    `${running} of ${wanted} new tasks running`,
    `${percent} % of the traffic`,
    ...waitingHooks(deployment).map(formatHook),
  ].join(', ');
}

/** The hooks that ECS waits for: pauses that a person answers, and Lambda functions. */
export const waitingHooks = ({
  lifecycleHookDetails: hooks = [],
}: ServiceDeployment): readonly DeploymentLifecycleHookDetail[] =>
  hooks.filter(({ status }) => status === 'AWAITING_ACTION' || status === 'IN_PROGRESS');

function formatHook({ hookId = '', status, targetArn, expiresAt, timeoutAction }: DeploymentLifecycleHookDetail) {
  if (status !== 'AWAITING_ACTION') return `waiting for hook ${targetArn === undefined ? hookId : nameIn(targetArn)}`;
  const until = expiresAt === undefined ? '' : ` until ${expiresAt.toISOString().slice(0, 19)}Z`;
  const then = timeoutAction === undefined ? '' : `, then ${timeoutAction}`;
  return `paused by a hook of the service (${hookId})${until}${then}`;
}

/** How to let a paused service deployment go on, for a person. */
export function continueByHand(deployment: ServiceDeployment, { region }: Place): string | undefined {
  const paused = waitingHooks(deployment).find(({ status }) => status === 'AWAITING_ACTION');
  if (paused === undefined) return undefined;
  return `Let it go on with: aws ecs continue-service-deployment --region ${region} --service-deployment-arn ${deployment.serviceDeploymentArn} --hook-id ${paused.hookId} --action CONTINUE`;
}

/** A service deployment as evidence. */
export function evidenceOfServiceDeployment(deployment: ServiceDeployment, revision: string): Evidence {
  const { serviceDeploymentArn = '', status = 'UNKNOWN', statusReason, targetServiceRevision = {} } = deployment;
  const { stage } = positionOf(deployment);
  const { runningTaskCount: running = 0, requestedTaskCount: desired = 0 } = targetServiceRevision;
  return {
    kind: 'deployment',
    id: nameIn(serviceDeploymentArn),
    taskDefinition: nameIn(revision),
    state: stage === '' ? status : `${status} (${stage})`,
    ...defined({ because: statusReason }),
    desired,
    running,
    failed: 0,
  };
}
