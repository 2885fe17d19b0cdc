import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { Account } from '../../src/simulator/account.ts';
import { requestHandler } from '../../src/simulator/request-handler.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

const arn = 'arn:aws:iam::123456789012:role/ci/deployer';
const asked = { RoleArn: arn, RoleSessionName: 'deploy' };
const own = { accessKeyId: 'AKIAOWN', secretAccessKey: 'own' };

function world(seed: Seed = {}) {
  const clock = new VirtualClock();
  const handler = requestHandler(new Account({ seed, clock }));
  const as = (credentials: object) => ({
    region: 'us-east-1',
    requestHandler: handler,
    maxAttempts: 1,
    credentials: credentials as typeof own,
  });
  const assume = async (more: object = {}, credentials: object = own) => {
    const { Credentials: granted } = await new STSClient(as(credentials)).send(
      new AssumeRoleCommand({ ...asked, ...more }),
    );
    return {
      accessKeyId: granted?.AccessKeyId,
      secretAccessKey: granted?.SecretAccessKey,
      sessionToken: granted?.SessionToken,
      expires: granted?.Expiration?.getTime(),
    };
  };
  const bring = (claims: object, more: object = {}) =>
    new STSClient(as(own)).send(
      new AssumeRoleWithWebIdentityCommand({
        ...asked,
        WebIdentityToken: `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`,
        ...more,
      }),
    );
  const soon = () => clock.now() / 1000 + 300;
  return { clock, as, assume, bring, soon };
}

describe('a session of a role', () => {
  it('belongs to its holder, and is valid until it expires', async () => {
    const { clock, as, assume } = world();
    const session = await assume({ DurationSeconds: 900 });
    expect(session.expires).toBe(clock.now() + 900_000);
    const { Arn } = await new STSClient(as(session)).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:sts::123456789012:assumed-role/deployer/deploy');
    const ecs = new ECSClient(as(session));
    await ecs.send(new ListClustersCommand({}));
    await clock.sleep(900_000);
    await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      $metadata: { httpStatusCode: 400 },
    });
    const elb = new ElasticLoadBalancingV2Client(as(session));
    await expect(elb.send(new DescribeTargetGroupsCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(assume({}, session)).rejects.toMatchObject({ name: 'ExpiredToken' });
  });

  it('is invalid without its token, and unknown keys never expire', async () => {
    const { clock, as, assume } = world();
    const { sessionToken: _, ...session } = await assume();
    await expect(new ECSClient(as(session)).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await clock.sleep(100 * 3_600_000);
    await new ECSClient(as(own)).send(new ListClustersCommand({}));
  });

  it('lasts an hour at most when a session has assumed it, and else as long as the role allows', async () => {
    const { assume } = world({ roles: [{ arn, maxSessionSeconds: 7200 }] });
    const session = await assume({ DurationSeconds: 7200 });
    await expect(assume({ DurationSeconds: 3601 }, session)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('role chaining'),
    });
    await assume({ DurationSeconds: 3600 }, session);
    await expect(assume({ DurationSeconds: 7201 })).rejects.toMatchObject({
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });

  it('is refused if the role does not trust the caller', async () => {
    const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
    await expect(world({ roles: [{ arn, trusts: ['web-identity'] }] }).assume()).rejects.toMatchObject(denied);
    const { assume } = world({ roles: [{ arn, externalId: 'ours' }] });
    await expect(assume()).rejects.toMatchObject(denied);
    await assume({ ExternalId: 'ours' });
  });
});

describe('a web identity', () => {
  const good = { aud: 'sts.amazonaws.com', sub: 'repo:acme/web:ref:refs/heads/main' };

  it('gets a session when the role trusts its subject', async () => {
    const { bring, soon } = world({ roles: [{ arn, subject: good.sub }] });
    expect((await bring({ ...good, exp: soon() })).Credentials?.AccessKeyId).toMatch(/^ASIA/);
    await expect(bring({ ...good, sub: 'repo:Acme/web', exp: soon() })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  it('must be for AWS, of now, and a token', async () => {
    const { bring, soon, clock } = world();
    const names = { name: 'InvalidIdentityTokenException' };
    await expect(bring({ ...good, aud: 'somebody', exp: soon() })).rejects.toMatchObject(names);
    await expect(bring(good, { WebIdentityToken: 'password' })).rejects.toMatchObject(names);
    const exp = soon();
    await clock.sleep(300_000);
    await expect(bring({ ...good, exp })).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });
});
