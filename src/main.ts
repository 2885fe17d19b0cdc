import { runCommand } from './commands/index.ts';
import { maxDuration } from './commands/max-duration.ts';
import { locateCause } from './deploy-context/locate-cause.ts';
import { markBegun } from './github/state.ts';
import { Refusal } from './model/problem.ts';
import { publish } from './publish.ts';
import { refuse } from './refuse.ts';
import { renderSummary } from './report/markdown/summary.ts';
import { type Asked, type Environment, isRehearsal, readRequest } from './request/build-request.ts';
import { connect, newToken } from './runtime.ts';
import { createStatus } from './team.ts';

/** Read, look, decide, do, tell. */
export async function main(environment: Environment): Promise<void> {
  markBegun();
  const asked = await read(environment);
  if (asked === undefined) return;
  if (isRehearsal(asked)) {
    const { rehearse } = await import('./rehearse/rehearse.ts');
    return rehearse(asked, environment);
  }
  const { request, secrets, names, inputs, hints } = asked;
  const { failOn } = inputs;
  const about = { command: inputs.command, place: request.place, failOn };
  const caller = { role: inputs, needed: maxDuration(request) };
  const { runtime, reporter, mask } = connect(environment, about, caller, {
    secrets: [...secrets, inputs.githubToken ?? ''],
    names,
  });
  const warn = (message: string) => reporter.report({ kind: 'warning', message });
  for (const message of hints) warn(message);
  const status = await createStatus({ inputs, place: request.place }, environment, reporter.report);
  if (status !== undefined) reporter.join(status.watch(reporter));
  const performed = await runCommand(request, { ...runtime, announced: async (signal) => status?.announced(signal) });
  const outcome = locateCause(performed, request, asked.context);
  reporter.report({ kind: 'ended', outcome });
  const report = reporter.read(outcome);
  await publish(report, {
    environment,
    mask,
    warn,
    failOn,
    ...(inputs.summary ? { summary: () => renderSummary(report) } : {}),
  });
  await status?.conclude(report);
}

/** The request; or nothing, after every problem has been told in one error. */
async function read(environment: Environment): Promise<Asked | undefined> {
  try {
    return await readRequest(environment, newToken());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await refuse(error, environment);
    return undefined;
  }
}
