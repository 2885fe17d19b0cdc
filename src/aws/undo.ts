import type { Undo } from '../core/plan.ts';
import type { Handlers } from '../core/world.ts';
import { stopTasks } from './canary.ts';
import type { Found } from './found.ts';
import { type Ground, sleepOn } from './ground.ts';
import { restoreService } from './promotion.ts';
import { deregisterTargets } from './target.ts';

/** What puts one thing back: it asks AWS and returns. */
export function undos(ground: Pick<Ground, 'aws' | 'clock' | 'signal'>, found: Found): Handlers<Undo, Promise<void>> {
  const { aws, clock } = ground;
  return {
    'stop-tasks': (undo) => stopTasks(aws, undo, sleepOn(ground)),
    'deregister-targets': async (undo) => {
      await deregisterTargets(aws, undo.targets);
      for (const target of found.targets) target.deregisteredAt ??= clock.now();
    },
    'restore-service': (undo) => restoreService(aws, undo, sleepOn(ground)),
  };
}
