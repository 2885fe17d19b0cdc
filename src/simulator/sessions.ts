import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { expired } from './faults.ts';
import type { WireRequest } from './wire.ts';

/** Temporary keys; when their time is over, AWS refuses what is signed with them. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  /** Who signs with them. */
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Who may assume a role, and for how long. A role that nobody has described exists and trusts everybody. */
export interface Role {
  readonly arn: string;
  /** `keys`: by AssumeRole; `web-identity`: by AssumeRoleWithWebIdentity. Both when absent. */
  readonly trusts?: readonly ('keys' | 'web-identity')[];
  /** The services that its trust policy names, such as `ecs-tasks.amazonaws.com`; none when absent. */
  readonly services?: readonly string[];
  readonly externalId?: string;
  /** What the claim `sub` of a web identity must be; anything when absent. */
  readonly subject?: string;
  /** 3600 when absent, as in IAM. */
  readonly maxSessionSeconds?: number;
}

/** New temporary keys for somebody. */
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

/** The session that a request is signed with; keys that the account did not give out are somebody's own, and last. */
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
