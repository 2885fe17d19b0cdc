import { describe, expect, it } from 'vitest';
import { lifetimeOf } from '../../../src/aws/client/clients.ts';

const keys = { accessKeyId: 'ASIA', secretAccessKey: 'secret' };
const session = { ...keys, sessionToken: 'token' };
const expiration = new Date(Date.UTC(2026, 0, 1));

describe('the lifetime of credentials found by the SDK', () => {
  it.each([
    ['has no end without a session', keys, { is: 'lasting' }],
    ['is not known where the session does not say', session, { is: 'unknown' }],
    ['is not known where what it says is no date', { ...session, expiration: new Date('soon') }, { is: 'unknown' }],
    [
      'ends with what stands in the environment, which nobody renews',
      { ...session, expiration, $source: { CREDENTIALS_ENV_VARS: 'g' } },
      { is: 'ending', at: expiration.getTime() },
    ],
    [
      'has no end where the SDK gets others',
      { ...session, expiration, $source: { CREDENTIALS_HTTP: 'z' } },
      { is: 'lasting' },
    ],
  ])('%s', (_, identity, lifetime) => {
    expect(lifetimeOf(identity)).toEqual(lifetime);
  });
});
