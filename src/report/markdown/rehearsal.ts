import type { Rehearsal } from '../../model/rehearsal.ts';
import { codeBlock, markdown } from '../escape.ts';
import { drillTable, notChecked, policyOf, policyTitle } from '../tables/drills.ts';
import { folded, markdownTable, paragraphs } from './tables.ts';

/** The drills and the IAM policy, for the job summary and the comment; the headline is above it. */
export function renderRehearsal(rehearsal: Rehearsal): string {
  return paragraphs([
    'Played in a pretend AWS account, in virtual time; your images are played as good ones where a drill does not say otherwise.',
    markdownTable(drillTable(rehearsal)),
    markdown(notChecked),
    folded(policyTitle, [markdown(rehearsal.policyNote ?? ''), codeBlock(policyOf(rehearsal), 'json')]),
  ]);
}
