import {
  publishHtmlPath,
  publishOutputs,
  publishSummary,
  reportDirectory,
  writePrivately,
  writeReport,
} from './github/outputs.ts';
import { saveReportPath } from './github/state.ts';
import { formatError } from './model/failure.ts';
import { isGood } from './model/outcome.ts';
import type { Mask } from './model/redact.ts';
import type { Report } from './model/report.ts';
import { type FailOn, isTooMuch, tallyOf } from './model/tally.ts';
import { maskReport, reportName } from './report/written-report.ts';
import type { Environment } from './request/build-request.ts';

/** Where and how a report is published. */
export interface Publication {
  readonly environment: Environment;
  readonly mask: Mask;
  /** The job summary; none when the user wants none. */
  readonly summary?: () => string;
  readonly warn: (message: string) => void;
  /** What makes the job of a dry run fail; nothing when absent. */
  readonly failOn?: FailOn;
}

/** Sets exit code, reports, outputs and summary. What cannot be written is a warning. */
export async function publish(report: Report, publication: Publication): Promise<void> {
  const { environment, mask, summary, warn, failOn = 'never' } = publication;
  const tooMuch = report.outcome.is === 'planned' && isTooMuch(tallyOf(report), failOn);
  process.exitCode = isGood(report.outcome) && !tooMuch ? 0 : 1;
  const attempt = async <T>(what: string, publishing: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await publishing();
    } catch (error) {
      warn(`${what} could not be written: ${formatError(error)}`);
      return undefined;
    }
  };
  const directory = reportDirectory(environment);
  const path = await attempt('the report', () => writeReport(maskReport(report, mask), directory));
  if (path !== undefined) saveReportPath(path);
  await attempt('the outputs', () => publishOutputs(report, path));
  if (summary !== undefined) await attempt('the summary', () => publishSummary(summary(), environment));
  // The last, because it is the largest: a job that is being cancelled may not come to it.
  await attempt('the HTML report', async () => {
    const { htmlReportOf } = await import('./report/html/report.ts');
    const masked = maskReport(report, mask);
    publishHtmlPath(writePrivately(htmlReportOf(masked), directory, `${reportName(masked)}.html`));
  });
}
