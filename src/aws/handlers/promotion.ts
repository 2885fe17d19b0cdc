import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Act } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { readUntil } from '../../model/clock.ts';
import { Failure, formatError, isRefusedCall } from '../../model/failure.ts';
import type { Gate } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { DeploymentLearned, RunState, ServiceLearned, TaskLearned } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import type { Restore, ServiceSettings } from '../../model/settings.ts';
import { type ChangedSetting, formatSetting, holderOf, settingsInput, settingsOptions } from '../../model/settings.ts';
import type { Behind, Target } from '../../model/targets.ts';
import type { Undo } from '../../model/undos.ts';
import type { Aws } from '../client/account.ts';
import { type HandlerContext, type Sleep, sleepOn } from './context.ts';
import { revisionIn, taskIn } from './learned.ts';
import { evidenceOfDeployment, findService, isAbsent, readService } from './service.ts';
import { healthyTargets, keyOf } from './target.ts';
import { type MarkedTask, readMarked } from './task.ts';

type Promote = Extract<Act, { kind: 'promote' }>;
type RestoreService = Extract<Undo, { kind: 'restore-service' }>;

/** How the service is rolled back if the new revision fails in it. */
export function restoreUndo({ place, restore }: Pick<Promote, 'place' | 'restore'>, ours: string): RestoreService {
  const { region, cluster, service } = place;
  return {
    when: 'on-failure',
    kind: 'restore-service',
    title: `roll the service back to ${nameIn(restore.to)}`,
    place,
    changed: 'service',
    phase: 'traffic',
    ours,
    restore,
    verify: {
      kind: 'check',
      gates: [
        {
          kind: 'service-restored',
          place,
          to: restore.to,
          ours,
          before: restore.before,
          ...defined({ settings: restore.settings }),
          ...(restore.checked ? { checked: true } : {}),
        },
      ],
      within: restore.within,
    },
    byHand: [
      `aws ecs update-service --region ${region} --cluster ${cluster} --service ${service} --task-definition ${restore.to}`,
      ...settingsOptions(settingsInput((restore.settings ?? []).filter(({ before }) => before !== undefined))),
    ].join(' '),
  };
}

/** Updates the service to the new revision, unless another deployment started since the snapshot. */
export async function promote(context: HandlerContext, act: Promote, state: RunState): Promise<DeploymentLearned> {
  const { aws, clock } = context;
  const { place, restore, settings, behind } = act;
  const ours = revisionIn(state, act.revision);
  const canary = act.canary === undefined ? undefined : taskIn(state, act.canary);
  const [seen, marked, healthy] = await Promise.all([
    readStillThere(aws, place),
    readRivals(aws, act, state),
    healthyIn(aws, behind),
  ]);
  refuseNewer(seen, restore.before);
  refuseRival(marked, act, canary, clock.now());
  const startedAt = clock.now();
  const { service } = await aws.call(
    'ecs',
    'UpdateService',
    { cluster: place.cluster, service: place.service, taskDefinition: ours, ...settings },
    { carriedOut: () => updated(context, act, ours) },
  );
  const id = (service === undefined ? undefined : primaryOf(service)?.id) ?? '';
  const stillBefore = id === restore.before && ours !== restore.to;
  return deploymentOf(act, {
    ours,
    id: stillBefore ? '' : id,
    startedAt,
    known: [...healthy, ...(canary?.targets ?? [])].map(keyOf),
    seenEvents: (seen.events ?? []).flatMap((event) => event.id ?? []),
  });
}

const healthyIn = async (aws: Aws, behind: Behind | undefined): Promise<readonly Target[]> =>
  (await Promise.all((behind?.targetGroups ?? []).map((group) => healthyTargets(aws, group)))).flat();

function deploymentOf(
  { place, restore, canary, behind }: Promote,
  { ours, ...more }: Pick<DeploymentLearned, 'id' | 'startedAt' | 'known' | 'seenEvents'> & { readonly ours: string },
): DeploymentLearned {
  const before = { before: restore.before, previous: restore.to };
  return { place, revision: ours, ...before, carrying: [], ...more, ...defined({ canary, behind }) };
}

