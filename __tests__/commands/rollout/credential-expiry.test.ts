import { describe, expect, it } from 'vitest';
import { formatCredentialExpiry } from '../../../src/commands/rollout/credential-expiry.ts';
import { minute } from '../../../src/model/duration.ts';
import type { Lifetime, Snapshot } from '../../../src/model/snapshot.ts';
import type { Attachment } from '../../../src/model/targets.ts';
import { shop, usual } from '../stage.ts';

const at = Date.UTC(2026, 0, 1);
const drained = { drain: 5 * minute } as Attachment;

/** With a bake of half an hour behind a load balancer: 37 minutes at least, 2 h 10 m at most. */
function say(lifetime: Lifetime, bake = 30 * minute, attachments = [drained]) {
  const snapshot: Snapshot = {
    at,
    service: {},
    stable: { definition: {}, tags: [] },
    attachments,
    alarms: [],
    canaries: [],
    ended: [],
    orphanTargets: [],
    tried: [],
    lifetime,
  };
  return formatCredentialExpiry({ ...usual(shop()), bake }, snapshot);
}

const endingIn = (left: number): Lifetime => ({ is: 'ending', at: at + left });
const nothing = { warnings: [], notes: [] };

describe('what is said of the life of the credentials', () => {
  it('is nothing when they last, or longer than the rollout can', () => {
    expect(say({ is: 'lasting' }, 20 * 60 * minute)).toEqual(nothing);
    expect(say(endingIn(131 * minute))).toEqual(nothing);
  });

  it('is a warning with both times when they end before the rollout can', () => {
    const { warnings, notes } = say(endingIn(36 * minute));
    expect(notes).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The AWS credentials expire in 36m, but this rollout takes at least 37m\. .*role-to-assume/,
      ),
    ]);
  });

  it('is a note when only the timeouts are longer', () => {
    const { warnings, notes } = say(endingIn(38 * minute));
    expect(warnings).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/expire in 38m: enough for what is planned \(37m\), .*\(2h 10m\)/)]);
  });

  it('is a warning when nobody knows their end and the rollout takes longer than sessions mostly last', () => {
    expect(say({ is: 'unknown' }, 53 * minute)).toEqual(nothing);
    expect(say({ is: 'unknown' }, 54 * minute).warnings).toEqual([
      expect.stringMatching(/do not say when they expire \(usually after 1h\), but this rollout takes at least 1h 01m/),
    ]);
  });

  it('counts the time to idle only where there is no load balancer', () => {
    expect(say(endingIn(2 * minute + 14_000), 0, []).warnings).toHaveLength(1);
    expect(say(endingIn(2 * minute + 15_000), 0, []).warnings).toEqual([]);
    expect(say(endingIn(7 * minute), 0).warnings).toEqual([]);
  });
});
