import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { defined } from './json.ts';

/** Where and how a one-off task runs. */
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
