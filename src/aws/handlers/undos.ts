import type { UndoHandlers } from '../../engine/world.ts';
import { allOrThrow } from '../../model/all-or-throw.ts';
import type { Place } from '../../model/place.ts';
import { keyOfPlace, type Lesson, type RunState, type ServiceLearned } from '../../model/run-state.ts';
import { isSame, type Undo } from '../../model/undos.ts';
import { stopTasks } from './canary.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { serviceIn } from './learned.ts';
import { restoreService } from './promotion.ts';
import { deregisterRevision } from './revision.ts';
import { deleteCreated } from './service-creation.ts';
import { recallService, restoreCount } from './service-removal.ts';
import { deregisterTargets, keyOf } from './target.ts';
import { trafficUndos } from './traffic.ts';

/** What undoes one thing: it asks AWS and returns. */
export function undoHandlers(context: Pick<HandlerContext, 'aws' | 'clock' | 'signal' | 'report'>): UndoHandlers {
  const { aws, clock, report } = context;
  const sleep = sleepOn(context);
  const stopped = (names: readonly string[], { learned }: RunState): Lesson => {
    const news = names.filter((name) => learned.stopped[name] === undefined);
    return { stopped: Object.fromEntries(news.map((name) => [name, { at: clock.now() }])) };
  };
  const ofService = (place: Place, news: ServiceLearned): Lesson => ({ services: { [keyOfPlace(place)]: news } });
  return {
    'stop-tasks': async (undo, state) => {
      const all = withSiblings(undo, state);
      await allOrThrow(all.map((one) => stopTasks(aws, one, sleep)));
      return stopped(
        all.flatMap(({ tasks = [] }) => tasks),
        state,
      );
    },
    'deregister-targets': async (undo, state) => {
      const targets = withSiblings(undo, state).flatMap((one) => one.targets);
      await deregisterTargets(aws, targets);
      return stopped(targets.map(keyOf), state);
    },
    'restore-service': async (undo, state) => {
      const { id, theirs } = await restoreService(aws, undo, sleep, serviceIn(state, undo.place));
      if (theirs.length > 0) {
        const message = `Another run or user has changed ${theirs.join(', ')} of ${undo.place.service} since this run set it: it is left as it is.`;
        report({ kind: 'warning', message });
      }
      return id === undefined ? undefined : ofService(undo.place, { restored: { id, at: clock.now() } });
    },
    'delete-service': async (undo) => {
      await deleteCreated(aws, undo, sleep);
      return ofService(undo.place, { deletedAt: clock.now() });
    },
    'deregister-revision': async (undo) => {
      await deregisterRevision(aws, undo, sleep);
      return undefined;
    },
    'restore-count': async (undo) => {
      await restoreCount(aws, undo);
      return ofService(undo.place, { restored: { id: '', at: clock.now() } });
    },
    'recall-service': async ({ place }) => {
      await recallService(aws, place, sleep);
      return undefined;
    },
    ...trafficUndos(context),
  };
}

/** All undos of this kind that concern the same: requested together, they take the time of one. */
function withSiblings<K extends Undo['kind']>(
  undo: Extract<Undo, { kind: K }>,
  { journal }: RunState,
): readonly [Extract<Undo, { kind: K }>, ...Extract<Undo, { kind: K }>[]] {
  const siblings = journal.filter(
    (other): other is Extract<Undo, { kind: K }> =>
      other.kind === undo.kind &&
      undo.concerns !== undefined &&
      other.concerns === undo.concerns &&
      !isSame(other, undo),
  );
  return [undo, ...siblings];
}
