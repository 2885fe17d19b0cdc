import type { Report } from '../core/report.ts';
import { sayRehearsal } from './rehearsal.ts';
import { aboutOf, headline, iconOf } from './words.ts';

/** The first line of every page about a run. */
export function headlineOf(report: Report): string {
  return report.rehearsal === undefined ? headline(report.outcome, aboutOf(report)) : sayRehearsal(report.rehearsal);
}

/** The same with an icon for how it ended. */
export function headingOf(report: Report): string {
  return `${iconOf(report.outcome, report.findings)} ${headlineOf(report)}`;
}
