import { type Mask, maskDeep } from '../model/redact.ts';
import type { Report } from '../model/report.ts';

/** The name of a report's file, without the extension. */
export function reportName({ place, startedAt }: Report): string {
  return `ecs-canary-rollout-${place?.service || 'run'}-${startedAt}`.replaceAll(/[^\w.-]/g, '-');
}

/**
 * A masked Report as it is written to a file. `started` and `finished` are `startedAt` and `finishedAt` in ISO 8601. Other
 * times are milliseconds since 1970, and durations (`took`, `within`, `since`, …) are milliseconds.
 */
export type WrittenReport = Report & { readonly started: string; readonly finished: string };

/** Masks a report for writing. */
export function maskReport(report: Report, mask: Mask): WrittenReport {
  const { schema, command, ...rest } = report;
  const started = new Date(report.startedAt).toISOString();
  const finished = new Date(report.finishedAt).toISOString();
  return maskDeep({ schema, command, started, finished, ...rest }, mask);
}
