import type { Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { Change, ServiceSettings } from '../core/plan.ts';
import type { RolloutRequest } from '../core/request.ts';
import { primaryOf } from '../core/service.ts';
import type { Snapshot } from '../core/snapshot.ts';

/** The settings of a service by name; ECS tells some of them of the deployment only. */
const liveOf = (service: Service): Readonly<Record<string, unknown>> => ({ ...primaryOf(service), ...service });

/** The settings that are asked for and differ from the live ones: a field that changes nothing is not sent. */
export function settingsOf({ settings }: RolloutRequest, { service, scaled }: Snapshot): ServiceSettings {
  if (settings === undefined) return {};
  const live = liveOf(service);
  const { update, byInput = [] } = settings;
  const changed = Object.entries(update).filter(([key, value]) => {
    const owned = key === 'desiredCount' && (scaled === 'yes' || scaled === 'unknown');
    if (owned && !byInput.includes('desiredCount')) return false;
    return !covers(live[key], value);
  });
  const wanted = Object.fromEntries(changed) as Partial<UpdateServiceRequest>;
  const { deploymentConfiguration } = wanted;
  if (deploymentConfiguration === undefined) return wanted;
  // AWS does not say what becomes of a member that is left out, so none is: the circuit breaker must not go by accident.
  return { ...wanted, deploymentConfiguration: { ...service.deploymentConfiguration, ...deploymentConfiguration } };
}

/** UpdateService refuses another capacity provider strategy without a forced deployment. */
export function forced(settings: ServiceSettings): ServiceSettings {
  return settings.capacityProviderStrategy === undefined ? settings : { ...settings, forceNewDeployment: true };
}

/** What the settings that are about to change are now, so that they can be put back. */
export function settingsBefore(service: Service, settings: ServiceSettings): ServiceSettings {
  const live = liveOf(service);
  const absent: Readonly<Record<string, unknown>> = {
    serviceConnectConfiguration: { enabled: false },
    capacityProviderStrategy: [],
    loadBalancers: [],
    serviceRegistries: [],
    volumeConfigurations: [],
    vpcLatticeConfigurations: [],
    placementConstraints: [],
    placementStrategy: [],
  };
  const before = Object.keys(settings).map((key) => [key, live[key] ?? absent[key]]);
  return forced(Object.fromEntries(before.filter(([, value]) => value !== undefined)) as ServiceSettings);
}

/** What of the service will be another thing than it is. */
export function settingChanges(service: Service, settings: ServiceSettings): readonly Change[] {
  const live = liveOf(service);
  return Object.entries(settings).map(([key, after]) => ({
    what: `service: ${key}`,
    after,
    ...(live[key] === undefined ? {} : { before: live[key] }),
  }));
}

/** Whether `live` says all that `wanted` says; AWS adds defaults of its own to what it was given. */
export function covers(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live)) return wanted.length === 0 && live === undefined;
    return live.length === wanted.length && wanted.every((item) => live.some((other) => covers(other, item)));
  }
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(wanted).every(([key, value]) => covers((live as Record<string, unknown>)[key], value));
}