/** Whether an update in doubt has reached the service: the deployment that it has brought, or why that is unknown. */
export async function findPromotion(
  context: HandlerContext,
  act: Promote,
  state: RunState,
): Promise<DeploymentLearned | 'not-done' | 'unknown'> {
  const { aws } = context;
  const { place, restore, settings, behind } = act;
  const ours = revisionIn(state, act.revision);
  const startedAt = state.inDoubt?.at ?? state.at;
  // Those that are healthy by now are not told from its own: it serves when another one is, or when it is stable.
  const found = async (id: string): Promise<DeploymentLearned> => {
    const known = (await healthyIn(aws, behind)).map(keyOf);
    return deploymentOf(act, { ours, id, startedAt, known, seenEvents: [] });
  };
  const { deployment } = state.inDoubt?.earlier ?? {};
  if (deployment !== undefined) return found(deployment);
  const updated = (service: Service): boolean => {
    const primary = primaryOf(service);
    if (primary?.taskDefinition === ours && primary.id !== restore.before) return true;
    // A change that brings no deployment shows in the settings only.
    const changed = restore.settings ?? [];
    return primary?.id === restore.before && ours === restore.to && !settings.forceNewDeployment && changed.length > 0
      ? changed.every((one) => holderOf(service, one) === 'ours')
      : false;
  };
  const isOther = (service: Service): boolean => primaryOf(service)?.id !== restore.before;
  const read = () => readStillThere(aws, place);
  const service = await readUntil(5, sleepOn(context), read, (one) => updated(one) || isOther(one));
  if (updated(service)) return found(primaryOf(service)?.id ?? '');
  // The act itself refuses to replace a deployment of someone else. Repeated, it would start a second one of this revision.
  return settings.forceNewDeployment && !isOther(service) ? 'unknown' : 'not-done';
}

/** The service was there when the rollout began. */
async function readStillThere(aws: Aws, place: Place): Promise<Service> {
  const found = await findService(aws, place);
  if (!isAbsent(found)) return found;
  const { because, deleted } = found;
  if (!deleted) throw new Failure('ecs:DescribeServices', { kind: 'refused-call', because });
  const said = `the service was deleted during the run: ${because}`;
  throw new Failure('ecs:DescribeServices', { kind: 'superseded', because: said });
}

function refuseNewer(service: Service, before: string): void {
  const primary = primaryOf(service);
  if (primary === undefined || primary.id === before) return;
  throw new Failure('ecs:UpdateService', {
    kind: 'superseded',
    conflict: true,
    because: `another deployment started since this run began: ${nameIn(primary.taskDefinition ?? '')} (${primary.id})`,
    evidence: [evidenceOfDeployment(primary)],
    next: 'To deploy this version after theirs, run the job again.',
  });
}

/** The canaries that are neither ours nor put away by this plan; mostly there are none, and nothing to describe. */
async function readRivals(aws: Aws, { place, rivals }: Promote, { learned }: RunState): Promise<readonly MarkedTask[]> {
  const known = [...Object.values(learned.tasks).map(({ arn }) => arn), ...rivals.swept];
  return readMarked(aws, place.cluster, rivals.startedBy, { except: known });
}

/**
 * Two rollouts that begin at the same moment do not see each other in time: the older canary goes first. By now every
 * canary that was started in time for this one to be younger is in ECS's answers.
 */
function refuseRival(
  others: readonly MarkedTask[],
  { place, rivals }: Promote,
  canary: TaskLearned | undefined,
  now: number,
): void {
  if (canary?.task === undefined) return;
  const rank = (created: number | undefined, arn = '') =>
    `${created === undefined ? '' : new Date(created).toISOString()} ${arn}`;
  const ours = rank(canary.createdAt, canary.arn);
  const first = others.find(
    ({ task, mark }) =>
      mark?.service === place.service &&
      mark.expires > now &&
      !(mark.run === rivals.run && mark.attempt < rivals.attempt) &&
      rank(task.createdAt?.getTime(), task.taskArn) < ours,
  );
  if (first === undefined) return;
  throw new Failure('ecs:UpdateService', {
    kind: 'refused-call',
    conflict: true,
    because: `run ${first.mark?.run} started a canary of this service just before this run (task ${nameIn(first.arn)})`,
    next: 'Run the job again when that run has ended, or set on-conflict: wait. Use a concurrency group to prevent overlapping runs.',
  });
}

/** Asked again, a forced deployment would be a second one, so it is looked for longer than ECS may show the past. */
async function updated(context: HandlerContext, { place, restore, settings }: Promote, ours: string) {
  const isOurs = (service: Service): boolean => {
    const primary = primaryOf(service);
    return primary?.taskDefinition === ours && primary.id !== restore.before;
  };
  const times = settings.forceNewDeployment ? 5 : 1;
  const service = await readUntil(times, sleepOn(context), () => readService(context.aws, place), isOurs);
  return isOurs(service) ? { service, $metadata: {} } : undefined;
}

/** That nothing has changed is believed at the third look only: UpdateService may have been carried out a moment ago. */
async function serviceNow(aws: Aws, { place, restore }: RestoreService, sleep: Sleep): Promise<Service> {
  const isChanged = (service: Service): boolean =>
    primaryOf(service)?.id !== restore.before || oursIn(service, restore).length > 0;
  return readUntil(3, sleep, () => readStillThere(aws, place), isChanged);
}

const oursIn = (service: Service, { settings = [] }: Restore): readonly ChangedSetting[] =>
  settings.filter((one) => holderOf(service, one) === 'ours');

/**
 * Whether ECS has started a deployment to roll back. It goes to the last completed one, which is not always what the
 * service ran: a run that takes over replaces a deployment that was under way.
 */
