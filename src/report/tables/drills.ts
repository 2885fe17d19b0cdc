import { showDuration } from '../../model/duration.ts';
import type { Cause } from '../../model/outcome.ts';
import type { DrillResult, Rehearsal } from '../../model/rehearsal.ts';
import { logLine } from '../escape.ts';
import { count, list } from '../texts.ts';
import type { Table } from './table.ts';

/** The drills of a rehearsal. */
export function drillTable({ results }: Rehearsal): Table {
  const columns = ['Drill', 'Outcome', 'Service', 'Takes', 'Calls', 'Left over', 'Cause'];
  return { columns, rows: results.map(cellsOf) };
}

function cellsOf(result: DrillResult): readonly string[] {
  const { title, outcome, becomes, unchanged, took, calls, orphans, complaints } = result;
  return [
    title,
    isGood(result) ? outcome.is : `${outcome.is} (NOT AS EXPECTED: ${complaints.join('; ')})`,
    unchanged ? 'as before' : outcome.is === 'succeeded' ? becomes : 'CHANGED',
    showDuration(took),
    String(calls),
    list([...outcome.leftovers.map(({ what }) => what), ...orphans]) || 'nothing',
    formatCause(outcome.cause),
  ];
}

const formatCause = ({ probably, because = '' }: Partial<Cause> = {}): string =>
  probably === undefined ? because : `${probably} (${because})`;

const isGood = ({ complaints }: DrillResult): boolean => complaints.length === 0;

/** The result of a rehearsal in one sentence. */
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

/** The title of the IAM policy of a rehearsal. */
export const policyTitle = 'IAM policy with the actions that were used';

/** The IAM policy of a rehearsal, as a file has it. */
export const policyOf = ({ policy }: Rehearsal): string => JSON.stringify(policy, null, 2);
