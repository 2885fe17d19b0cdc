import { describe, expect, it } from 'vitest';
import { namesKeys } from '../../../src/aws/client/assume-role.ts';
import { connectTo } from '../../../src/aws/client/clients.ts';
import { createCredentials } from '../../../src/aws/client/credentials.ts';
import type { Event } from '../../../src/model/event.ts';
import { Account } from '../../../src/simulator/account.ts';
import { requestHandler } from '../../../src/simulator/request-handler.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';

const keys = { accessKeyId: 'AKIAOWN', secretAccessKey: 'own' };

function world() {
  const clock = new VirtualClock();
  const account = new Account({ seed: {}, clock });
  const told: Event[] = [];
  const credentials = createCredentials({
    connect: connectTo,
    clients: { region: 'us-east-1', requestHandler: requestHandler(account), credentials: keys },
    role: {
      arn: 'arn:aws:iam::123456789012:role/deployer',
      sessionName: 'deploy',
      needed: 0,
      keysGiven: true,
      hide: () => {},
    },
    clock,
    report: (event) => told.push(event),
    ask: (client, operation, input) => client.send(operation, input, new AbortController().signal),
  });
  return { account, clock, credentials, told };
}

describe('a session that AWS has refused', () => {
  it('is not renewed again for a call that notices it later', async () => {
    const { account, credentials, told } = world();
    const old = await credentials.current();
    expect(await credentials.renew(old)).toEqual({ renewed: true });
    const fresh = await credentials.current();
    expect(fresh).not.toBe(old);
    expect(await credentials.renew(old)).toEqual({ renewed: true });
    expect(await credentials.current()).toBe(fresh);
    expect(account.calls).toHaveLength(2);
    expect(told).toHaveLength(1);
  });
});

describe('credentials of the environment', () => {
  it.each([
    [{ AWS_ACCESS_KEY_ID: 'AKIA' }, true],
    [{ AWS_PROFILE: 'deploy' }, true],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, true],
    [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' }, true],
    [{ AWS_ACCESS_KEY_ID: '', AWS_SESSION_TOKEN: '', AWS_REGION: 'us-east-1' }, false],
  ])('are those that it names: %o', (environment, named) => {
    expect(namesKeys(environment)).toBe(named);
  });
});
