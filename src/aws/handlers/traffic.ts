import type { ActHandler, ActHandlers, Heartbeat, UndoHandlers } from '../../engine/world.ts';
import type { Act } from '../../model/acts.ts';
import { minute } from '../../model/duration.ts';
import type { Place } from '../../model/place.ts';
import { keyOfPlace, type Lesson, type RunState } from '../../model/run-state.ts';
import { guardName, type Traffic, type TrafficLearned, type Weight } from '../../model/traffic.ts';
import type { Undo } from '../../model/undos.ts';
import { actionsAt, actionsOfOnly, sameActions, showWeight } from '../../model/weights.ts';
import { createGroups, deleteGroups, groupsIn, renewGroups } from './canary-groups.ts';
import { findCanaries, startCanaries, stopCanariesUndo } from './canary-tasks.ts';
import type { HandlerContext } from './context.ts';
import { createGuard, deleteGuard, moveGuard } from './guard.ts';
import { revisionIn } from './learned.ts';
import { restoreRoutes, returnTraffic } from './return-traffic.ts';
import { formatWeight, rewriteRoutes } from './routes.ts';
import { resumeScaleIn, suspendScaleIn } from './scale-in.ts';
import { readLoad } from './stable-load.ts';
import { healthyTargets, keyOf } from './target.ts';
import {
  actIn,
  deleteGroupsUndo,
  deleteGuardUndo,
  resolved,
  restoreRoutesUndo,
  resumeUndo,
  returnUndo,
  weightsIn,
} from './traffic-undos.ts';

type Handler<K extends Act['kind']> = ActHandler<Extract<Act, { kind: K }>>;

/** Repeated, it does no harm. */
const repeatable = async () => ({ is: 'not-done' }) as const;

/** The weight that was read back last, in percent. */
const reportWeight = ({ report }: Pick<HandlerContext, 'report'>, weight: Weight): void =>
  report({ kind: 'fact', name: 'weight', value: showWeight(weight) });

const ofTraffic = (place: Place, traffic: TrafficLearned): Lesson => ({ traffic: { [keyOfPlace(place)]: traffic } });

/** An undo that the journal already has must stay in it when this act is refused. */
const unlessThere = (undo: Undo, { journal }: RunState): readonly Undo[] =>
  journal.some(({ id }) => id !== undefined && id === undo.id) ? [] : [undo];

/** Acts that share the requests of a service with its canary. */
export const trafficActs = (context: HandlerContext) =>
  ({
    'start-canaries': startCanariesAct(context),
    'create-target-groups': createGroupsAct(context),
    'join-routes': joinRoutesAct(context),
    'set-weight': setWeightAct(context),
    'end-split': endSplitAct(context),
    'suspend-scale-in': {
      undo: (act) => (act.found.scaleInSuspended ? [] : [resumeUndo(act, act.found)]),
      do: async (act) => ((await suspendScaleIn(context, act)) ? {} : { undos: [] }),
      find: repeatable,
    } satisfies Handler<'suspend-scale-in'>,
    'create-guard': {
      undo: (act) => [deleteGuardUndo(act, act.routes)],
      do: async (act) => {
        await createGuard(context, act);
        return {};
      },
      find: repeatable,
    } satisfies Handler<'create-guard'>,
  }) satisfies Partial<ActHandlers>;

const startCanariesAct = (context: HandlerContext): Handler<'start-canaries'> => {
  const done = (
    act: Parameters<Handler<'start-canaries'>['do']>[0],
    tasks: Awaited<ReturnType<typeof startCanaries>>,
  ) => {
    const known = act.as.flatMap((subject, i) => {
      const task = tasks[i];
      return task === undefined ? [] : [[subject, { ...forgotten, ...task }] as const];
    });
    for (const { arn } of tasks) context.report({ kind: 'fact', name: 'canary-task-arn', value: arn });
    const arns = tasks.map(({ arn }) => arn);
    return { learned: { tasks: Object.fromEntries(known) }, undos: [stopCanariesUndo(act, arns)] };
  };
  return {
    undo: (act) => [stopCanariesUndo(act)],
    do: async (act, { state }) => done(act, await startCanaries(context, act, revisionIn(state, act.revision), state)),
    find: async (act, state) => {
      const found = await findCanaries(context, act, revisionIn(state, act.revision), state);
      if (found.length === 0) return { is: 'not-done' };
      if (found.length === act.as.length) return { is: 'done', ...done(act, found) };
      const because = `ECS shows ${found.length} of ${act.as.length} canary tasks`;
      return { is: 'unknown', because };
    },
  };
};

/** A task that replaces another one starts without its targets and evidence. */
const forgotten = { task: undefined, createdAt: undefined, running: undefined, targets: undefined, told: undefined };

const createGroupsAct = (context: HandlerContext): Handler<'create-target-groups'> => ({
  undo: ({ place, owner, traffic }) => [deleteGroupsUndo({ place, run: owner.run }, traffic.groups)],
  do: async (act) => ({ learned: ofTraffic(act.place, { groups: await createGroups(context, act) }) }),
  find: repeatable,
});

