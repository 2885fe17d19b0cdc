import type { Outcome } from '../model/outcome.ts';
import type { Request } from '../model/request.ts';
import type { Runtime } from './command-runtime.ts';
import { rollout } from './rollout/index.ts';

/** Runs any command. Never throws: the Outcome says how it went. Closes the clients of the runtime. */
export async function runCommand(request: Request, runtime: Runtime): Promise<Outcome> {
  const outcome = await carryOut(request, runtime);
  runtime.aws.close();
  return outcome;
}

/** Most runs are rollouts, so a rollout does not load the other commands. */
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
    case 'status':
    case 'follow':
    case 'continue':
    case 'abort':
      return (await import('./service-deployment.ts')).serviceDeployment(request, runtime);
    default:
      return request satisfies never;
  }
}
