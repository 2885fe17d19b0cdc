import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { denied } from './faults.ts';
import { isObject, type JsonObject, number, text } from './json.ts';
import type { Role, Session } from './records.ts';
import { openSession } from './sessions.ts';

/** GetCallerIdentity. */
export function getCallerIdentity(cloud: Cloud, _input: JsonObject, signer?: Session): JsonObject {
  return {
    Arn: callerArn(cloud, signer),
    UserId: 'AROASIMULATORDEPLOYER:simulator',
    Account: cloud.accountId,
  };
}

/** Returns the caller identity: of the session, or of unknown keys. */
export function callerArn(cloud: Cloud, signer?: Session): string {
  return signer?.arn ?? cloud.globalArn('sts', 'assumed-role/deployer/simulator');
}

/** AssumeRole. With role chaining, the session lasts at most an hour. */
export function assumeRole(cloud: Cloud, input: JsonObject, signer?: Session): JsonObject {
  const { role, session, seconds } = readAsked(cloud, input);
  const trusted = role.trusts?.includes('keys') ?? true;
  const knows = role.externalId === undefined || role.externalId === text(input.ExternalId);
  if (!trusted || !knows) throw denied('sts', 'AssumeRole', callerArn(cloud, signer), role.arn);
  if (signer !== undefined && seconds > 3600) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    throw new AwsFailure('ValidationError', message);
  }
  return grant(cloud, role, session, seconds);
}

/** AssumeRoleWithWebIdentity. Checks audience, expiry and subject of the token, but not its signature. */
export function assumeRoleWithWebIdentity(cloud: Cloud, input: JsonObject): JsonObject {
  const { role, session, seconds } = readAsked(cloud, input);
  const { aud, sub, exp } = claimsOf(text(input.WebIdentityToken) ?? '');
  if (aud !== 'sts.amazonaws.com') throw new AwsFailure('InvalidIdentityToken', 'Incorrect token audience');
  const until = (number(exp) ?? 0) * 1000;
  if (until <= cloud.now()) {
    const [now, end] = [cloud.now(), until].map((moment) => new Date(moment).toISOString());
    const message = `Token expired: current date/time ${now} must be before the expiration date/time ${end}`;
    throw new AwsFailure('ExpiredTokenException', message);
  }
  const trusted = role.trusts?.includes('web-identity') ?? true;
  if (!trusted || (role.subject !== undefined && role.subject !== sub)) {
    throw new AwsFailure('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
  }
  return grant(cloud, role, session, seconds);
}

/** Common parts: the role, the session name, and the duration. */
function readAsked(cloud: Cloud, input: JsonObject) {
  const [arn, session = ''] = [text(input.RoleArn), text(input.RoleSessionName)];
  if (arn === undefined || !isRole(cloud, arn)) {
    throw new AwsFailure('ValidationError', `${arn ?? ''} is invalid`);
  }
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) throw constraint(session, 'roleSessionName');
  const seconds = number(input.DurationSeconds) ?? 3600;
  if (seconds < 900 || seconds > 43_200) throw constraint(seconds, 'durationSeconds');
  const role: Role = cloud.roles.get(arn) ?? { arn, maxSessionSeconds: 43_200 };
  if (seconds > (role.maxSessionSeconds ?? 3600)) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new AwsFailure('ValidationError', message);
  }
  return { role, session, seconds };
}

/** Partitions share no roles. */
const isRole = (cloud: Cloud, arn: string): boolean =>
  /^arn:[^:]+:iam::\d{12}:role\/.+$/.test(arn) && arn.split(':')[1] === cloud.partition;

function constraint(value: unknown, member: string): AwsFailure {
  const message = `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint`;
  return new AwsFailure('ValidationError', message);
}

function grant(cloud: Cloud, role: Role, name: string, seconds: number): JsonObject {
  const [, account, path = ''] = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(role.arn) ?? [];
  const arn = `arn:${cloud.partition}:sts::${account}:assumed-role/${path.split('/').at(-1)}/${name}`;
  const { accessKeyId, secretAccessKey, token, expires } = openSession(cloud, arn, seconds);
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: token,
      Expiration: new Date(expires),
    },
    AssumedRoleUser: { AssumedRoleId: `AROASIMULATOR:${name}`, Arn: arn },
  };
}

/** Returns the claims of a JSON Web Token; the signature is not checked. */
function claimsOf(token: string): JsonObject {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    if (isObject(claims)) return claims;
  } catch {
    // Said below: it is no token.
  }
  const message = 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
  throw new AwsFailure('InvalidIdentityToken', message);
}
