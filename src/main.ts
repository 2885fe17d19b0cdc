import { blame } from './blame.ts';
import { longest } from './commands/longest.ts';
import { connect, newToken } from './connect.ts';
import { Refusal } from './core/problem.ts';
import { markBegun } from './github/state.ts';
import { renderSummary } from './github/summary.ts';
import { perform } from './perform.ts';
import { publish } from './publish.ts';
import { refuse } from './refuse.ts';
import { type Asked, type Environment, isRehearsal, readRequest } from './request.ts';
import { gatherTeam } from './team.ts';

/** Read, look, decide, do, tell. */
export async function main(environment: Environment): Promise<void> {
  markBegun();
  const asked = await read(environment);
  if (asked === undefined) return;
  if (isRehearsal(asked)) {
    const { rehearse } = await import('./rehearse.ts');
    return rehearse(asked, environment);
  }
  const { request, secrets, names, inputs, hints } = asked;
  const { failOn } = inputs;
  const about = { command: inputs.command, place: request.place, failOn };
  const caller = { role: inputs, needed: longest(request) };
  const { scene, reporter, mask } = connect(environment, about, caller, {
    secrets: [...secrets, inputs.githubToken ?? ''],
    names,
  });
  const warn = (message: string) => reporter.report({ kind: 'warning', message });
  for (const message of hints) warn(message);
  const team = await gatherTeam({ inputs, place: request.place }, environment, reporter.report);
  if (team !== undefined) reporter.join(team.watch(reporter));
  const performed = await perform(request, { ...scene, announced: async (signal) => team?.announced(signal) });
  const outcome = blame(performed, request, asked.context);
  reporter.report({ kind: 'ended', outcome });
  const report = reporter.read(outcome);
  await publish(report, {
    environment,
    mask,
    warn,
    failOn,
    ...(inputs.summary ? { summary: () => renderSummary(report) } : {}),
  });
  await team?.conclude(report);
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
