import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { expired } from './faults.ts';
import type { Session } from './records.ts';
import type { WireRequest } from './wire.ts';

/** Creates temporary keys. */
export function openSession(cloud: Cloud, arn: string, seconds: number): Session {
  const session = {
    accessKeyId: `ASIA${cloud.random.characters(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
    secretAccessKey: cloud.random.hex(40),
    token: cloud.random.hex(64),
    arn,
    expires: cloud.moment(seconds * 1000),
  };
  cloud.sessions.set(session.accessKeyId, session);
  return session;
}

/** Returns the session that signed a request; unknown keys are treated as permanent. */
export function signerOf(cloud: Cloud, { headers }: WireRequest): Session | undefined {
  const key = /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1];
  return key === undefined ? undefined : cloud.sessions.get(key);
}

/** Refuses a session whose time is over, and keys without the token that belongs to them. */
export function refuseIfOver(cloud: Cloud, signer: Session | undefined, service: string, request: WireRequest): void {
  if (signer === undefined) return;
  if (request.headers['x-amz-security-token'] !== signer.token) throw invalidToken(service);
  if (signer.expires <= cloud.now()) throw expired(service);
}

function invalidToken(service: string): AwsFailure {
  const query = ['elbv2', 'sts', 'ec2', 'iam'].includes(service);
  const message = 'The security token included in the request is invalid.';
  return new AwsFailure(query ? 'InvalidClientTokenId' : 'UnrecognizedClientException', message, query ? 403 : 400);
}
