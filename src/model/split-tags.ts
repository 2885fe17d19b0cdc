import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isObject } from './json.ts';
import type { Place } from './place.ts';
import { keyOfPlace } from './run-state.ts';
import type { ScalingFound, Split, Traffic, TrafficOwner } from './traffic.ts';

const prefix = 'ecs-canary-rollout:';
/** ELB's limits: a value has at most 256 characters, a resource at most 50 tags. */
const longest = 256;
const mostPieces = 36;

/** What the tags of a canary's target group say: enough to undo everything after its run died. */
export interface Remembered {
  readonly traffic: Traffic;
  readonly scaling?: ScalingFound;
  readonly guarded?: true;
}

const fingerprint = (place: Place): string => createHash('sha256').update(keyOfPlace(place)).digest('hex').slice(0, 16);

/** ELB allows letters, digits, spaces and `+ - = . _ : / @` in tags. */
const allowed = (text: string): string => text.replace(/[^\p{L}\p{N} +=._:/@-]/gu, '_').slice(0, longest);

/** The tag that says until when the run counts as alive. The run renews it. */
export const expiryTag = (expires: number): Tag => ({
  Key: `${prefix}expires`,
  Value: new Date(expires).toISOString(),
});

/** The tags of a canary's target group; `undefined` if the routes do not fit into them. */
export function splitTags(
  place: Place,
  { run, attempt, url }: TrafficOwner,
  remembered: Remembered,
  expires: number,
): readonly Tag[] | undefined {
  const packed = deflateRawSync(JSON.stringify(remembered)).toString('base64');
  const pieces = packed.match(/.{1,256}/g) ?? [];
  if (pieces.length > mostPieces) return undefined;
  const tag = (name: string, value: string): Tag => ({ Key: `${prefix}${name}`, Value: allowed(value) });
  return [
    tag('service', place.service),
    tag('place', fingerprint(place)),
    tag('run', run),
    tag('attempt', String(attempt)),
    ...(url === undefined ? [] : [tag('url', url)]),
    expiryTag(expires),
    ...pieces.map((piece, i) => tag(`found-${i}`, piece)),
  ];
}

/** The keys of our own tags among these. */
export const ownKeys = (tags: readonly Tag[]): readonly string[] =>
  tags.flatMap(({ Key = '' }) => (Key.startsWith(prefix) ? [Key] : []));

/** What the tags of a target group say about its run; `undefined` if they do not belong to this service. */
export function readSplitTags(
  place: Place,
  tags: readonly Tag[],
): (TrafficOwner & Pick<Split, 'expires'> & { readonly remembered: Remembered | undefined }) | undefined {
  const value = (name: string): string | undefined => tags.find(({ Key }) => Key === `${prefix}${name}`)?.Value;
  const run = value('run');
  if (run === undefined || value('place') !== fingerprint(place)) return undefined;
  const until = Date.parse(value('expires') ?? '');
  const pieces: string[] = [];
  for (let i = 0; value(`found-${i}`) !== undefined; i++) pieces.push(value(`found-${i}`) ?? '');
  const attempt = Number(value('attempt'));
  return {
    run,
    attempt: Number.isSafeInteger(attempt) ? attempt : 0,
    expires: Number.isNaN(until) ? 0 : until,
    remembered: unpack(pieces.join('')),
  };
}

/** Others can set tags too, so a malformed value is ignored. */
function unpack(text: string): Remembered | undefined {
  try {
    const found: unknown = JSON.parse(
      inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: 1 << 20 }).toString(),
    );
    return isRemembered(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (!isObject(value) || !isObject(value.traffic)) return false;
  const { routes, groups, settle } = value.traffic;
  return (
    typeof settle === 'number' &&
    Array.isArray(routes) &&
    routes.every((route) => isObject(route) && typeof route.arn === 'string' && Array.isArray(route.actions)) &&
    Array.isArray(groups) &&
    groups.every((group) => isObject(group) && typeof group.stable === 'string' && typeof group.name === 'string')
  );
}
