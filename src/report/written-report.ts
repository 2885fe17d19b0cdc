import { type Mask, maskDeep } from '../model/redact.ts';
import type { Report } from '../model/report.ts';

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