export const isRollbackOfEcs = ({
  rolloutStateReason = '',
}: {
  readonly rolloutStateReason?: string | undefined;
}): boolean => /rolling back to/i.test(rolloutStateReason);

/** What is restored may not undo a newer deployment of someone else; says which one that is. */
export function deployedByOthers(
  { id, taskDefinition = '', rolloutStateReason }: Deployment,
  { to, ours, before }: Pick<Extract<Gate, { kind: 'service-restored' }>, 'to' | 'ours' | 'before'>,
  { deployment, restored }: Pick<ServiceLearned, 'deployment' | 'restored'>,
): string | undefined {
  if (taskDefinition === to || id === before || isRollbackOfEcs({ rolloutStateReason })) return undefined;
  const own = [deployment?.id, restored?.id];
  // Without the id of our deployment the revision has to tell.
  if (taskDefinition === ours && (!deployment?.id || own.includes(id))) return undefined;
  return `another run or user has deployed ${nameIn(taskDefinition)} (${id}) since, which is left alone`;
}

/** What was asked of ECS, and which settings others have changed since. */
export interface Restored {
  /** The deployment that restores the service; absent where ECS was not asked, or did not name it. */
  readonly id?: string | undefined;
  readonly theirs: readonly string[];
}

/**
 * Asks ECS for the revision and the settings from before, as far as they are still this run's: ECS's circuit breaker, its
 * deployment alarms or a person may have restored the revision already, which restores no setting.
 */
export async function restoreService(
  aws: Aws,
  undo: RestoreService,
  sleep: Sleep,
  known: Pick<ServiceLearned, 'deployment' | 'restored'> = {},
): Promise<Restored> {
  const { restore, ours } = undo;
  const service = await serviceNow(aws, undo, sleep);
  const primary = primaryOf(service);
  if (primary === undefined) return { theirs: [] };
  const other = deployedByOthers(primary, { ...restore, ours }, known);
  if (other !== undefined) {
    const evidence = [evidenceOfDeployment(primary)];
    throw new Failure('ecs:UpdateService', { kind: 'superseded', because: other, evidence });
  }
  const same = restore.to === ours;
  const back = !same && primary.taskDefinition !== restore.to && primary.id !== restore.before;
  const left = oursIn(service, restore);
  refuseUnwanted(undo, { revision: back || same, settings: left });
  const shown = left.filter(({ before }) => before !== undefined);
  const moves = back || (service.taskDefinition ?? restore.to) !== restore.to;
  const asked = back || shown.length > 0;
  const id = asked ? await askToRestore(aws, undo, moves, settingsInput(shown, service)) : undefined;
  const lost = left.filter(({ before }) => before === undefined);
  if (lost.length > 0) {
    const names = lost.map(formatSetting).join(', ');
    const because = `ECS did not return the previous values of these settings, so they are not restored: ${names}`;
    throw new Failure('ecs:UpdateService', { kind: 'verdict', because });
  }
  return { id, theirs: theirsIn(service, restore) };
}

function theirsIn(service: Service, { settings = [] }: Restore): readonly string[] {
  return settings.filter((one) => holderOf(service, one) === 'theirs').map(({ name }) => name);
}

/** Some services are not to be restored, and the reason is said. */
function refuseUnwanted(
  { restore, ours }: RestoreService,
  { revision, settings }: { readonly revision: boolean; readonly settings: readonly ChangedSetting[] },
): void {
  const stays = revision ? restore.unless : settings.length > 0 ? restore.settingsUnless : undefined;
  if (stays === undefined) return;
  const what = revision
    ? `the service stays on ${nameIn(ours)}`
    : `these settings stay: ${settings.map(formatSetting).join(', ')}`;
  throw new Failure('ecs:UpdateService', { kind: 'verdict', because: `${stays}; ${what}` });
}

/**
 * The revision is named only where it has to change: where it is there already, someone's deployment of the last second
 * would be undone. A setting that AWS refuses must not keep the revision from being restored.
 */
async function askToRestore(
  aws: Aws,
  { place, restore }: RestoreService,
  moves: boolean,
  settings: ServiceSettings,
): Promise<string | undefined> {
  const revision = { cluster: place.cluster, service: place.service, ...(moves ? { taskDefinition: restore.to } : {}) };
  const ask = async (input: typeof revision & ServiceSettings): Promise<string | undefined> => {
    const { service } = await aws.call('ecs', 'UpdateService', input);
    return service === undefined ? undefined : primaryOf(service)?.id;
  };
  try {
    return await ask({ ...revision, ...settings });
  } catch (error) {
    const refused = isRefusedCall(error);
    if (!refused || !moves || Object.keys(settings).length === 0) throw error;
    await ask(revision);
    const because = `${nameIn(restore.to)} is being restored, but not ${Object.keys(settings).join(', ')}: ${formatError(error)}`;
    throw new Failure('ecs:UpdateService', { kind: 'verdict', because, evidence: error.evidence });
  }
}
