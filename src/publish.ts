import { sayError } from './core/failure.ts';
import { isGood, type Outcome } from './core/outcome.ts';
import type { Reporter } from './core/report.ts';
import { type Mask, maskDeep } from './github/mask.ts';
import { publishOutputs, reportDirectory, writeReport } from './github/outputs.ts';
import { saveReportPath } from './github/state.ts';
import { publishSummary, renderSummary } from './github/summary.ts';
import type { Environment } from './request.ts';

/** What is published, and how. */
export interface Publication {
  readonly environment: Environment;
  readonly reporter: Reporter;
  readonly mask: Mask;
  readonly summary: boolean;
  /** The outcome has been told already, in words of its own. */
  readonly told?: boolean;
}

/** Tells the outcome everywhere: log, report, outputs, summary, exit code. What cannot be told is a warning. */
export function publish(outcome: Outcome, { environment, reporter, mask, summary, told }: Publication): void {
  const shown = maskDeep(outcome, mask);
  process.exitCode = isGood(outcome) ? 0 : 1;
  if (!told) reporter.report({ kind: 'ended', outcome: shown });
  const report = reporter.read(shown);
  const attempt = <T>(what: string, publishing: () => T): T | undefined => {
    try {
      return publishing();
    } catch (error) {
      reporter.report({ kind: 'warning', message: `${what} could not be written: ${sayError(error)}` });
      return undefined;
    }
  };
  const path = attempt('the report', () => {
    const name = `ecs-canary-rollout-${report.place?.service ?? 'run'}-${report.startedAt}.json`;
    return writeReport(
      report,
      { directory: reportDirectory(environment), name: name.replaceAll(/[^\w.-]/g, '-') },
      mask,
    );
  });
  if (path !== undefined) saveReportPath(path);
  attempt('the outputs', () => publishOutputs(report, path));
  if (summary) attempt('the summary', () => publishSummary(renderSummary(report), environment));
}
