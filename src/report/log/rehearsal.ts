import type { Output } from '../../model/output.ts';
import type { Rehearsal } from '../../model/rehearsal.ts';
import { clip, logLine } from '../escape.ts';
import { drillTable, policyOf, policyTitle } from '../tables/drills.ts';
import { textOf } from '../tables/table.ts';
import { alignColumns } from './columns.ts';

const widest = 72;

/** Prints the drills and the IAM policy. The last column, the cause, may be long: it is cut. */
export function printRehearsal(rehearsal: Rehearsal, output: Output): void {
  const { columns, rows } = drillTable(rehearsal);
  const lines = [columns, ...rows].map((row) => {
    const cells = row.map((cell) => logLine(textOf(cell)));
    return [...cells.slice(0, -1), clip(cells.at(-1) ?? '', widest)];
  });
  output.print('');
  for (const line of alignColumns(lines, widest)) output.print(line);
  output.startGroup(policyTitle);
  if (rehearsal.policyNote !== undefined) output.print(rehearsal.policyNote);
  for (const line of policyOf(rehearsal).split('\n')) output.print(line);
  output.endGroup();
}
