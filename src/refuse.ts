import { wallClock } from './connect.ts';
import type { Refusal } from './core/problem.ts';
import { createReporter } from './core/report.ts';
import { tellRefusal } from './github/ending.ts';
import { wantsNoSummary } from './github/inputs.ts';
import { createMask } from './github/mask.ts';
import { outputFor } from './github/runner.ts';
import { renderSummary } from './github/summary.ts';
import { refusedOutcome } from './github/words.ts';
import { publish } from './publish.ts';
import type { Environment } from './request.ts';

/** Tells everywhere that what was asked cannot be tried; nobody has been called. */
export function refuse(refusal: Refusal, environment: Environment): void {
  const about = { command: environment.INPUT_COMMAND || 'rollout' };
  const output = outputFor(environment);
  tellRefusal(refusal, { output, about, callsMade: false });
  const reporter = createReporter(about, wallClock, () => {});
  const report = reporter.read(refusedOutcome(refusal));
  const warn = (message: string) => output.annotate({ level: 'warning', title: 'ECS rollout', message });
  const summary = wantsNoSummary(environment) ? {} : { summary: () => renderSummary(report) };
  publish(report, { environment, mask: createMask([]), warn, ...summary });
}
