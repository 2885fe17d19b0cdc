import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { defined } from './json.ts';

/** The network, launch type and capacity of a one-off task. */
export type Launch = Pick<
  RunTaskRequest,
  'capacityProviderStrategy' | 'launchType' | 'networkConfiguration' | 'platformVersion' | 'volumeConfigurations'
>;

/** The settings that say where tasks run, as far as they are given. A live service shows its volumes on its deployment. */
export function launchIn({
  launchType,
  capacityProviderStrategy,
  networkConfiguration,
  platformVersion,
  volumeConfigurations,
}: Launch): Launch {
  const known = { launchType, capacityProviderStrategy, networkConfiguration, platformVersion, volumeConfigurations };
  return defined(known);
}

/** Whether it is one of the two capacity providers of Fargate, which every account has. */
export const isFargateProvider = (provider: string | undefined): boolean => /^FARGATE(_SPOT)?$/.test(provider ?? '');

/** Whether tasks run on Fargate; undefined if neither a launch type nor a capacity provider says where they run. */
export function runsOnFargate({ capacityProviderStrategy = [], launchType }: Launch): boolean | undefined {
  if (capacityProviderStrategy.length > 0) {
    return capacityProviderStrategy.every(({ capacityProvider }) => isFargateProvider(capacityProvider));
  }
  return launchType === undefined ? undefined : launchType === 'FARGATE';
}
