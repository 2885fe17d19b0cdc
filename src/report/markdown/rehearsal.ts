import type { Rehearsal } from '../../model/rehearsal.ts';
import { codeBlock, markdown } from '../escape.ts';
import { drillTable, notChecked, policyOf, policyTitle } from '../tables/drills.ts';
import { folded, markdownTable, paragraphs } from './tables.ts';

/** The drills and the IAM policy, for the job summary and the comment; the headline is above it. */
export function renderRehearsal(rehearsal: Rehearsal): string {
  return paragraphs([
    'Run in a simulated AWS account, in virtual time. Your images are simulated as healthy unless a drill says otherwise.',
    markdownTable(drillTable(rehearsal)),
    markdown(notChecked),
    folded(policyTitle, [markdown(rehearsal.policyNote ?? ''), codeBlock(policyOf(rehearsal), 'json')]),
  ]);
}
