import {
  publishHtmlPath,
  publishOutputs,
  publishSummary,
  reportDirectory,
  writePrivately,
  writeReport,
} from './github/outputs.ts';
import { saveReportPath } from './github/state.ts';
import type { Environment } from './model/environment.ts';
import { formatError } from './model/failure.ts';
import { isGood } from './model/outcome.ts';
import type { Mask } from './model/redact.ts';
import type { Report } from './model/report.ts';
import { type FailOn, failsJob, tallyOf } from './model/tally.ts';
import { maskReport, reportName } from './report/written-report.ts';

/** Who is told how a phase ended. What is absent is not written. */
export interface Ending {
  readonly environment: Environment;
  readonly warn: (message: string) => void;
  /** Exit code, outputs and report files, without secrets; absent in `post`, which adds to what main has published. */
  readonly files?: { readonly mask: Mask; readonly failOn?: FailOn };
  /** Renders the job summary; absent if the user wants none. */
  readonly summary?: (() => string) | undefined;
  /** Updates the comment and the deployment on GitHub a last time. */
  readonly onGitHub?: ((report: Report) => Promise<void> | undefined) | undefined;
}

/** How every phase ends: main, a refusal, a rehearsal and `post`. What cannot be written is a warning. */
export async function finish(report: Report, { environment, warn, files, summary, onGitHub }: Ending): Promise<void> {
  const attempt = async <T>(what: string, write: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await write();
    } catch (error) {
      warn(`${what} could not be written: ${formatError(error)}`);
      return undefined;
    }
  };
  const directory = reportDirectory(environment);
  if (files !== undefined) {
    process.exitCode = isGreen(report, files.failOn) ? 0 : 1;
    const path = await attempt('the report', () => writeReport(maskReport(report, files.mask), directory));
    if (path !== undefined) saveReportPath(path);
    await attempt('the outputs', () => publishOutputs(report, path));
  }
  if (summary !== undefined) await attempt('the summary', () => publishSummary(summary(), environment));
  if (files !== undefined) {
    // The HTML report comes last because it is the largest: a job that is being cancelled may not get this far.
    await attempt('the HTML report', async () => {
      const { htmlReportOf } = await import('./report/html/report.ts');
      const masked = maskReport(report, files.mask);
      publishHtmlPath(writePrivately(htmlReportOf(masked), directory, `${reportName(masked)}.html`));
    });
  }
  await onGitHub?.(report);
}

function isGreen(report: Report, failOn: FailOn = 'never'): boolean {
  const tooMuch = report.outcome.is === 'planned' && failsJob(tallyOf(report), failOn);
  return isGood(report.outcome) && !tooMuch;
}
