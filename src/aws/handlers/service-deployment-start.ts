import type { Act } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { KnownDeployment } from '../../model/native.ts';
import type { Place } from '../../model/place.ts';
import type { RunState, ServiceLearned } from '../../model/run-state.ts';
import { settingsInput, settingsOptions } from '../../model/settings.ts';
import type { Undo } from '../../model/undos.ts';
import type { Aws } from '../client/account.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { revisionIn } from './learned.ts';
import { findStarted, readLater, readServiceRevisions } from './service-deployment.ts';

type Start = Extract<Act, { kind: 'start-service-deployment' }>;
type Stop = Extract<Undo, { kind: 'stop-service-deployment' }>;

/** How often a service deployment is looked for that ECS may not show yet. */
const looks = 5;

/** How a service deployment is undone. */
export function stopDeploymentUndo({ place, restore, newest }: Start, ours: string, deployment?: string): Stop {
  const { region, cluster, service } = place;
  const byArn = `aws ecs stop-service-deployment --region ${region} --service-deployment-arn ${deployment} --stop-type ROLLBACK`;
  const byRevision = [
    `aws ecs update-service --region ${region} --cluster ${cluster} --service ${service} --task-definition ${restore.to}`,
    ...settingsOptions(settingsInput((restore.settings ?? []).filter(({ before }) => before !== undefined))),
  ].join(' ');
  return {
    when: 'on-failure',
    kind: 'stop-service-deployment',
    title: `roll ${service} back to ${nameIn(restore.to)}`,
    place,
    changed: 'service',
    phase: 'traffic',
    ours,
    restore,
    ...defined({ newest, deployment }),
    verify: {
      kind: 'check',
      gates: [
        {
          kind: 'service-deployment-undone',
          place,
          to: restore.to,
          ours,
          ...defined({ settings: restore.settings }),
        },
      ],
      within: restore.within,
    },
    byHand: deployment === undefined ? byRevision : `${byArn}; if it has ended: ${byRevision}`,
  };
}

/** What is known of a service whose deployment has been asked for. */
export function startedDeployment(
  { place, restore, newest, routed }: Start,
  ours: string,
  startedAt: number,
  arn: string | undefined,
): ServiceLearned {
  return {
    deployment: {
      place,
      id: nameIn(arn ?? ''),
      revision: ours,
      before: restore.before,
      previous: restore.to,
      startedAt,
      known: [],
      carrying: [],
      seenEvents: [],
    },
    native: { routed, ...defined({ arn, newest }) },
    hadTraffic: !routed,
  };
}

/** Updates the service to the new revision, unless another service deployment was started since the snapshot. */
export async function startDeployment(context: HandlerContext, act: Start, state: RunState): Promise<ServiceLearned> {
  const { aws, clock } = context;
  const { place, settings, newest } = act;
  const ours = revisionIn(state, act.revision);
  await refuseNewer(aws, act);
  const startedAt = clock.now();
  let found: KnownDeployment | undefined;
  const look = async () => {
    found = await lookFor(context, place, { revision: ours, newest });
    return found === undefined ? undefined : { $metadata: {} };
  };
  const input = { cluster: place.cluster, service: place.service, taskDefinition: ours, ...settings };
  // Asked twice, it would be two deployments.
  await aws.call('ecs', 'UpdateService', input, { carriedOut: look });
  // The deployment goes on whether ECS names it or not; its gate looks for it again.
  if (found === undefined) await look().catch(refusedOnly);
  return startedDeployment(act, ours, startedAt, found?.arn);
}

/** A refusal from here on must not count as one of the update. */
function refusedOnly(error: unknown): undefined {
  if (error instanceof Failure) return undefined;
  throw error;
}

async function refuseNewer(aws: Aws, { place, newest }: Start): Promise<void> {
  const other = (await readLater(aws, place, newest)).at(-1);
  if (other === undefined) return;
  const { serviceDeploymentArn = '', targetServiceRevisionArn, status } = other;
  const [revision] =
    targetServiceRevisionArn === undefined ? [] : await readServiceRevisions(aws, [targetServiceRevisionArn]);
  const what = nameIn(revision?.taskDefinition ?? 'unknown');
  throw new Failure('ecs:UpdateService', {
    kind: 'superseded',
    conflict: true,
    because: `another deployment started since this run began: ${what} (service deployment ${nameIn(serviceDeploymentArn)}, ${status})`,
    next: 'Run the job again to deploy this version after theirs.',
  });
}

/** Looks for a service deployment that ECS may show some seconds late. */
async function lookFor(
  context: HandlerContext,
  place: Place,
  of: { readonly revision: string; readonly newest?: KnownDeployment | undefined },
): Promise<KnownDeployment | undefined> {
  for (let look = 1; ; look++) {
    const found = await findStarted(context.aws, place, of);
    if (found !== undefined || look === looks) return found;
    await sleepOn(context)(2 * second);
  }
}

/** Whether an update in doubt has started a service deployment. */
export async function findStartedDeployment(
  context: HandlerContext,
  act: Start,
  state: RunState,
): Promise<ServiceLearned | 'not-done' | 'unknown'> {
  const { place, newest, settings } = act;
  const ours = revisionIn(state, act.revision);
  const at = state.inDoubt?.at ?? state.at;
  const { deployment } = state.inDoubt?.earlier ?? {};
  if (deployment !== undefined) return startedDeployment(act, ours, at, deployment);
  const found = await lookFor(context, place, { revision: ours, newest });
  if (found !== undefined) return startedDeployment(act, ours, at, found.arn);
  // Repeated, it would start a second deployment of the same revision.
  return settings.forceNewDeployment ? 'unknown' : 'not-done';
}
