import { nameIn } from '../../model/arn.ts';
import { Failure } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { readAll } from '../client/pages.ts';

/** Whether Application Auto Scaling manages the desired count of a service; `unknown` if the call is denied. */
export async function readScaled(aws: Aws, { cluster, service }: Place): Promise<NonNullable<Snapshot['scaled']>> {
  try {
    const targets = await readAll(
      aws,
      'application-autoscaling',
      'DescribeScalableTargets',
      {
        ServiceNamespace: 'ecs',
        ResourceIds: [`service/${nameIn(cluster)}/${service}`],
        ScalableDimension: 'ecs:service:DesiredCount',
      },
      ({ ScalableTargets }) => ScalableTargets,
    );
    return targets.length === 0 ? 'no' : 'yes';
  } catch (error) {
    if (error instanceof Failure) return 'unknown';
    throw error;
  }
}
