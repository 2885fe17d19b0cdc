import { createHash } from 'node:crypto';
import type { CreateServiceRequest, Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { Duration } from './duration.ts';
import { defined } from './json.ts';

import { primaryOf } from './service.ts';

/** A service setting that a run changes. */
export interface ChangedSetting {
  /** A member of UpdateService, or `deploymentConfiguration.` and one of its members. */
  readonly name: string;
  /** The previous value; absent if ECS did not return it and no value means "none". */
  readonly before?: unknown;
  /** The new value. Strings in objects are digests, because they can come from the environment and this is saved. */
  readonly after: unknown;
}

/** Returns a value with digests of its strings, which can be compared but not read. */
function sealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const seal = (one: unknown): unknown =>
    typeof one === 'string' ? `sha256:${createHash('sha256').update(one).digest('hex')}` : sealed(one);
  if (Array.isArray(value)) return value.map(seal);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, seal(one)]));
}

const grouped = 'deploymentConfiguration';

/** Values that mean "none" in UpdateService, for settings that ECS omits in answers. */
const none: Readonly<Record<string, unknown>> = {
  serviceConnectConfiguration: { enabled: false },
  capacityProviderStrategy: [],
  loadBalancers: [],
  serviceRegistries: [],
  volumeConfigurations: [],
  vpcLatticeConfigurations: [],
  placementConstraints: [],
  placementStrategy: [],
  healthCheckGracePeriodSeconds: 0,
  enableECSManagedTags: false,
  enableExecuteCommand: false,
  propagateTags: 'NONE',
  platformVersion: 'LATEST',
  [`${grouped}.deploymentCircuitBreaker`]: { enable: false, rollback: false },
  [`${grouped}.alarms`]: { alarmNames: [], enable: false, rollback: false },
  [`${grouped}.lifecycleHooks`]: [],
};

/** Returns the settings of a service; ECS returns some of them only in the deployment. */
export const liveOf = (service: Service): Readonly<Record<string, unknown>> => ({ ...primaryOf(service), ...service });

/** ECS applies placement strategies in their order. */
const isOrdered = (path: string): boolean => path === 'placementStrategy' || path.includes('.hookDetails');

/** Whether `live` includes all of `wanted`; AWS adds defaults to values. */
export function covers(live: unknown, wanted: unknown, path: string): boolean {
  if (wanted === undefined) return live === undefined || (Array.isArray(live) && live.length === 0);
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live)) return wanted.length === 0 && live === undefined;
    if (live.length !== wanted.length) return false;
    if (isOrdered(path)) return wanted.every((item, index) => covers(live[index], item, path));
    return coversSet(live, wanted, path);
  }
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .every(([key, value]) => covers((live as Record<string, unknown>)[key], value, `${path}.${key}`));
}

/** Whether each item has its own counterpart, in any order. */
function coversSet(live: readonly unknown[], wanted: readonly unknown[], path: string): boolean {
  const free = [...live];
  return wanted.every((item) => {
    const found = free.findIndex((other) => covers(other, item, path));
    if (found !== -1) free.splice(found, 1);
    return found !== -1;
  });
}

/** Returns the current value of each setting in `settings`, which contains only settings that differ from the live service. */
export function changedSettings(service: Service, settings: ServiceSettings): readonly ChangedSetting[] {
  return Object.entries(settings)
    .flatMap(([name, value]): readonly [string, unknown][] =>
      name === grouped && value !== undefined
        ? Object.entries(value).map(([member, one]) => [`${grouped}.${member}`, one])
        : [[name, value]],
    )
    .filter(([name, after]) => name !== 'forceNewDeployment' && !covers(settingOf(service, name), after, name))
    .map(([name, after]) => {
      const before = settingOf(service, name) ?? none[name];
      return { name, after: sealed(after), ...defined({ before }) };
    });
}

function settingOf(service: Service, name: string): unknown {
  const [first = '', member] = name.split('.');
  const value = liveOf(service)[first];
  return member === undefined ? value : (value as Readonly<Record<string, unknown>> | undefined)?.[member];
}

/** Returns whether a setting has this run's value, the previous value, or one that another process has set since. */
export function holderOf(service: Service, { name, before, after }: ChangedSetting): 'ours' | 'before' | 'theirs' {
  const live = settingOf(service, name);
  if (covers(sealed(live), after, name)) return 'ours';
  // Absent before and now.
  const restored = covers(live, before, name) || (live === undefined && covers(none[name], before, name));
  return restored ? 'before' : 'theirs';
}

/** Returns the UpdateService input that restores settings; other members of a group keep their live value. */
export function settingsInput(settings: readonly ChangedSetting[], service?: Service): ServiceSettings {
  const input: Record<string, unknown> = {};
  for (const { name, before } of settings) {
    const [first = '', member] = name.split('.');
    if (member === undefined) input[first] = before;
    else input[first] = { ...service?.deploymentConfiguration, ...(input[first] as object), [member]: before };
  }
  return forced(input as Partial<UpdateServiceRequest>);
}

/** UpdateService refuses a new capacity provider strategy without forceNewDeployment. */
export function forced(settings: ServiceSettings): ServiceSettings {
  return settings.capacityProviderStrategy === undefined ? settings : { ...settings, forceNewDeployment: true };
}

/** Formats a changed setting in one line, for messages. */
export function formatSetting({ name, after }: ChangedSetting): string {
  return typeof after === 'object' ? name : `${name}: ${after}`;
}

/** Formats settings as options of `aws ecs update-service`. */
export function settingsOptions(settings: ServiceSettings): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const option = name
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
      .toLowerCase();
    if (value === undefined) return [];
    if (typeof value === 'boolean') return [`--${value ? '' : 'no-'}${option}`];
    if (typeof value !== 'object') return [`--${option} ${value}`];
    return [`--${option} '${JSON.stringify(value).replaceAll("'", "'\\''")}'`];
  });
}

/** How to roll the service back if the new revision fails; `unless` contains the reason not to. */
export interface Restore {
  readonly to: string;
  readonly before: string;
  /** The settings that change with the revision. */
  readonly settings?: readonly ChangedSetting[];
  readonly unless?: string;
  /** Why settings are not restored after ECS or a person has already rolled back the revision. */
  readonly settingsUnless?: string;
  readonly within: Duration;
  /** Whether an essential container of the revision has a health check. */
  readonly checked?: boolean;
}

/** CreateService's input, less what the engine's world knows better. */
export type NewService = Omit<CreateServiceRequest, 'cluster' | 'serviceName' | 'taskDefinition' | 'clientToken'>;

/** Requested members of UpdateService. */
export type ServiceSettings = Partial<Omit<UpdateServiceRequest, 'service' | 'cluster' | 'taskDefinition'>>;
