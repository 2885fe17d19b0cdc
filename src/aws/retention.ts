import { nameIn } from '../core/arn.ts';
import type { Act } from '../core/plan.ts';
import { revisionsToDrop } from '../core/retention.ts';
import type { Ground } from './ground.ts';
import { activeRevisions } from './history.ts';

/** Takes revisions out of use that nobody needs any more; the first that cannot go ends it, and those that went are told. */
export async function dropRevisions(
  { aws, report }: Ground,
  { keep, previous }: Extract<Act, { kind: 'deregister-revisions' }>,
  running: string,
): Promise<void> {
  const active = await activeRevisions(aws, nameIn(running).split(':')[0] ?? '');
  const gone: string[] = [];
  try {
    for (const taskDefinition of revisionsToDrop(active, { keep, running, previous })) {
      await aws.call(
        'ecs',
        'DeregisterTaskDefinition',
        { taskDefinition },
        { carriedOut: () => isGone(taskDefinition) },
      );
      gone.push(nameIn(taskDefinition));
    }
  } finally {
    if (gone.length > 0) report({ kind: 'notice', message: `Deregistered ${gone.join(', ')}.` });
  }

  async function isGone(taskDefinition: string) {
    const { taskDefinition: seen } = await aws.call('ecs', 'DescribeTaskDefinition', { taskDefinition });
    return seen?.status === 'INACTIVE' ? { taskDefinition: seen, $metadata: {} } : undefined;
  }
}
