import { nameIn } from '../core/arn.ts';
import type { Act } from '../core/plan.ts';
import { revisionsToDrop } from '../core/retention.ts';
import type { Ground } from './ground.ts';
import { activeRevisions } from './history.ts';
import { deregister } from './revision.ts';

/** Takes revisions out of use that nobody needs any more. */
export async function dropRevisions(
  ground: Ground,
  { keep, previous }: Extract<Act, { kind: 'deregister-revisions' }>,
  running: string,
): Promise<void> {
  const active = await activeRevisions(ground.aws, nameIn(running).split(':')[0] ?? '');
  await dropAll(ground, revisionsToDrop(active, { keep, running, previous }));
}

/** Takes all revisions of a family out of use. */
export async function dropFamily(ground: Ground, family: string): Promise<void> {
  await dropAll(ground, await activeRevisions(ground.aws, family));
}

/** The first that cannot go ends it, and those that went are told. */
async function dropAll({ aws, report }: Ground, revisions: readonly string[]): Promise<void> {
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
