import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Change } from '../../model/change.ts';
import type { RolloutRequest } from '../../model/request.ts';
import { primaryOf } from '../../model/service.ts';
import type { ServiceSettings } from '../../model/settings.ts';
import { covers, liveOf } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { serviceChanges } from '../../task-definition/changes.ts';
import { mergeSetting } from './merge.ts';

/**
 * The requested settings that differ from the live ones: a field that changes nothing is not sent, and members that a
 * field omits keep their live value.
 */
export function settingsOf({ settings }: RolloutRequest, { service, scaled }: Snapshot): ServiceSettings {
  if (settings === undefined) return {};
  const live = liveOf(service);
  const { update, byInput = [] } = settings;
  const changed = Object.entries(update).filter(([key, value]) => {
    const owned = key === 'desiredCount' && (scaled === 'yes' || scaled === 'unknown');
    if (owned && !byInput.includes('desiredCount')) return false;
    return !covers(live[key], value, key);
  });
  return mergeAll(live, changed) as ServiceSettings;
}

const mergeAll = (live: Readonly<Record<string, unknown>>, wanted: readonly (readonly [string, unknown])[]): object =>
  Object.fromEntries(wanted.map(([key, value]) => [key, mergeSetting(live[key], value, key)]));

/** A service with the settings that ECS describes on its deployment only. */
export type WholeService = Service &
  Pick<Deployment, 'serviceConnectConfiguration' | 'volumeConfigurations' | 'vpcLatticeConfigurations'>;

/** The service as the rollout will leave it: live, with the settings that are sent. */
export function serviceAfter(request: RolloutRequest, snapshot: Snapshot): WholeService {
  const { service } = snapshot;
  const { serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations } = primaryOf(service) ?? {};
  const ofDeployment = { serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations };
  const known = Object.entries(ofDeployment).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), ...service, ...(settingsOf(request, snapshot) as Partial<WholeService>) };
}

/** The settings that the rollout changes. */
export function settingChanges(
  told: Pick<RolloutRequest, 'origins' | 'hidden'>,
  service: Service,
  settings: ServiceSettings,
): readonly Change[] {
  return serviceChanges(liveOf(service), settings, told);
}

/** How the live service differs from service.json, if the rollout does not apply that file. */
export function driftOf(request: RolloutRequest, { service, scaled }: Snapshot): readonly Change[] {
  const { declared } = request;
  if (declared === undefined) return [];
  const { desiredCount, ...update } = declared.update;
  // Application Auto Scaling, not the file, decides the number of tasks.
  const count = scaled === 'yes' || desiredCount === undefined ? {} : { desiredCount };
  const all = mergeAll(liveOf(service), Object.entries({ ...count, ...update, ...declared.creationOnly }));
  return serviceChanges(liveOf(service), all, request);
}
