import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, text } from './json.ts';

/** GetRole, for seeded roles; the trust policy is URL-encoded, as in IAM. */
export function getRole(cloud: Cloud, input: JsonObject): JsonObject {
  const name = text(input.RoleName) ?? '';
  const role = [...cloud.roles.values()].find(({ arn }) => arn.slice(arn.lastIndexOf('/') + 1) === name);
  if (role === undefined) throw new AwsFailure('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  const path = role.arn.slice(role.arn.indexOf(':role/') + 5, role.arn.lastIndexOf('/') + 1);
  const statements = (role.services ?? []).map((Service) => ({
    Effect: 'Allow',
    Principal: { Service },
    Action: 'sts:AssumeRole',
  }));
  return {
    Role: {
      Path: path,
      RoleName: name,
      RoleId: 'AROASIMULATOR',
      Arn: role.arn,
      CreateDate: cloud.date(),
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statements })),
      MaxSessionDuration: role.maxSessionSeconds ?? 3600,
    },
  };
}
