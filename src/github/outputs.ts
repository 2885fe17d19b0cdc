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
  'started-at',
  'finished-at',
  'duration',
  'report',
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

/** Sets every output that is known, whatever the outcome. */
export function publishOutputs(report: Report, reportPath?: string): void {
  const outputs = outputsOf(report, reportPath);
  for (const name of outputNames) {
    const value = outputs[name];
    if (value !== undefined) setOutput(name, value);
  }
}

/** Where a job keeps files that nobody needs after it. */
export function reportDirectory(environment: Environment): string {
  return environment.RUNNER_TEMP || tmpdir();
}

/**
 * Writes the JSON report and returns its path. It is a Report as core describes it, masked, with `started` and
 * `finished` as ISO 8601 beside `startedAt` and `finishedAt`; every other time is in milliseconds since 1970, every
 * duration (`took`, `within`, `since`, …) in milliseconds.
 */
export function writeReport(
  report: Report,
  to: { readonly directory: string; readonly name: string },
  mask: Mask,
): string {
  const path = join(to.directory, to.name);
  const started = new Date(report.startedAt).toISOString();
  const finished = new Date(report.finishedAt).toISOString();
  const { schema, command, ...rest } = report;
  mkdirSync(to.directory, { recursive: true });
  // It has names, ARNs and error texts of the account: for the user of the job only.
  writeFileSync(path, `${JSON.stringify(maskDeep({ schema, command, started, finished, ...rest }, mask), null, 2)}\n`, {
    mode: 0o600,
  });
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
