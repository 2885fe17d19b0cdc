import { showDuration } from '../model/duration.ts';
import type { Cause } from '../model/outcome.ts';
import type { Output } from '../model/output.ts';
import type { DrillResult, Rehearsal } from '../model/rehearsal.ts';
import type { Grid } from './cell.ts';
import { codeBlock, logLine, markdown } from './escape.ts';
import { count } from './messages.ts';
import { table } from './page.ts';

const heads = ['Drill', 'Outcome', 'Service', 'Takes', 'Calls', 'Left over', 'Cause'] as const;

/** What a person sees of a drill, cell by cell. */
function cells(result: DrillResult): readonly string[] {
  const { title, outcome, becomes, unchanged, took, calls, orphans, complaints } = result;
  const left = [...outcome.leftovers.map(({ what }) => what), ...orphans];
  return [
    title,
    complaints.length === 0 ? outcome.is : `${outcome.is} (NOT AS EXPECTED: ${complaints.join('; ')})`,
    unchanged ? 'as before' : outcome.is === 'succeeded' ? becomes : 'CHANGED',
    showDuration(took),
    String(calls),
    left.length === 0 ? 'nothing' : left.join(', '),
    formatCause(outcome.cause),
  ];
}

const formatCause = ({ probably, because }: Partial<Cause> = {}): string =>
  probably === undefined ? (because ?? '') : `${probably} (${because})`;

const isGood = ({ complaints }: DrillResult): boolean => complaints.length === 0;

/** The last word on a rehearsal. */
export function formatRehearsal({ results }: Rehearsal): string {
  const bad = results.filter((result) => !isGood(result));
  const all = count(results.length, 'drill');
  if (bad.length === 0) return `Rehearsal passed: ${results.length} of ${all}. ${nothing}`;
  const [first] = results;
  if (results.length === 1) {
    const why = logLine(first.outcome.cause?.because ?? first.complaints.join('; ')).replace(/\.$/, '');
    return `Rehearsal failed: a rollout of these files would not succeed: ${why}. ${nothing}`;
  }
  const which = bad.map(({ title }) => title).join(', ');
  return `Rehearsal failed: ${bad.length} of ${all} did not end as expected: ${which}. ${nothing}`;
}

const nothing = 'Nothing was deployed.';

/** What a pretend account cannot show. */
export const notChecked =
  'Not checked: whether your images, roles, secrets and log groups exist, permissions, quotas, capacity, the network, and what your program does. A dry run (dry-run: true) looks up what it can of these in AWS.';

/** The drills as a table. */
export function renderDrills({ results }: Rehearsal): Grid {
  return { head: heads, rows: results.map(cells) };
}

/** The drills and the policy, as Markdown for the job summary and the comment; the headline stands above it. */
export function renderRehearsal(rehearsal: Rehearsal): string {
  const rows = rehearsal.results.map((result) => cells(result).map(markdown));
  return [
    'Played in a pretend AWS account, in virtual time; your images are played as good ones where a drill does not say otherwise.',
    table({ head: heads, rows }),
    markdown(notChecked),
    '<details><summary>IAM policy with the actions that were used</summary>',
    ...(rehearsal.policyNote === undefined ? [] : [markdown(rehearsal.policyNote)]),
    codeBlock(JSON.stringify(rehearsal.policy, null, 2), 'json'),
    '</details>',
  ].join('\n\n');
}

const widest = 72;

/** The drills and the policy, for a person at a terminal or in the job log. */
export function printRehearsal(rehearsal: Rehearsal, output: Output): void {
  const rows = [heads, ...rehearsal.results.map(cells)].map((row) => row.map((cell) => logLine(cell)));
  const widths = heads.map((_, i) => Math.max(...rows.map((row) => Math.min(widest, row[i]?.length ?? 0))));
  output.print('');
  for (const row of rows)
    output.print(
      row
        .map((cell, i) => inColumn(cell, i, widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  output.startGroup('IAM policy with the actions that were used');
  if (rehearsal.policyNote !== undefined) output.print(rehearsal.policyNote);
  for (const line of JSON.stringify(rehearsal.policy, null, 2).split('\n')) output.print(line);
  output.endGroup();
}

/** The cause comes last and may be long: it is cut, and begins with what is most likely. Everything else is short, or must not be. */
function inColumn(cell: string, column: number, width: number): string {
  if (column < heads.length - 1) return cell.padEnd(width);
  return cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell;
}
