import type { ActHandlers } from '../../engine/world.ts';
import type { Act, Orphan } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { second } from '../../model/duration.ts';
import type { FactName } from '../../model/event.ts';
import { Failure } from '../../model/failure.ts';
import type { Attachment } from '../../model/targets.ts';
import type { Undo } from '../../model/undos.ts';
import { adoptCanary, startCanary, stopUndo } from './canary.ts';
import { reportNonEssential } from './container-health.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import type { CanaryFound, Found, TargetFound } from './found.ts';
import { startOneOff, stopOneOffUndo } from './one-off.ts';
import { adoptDeployment, promote, restoreUndo } from './promotion.ts';
import { dropFamily, dropRevisions } from './retention.ts';
import { deregisterRevisionUndo, registerRevision } from './revision.ts';
import { createService, deleteService, deleteUndo } from './service-creation.ts';
import { countUndo, emptyService, recallUndo } from './service-removal.ts';
import { addressOf, deregisterUndo, instanceOf, registerTargets } from './target.ts';
import { readTasks } from './task.ts';

/** What changes something. */
export function actHandlers(context: HandlerContext, found: Found): ActHandlers {
  const { aws, clock, report } = context;
  const now = () => clock.now();
  const learn = (name: FactName, value: string) => report({ kind: 'fact', name, value });
  const revisionOf = (act: { readonly revision?: string }) => act.revision ?? found.revision ?? missing('revision');
  return {
    sweep: {
      // What a vanished run has left is put back as if it were our own: recorded here, unwound by the step after this one.
      undo: (act) =>
        act.orphans.flatMap((orphan) => strayUndos(act, orphan, `the ${nounOf(orphan)} of an earlier run`)),
      do: async () => undefined,
    },
    'register-revision': {
      undo: ({ definition, onlyFor }) =>
        onlyFor === undefined ? [] : [deregisterRevisionUndo(definition, onlyFor, now())],
      do: async ({ definition, onlyFor }) => {
        const since = now();
        found.revision = await registerRevision(aws, definition, since);
        learn('task-definition-arn', found.revision);
        return onlyFor && [deregisterRevisionUndo(definition, onlyFor, since, found.revision)];
      },
    },
    'start-canary': {
      undo: (act) => [stopUndo(started(act))],
      do: async (act) => {
        found.revision = revisionOf(act);
        found.canary = await startCanary(context, act, found.revision);
        learn('canary-task-arn', found.canary.arn);
        return [stopUndo({ ...started(act), tasks: [found.canary.arn] })];
      },
    },
    'adopt-canary': {
      undo: (act) => strayUndos(act, act.canary, 'the canary'),
      do: async (act) => {
        found.revision = act.revision;
        found.canary = await adoptCanary(context, act);
        learn('task-definition-arn', act.revision);
        learn('canary-task-arn', act.canary.task);
        return undefined;
      },
    },
    'run-task': {
      undo: (act) => [stopOneOffUndo(act)],
      do: async (act) => {
        found.revision = revisionOf(act);
        const oneOff = await startOneOff(context, act, found.revision);
        found.oneOffs.set(act.name, oneOff);
        if (act.alone) learn('task-arn', oneOff.arn);
        return act.unattended ? [] : [stopOneOffUndo(act, oneOff.arn)];
      },
    },
    'register-targets': {
      undo: async ({ place, attachments }) => {
        found.targets = await addresses(context, found.canary ?? missing('canary'), attachments);
        return [deregisterUndo(place.region, found.targets, Math.max(...attachments.map(({ drain }) => drain)))];
      },
      do: async () => {
        await registerTargets(aws, found.targets, now);
        return undefined;
      },
    },
    promote: {
      undo: (act) => [restoreUndo(act, revisionOf(act))],
      do: async (act) => {
        found.revision = revisionOf(act);
        if (found.canary !== undefined) reportNonEssential(found.canary, { over: true }, report);
        await promote(context, act, found.revision, found);
        if (found.deployment?.id) learn('deployment-id', found.deployment.id);
        return undefined;
      },
    },
    'adopt-deployment': {
      undo: (act) => [restoreUndo(act, act.revision)],
      do: async (act) => {
        found.revision = act.revision;
        found.deployment = adoptDeployment(act);
        learn('task-definition-arn', act.revision);
        learn('previous-task-definition-arn', act.restore.to);
        learn('deployment-id', act.deployment);
        return undefined;
      },
    },
    'deregister-revisions': {
      undo: () => [],
      do: async (act) => {
        await dropRevisions(context, act, revisionOf(act));
        return undefined;
      },
    },
    'create-service': {
      undo: (act) => [deleteUndo(act, { asked: now(), revision: revisionOf(act) })],
      do: async (act) => {
        found.revision = revisionOf(act);
        const { service, whose } = await createService(context, act, found.revision, found);
        if (service.serviceArn) learn('service-arn', service.serviceArn);
        if (found.deployment?.id) learn('deployment-id', found.deployment.id);
        return [deleteUndo(act, whose)];
      },
    },
    'empty-service': {
      undo: (act) => [countUndo(act)],
      do: async (act) => {
        await emptyService(context, act, found);
        return undefined;
      },
    },
    'delete-service': {
      undo: ({ place }) => [recallUndo(place)],
      do: async ({ place, force }) => {
        await deleteService(aws, place, force);
        found.deletedAt = now();
        return undefined;
      },
    },
    'deregister-family': {
      undo: () => [],
      do: async ({ family }) => {
        await dropFamily(context, family);
        return undefined;
      },
    },
  };
}

