import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { second } from '../core/duration.ts';
import type { Report } from '../core/report.ts';
import type { Environment } from './input-kinds.ts';
import { type Mask, maskDeep } from './mask.ts';
import { setOutput } from './runner.ts';

/** The names of all outputs, in the order of action.yml. */
export const outputNames = [
  'outcome',
  'service-intact',
  'task-definition-arn',
  'previous-task-definition-arn',
  'service-arn',
  'deployment-id',
  'canary-task-arn',
  'task-arn',
  'exit-code',
  'started-at',
  'finished-at',
  'duration',
  'report',
  'report-html',
] as const;

export type OutputName = (typeof outputNames)[number];

/** What a report says in outputs; what is not known is absent. `duration` is in seconds. */
export function outputsOf(report: Report, reportPath?: string): Readonly<Partial<Record<OutputName, string>>> {
  return {
    outcome: report.outcome.is,
    'service-intact': String(report.outcome.serviceIntact),
    ...report.facts,
    'started-at': new Date(report.startedAt).toISOString(),
    'finished-at': new Date(report.finishedAt).toISOString(),
    duration: String(Math.round((report.finishedAt - report.startedAt) / second)),
    ...(reportPath === undefined ? {} : { report: reportPath }),
  };
}

/** Sets every output that is known, whatever the outcome; `report-html` is set when that has been written. */
export function publishOutputs(report: Report, reportPath?: string): void {
  const outputs = outputsOf(report, reportPath);
  for (const name of outputNames) {
    const value = outputs[name];
    if (value !== undefined) setOutput(name, value);
  }
}

/** Tells the steps that follow where the HTML report is. */
export function publishHtmlPath(path: string): void {
  setOutput('report-html', path);
}

/** Where a job keeps files that nobody needs after it. */
export function reportDirectory(environment: Environment): string {
  return environment.RUNNER_TEMP || tmpdir();
}

/** The name of a report's file, without what says its format. */
export function reportName({ place, startedAt }: Report): string {
  return `ecs-canary-rollout-${place?.service || 'run'}-${startedAt}`.replaceAll(/[^\w.-]/g, '-');
}

/**
 * What is written of a report: a Report as core describes it, masked, with `started` and `finished` as ISO 8601 beside
 * `startedAt` and `finishedAt`; every other time is in milliseconds since 1970, every duration (`took`, `within`,
 * `since`, …) in milliseconds.
 */
export type WrittenReport = Report & { readonly started: string; readonly finished: string };

/** Makes of a report what may be written of it. */
export function maskReport(report: Report, mask: Mask): WrittenReport {
  const { schema, command, ...rest } = report;
  const started = new Date(report.startedAt).toISOString();
  const finished = new Date(report.finishedAt).toISOString();
  return maskDeep({ schema, command, started, finished, ...rest }, mask);
}

/** Writes the JSON report and returns its path. */
export function writeReport(report: WrittenReport, directory: string): string {
  return writePrivately(`${JSON.stringify(report, null, 2)}\n`, directory, `${reportName(report)}.json`);
}

/** Writes what only the user of the job may read, because it has names, ARNs and error texts of the account; returns its path. */
export function writePrivately(text: string, directory: string, name: string): string {
  const path = join(directory, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Reads a report that an earlier process of this step has written; nothing when there is none. */
export function readReport(path: string | undefined): Report | undefined {
  if (path === undefined) return undefined;
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Partial<Report> | null;
    return report?.schema === 1 && typeof report.outcome?.is === 'string' ? (report as Report) : undefined;
  } catch {
    return undefined;
  }
}
