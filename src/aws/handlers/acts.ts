import type { ActHandler, ActHandlers, Done } from '../../engine/world.ts';
import type { Act, Orphan } from '../../model/acts.ts';
import type { FactName } from '../../model/event.ts';
import type { Place } from '../../model/place.ts';
import {
  keyOfPlace,
  type Lesson,
  type RunState,
  type ServiceLearned,
  type TaskLearned,
} from '../../model/run-state.ts';
import type { Subject } from '../../model/subject.ts';
import type { Attachment, Target } from '../../model/targets.ts';
import { concernOf } from '../../model/traffic.ts';
import type { Undo } from '../../model/undos.ts';
import { readDrains } from '../snapshots/target-groups.ts';
import { findCanary, resumeCanary, startCanary, stopUndo } from './canary.ts';
import { reportNonEssential } from './container-health.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { missing, revisionIn, taskIn } from './learned.ts';
import { startOneOff, stopOneOffUndo } from './one-off.ts';
import { findPromotion, promote, restoreUndo } from './promotion.ts';
import { dropFamily, dropRevisions } from './retention.ts';
import { deregisterRevisionUndo, findOwnRevision, registerRevision } from './revision.ts';
import { createService, deleteService, deleteUndo, findCreated } from './service-creation.ts';
import { findStartedDeployment, startDeployment, stopDeploymentUndo } from './service-deployment-start.ts';
import { whyNotStopped } from './service-deployment-stop.ts';
import { countUndo, emptyService, recallUndo } from './service-removal.ts';
import { addressesOf, deregisterUndo, keyOf, registerTargets } from './target.ts';
import { trafficActs } from './traffic.ts';
import { actIn, splitUndos } from './traffic-undos.ts';

type Handler<K extends Act['kind']> = ActHandler<Extract<Act, { kind: K }>>;

/** What changes something. */
export function actHandlers(context: HandlerContext): ActHandlers {
  return {
    sweep,
    'register-revision': registerRevisionAct(context),
    'start-canary': startCanaryAct(context),
    'run-task': runTaskAct(context),
    'register-targets': registerTargetsAct(context),
    promote: promoteAct(context),
    'start-service-deployment': startDeploymentAct(context),
    'create-service': createServiceAct(context),
    ...withoutUndo(context),
    ...decisions(context),
    ...removal(context),
    ...trafficActs(context),
  };
}

/** Repeated, it does no harm. */
const repeatable = async () => ({ is: 'not-done' }) as const;

const report = ({ report }: HandlerContext, name: FactName, value: string): void =>
  report({ kind: 'fact', name, value });

const ofTask = (as: Subject, task: TaskLearned): Lesson => ({ tasks: { [as]: task } });

/** A task that takes the place of another one of the plan: what was known of that is forgotten. */
function ofNewTask(as: Subject, task: TaskLearned, state: RunState): Lesson {
  const before = Object.keys(taskIn(state, as) ?? {}).map((name) => [name, undefined]);
  return { tasks: { [as]: { ...Object.fromEntries(before), ...task } } };
}
const ofService = (place: { readonly place: ServicePlace }, news: ServiceLearned): Lesson => ({
  services: { [keyOfPlace(place.place)]: news },
});
type ServicePlace = Parameters<typeof keyOfPlace>[0];

/** What a vanished run has left is undone as if it were our own: recorded here, unwound by the step after this one. */
const sweep: Handler<'sweep'> = {
  undo: (act) => {
    const { orphans, splits = [] } = act;
    const undosOf = (orphan: Orphan) => strayUndos(act, orphan);
    // A canary with a share of the traffic is stopped after its traffic has returned to the service.
    const isIn = (orphan: Orphan, run: string): boolean => !orphan.oneOff && orphan.run === run;
    const alone = orphans.filter((orphan) => !splits.some(({ run }) => isIn(orphan, run)));
    const shared = splits.flatMap((split) => {
      return splitUndos(split, orphans.filter((orphan) => isIn(orphan, split.run)).flatMap(undosOf));
    });
    return [...alone.flatMap(undosOf), ...shared];
  },
  do: async () => ({}),
  find: repeatable,
};

