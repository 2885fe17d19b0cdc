import { readBelongings } from './aws/belongings.ts';
import { readInAccount } from './aws/caller.ts';
import { planUndeploy, waitForCanaries } from './commands/undeploy.ts';
import { execute } from './core/engine.ts';
import type { Outcome } from './core/outcome.ts';
import type { UndeployRequest } from './core/request.ts';
import { primaryOf } from './core/service.ts';
import { type Decision, decideAndDo, type Scene, tellFacts, worldFor } from './scene.ts';

/** Takes a service away: traffic, then tasks, then what was created with it. */
export async function undeploy(request: UndeployRequest, scene: Scene): Promise<Outcome> {
  const outcome = await decideAndDo(request, scene, () => decide(request, scene));
  // There is no canary that could be rejected: it has not come so far that the service was touched.
  return outcome.is === 'rejected' ? { ...outcome, is: 'failed' } : outcome;
}

/** A canary of somebody else is waited for first, where that is wanted. */
async function decide(request: UndeployRequest, scene: Scene): Promise<Decision> {
  let belongings = await readInAccount(
    scene.aws,
    request.account,
    () => readBelongings(scene.aws, request, scene.clock),
    ({ service }) => [service?.serviceArn],
  );
  const others = request.dryRun ? undefined : waitForCanaries(request, belongings);
  if (others !== undefined) {
    scene.report({ kind: 'planned', plan: others });
    const waited = await execute(others, worldFor(scene, request.place.cluster));
    if (waited.is !== 'succeeded') return { ended: waited };
    belongings = await readBelongings(scene.aws, request, scene.clock);
  }
  const { service } = belongings;
  const previous = service === undefined ? undefined : (primaryOf(service)?.taskDefinition ?? service.taskDefinition);
  tellFacts({ 'service-arn': service?.serviceArn, 'previous-task-definition-arn': previous }, scene);
  return { plan: planUndeploy(request, belongings) };
}
