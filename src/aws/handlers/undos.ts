import type { Handlers } from '../../engine/world.ts';
import type { Undo } from '../../model/undos.ts';
import { stopTasks } from './canary.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import type { Found } from './found.ts';
import { restoreService } from './promotion.ts';
import { deregisterRevision } from './revision.ts';
import { deleteCreated } from './service-creation.ts';
import { recallService, restoreCount } from './service-removal.ts';
import { deregisterTargets, keyOf } from './target.ts';

/** What puts one thing back: it asks AWS and returns. */
export function undoHandlers(
  context: Pick<HandlerContext, 'aws' | 'clock' | 'signal'> & Partial<Pick<HandlerContext, 'report'>>,
  found: Found,
): Handlers<Undo, Promise<void>> {
  const { aws, clock } = context;
  return {
    'stop-tasks': async (undo) => {
      await stopTasks(aws, undo, sleepOn(context));
      for (const task of [found.canary, ...found.oneOffs.values()]) {
        if (task !== undefined && undo.tasks?.includes(task.arn)) task.stoppedAt = clock.now();
      }
    },
    'deregister-targets': async (undo) => {
      await deregisterTargets(aws, undo.targets);
      for (const target of undo.targets) found.takenOut.set(keyOf(target), clock.now());
    },
    'restore-service': async (undo) => {
      const { id, theirs } = await restoreService(aws, undo, sleepOn(context), found);
      if (id !== undefined) found.restored = { id, at: clock.now() };
      if (theirs.length > 0) {
        const message = `Someone else has changed ${theirs.join(', ')} of ${undo.place.service} since this run set it: it is left as it is.`;
        context.report?.({ kind: 'warning', message });
      }
    },
    'delete-service': async (undo) => {
      await deleteCreated(aws, undo, sleepOn(context));
      found.deletedAt = clock.now();
    },
    'deregister-revision': (undo) => deregisterRevision(aws, undo, sleepOn(context)),
    'restore-count': async (undo) => {
      await restoreCount(aws, undo);
      found.restored = { id: '', at: clock.now() };
    },
    'recall-service': ({ place }) => recallService(aws, place, sleepOn(context)),
  };
}
