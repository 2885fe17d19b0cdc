import type { Outcome } from '../model/outcome.ts';
import type { Request } from '../model/request.ts';
import type { Runtime } from './plan-and-execute.ts';
import { rollout } from './rollout/index.ts';

/** Carries out what was asked, whatever the command. Never throws: how it went is the Outcome. The scene is over afterwards. */
export async function runCommand(request: Request, runtime: Runtime): Promise<Outcome> {
  const outcome = await carryOut(request, runtime);
  runtime.aws.close();
  return outcome;
}

/** A rollout, which is what nearly all ask for, does not load the other commands. */
async function carryOut(request: Request, runtime: Runtime): Promise<Outcome> {
  switch (request.command) {
    case 'rollout':
    case 'rollback':
      return rollout(request, runtime);
    case 'up':
      return (await import('./up.ts')).up(request, runtime);
    case 'undeploy':
      return (await import('./undeploy.ts')).undeploy(request, runtime);
    case 'sweep':
      return (await import('./sweep.ts')).sweep(request, runtime);
    case 'register':
      return (await import('./register.ts')).register(request, runtime);
    case 'run':
      return (await import('./run.ts')).run(request, runtime);
    default:
      return request satisfies never;
  }
}
