import { readRemains } from './aws/stray.ts';
import { planSweep } from './commands/sweep.ts';
import { execute } from './core/engine.ts';
import type { Outcome } from './core/outcome.ts';
import type { SweepRequest } from './core/request.ts';
import { refused, type Scene, worldFor } from './perform.ts';

/** Puts back what rollouts that are gone have left behind. Never throws; the scene is over afterwards. */
export async function sweep(request: SweepRequest, scene: Scene): Promise<Outcome> {
  const outcome = await lookAndSweep(request, scene);
  scene.aws.close();
  return outcome;
}

async function lookAndSweep(request: SweepRequest, scene: Scene): Promise<Outcome> {
  try {
    const remains = await readRemains(scene.aws, request.place, scene.clock);
    const plan = planSweep(request, remains);
    scene.report({ kind: 'planned', plan });
    if (request.dryRun) return { is: 'planned', serviceIntact: true, leftovers: [] };
    const outcome = await execute(plan, worldFor(scene, request.place.cluster));
    return outcome.is === 'succeeded' && outcome.leftovers.length > 0 ? unfinished(outcome) : outcome;
  } catch (error) {
    return refused(error, scene.signal);
  }
}

/** To a rollout that is done, what is left over is a warning; to a sweep it is all that matters. */
function unfinished({ serviceIntact, leftovers }: Outcome): Outcome {
  const because = leftovers.map(({ what, because }) => `could not ${what}: ${because}`).join('; ');
  const cause = { what: 'put back what earlier runs have left behind', because, evidence: [], next: '' };
  return { is: 'failed', serviceIntact, cause, leftovers };
}