function registerRevisionAct(context: HandlerContext): Handler<'register-revision'> {
  const { aws, clock } = context;
  const done = (act: Parameters<Handler<'register-revision'>['do']>[0], arn: string, since: number) => {
    const { as, definition, onlyFor } = act;
    report(context, 'task-definition-arn', arn);
    const undos = onlyFor && { undos: [deregisterRevisionUndo(definition, onlyFor, since, arn)] };
    // The definition is not needed any more, and it contains the user's values.
    const spent = { ...act, definition: { family: definition.family, containerDefinitions: [] } };
    return { learned: { revisions: { [as]: { arn } } }, spent, ...undos };
  };
  return {
    undo: ({ definition, onlyFor }, { at }) =>
      onlyFor === undefined ? [] : [deregisterRevisionUndo(definition, onlyFor, at)],
    do: async (act) => {
      const since = clock.now();
      return done(act, await registerRevision(aws, act.definition, since), since);
    },
    find: async (act, { inDoubt, at }) => {
      const since = inDoubt?.at ?? at;
      const arn = await findOwnRevision(aws, act.definition, since, sleepOn(context));
      return arn === undefined ? { is: 'not-done' } : { is: 'done', ...done(act, arn, since) };
    },
  };
}

function startCanaryAct(context: HandlerContext): Handler<'start-canary'> {
  type Start = Parameters<Handler<'start-canary'>['do']>[0];
  const done = (act: Start, canary: TaskLearned, state: RunState): Done<Start> => {
    report(context, 'canary-task-arn', canary.arn);
    return { learned: ofNewTask(act.as, canary, state), undos: [stopUndo({ ...started(act), tasks: [canary.arn] })] };
  };
  return {
    undo: (act) => [stopUndo(started(act))],
    do: async (act, { state }) => done(act, await startCanary(context, act, revisionIn(state, act.revision)), state),
    // StartTask knows no clientToken, and what RunTask has started is there before it is asked again.
    find: async (act, state) => {
      const revision = revisionIn(state, act.revision);
      const { at = state.at, earlier } = state.inDoubt ?? {};
      if (earlier?.task === undefined) {
        const canary = await findCanary(context, act, { revision, at, except: taskIn(state, act.as)?.arn });
        return canary === undefined ? { is: 'not-done' } : { is: 'done', ...done(act, canary, state) };
      }
      const { task, targets, drain } = earlier.task;
      const { learned = {}, undos = [] } = done(act, await resumeCanary(context, act, { revision, task }), state);
      // It may have been registered already: out of traffic first, so that is recorded last.
      const out = targets.length === 0 ? [] : [deregisterUndo(act.place, targets, drain)];
      return { is: 'done', learned, undos: [...undos, ...out] };
    },
  };
}

const runTaskAct = (context: HandlerContext): Handler<'run-task'> => ({
  undo: (act) => [stopOneOffUndo(act)],
  do: async (act, { state }) => {
    const task = await startOneOff(context, act, revisionIn(state, act.revision));
    if (state.plan.about === act.as) report(context, 'task-arn', task.arn);
    const undos = state.plan.unattended ? [] : [stopOneOffUndo(act, task.arn)];
    return { learned: ofTask(act.as, task), undos };
  },
  // With a clientToken the same call gives the same task, however often it is repeated.
  find: repeatable,
});

/** The addresses of the tasks are looked up first: the undo that names them is recorded before the first registration. */
const registerTargetsAct = (context: HandlerContext): Handler<'register-targets'> => ({
  undo: () => [],
  do: async ({ of, place, attachments, inCopies }, act) => {
    const behind = inCopies === undefined ? attachments : await copiesOf(context, attachments, place, act.state);
    const subjects = typeof of === 'string' ? [of] : of;
    const found = await Promise.all(
      subjects.map(async (subject) => {
        const task = taskIn(act.state, subject) ?? missing('canary');
        return [subject, await addressesOf(context, task, behind)] as const;
      }),
    );
    const drain = Math.max(...behind.map((attachment) => attachment.drain));
    // What is deregistered by one undo drains together.
    const before = inCopies === undefined ? [] : targetsIn(act.state, behind);
    const undo = deregisterUndo(place, [...before, ...found.flatMap(([, targets]) => targets)], drain);
    const concerns = inCopies === undefined ? {} : { concerns: concernOf(inCopies.run) };
    const ofTasks = (each: typeof found): Lesson => ({
      tasks: Object.fromEntries(each.map(([subject, targets]) => [subject, { targets }])),
    });
    await act.record([{ ...undo, ...concerns }], ofTasks(found));
    const registered = await registerTargets(
      context,
      found.flatMap(([, targets]) => targets),
    );
    const known = new Map(registered.map((target) => [keyOf(target), target]));
    const learned = found.map(
      ([subject, targets]) => [subject, targets.map((target) => known.get(keyOf(target)) ?? target)] as const,
    );
    return { learned: ofTasks(learned) };
  },
  find: repeatable,
});

