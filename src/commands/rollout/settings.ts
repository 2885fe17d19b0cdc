import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { type Change, kindOf, type Origins, originOf, writtenInFiles } from '../../model/change.ts';
import { redacted, redactor, redactSecrets } from '../../model/redact.ts';
import type { RolloutRequest } from '../../model/request.ts';
import { primaryOf } from '../../model/service.ts';
import type { ServiceSettings } from '../../model/settings.ts';
import { covers, liveOf } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { mergeSetting } from './merge.ts';

/**
 * The settings that are asked for and differ from the live ones: a field that changes nothing is not sent, and what a
 * field leaves out keeps its live value.
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

/** What of the service will be another thing than it is. */
export function settingChanges(
  { origins, hidden }: Pick<RolloutRequest, 'origins' | 'hidden'>,
  service: Service,
  settings: ServiceSettings,
): readonly Change[] {
  return differing(service, settings, origins?.settings ?? writtenInFiles.settings, hidden);
}

/** What service.json says and the live service does not do, where nobody asks to apply it. */
export function driftOf(
  { declared, origins, hidden }: RolloutRequest,
  { service, scaled }: Snapshot,
): readonly Change[] {
  if (declared === undefined) return [];
  const { desiredCount, ...update } = declared.update;
  // How many tasks there are is not the file's business where Application Auto Scaling decides it.
  const count = scaled === 'yes' || desiredCount === undefined ? {} : { desiredCount };
  const all = mergeAll(liveOf(service), Object.entries({ ...count, ...update, ...declared.creationOnly }));
  return differing(service, all, origins?.settings ?? writtenInFiles.settings, hidden);
}

function differing(service: Service, wanted: object, origins: Origins, hidden: readonly string[]): readonly Change[] {
  const live = liveOf(service);
  const cover = redactor(hidden);
  const sent = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const changed = sent.flatMap(([key, value]) => differences(live[key], value, key));
  return changed.map(({ path, before, after }): Change => {
    const [shownBefore, shownAfter] = [before, after].map((value) => cover(redactSecrets(value)));
    const substituted = JSON.stringify(cover(after)) !== JSON.stringify(after);
    const secret = JSON.stringify(redactSecrets([before, after])) !== JSON.stringify([before, after]);
    return {
      kind: kindOf({ before, after }),
      subject: { kind: 'service' },
      what: `service: ${path}`,
      ...(before === undefined ? {} : { before: substituted ? redacted : shownBefore }),
      ...(after === undefined ? {} : { after: shownAfter }),
      ...(substituted || secret ? { hidden: substituted ? 'substituted' : 'secret' } : {}),
      from: originOf(origins, path),
    };
  });
}

interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between a live setting and the one that is sent, value by value; a list is one value. */
function differences(live: unknown, wanted: unknown, path: string): readonly Difference[] {
  const isMap = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isMap(wanted)) return covers(live, wanted, path) ? [] : [{ path, before: live, after: wanted }];
  const [before, after]: readonly Readonly<Record<string, unknown>>[] = [isMap(live) ? { ...live } : {}, { ...wanted }];
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return keys.flatMap((key) => differences(before?.[key], after?.[key], `${path}.${key}`));
}
