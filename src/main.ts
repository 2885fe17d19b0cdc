import { runCommand } from './commands/index.ts';
import { maxDuration } from './commands/max-duration.ts';
import { locateCause } from './deploy-context/locate-cause.ts';
import { finish } from './finish.ts';
import { markBegun } from './github/state.ts';
import { createStatus } from './github-status.ts';
import type { Environment } from './model/environment.ts';
import { Refusal } from './model/problem.ts';
import { refuse } from './refuse.ts';
import { renderSummary } from './report/markdown/summary.ts';
import { type Asked, isRehearsal, readRequest } from './request/build-request.ts';
import { connect, newToken } from './runtime.ts';

/** Reads the request, runs its command (snapshot, plan, execute) and reports how it ended. */
export async function main(environment: Environment): Promise<void> {
  markBegun();
  const asked = await read(environment);
  if (asked === undefined) return;
  if (isRehearsal(asked)) return (await import('./rehearse/rehearse.ts')).rehearse(asked, environment);
  const { request, context, inputs, secrets, names, hints } = asked;
  const { command, failOn } = inputs;
  const { place } = request;
  const { runtime, reporter, mask } = connect(
    environment,
    { command, place, failOn },
    { role: inputs, needed: maxDuration(request) },
    { secrets: [...secrets, inputs.githubToken ?? ''], names },
  );
  const warn = (message: string) => reporter.report({ kind: 'warning', message });
  for (const message of hints) warn(message);
  const status = await createStatus({ inputs, place }, environment, reporter.report);
  if (status !== undefined) reporter.join(status.watch(reporter));
  const ended = await runCommand(request, { ...runtime, announced: async (signal) => status?.announced(signal) });
  const outcome = locateCause(ended, request, context);
  reporter.report({ kind: 'ended', outcome });
  const report = reporter.read(outcome);
  await finish(report, {
    environment,
    warn,
    files: { mask, failOn },
    summary: inputs.summary ? () => renderSummary(report) : undefined,
    onGitHub: () => status?.conclude(report),
  });
}

/** The request, or nothing after every problem of it has been reported. */
async function read(environment: Environment): Promise<Asked | undefined> {
  try {
    return await readRequest(environment, newToken());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await refuse(error, environment);
    return undefined;
  }
}
