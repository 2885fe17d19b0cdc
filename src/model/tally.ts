import type { Report } from './report.ts';

/** Findings that make a dry run fail. */
export type FailOn = 'never' | 'problems' | 'warnings';

/** Number of problems and warnings of a dry run. */
export interface Tally {
  readonly problems: number;
  readonly warnings: number;
}

/** Counts the findings of a dry run; a plan without a preview has only its own warnings. */
export function tallyOf({ findings, plan }: Pick<Report, 'findings' | 'plan'>): Tally {
  if (findings === undefined) return { problems: 0, warnings: plan?.warnings?.length ?? 0 };
  const many = (is: string): number => findings.filter((one) => one.is === is).length;
  return { problems: many('problem'), warnings: many('warning') };
}

/** Whether problems and warnings make the job fail; `warnings` includes problems. */
export function failsJob({ problems, warnings }: Tally, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  return problems > 0 || (failOn === 'warnings' && warnings > 0);
}
