import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { nameIn } from '../../model/arn.ts';
import { second } from '../../model/duration.ts';
import { Failure, formatError } from '../../model/failure.ts';
import type { KnownDeployment } from '../../model/native.ts';
import type { NativeLearned, RunState, ServiceLearned } from '../../model/run-state.ts';
import { settingsInput } from '../../model/settings.ts';
import type { Undo } from '../../model/undos.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { serviceIn } from './learned.ts';
import { readService } from './service.ts';
import { findStarted, knownOf, positionOf, readDeployment, readLater } from './service-deployment.ts';

type Stop = Extract<Undo, { kind: 'stop-service-deployment' }>;
type Context = Pick<HandlerContext, 'aws' | 'clock' | 'signal' | 'report'>;

/** How often ECS is asked again whether it takes a rollback up, or shows a deployment at all. */
const looks = 4;

/**
 * Asks ECS to roll the service deployment of this run back. When the old tasks are being stopped or are gone already, the
 * old revision is deployed again. What ECS or a person is rolling back already needs nothing.
 */
export async function stopDeployment(context: Context, undo: Stop, state: RunState): Promise<ServiceLearned> {
  const known = serviceIn(state, undo.place);
  const native = known.native ?? { routed: true };
  // It was asked for before, by this process or an earlier one.
  if (native.restoring !== undefined) return known;
  const started = await locate(context, undo, native);
  if (started === undefined) return { ...known, native, hadTraffic: false };
  const { arn, at } = started;
  const found = await readDeployment(context.aws, arn);
  const after = learn({ ...known, native: { ...native, arn } }, found);
  const { progress, isCleaningUp } = positionOf(found ?? {});
  if (progress === 'rolling-back' || progress === 'rolled-back' || progress === 'rollback-failed') return after;
  const ours = { arn, at };
  await refuseNewer(context, undo, ours);
  refuseUnwanted(undo);
  if (progress === 'under-way' && !isCleaningUp) {
    const asked = await askToStop(context, undo, arn);
    const shown = asked.is === 'asked' ? await settled(context, arn) : undefined;
    const whole = learn(after, shown);
    if (asked.is === 'asked' && (shown === undefined || positionOf(shown).progress !== 'succeeded')) return whole;
    return redeploy(context, undo, whole, ours);
  }
  return redeploy(context, undo, after, ours);
}

/** Whether the new version has had traffic, as far as ECS has shown it. */
export function learn(known: ServiceLearned, deployment: ServiceDeployment | undefined): ServiceLearned {
  if (deployment === undefined || known.hadTraffic === true) return known;
  const { hasTraffic } = positionOf(deployment);
  return { ...known, hadTraffic: known.native?.routed === false || hasTraffic };
}

async function locate(context: Context, undo: Stop, native: NativeLearned): Promise<KnownDeployment | undefined> {
  const { aws } = context;
  const { place, ours, newest } = undo;
  const arn = undo.deployment ?? native.arn;
  if (arn !== undefined) {
    const found = await readDeployment(aws, arn);
    if (found !== undefined) return knownOf(found);
    const listed = (await readLater(aws, place, newest)).find((one) => one.serviceDeploymentArn === arn);
    return listed === undefined ? { arn, at: context.clock.now() } : knownOf(listed);
  }
  for (let look = 1; ; look++) {
    const found = await findStarted(aws, place, { revision: ours, newest });
    if (found !== undefined || look === looks) return found;
    await sleepOn(context)(2 * second);
  }
}

/** A newer deployment of someone else is left alone. */
async function refuseNewer({ aws }: Context, { place }: Stop, ours: KnownDeployment): Promise<void> {
  const newer = (await readLater(aws, place, ours)).at(-1);
  if (newer === undefined) return;
  const because = `a newer deployment of the service has been started since (${nameIn(knownOf(newer).arn)}): it is left alone`;
  throw new Failure('ecs:StopServiceDeployment', { kind: 'superseded', because });
}

/** Some services are not to be rolled back, and the reason is said. */
function refuseUnwanted({ restore: { unless }, ours }: Stop): void {
  if (unless === undefined) return;
  const because = `${unless}; ECS goes on with the deployment of ${nameIn(ours)}`;
  throw new Failure('ecs:StopServiceDeployment', { kind: 'verdict', because });
}

type Asked = { readonly is: 'asked' } | { readonly is: 'refused' };

async function askToStop({ aws, report }: Context, { ours }: Stop, arn: string): Promise<Asked> {
  try {
    await aws.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    return { is: 'asked' };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'refused-call') throw error;
    const progress = positionOf((await readDeployment(aws, arn)) ?? {}).progress;
    // It has begun to roll back by itself.
    if (progress === 'rolling-back' || progress === 'rolled-back') return { is: 'asked' };
    const message = `ECS was not allowed or not able to stop the deployment of ${nameIn(ours)}, so the old revision is deployed again: ${formatError(error)}`;
    report({ kind: 'warning', message });
    return { is: 'refused' };
  }
}

/** Why ECS has refused a rollback that a person asked for: it grants none once it stops the old tasks. */
export async function whyNotStopped(aws: Context['aws'], deployment: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Failure) || error.kind !== 'refused-call') return error;
  const found = await readDeployment(aws, deployment).catch(() => undefined);
  const { isCleaningUp, progress } = positionOf(found ?? {});
  if (!isCleaningUp && progress !== 'succeeded') return error;
  return new Failure('ecs:StopServiceDeployment', {
    kind: 'refused-call',
    because: `it is too late for a rollback: ECS is stopping the old tasks, or has stopped them (${error.because})`,
    next: 'Deploy the earlier revision with command: rollback, once this deployment has ended.',
    evidence: error.evidence,
  });
}

/** Waits some seconds for ECS to take the request up: one that came too late ends SUCCESSFUL nevertheless. */
async function settled(context: Context, arn: string): Promise<ServiceDeployment | undefined> {
  for (let look = 1; ; look++) {
    const found = await readDeployment(context.aws, arn);
    if ((found !== undefined && found.status !== 'ROLLBACK_REQUESTED') || look === looks) return found;
    await sleepOn(context)(2 * second);
  }
}

/** Deploys the old revision, with the settings of before, as a service deployment of its own. */
async function redeploy(
  context: Context,
  undo: Stop,
  known: ServiceLearned,
  ours: KnownDeployment,
): Promise<ServiceLearned> {
  const { aws, clock } = context;
  const { place, restore } = undo;
  const service = await readService(aws, place);
  const shown = (restore.settings ?? []).filter(({ before }) => before !== undefined);
  const settings = settingsInput(shown, service);
  const at = clock.now();
  const of = { revision: restore.to, newest: ours };
  const input = { cluster: place.cluster, service: place.service, taskDefinition: restore.to, ...settings };
  const look = async () => ((await findStarted(aws, place, of)) === undefined ? undefined : { $metadata: {} });
  await aws.call('ecs', 'UpdateService', input, { carriedOut: look });
  const found = await findStarted(aws, place, of);
  const restoring = { after: ours, at, ...(found === undefined ? {} : { arn: found.arn }) };
  return { ...known, native: { ...(known.native ?? { routed: true }), restoring } };
}
