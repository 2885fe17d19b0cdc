import { type Duration, minute, showDuration } from '../../model/duration.ts';
import type { RolloutRequest } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { maxDuration } from '../max-duration.ts';

/** The session that aws-actions/configure-aws-credentials asks for when nobody says how long. */
const usualSession: Duration = 60 * minute;

/** What a person must know (`warnings`) or can know (`notes`). */
export interface Said {
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** What is to be said of credentials that may end before the rollout does. */
export function formatCredentialExpiry(request: RolloutRequest, snapshot: Snapshot): Said {
  return formatEnd(snapshot, { what: 'this rollout', least: shortest(request, snapshot), most: maxDuration(request) });
}

/** What is to be said of credentials that may end before something does that takes so long. */
export function formatEnd(
  { lifetime, at }: Pick<Snapshot, 'lifetime' | 'at'>,
  { what, least, most }: { readonly what: string; readonly least: Duration; readonly most: Duration },
): Said {
  if (lifetime.is === 'lasting') return { warnings: [], notes: [] };
  const takes = `${what} takes at least ${showDuration(least)}`;
  if (lifetime.is === 'unknown') {
    const usual = `The AWS credentials do not say when they end, mostly after ${showDuration(usualSession)}`;
    return { warnings: least > usualSession ? [`${usual}, but ${takes}. ${remedy}`] : [], notes: [] };
  }
  const left = Math.max(0, lifetime.at - at);
  const ends = `The AWS credentials end in ${showDuration(left)}`;
  if (least > left) return { warnings: [`${ends}, but ${takes}. ${remedy}`], notes: [] };
  if (most <= left) return { warnings: [], notes: [] };
  const enough = `${ends}: enough for what is planned (${showDuration(least)}), but not if the timeouts are used up`;
  return { warnings: [], notes: [`${enough} (${showDuration(most)}).`] };
}

const remedy =
  'Without them it would stop on the way, and nothing could be put back. Have this action renew them (role-to-assume, in a job with `permissions: id-token: write`), or ask for a longer session (role-duration-seconds of configure-aws-credentials).';

/** What a good rollout takes at least: the times that are only waited for, and about two minutes for tasks to start. */
function shortest({ idle, bake }: RolloutRequest, { attachments }: Snapshot): Duration {
  const drain = Math.max(0, ...attachments.map((attachment) => attachment.drain));
  return (attachments.length === 0 ? idle : 0) + bake + drain + 2 * minute;
}
