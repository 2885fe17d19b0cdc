import type { Outcome } from './core/outcome.ts';
import type { Request } from './core/request.ts';
import { rollOut } from './rollout.ts';
import type { Scene } from './scene.ts';

/** Carries out what was asked, whatever the command. Never throws: how it went is the Outcome. The scene is over afterwards. */
export async function perform(request: Request, scene: Scene): Promise<Outcome> {
  const outcome = await carryOut(request, scene);
  scene.aws.close();
  return outcome;
}

/** A rollout, which is what nearly all ask for, does not load the other commands. */
async function carryOut(request: Request, scene: Scene): Promise<Outcome> {
  switch (request.command) {
    case 'rollout':
    case 'rollback':
      return rollOut(request, scene);
    case 'up':
      return (await import('./up.ts')).up(request, scene);
    case 'undeploy':
      return (await import('./undeploy.ts')).undeploy(request, scene);
    case 'sweep':
      return (await import('./sweep.ts')).sweep(request, scene);
    case 'run':
      return (await import('./run.ts')).runOnce(request, scene);
    default:
      return request satisfies never;
  }
}
