import type { Undo } from '../core/plan.ts';
import type { Handlers } from '../core/world.ts';
import { stopTasks } from './canary.ts';
import { deleteCreated } from './creation.ts';
import { recallService, restoreCount } from './departure.ts';
import type { Found } from './found.ts';
import { type Ground, sleepOn } from './ground.ts';
import { restoreService } from './promotion.ts';
import { deregisterRevision } from './revision.ts';
import { deregisterTargets, keyOf } from './target.ts';

/** What puts one thing back: it asks AWS and returns. */
export function undos(
  ground: Pick<Ground, 'aws' | 'clock' | 'signal'> & Partial<Pick<Ground, 'report'>>,
  found: Found,
): Handlers<Undo, Promise<void>> {
  const { aws, clock } = ground;
  return {
    'stop-tasks': async (undo) => {
      await stopTasks(aws, undo, sleepOn(ground));
      for (const task of [found.canary, ...found.oneOffs.values()]) {
        if (task !== undefined && undo.tasks?.includes(task.arn)) task.stoppedAt = clock.now();
      }
    },
    'deregister-targets': async (undo) => {
      await deregisterTargets(aws, undo.targets);
      for (const target of undo.targets) found.takenOut.set(keyOf(target), clock.now());
    },
    'restore-service': async (undo) => {
      const { id, theirs } = await restoreService(aws, undo, sleepOn(ground), found);
      if (id !== undefined) found.restored = { id, at: clock.now() };
      if (theirs.length > 0) {
        const message = `Someone else has changed ${theirs.join(', ')} of ${undo.place.service} since this run set it: it is left as it is.`;
        ground.report?.({ kind: 'warning', message });
      }
    },
    'delete-service': async (undo) => {
      await deleteCreated(aws, undo, sleepOn(ground));
      found.deletedAt = clock.now();
    },
    'deregister-revision': (undo) => deregisterRevision(aws, undo, sleepOn(ground)),
    'restore-count': async (undo) => {
      await restoreCount(aws, undo);
      found.restored = { id: '', at: clock.now() };
    },
    'recall-service': ({ place }) => recallService(aws, place, sleepOn(ground)),
  };
}