/** The targets that this run has registered with these target groups so far. */
function targetsIn({ learned }: RunState, attachments: readonly Attachment[]): readonly Target[] {
  const groups = new Set(attachments.map(({ targetGroup }) => targetGroup));
  return Object.values(learned.tasks)
    .flatMap(({ targets = [] }) => targets)
    .filter(({ targetGroup }) => groups.has(targetGroup));
}

/** The same targets in the canary's target groups: a copy has the deregistration delay of its original, a given one its own. */
async function copiesOf(
  { aws }: HandlerContext,
  attachments: readonly Attachment[],
  place: Place,
  state: RunState,
): Promise<readonly Attachment[]> {
  const groups = state.learned.traffic[keyOfPlace(place)]?.groups ?? {};
  const created = actIn(state, 'create-target-groups')?.traffic.groups ?? [];
  const drains = await readDrains(
    aws,
    created.flatMap(({ given }) => given ?? []),
  );
  return attachments.map((attachment) => {
    const targetGroup = groups[attachment.targetGroup] ?? missing('target group');
    return { ...attachment, targetGroup, drain: drains.get(targetGroup) ?? attachment.drain };
  });
}

function promoteAct(context: HandlerContext): Handler<'promote'> {
  const done = (
    act: Parameters<Handler<'promote'>['do']>[0],
    deployment: NonNullable<ServiceLearned['deployment']>,
  ) => {
    if (deployment.id) report(context, 'deployment-id', deployment.id);
    return { learned: ofService(act, { deployment }) };
  };
  return {
    undo: (act, state) => [restoreUndo(act, revisionIn(state, act.revision))],
    do: async (act, { state }) => {
      const canary = act.canary === undefined ? undefined : taskIn(state, act.canary);
      if (canary !== undefined) reportNonEssential(canary, { over: true }, context);
      return done(act, await promote(context, act, state));
    },
    find: async (act, state) => {
      const found = await findPromotion(context, act, state);
      if (typeof found === 'object') return { is: 'done', ...done(act, found) };
      if (found === 'not-done') return { is: found };
      const because =
        'ECS shows the same deployment as before, so whether the forced deployment was requested is unknown';
      return { is: found, because };
    },
  };
}

function startDeploymentAct(context: HandlerContext): Handler<'start-service-deployment'> {
  const done = (act: Parameters<Handler<'start-service-deployment'>['do']>[0], ours: string, news: ServiceLearned) => {
    const arn = news.native?.arn;
    if (arn !== undefined) report(context, 'service-deployment-arn', arn);
    // Without its ARN nothing more is known than before the act.
    const undos = arn === undefined ? {} : { undos: [stopDeploymentUndo(act, ours, arn)] };
    return { learned: ofService(act, news), ...undos };
  };
  return {
    undo: (act, state) => [stopDeploymentUndo(act, revisionIn(state, act.revision))],
    do: async (act, { state }) => {
      return done(act, revisionIn(state, act.revision), await startDeployment(context, act, state));
    },
    find: async (act, state) => {
      const found = await findStartedDeployment(context, act, state);
      if (typeof found === 'object') return { is: 'done', ...done(act, revisionIn(state, act.revision), found) };
      if (found === 'not-done') return { is: found };
      return { is: found, because: 'ECS shows no new service deployment, and a forced one may still appear' };
    },
  };
}

