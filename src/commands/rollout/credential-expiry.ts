import { type Duration, minute, showDuration } from '../../model/duration.ts';
import type { RolloutRequest } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { maxDuration } from '../max-duration.ts';

/** The default session of aws-actions/configure-aws-credentials. */
const usualSession: Duration = 60 * minute;

/** What a person must know (`warnings`) or can know (`notes`). */
export interface ExpiryMessages {
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** Whether credentials may end before the rollout does, and what to do about it. */
export const formatCredentialExpiry = (request: RolloutRequest, snapshot: Snapshot): ExpiryMessages =>
  formatExpiry(expiryOfRollout(request, snapshot));

/** Whether credentials may end before work that takes so long, and what to do about it. */
export const formatEnd = (snapshot: Pick<Snapshot, 'lifetime' | 'at'>, work: Work): ExpiryMessages =>
  formatExpiry(expiryOf(snapshot, work));

const formatExpiry = ({ warning, note }: Expiry): ExpiryMessages => ({
  warnings: warning === undefined ? [] : [`${warning}. ${renewal}`],
  notes: note === undefined ? [] : [`${note}.`],
});

/** One sentence without its full stop: a warning if credentials are likely to end too soon, a note if they may. */
interface Expiry {
  readonly warning?: string;
  readonly note?: string;
}

interface Work {
  readonly what: string;
  readonly least: Duration;
  readonly most: Duration;
}

/** Whether the credentials last as long as the rollout. */
export const expiryOfRollout = (request: RolloutRequest, snapshot: Snapshot): Expiry =>
  expiryOf(snapshot, { what: 'this rollout', least: shortest(request, snapshot), most: maxDuration(request) });

function expiryOf({ lifetime, at }: Pick<Snapshot, 'lifetime' | 'at'>, { what, least, most }: Work): Expiry {
  if (lifetime.is === 'lasting') return {};
  const takes = `${what} takes at least ${showDuration(least)}`;
  if (lifetime.is === 'unknown') {
    const usual = `The AWS credentials do not say when they expire (usually after ${showDuration(usualSession)})`;
    return least > usualSession ? { warning: `${usual}, but ${takes}` } : {};
  }
  const left = Math.max(0, lifetime.at - at);
  const ends = `The AWS credentials expire in ${showDuration(left)}`;
  if (least > left) return { warning: `${ends}, but ${takes}` };
  if (most <= left) return {};
  const enough = `${ends}: enough for what is planned (${showDuration(least)}), but not if the timeouts are used up`;
  return { note: `${enough} (${showDuration(most)})` };
}

/** What to do about credentials that end too soon. */
export const renewal =
  'Without them the run would stop midway, and nothing could be undone. Have this action renew them (role-to-assume, in a job with `permissions: id-token: write`), or request a longer session (role-duration-seconds of configure-aws-credentials).';

/** The least that a good rollout takes: the fixed waiting times, and about two minutes for tasks to start. */
function shortest({ idle, bake }: RolloutRequest, { attachments }: Snapshot): Duration {
  const drain = Math.max(0, ...attachments.map((attachment) => attachment.drain));
  return (attachments.length === 0 ? idle : 0) + bake + drain + 2 * minute;
}
