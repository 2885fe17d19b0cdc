import { connect, newToken, wallClock } from './connect.ts';
import { Refusal } from './core/problem.ts';
import { createReporter } from './core/report.ts';
import { tellRefusal } from './github/ending.ts';
import { createMask } from './github/mask.ts';
import { outputFor } from './github/runner.ts';
import { markBegun } from './github/state.ts';
import { perform } from './perform.ts';
import { publish } from './publish.ts';
import { type Asked, type Environment, readRequest } from './request.ts';

/** Read, look, decide, do, tell. */
export async function main(environment: Environment): Promise<void> {
  markBegun();
  const asked = await read(environment);
  if (asked === undefined) return;
  if (asked.inputs.command === 'rehearse') {
    const { rehearse } = await import('./rehearse.ts');
    return rehearse(asked, environment);
  }
  const { request, secrets, inputs } = asked;
  const { command, summary } = inputs;
  const { scene, reporter, mask } = connect(environment, { command, ...request.place }, secrets);
  const outcome = await perform(request, scene);
  publish(outcome, { environment, reporter, mask, summary });
}

/** The request; or nothing, after every problem has been told in one error. */
async function read(environment: Environment): Promise<Asked | undefined> {
  try {
    return await readRequest(environment, newToken());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(error, environment);
    return undefined;
  }
}

function refuse(refusal: Refusal, environment: Environment): void {
  const about = { command: environment.INPUT_COMMAND || 'rollout' };
  tellRefusal(refusal, { output: outputFor(environment), about, callsMade: false });
  const cause = { what: 'read inputs and deploy context', because: refusal.message, evidence: [], next: '' };
  publish(
    { is: 'failed', serviceIntact: true, cause, leftovers: [] },
    {
      environment,
      reporter: createReporter(about, wallClock, () => {}),
      mask: createMask([]),
      summary: environment.INPUT_SUMMARY !== 'false',
      told: true,
    },
  );
}
