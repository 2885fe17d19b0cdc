import type { Act } from '../../model/acts.ts';
import { familyIn, nameIn } from '../../model/arn.ts';
import { revisionsToDrop } from '../../model/retention.ts';
import { activeRevisions } from '../snapshots/history.ts';
import type { HandlerContext } from './context.ts';
import { deregister } from './revision.ts';

/** Deregisters revisions that are no longer needed. */
export async function dropRevisions(
  context: HandlerContext,
  { keep, previous }: Extract<Act, { kind: 'deregister-revisions' }>,
  running: string,
): Promise<void> {
  const active = await activeRevisions(context.aws, familyIn(running));
  await dropAll(context, revisionsToDrop(active, { keep, running, previous }));
}

/** Takes all revisions of a family out of use. */
export async function dropFamily(context: HandlerContext, family: string): Promise<void> {
  await dropAll(context, await activeRevisions(context.aws, family));
}

/** The first that cannot go ends it, and those that went are told. */
async function dropAll({ aws, report }: HandlerContext, revisions: readonly string[]): Promise<void> {
  const gone: string[] = [];
  try {
    for (const revision of revisions) {
      await deregister(aws, revision);
      gone.push(nameIn(revision));
    }
  } finally {
    if (gone.length > 0) report({ kind: 'notice', message: `Deregistered ${gone.join(', ')}.` });
  }
}
