import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, number, text } from './json.ts';

/** GetCallerIdentity. */
export function getCallerIdentity(cloud: Cloud): JsonObject {
  return {
    Arn: callerArn(cloud),
    UserId: 'AROASIMULATORDEPLOYER:simulator',
    Account: cloud.accountId,
  };
}

/** Who every caller of the pretend account is. */
export function callerArn(cloud: Cloud): string {
  return `arn:aws:sts::${cloud.accountId}:assumed-role/deployer/simulator`;
}

/** AssumeRole: every role exists and trusts everybody. */
export function assumeRole(cloud: Cloud, input: JsonObject): JsonObject {
  const [role, session] = [text(input.RoleArn), text(input.RoleSessionName)];
  const found = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(role ?? '');
  if (found === null) throw new AwsFailure('ValidationError', `${role ?? ''} is invalid`);
  if (session === undefined || !/^[\w+=,.@-]{2,64}$/.test(session)) {
    throw new AwsFailure(
      'ValidationError',
      `1 validation error detected: Value '${session ?? ''}' at 'roleSessionName' failed to satisfy constraint`,
    );
  }
  const seconds = number(input.DurationSeconds) ?? 3600;
  if (seconds < 900 || seconds > 43_200) {
    throw new AwsFailure(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint`,
    );
  }
  return {
    Credentials: {
      AccessKeyId: `ASIA${cloud.random.characters(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
      SecretAccessKey: cloud.random.hex(40),
      SessionToken: cloud.random.hex(64),
      Expiration: new Date(cloud.now() + seconds * 1000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROASIMULATOR:${session}`,
      Arn: `arn:aws:sts::${found[1]}:assumed-role/${found[2]?.split('/').at(-1)}/${session}`,
    },
  };
}
