import type { Report } from '../model/report.ts';
import { aboutOf, headline, iconOf } from './messages.ts';
import { formatRehearsal } from './rehearsal.ts';

/** The first line of every page about a run. */
export function headlineOf(report: Report): string {
  return report.rehearsal === undefined ? headline(report.outcome, aboutOf(report)) : formatRehearsal(report.rehearsal);
}

/** The same with an icon for how it ended. */
export function headingOf(report: Report): string {
  return `${iconOf(report.outcome, report.findings)} ${headlineOf(report)}`;
}
