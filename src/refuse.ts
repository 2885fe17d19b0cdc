import { wallClock } from './connect.ts';
import type { Refusal } from './core/problem.ts';
import { createReporter, type Report } from './core/report.ts';
import { tellRefusal } from './github/ending.ts';
import { readInputs, wantsNoSummary } from './github/inputs.ts';
import { createMask } from './github/mask.ts';
import { outputFor } from './github/runner.ts';
import { renderSummary } from './github/summary.ts';
import { readTeam } from './github/team-inputs.ts';
import { refusedOutcome } from './github/words.ts';
import { publish } from './publish.ts';
import { type Environment, readPlace } from './request.ts';
import { gatherTeam, tellTo } from './team.ts';

/** Tells everywhere that what was asked cannot be tried; nobody in AWS has been called. */
export async function refuse(refusal: Refusal, environment: Environment): Promise<void> {
  const about = { command: environment.INPUT_COMMAND || 'rollout' };
  const output = outputFor(environment);
  const { hints } = readInputs(environment);
  tellRefusal(refusal, { output, about, callsMade: false });
  for (const message of hints) output.annotate({ level: 'warning', title: 'ECS rollout', message });
  const reporter = createReporter(about, wallClock, () => {});
  const report = reporter.read(refusedOutcome(refusal));
  const warn = (message: string) => output.annotate({ level: 'warning', title: 'ECS rollout', message });
  const summary = wantsNoSummary(environment) ? {} : { summary: () => renderSummary(report) };
  await publish(report, { environment, mask: createMask([]), warn, ...summary });
  await tellPullRequest(report, environment);
}

/** On a pull request, where whoever has made the mistake looks first. */
async function tellPullRequest(report: Report, environment: Environment): Promise<void> {
  const { inputs } = readInputs(environment);
  if (readTeam(inputs, environment)?.pullRequest === undefined) return;
  const place = await readPlace(inputs, environment);
  const team = await gatherTeam({ inputs, place }, environment, tellTo(outputFor(environment), 'ECS rollout'));
  await team?.conclude(place.service === '' ? report : { ...report, place });
}
