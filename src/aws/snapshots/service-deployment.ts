import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { Aws } from '../client/account.ts';
import { readService } from '../handlers/service.ts';
import { readDeployment, readNewestDeployment, readServiceRevisions } from '../handlers/service-deployment.ts';

/** The newest service deployment of a service, no matter what started it. */
export interface DeploymentSnapshot {
  readonly service: Service;
  /** Absent if ECS remembers none. */
  readonly deployment?: ServiceDeployment;
  /** The task definition that it brings. */
  readonly revision?: string;
}

export async function takeDeploymentSnapshot(
  aws: Aws,
  { place }: { readonly place: Place },
): Promise<DeploymentSnapshot> {
  const [service, newest] = await Promise.all([readService(aws, place), readNewestDeployment(aws, place)]);
  const { serviceDeploymentArn: arn } = newest ?? {};
  const deployment = arn === undefined ? undefined : await readDeployment(aws, arn);
  const target = deployment?.targetServiceRevision?.arn;
  const [found] = target === undefined ? [] : await readServiceRevisions(aws, [target]);
  return { service, ...defined({ deployment, revision: found?.taskDefinition }) };
}
