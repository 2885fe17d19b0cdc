import type { Report } from './report.ts';

/** What makes the job of a dry run fail. */
export type FailOn = 'never' | 'problems' | 'warnings';

/** How many problems and warnings a dry run has found. */
export interface Tally {
  readonly problems: number;
  readonly warnings: number;
}

/** Counts what a dry run has found; a plan without a preview has only its own warnings. */
export function tallyOf({ findings, plan }: Pick<Report, 'findings' | 'plan'>): Tally {
  if (findings === undefined) return { problems: 0, warnings: plan?.warnings?.length ?? 0 };
  const many = (is: string): number => findings.filter((one) => one.is === is).length;
  return { problems: many('problem'), warnings: many('warning') };
}

/** Whether that many problems and warnings make the job fail; `warnings` includes problems. */
export function isTooMuch({ problems, warnings }: Tally, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  return problems > 0 || (failOn === 'warnings' && warnings > 0);
}
