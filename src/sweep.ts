import { readInAccount } from './aws/caller.ts';
import { readRemains } from './aws/stray.ts';
import { planSweep } from './commands/sweep.ts';
import type { Outcome } from './core/outcome.ts';
import type { SweepRequest } from './core/request.ts';
import { decideAndDo, type Scene } from './scene.ts';

/** Puts back what rollouts that are gone have left behind. */
export async function sweep(request: SweepRequest, scene: Scene): Promise<Outcome> {
  const outcome = await decideAndDo(request, scene, async () => {
    const remains = await readInAccount(
      scene.aws,
      request.account,
      () => readRemains(scene.aws, request.place, scene.clock),
      ({ serviceArn }) => [serviceArn],
    );
    return { plan: planSweep(request, remains) };
  });
  return outcome.is === 'succeeded' && outcome.leftovers.length > 0 ? unfinished(outcome) : outcome;
}

/** To a rollout that is done, what is left over is a warning; to a sweep it is all that matters. */
function unfinished({ serviceIntact, leftovers }: Outcome): Outcome {
  const because = leftovers.map(({ what, because }) => `could not ${what}: ${because}`).join('; ');
  const cause = { what: 'put back what earlier runs have left behind', because, evidence: [], next: '' };
  return { is: 'failed', serviceIntact, cause, leftovers };
}