function createServiceAct(context: HandlerContext): Handler<'create-service'> {
  const done = (
    act: Parameters<Handler<'create-service'>['do']>[0],
    { service, deployment, whose }: Awaited<ReturnType<typeof createService>>,
  ) => {
    if (service.serviceArn) report(context, 'service-arn', service.serviceArn);
    if (deployment.id) report(context, 'deployment-id', deployment.id);
    return { learned: ofService(act, { deployment }), undos: [deleteUndo(act, whose)] };
  };
  return {
    undo: (act, state) => [deleteUndo(act, { asked: state.at, revision: revisionIn(state, act.revision) })],
    do: async (act, { state }) => done(act, await createService(context, act, revisionIn(state, act.revision))),
    // The token makes CreateService idempotent.
    find: async (act, state) => {
      const { inDoubt, at } = state;
      const created = await findCreated(context, act, revisionIn(state, act.revision), inDoubt?.at ?? at);
      return created === undefined ? { is: 'not-done' } : { is: 'done', ...done(act, created) };
    },
  };
}

/** What is done after the point of no return, or needs no undo. */
const withoutUndo = (
  context: HandlerContext,
): { readonly [K in 'deregister-revisions' | 'deregister-family']: Handler<K> } => ({
  'deregister-revisions': {
    undo: () => [],
    do: async (act, { state }) => {
      await dropRevisions(context, act, revisionIn(state, act.revision));
      return {};
    },
    find: repeatable,
  },
  'deregister-family': {
    undo: () => [],
    do: async ({ family }) => {
      await dropFamily(context, family);
      return {};
    },
    find: repeatable,
  },
});

/** What a person decides about a service deployment. ECS is asked, and does it alone. */
const decisions = ({
  aws,
}: HandlerContext): { readonly [K in 'abort-service-deployment' | 'continue-service-deployment']: Handler<K> } => ({
  'abort-service-deployment': {
    undo: () => [],
    do: async ({ deployment }) => {
      try {
        await aws.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: deployment, stopType: 'ROLLBACK' });
      } catch (error) {
        throw await whyNotStopped(aws, deployment, error);
      }
      return {};
    },
    find: repeatable,
  },
  'continue-service-deployment': {
    undo: () => [],
    do: async ({ deployment, hooks }) => {
      for (const hookId of hooks) {
        const input = { serviceDeploymentArn: deployment, hookId, action: 'CONTINUE' as const };
        await aws.call('ecs', 'ContinueServiceDeployment', input);
      }
      return {};
    },
    find: repeatable,
  },
});

/** Removing a service; what was asked for twice is asked for once. */
const removal = (context: HandlerContext): { readonly [K in 'empty-service' | 'delete-service']: Handler<K> } => ({
  'empty-service': {
    undo: (act) => [countUndo(act)],
    do: async (act) => ({ learned: ofService(act, { emptied: await emptyService(context, act) }) }),
    find: repeatable,
  },
  'delete-service': {
    undo: ({ place }) => [recallUndo(place)],
    do: async (act) => {
      await deleteService(context.aws, act.place, act.force);
      return { learned: ofService(act, { deletedAt: context.clock.now() }) };
    },
    find: repeatable,
  },
});

const started = ({ place, task, run, stopWithin }: Extract<Act, { kind: 'start-canary' }>) => ({
  place,
  startedBy: task.startedBy ?? '',
  run,
  stopWithin,
});

const nounOf = ({ oneOff }: Orphan): string => (oneOff ? 'one-off task' : 'canary');

/** How something that an earlier run has started is put away: out of traffic first, so it is recorded last. */
function strayUndos(
  { place, startedBy, stopWithin }: Extract<Act, { kind: 'sweep' }>,
  orphan: Orphan,
): readonly Undo[] {
  const { task, run, targets, drain, oneOff } = orphan;
  const what = `the ${nounOf(orphan)} of an earlier run`;
  const started = { place, startedBy, run, stopWithin, ...(oneOff ? { oneOff } : {}) };
  const stop = task === undefined ? [] : [stopUndo({ ...started, tasks: [task], title: `stop ${what}` })];
  const out = deregisterUndo(place, targets, drain, `deregister ${what} from its target groups`);
  return targets.length === 0 ? stop : [...stop, out];
}
