import type { Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { type Change, kindOf, type Origins, originOf, writtenInFiles } from '../core/change.ts';
import type { ServiceSettings } from '../core/plan.ts';
import type { RolloutRequest } from '../core/request.ts';
import { covering, veil, veilSecrets } from '../core/secret.ts';
import { covers, liveOf } from '../core/settings.ts';
import type { Snapshot } from '../core/snapshot.ts';

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
  const all = { ...count, ...update, ...declared.creationOnly };
  return differing(service, all, origins?.settings ?? writtenInFiles.settings, hidden);
}

function differing(
  service: Service,
  wanted: Readonly<Record<string, unknown>>,
  origins: Origins,
  hidden: readonly string[],
): readonly Change[] {
  const live = liveOf(service);
  const cover = covering(hidden);
  return uncovered(live, wanted, '').map(({ path, before, after }): Change => {
    const [shownBefore, shownAfter] = [before, after].map((value) => cover(veilSecrets(value)));
    const substituted = JSON.stringify(cover(after)) !== JSON.stringify(after);
    const secret = JSON.stringify(veilSecrets([before, after])) !== JSON.stringify([before, after]);
    return {
      kind: kindOf({ before, after }),
      subject: { kind: 'service' },
      what: `service: ${path}`,
      ...(before === undefined ? {} : { before: substituted ? veil : shownBefore }),
      after: shownAfter,
      ...(substituted || secret ? { hidden: substituted ? 'substituted' : 'secret' } : {}),
      from: originOf(origins, path),
    };
  });
}

interface Uncovered {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What of `wanted` the live settings do not say, value by value; a list is one value. */
function uncovered(live: unknown, wanted: unknown, path: string): readonly Uncovered[] {
  if (covers(live, wanted)) return [];
  const isMap = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isMap(wanted)) return [{ path, before: live, after: wanted }];
  const members: Readonly<Record<string, unknown>> = isMap(live) ? { ...live } : {};
  return Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => uncovered(members[key], value, path === '' ? key : `${path}.${key}`));
}
