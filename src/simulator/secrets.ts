import { AwsFailure, NotModelled } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, number, objects, text, texts } from './json.ts';
import { readToken, writeToken } from './paging.ts';

/** DescribeSecret, by ARN, by an ARN without the six characters at its end, or by name. */
export function describeSecret(cloud: Cloud, input: JsonObject): JsonObject {
  const id = text(input.SecretId) ?? '';
  const secret = [...cloud.secrets.values()].find(({ arn, name }) => [arn, arn.slice(0, -7), name].includes(id));
  if (secret === undefined) {
    throw new AwsFailure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return compact({
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: cloud.date(),
    DeletedDate: secret.deleted ? cloud.date() : undefined,
    VersionIdsToStages: { '00000000-0000-4000-8000-000000000001': ['AWSCURRENT'] },
  });
}

/** DescribeParameters of Systems Manager: names without values, and of filters only the one by name. */
export function describeParameters(cloud: Cloud, input: JsonObject): JsonObject {
  const filters = objects(input.ParameterFilters);
  if (filters.some(({ Key, Option }) => Key !== 'Name' || (Option ?? 'Equals') !== 'Equals')) {
    throw new NotModelled('filters other than Name with Equals');
  }
  const wanted = filters.map(({ Values }) => texts(Values));
  const matching = cloud.parameters.filter((name) => wanted.every((values) => values.includes(name)));
  const start = readToken(text(input.NextToken));
  const end = start + (number(input.MaxResults) ?? 50);
  return compact({
    Parameters: matching.slice(start, end).map((name) => ({
      Name: name,
      ARN: cloud.arn('ssm', `parameter/${name.replace(/^\//, '')}`),
      Type: 'SecureString',
      Version: 1,
      LastModifiedDate: cloud.date(),
    })),
    NextToken: end < matching.length ? writeToken(end) : undefined,
  });
}
