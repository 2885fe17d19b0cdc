import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { second } from '../model/duration.ts';
import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import { mostBytes } from '../model/output.ts';
import type { Report } from '../model/report.ts';
import { tallyOf } from '../model/tally.ts';
import { failedGate } from '../report/gate-labels.ts';
import { reportName, type WrittenReport } from '../report/written-report.ts';
import { setOutput } from './runner.ts';

/** The names of all outputs, in the order of action.yml. */
export const outputNames = [
  'outcome',
  'service-intact',
  'failed-gate',
  'task-definition-arn',
  'previous-task-definition-arn',
  'service-arn',
  'deployment-id',
  'service-deployment-arn',
  'canary-task-arn',
  'weight',
  'task-arn',
  'exit-code',
  'problems',
  'warnings',
  'started-at',
  'finished-at',
  'duration',
  'report',
  'report-html',
] as const;

export type OutputName = (typeof outputNames)[number];

/** The outputs of a report; unknown ones are absent. `duration` is in seconds. */
export function outputsOf(report: Report, reportPath?: string): Readonly<Partial<Record<OutputName, string>>> {
  return {
    outcome: report.outcome.is,
    'service-intact': String(report.outcome.serviceIntact),
    ...defined({ 'failed-gate': report.outcome.cause?.gate && failedGate(report.outcome.cause.gate) }),
    ...report.facts,
    ...(report.outcome.is === 'planned' ? formatTally(report) : {}),
    'started-at': new Date(report.startedAt).toISOString(),
    'finished-at': new Date(report.finishedAt).toISOString(),
    duration: String(Math.round((report.finishedAt - report.startedAt) / second)),
    ...defined({ report: reportPath }),
  };
}

function formatTally(report: Report): { readonly problems: string; readonly warnings: string } {
  const { problems, warnings } = tallyOf(report);
  return { problems: String(problems), warnings: String(warnings) };
}

/** Sets every known output, whatever the outcome, except `report-html`. */
export function publishOutputs(report: Report, reportPath?: string): void {
  const outputs = outputsOf(report, reportPath);
  for (const name of outputNames) {
    const value = outputs[name];
    if (value !== undefined) setOutput(name, value);
  }
}

/** Sets the output with the path of the HTML report. */
export function publishHtmlPath(path: string): void {
  setOutput('report-html', path);
}

/** The directory for files that end with the job. */
export function reportDirectory(environment: Environment): string {
  return environment.RUNNER_TEMP || tmpdir();
}

/** Writes the JSON report and returns its path. */
export function writeReport(report: WrittenReport, directory: string): string {
  return writePrivately(`${JSON.stringify(report, null, 2)}\n`, directory, `${reportName(report)}.json`);
}

/** Writes a file only for the job's user, because it has names, ARNs and errors of the account; returns its path. */
export function writePrivately(text: string, directory: string, name: string): string {
  const path = join(directory, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Reads a report that an earlier process of this step has written; nothing if there is none. */
export function readReport(path: string | undefined): Report | undefined {
  if (path === undefined) return undefined;
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Partial<Report> | null;
    return report?.schema === 2 && typeof report.outcome?.is === 'string' ? (report as Report) : undefined;
  } catch {
    return undefined;
  }
}

/** Adds Markdown to the summary of the step; returns whether there was a summary with room for it. */
export function publishSummary(summary: string, environment: Environment): boolean {
  const path = environment.GITHUB_STEP_SUMMARY;
  if (!path) return false;
  const before = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const text = `${summary}\n\n`;
  if (before + Buffer.byteLength(text) > mostBytes) return false;
  appendFileSync(path, text);
  return true;
}
