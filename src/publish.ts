import { sayError } from './core/failure.ts';
import { isGood } from './core/outcome.ts';
import type { Report } from './core/report.ts';
import type { Mask } from './github/mask.ts';
import { publishOutputs, reportDirectory, writeReport } from './github/outputs.ts';
import { saveReportPath } from './github/state.ts';
import { publishSummary } from './github/summary.ts';
import type { Environment } from './request.ts';

/** Where and how a report is published. */
export interface Publication {
  readonly environment: Environment;
  readonly mask: Mask;
  /** The job summary; none when the user wants none. */
  readonly summary?: () => string;
  readonly warn: (message: string) => void;
}

/** Sets exit code, report file, outputs and summary. What cannot be written is a warning. */
export function publish(report: Report, { environment, mask, summary, warn }: Publication): void {
  process.exitCode = isGood(report.outcome) ? 0 : 1;
  const attempt = <T>(what: string, publishing: () => T): T | undefined => {
    try {
      return publishing();
    } catch (error) {
      warn(`${what} could not be written: ${sayError(error)}`);
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
  if (summary !== undefined) attempt('the summary', () => publishSummary(summary(), environment));
}
