import type { UndoHandlers } from '../../engine/world.ts';
import type { Place } from '../../model/place.ts';
import { keyOfPlace, type Lesson, type ServiceLearned } from '../../model/run-state.ts';
import { stopTasks } from './canary.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { serviceIn } from './learned.ts';
import { restoreService } from './promotion.ts';
import { deregisterRevision } from './revision.ts';
import { deleteCreated } from './service-creation.ts';
import { stopDeployment } from './service-deployment-stop.ts';
import { recallService, restoreCount } from './service-removal.ts';
import { deregisterTargets, keyOf } from './target.ts';
import { trafficUndos } from './traffic.ts';

/** What undoes one thing: it asks AWS and returns. */
export function undoHandlers(context: Pick<HandlerContext, 'aws' | 'clock' | 'signal' | 'report'>): UndoHandlers {
  const { aws, clock, report } = context;
  const sleep = sleepOn(context);
  const stopped = (names: readonly string[]): Lesson => ({
    stopped: Object.fromEntries(names.map((name) => [name, { at: clock.now() }])),
  });
  const ofService = (place: Place, news: ServiceLearned): Lesson => ({ services: { [keyOfPlace(place)]: news } });
  return {
    'stop-tasks': async (undo) => {
      await stopTasks(aws, undo, sleep);
      return stopped(undo.tasks ?? []);
    },
    'deregister-targets': async ({ targets }, state) => {
      await deregisterTargets(aws, targets);
      // It drains since it was deregistered for the first time.
      return stopped(targets.map(keyOf).filter((key) => state.learned.stopped[key] === undefined));
    },
    'restore-service': async (undo, state) => {
      const { id, theirs } = await restoreService(aws, undo, sleep, serviceIn(state, undo.place));
      if (theirs.length > 0) {
        const message = `Another run or user has changed ${theirs.join(', ')} of ${undo.place.service} since this run set it: it is left as it is.`;
        report({ kind: 'warning', message });
      }
      return id === undefined ? undefined : ofService(undo.place, { restored: { id, at: clock.now() } });
    },
    'stop-service-deployment': async (undo, state) => ofService(undo.place, await stopDeployment(context, undo, state)),
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
