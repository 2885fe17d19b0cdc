import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Duration, minute, second } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { keyOfPlace, type RunState } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import type { Route } from '../../model/traffic.ts';
import type { Undo } from '../../model/undos.ts';
import {
  actionsAt,
  foundActions,
  sameActions,
  showWeight,
  weightIn,
  withoutCanary,
  writtenWith,
} from '../../model/weights.ts';
import type { Aws } from '../client/account.ts';
import { type HandlerContext, type Sleep, sleepOn } from './context.ts';
import { deleteGuard } from './guard.ts';
import { foreignChange, foreignFailure, readBack, readRoutes, writeRoute } from './routes.ts';
import { readService } from './service.ts';
import { healthyTargets, keyOf } from './target.ts';

type Context = Pick<HandlerContext, 'aws' | 'clock' | 'signal' | 'report'>;
type ReturnTraffic = Extract<Undo, { kind: 'return-traffic' }>;
type RestoreService = Extract<Undo, { kind: 'restore-service' }>;

/** Whether no canary receives requests through these actions. */
const isFree = (actions: readonly Action[] | undefined, { groups }: ReturnTraffic['traffic']): boolean =>
  actions === undefined || (weightIn(actions, groups) ?? 0) === 0;

/**
 * Sets weight 0 on every route that this run has written; returns whether anything was written. Each route is tried, even
 * if another one fails. A change of another process stays: the canary then keeps its share and must not be stopped.
 */
export async function returnTraffic(context: Context, undo: ReturnTraffic, state: RunState): Promise<boolean> {
  const { aws } = context;
  const { traffic } = undo;
  await waitForService(context, undo, state);
  const weights = ownWeights(undo, state);
  const now = await readRoutes(aws, traffic.routes);
  const sharing = traffic.routes.filter((route) => !isFree(now.get(route.arn), traffic));
  const isOurs = (route: Route): boolean =>
    writtenWith(route, traffic.groups, weights, now.get(route.arn) ?? []) !== undefined;
  const ours = sharing.filter(isOurs);
  const results = await Promise.allSettled(
    ours.map((route) => writeRoute(aws, route, actionsAt(route, traffic.groups, 0))),
  );
  const foreign = sharing.find((route) => !ours.includes(route));
  if (foreign !== undefined) {
    // A schedule that is invoked would overwrite the change of the other process.
    await deleteGuard(aws, undo.guards ?? []).catch(() => {});
    const weight = weightIn(now.get(foreign.arn) ?? [], traffic.groups) ?? 0;
    context.report({ kind: 'fact', name: 'weight', value: showWeight(weight) });
    throw foreignFailure(
      'return all traffic to the service',
      foreignChange(foreign, now.get(foreign.arn), traffic.groups),
    );
  }
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (ours.length > 0) await readBack(aws, ours, (_, actions) => isFree(actions, traffic), sleepOn(context));
  return ours.length > 0;
}

/** The weights that this run can have written: in a process that only has the journal, all weights of the plan. */
function ownWeights(
  { weights, place }: ReturnTraffic,
  { learned, plan, failing, next }: RunState,
): ReturnTraffic['weights'] {
  const known = learned.traffic[keyOfPlace(place)]?.weight;
  if (known === undefined || weights === 'any') return weights;
  const step = plan.steps[failing?.step ?? next];
  return [0, known, ...(step?.kind === 'set-weight' ? [step.weight, step.from] : [])];
}

/**
 * After a failed promotion the canary may be the only one that serves. Its traffic returns when the service has as many
 * healthy targets of the previous revision as before.
 */
async function waitForService(context: Context, undo: ReturnTraffic, state: RunState): Promise<void> {
  const { place, healthyBefore = 0 } = undo;
  const restoring = state.journal.find(
    (other): other is RestoreService =>
      other.kind === 'restore-service' && keyOfPlace(other.place) === keyOfPlace(place),
  );
  // After a success the service is stable, and nothing has to be restored.
  const isFailing = state.failing !== undefined || state.plan.steps.length === 0;
  if (restoring === undefined || healthyBefore === 0 || !isFailing) return;
  const { clock } = context;
  // A process that only unwinds, such as the post step, has little time.
  const patience: Duration = state.plan.steps.length === 0 ? minute : restoring.restore.within;
  const end = clock.now() + patience;
  const old = new Set(state.learned.traffic[keyOfPlace(place)]?.stableTargets ?? []);
  for (;;) {
    if (await canServe(context.aws, undo, restoring, old)) return;
    if (clock.now() >= end) throw notRestored(undo, restoring);
    await sleepOn(context)(5 * second);
  }
}

async function canServe(
  aws: Aws,
  { place, traffic, healthyBefore = 0 }: ReturnTraffic,
  { restore }: RestoreService,
  old: ReadonlySet<string>,
): Promise<boolean> {
  const healthy = (await Promise.all(traffic.groups.map(({ stable }) => healthyTargets(aws, stable)))).flat();
  if (healthy.filter((target) => old.has(keyOf(target))).length >= healthyBefore) return true;
  if (healthy.length < healthyBefore) return false;
  // New targets belong to the previous revision only if the service runs nothing else.
  const service = await readService(aws, place);
  const others = (service.deployments ?? []).filter(({ taskDefinition, runningCount = 0 }) => {
    return taskDefinition !== restore.to && runningCount > 0;
  });
  return primaryOf(service)?.taskDefinition === restore.to && others.length === 0;
}

const notRestored = ({ healthyBefore }: ReturnTraffic, { restore }: RestoreService): Failure =>
  new Failure('return all traffic to the service', {
    kind: 'verdict',
    because: `the service does not have ${healthyBefore} healthy targets of ${restore.to} again, so the canary keeps its traffic`,
    next: 'When the service is healthy again, set the weights with these commands, then stop the canary tasks.',
  });

/** Restores the routes exactly. From a change of another process, only the canary's groups are removed. */
export async function restoreRoutes(
  context: Context,
  { traffic }: Extract<Undo, { kind: 'restore-routes' }>,
): Promise<void> {
  const { aws } = context;
  const { routes, groups } = traffic;
  const now = await readRoutes(aws, routes);
  const wanted = routes.flatMap((route): readonly (readonly [Route, readonly Action[]])[] => {
    const actions = now.get(route.arn);
    if (actions === undefined || sameActions(actions, route.actions)) return [];
    const weight = weightIn(actions, groups);
    if (weight === undefined) return [];
    if (writtenWith(route, groups, [0], actions) !== undefined) return [[route, foundActions(route)]];
    const theirs = weight === 0 ? withoutCanary(actions, groups) : undefined;
    if (theirs === undefined) throw foreignFailure('restore the listener rules', foreignChange(route, actions, groups));
    return [[route, theirs]];
  });
  const results = await Promise.allSettled(wanted.map(([route, actions]) => writeRoute(aws, route, actions)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  await seeRestored(aws, new Map(wanted), sleepOn(context));
}

async function seeRestored(aws: Aws, wanted: ReadonlyMap<Route, readonly Action[]>, sleep: Sleep): Promise<void> {
  if (wanted.size === 0) return;
  const isRestored = (route: Route, actions: readonly Action[] | undefined): boolean =>
    actions === undefined || sameActions(actions, wanted.get(route) ?? []);
  await readBack(aws, [...wanted.keys()], isRestored, sleep);
}