const joinRoutesAct = (context: HandlerContext): Handler<'join-routes'> => ({
  undo: (act, state) => [restoreRoutesUndo(act, resolved(act.traffic, act.place, state))],
  do: async (act, { state }) => {
    const { place } = act;
    const traffic = resolved(act.traffic, place, state);
    const stableTargets = await readStable(context, traffic);
    const loadPerTask = await readLoad(context, place, traffic, { minutes: 15, which: 'busiest' });
    await rewriteRoutes(context, {
      what: 'add the canary target group to the listener rules',
      ...traffic,
      isOurs: (route, actions) => sameActions(actions, route.actions),
      wanted: (route) => actionsAt(route, traffic.groups, 0),
    });
    const writtenAt = context.clock.now();
    reportWeight(context, 0);
    const load = loadPerTask === undefined ? {} : { loadPerTask };
    return { learned: ofTraffic(place, { weight: 0, writtenAt, stableTargets, ...load }) };
  },
  find: repeatable,
});

async function readStable({ aws }: HandlerContext, { groups }: Traffic): Promise<readonly string[]> {
  const healthy = await Promise.all(groups.map(({ stable }) => healthyTargets(aws, stable)));
  return healthy.flat().map(keyOf);
}

const setWeightAct = (context: HandlerContext): Handler<'set-weight'> => ({
  undo: (act, state) => {
    const { place, run } = act;
    const known = state.learned.traffic[keyOfPlace(place)];
    const guard = actIn(state, 'create-guard');
    const undo = returnUndo({ place, run }, resolved(act.traffic, place, state), weightsIn(state), {
      ...(known?.stableTargets === undefined ? {} : { healthyBefore: known.stableTargets.length }),
      ...(guard === undefined ? {} : { guards: guard.routes.map((route) => guardName(place, run, route)) }),
    });
    return unlessThere(undo, state);
  },
  do: async (act, { state }) => {
    const { place, from, weight } = act;
    const traffic = resolved(act.traffic, place, state);
    await rewriteRoutes(context, {
      what: `set the weight of the canary to ${formatWeight(weight)}`,
      ...traffic,
      isOurs: (route, actions) => sameActions(actions, actionsAt(route, traffic.groups, from)),
      wanted: (route) => actionsAt(route, traffic.groups, weight),
    });
    reportWeight(context, weight);
    return { learned: ofTraffic(place, { weight, writtenAt: context.clock.now() }) };
  },
  // A route that has the weight already is not written again.
  find: repeatable,
});

/** What a person has asked for with `on-split: roll-back` stays, whatever becomes of the rollout. */
const endSplitAct = (context: HandlerContext): Handler<'end-split'> => ({
  undo: () => [],
  do: async ({ place, traffic, own }) => {
    await rewriteRoutes(context, {
      what: 'return all traffic to the service',
      routes: traffic.routes,
      groups: [],
      isOurs: (route, actions) => sameActions(actions, route.actions),
      wanted: (route) => actionsOfOnly(route, own),
    });
    return { learned: ofTraffic(place, { writtenAt: context.clock.now() }) };
  },
  // A route that is written already is not written again.
  find: repeatable,
});

/** The step at which the run fails. */
const failedAt = ({ plan, failing }: RunState) => (failing === undefined ? undefined : plan.steps[failing.step]);

/** Returns the requests to the service. */
export const trafficUndos = (context: Pick<HandlerContext, 'aws' | 'clock' | 'signal' | 'report'>) =>
  ({
    'return-traffic': async (undo, state) => {
      const { place } = undo;
      const wrote = await returnTraffic(context, undo, state);
      reportWeight(context, 0);
      const known = state.learned.traffic[keyOfPlace(place)];
      // A change of weights that failed can have had an effect before it was undone.
      const isLate = wrote || known?.weight !== 0 || failedAt(state)?.kind === 'set-weight';
      const writtenAt = isLate ? context.clock.now() : known.writtenAt;
      return ofTraffic(place, { weight: 0, ...(writtenAt === undefined ? {} : { writtenAt }) });
    },
    'restore-routes': async (undo) => {
      await restoreRoutes(context, undo);
      return undefined;
    },
    'delete-target-groups': async (undo) => {
      await deleteGroups(context, undo);
      return undefined;
    },
    'resume-scale-in': async (undo) => {
      await resumeScaleIn(context.aws, undo);
      return undefined;
    },
    'delete-guard': async ({ names }) => {
      await deleteGuard(context.aws, names);
      return undefined;
    },
  }) satisfies Partial<UndoHandlers>;

/** Renews the owner tags of the canary's groups, and moves the schedules that would restore the routes forward. */
export const trafficHeartbeat = (context: HandlerContext): Heartbeat => ({
  title: 'renewing the owner tags of the canary',
  every: 2 * minute,
  beat: async (state) => {
    const has = (kind: Undo['kind']): boolean => state.journal.some((undo) => undo.kind === kind);
    const groups = has('delete-target-groups') ? groupsIn(state) : [];
    const guard = has('delete-guard') ? actIn(state, 'create-guard') : undefined;
    const results = await Promise.allSettled([
      groups.length === 0 ? undefined : renewGroups(context, groups),
      guard === undefined ? undefined : moveGuard(context, guard),
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  },
});
