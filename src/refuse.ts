import { finish } from './finish.ts';
import { outputFor } from './github/runner.ts';
import { createStatus, reportTo } from './github-status.ts';
import type { Environment } from './model/environment.ts';
import type { Refusal } from './model/problem.ts';
import { createMask } from './model/redact.ts';
import type { Report } from './model/report.ts';
import { reportRefusal } from './report/log/annotations.ts';
import { renderSummary } from './report/markdown/summary.ts';
import { refusedOutcome } from './report/messages.ts';
import { createReporter } from './report/reporter.ts';
import { readPlace } from './request/build-request.ts';
import { readStatusRequest } from './request/github-status.ts';
import { readInputs, wantsNoSummary } from './request/inputs.ts';
import { wallClock } from './runtime.ts';

/** Reports that the request cannot be tried; no AWS call was made. */
export async function refuse(refusal: Refusal, environment: Environment): Promise<void> {
  const about = { command: environment.INPUT_COMMAND || 'rollout' };
  const output = outputFor(environment);
  const { hints } = readInputs(environment);
  reportRefusal(refusal, { output, about, callsMade: false });
  for (const message of hints) output.annotate({ level: 'warning', title: 'ECS rollout', message });
  const reporter = createReporter(about, wallClock, () => {});
  const report = reporter.read(refusedOutcome(refusal));
  const warn = (message: string) => output.annotate({ level: 'warning', title: 'ECS rollout', message });
  await finish(report, {
    environment,
    warn,
    files: { mask: createMask([]) },
    summary: wantsNoSummary(environment) ? undefined : () => renderSummary(report),
    onGitHub: () => reportPullRequest(report, environment),
  });
}

/** On a pull request, where its author looks first. */
async function reportPullRequest(report: Report, environment: Environment): Promise<void> {
  const { inputs } = readInputs(environment);
  if (readStatusRequest(inputs, environment)?.pullRequest === undefined) return;
  const place = await readPlace(inputs, environment);
  const status = await createStatus({ inputs, place }, environment, reportTo(outputFor(environment), 'ECS rollout'));
  await status?.conclude(place.service === '' ? report : { ...report, place });
}