const started = ({ place, task, run, stopWithin }: Extract<Act, { kind: 'start-canary' }>) => ({
  region: place.region,
  cluster: place.cluster,
  startedBy: task.startedBy ?? '',
  run,
  stopWithin,
});

const nounOf = ({ oneOff }: Orphan): string => (oneOff ? 'one-off task' : 'canary');

type Taker = Extract<Act, { kind: 'sweep' | 'adopt-canary' }>;

/** How something that this process has not started is put away: out of traffic first, so it is recorded last. */
function strayUndos({ place, startedBy, stopWithin }: Taker, orphan: Orphan, what: string): readonly Undo[] {
  const { region, cluster } = place;
  const { task, run, targets, drain, oneOff } = orphan;
  const started = { region, cluster, startedBy, run, stopWithin, ...(oneOff ? { oneOff } : {}) };
  const stop = task === undefined ? [] : [stopUndo({ ...started, tasks: [task], title: `stop ${what}` })];
  const out = deregisterUndo(region, targets, drain, `take ${what} out of its target groups`);
  return targets.length === 0 ? stop : [...stop, out];
}

/** A plan that uses what none of its steps has made is a bug of a planner. */
function missing(what: string): never {
  throw new Error(`the plan uses a ${what} that it has not made`);
}

/** Where the load balancers reach the canary. Its address can come a moment after RUNNING. */
async function addresses(
  context: HandlerContext,
  canary: CanaryFound,
  attachments: readonly Attachment[],
): Promise<readonly TargetFound[]> {
  const { aws, cluster } = context;
  for (let look = 1; ; look++) {
    const task = canary.task;
    const instance = task === undefined ? undefined : await instanceOf(aws, cluster, task);
    const found = attachments.map((attachment) => {
      const address = task === undefined ? undefined : addressOf(task, attachment, instance);
      return address === undefined ? undefined : { targetGroup: attachment.targetGroup, ...address, attachment };
    });
    if (found.every((target) => target !== undefined)) return found;
    if (look === 6)
      throw noAddress(
        canary,
        attachments.filter((_, i) => found[i] === undefined),
      );
    await sleepOn(context)(2 * second);
    const [again] = await readTasks(aws, cluster, [canary.arn]);
    if (again !== undefined) canary.task = again;
  }
}

function noAddress(canary: CanaryFound, attachments: readonly Attachment[]): Failure {
  const ports = attachments.map((a) => `${a.container}:${a.containerPort} (target type ${a.targetType})`);
  return new Failure('register-targets', {
    kind: 'verdict',
    because: `the canary ${nameIn(canary.arn)} has no address for ${ports.join(', ')}`,
    next: 'Check that the target type fits the network mode: ip for awsvpc, instance for bridge and host.',
  });
}
