import type { Secret } from '@aws-sdk/client-ecs';
import type { Path } from '../../task-definition/path.ts';
import { type Conflicts, eachContainer, inTask, type Pair, quoteInTask, type Rule } from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
const fromSecretsManager = 'arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id';

function faultOf(from: string): string | undefined {
  if (from.trim() === '') return 'is empty; use the ARN of a secret, or the name or ARN of a parameter';
  if (isPlaceholder(from)) return notFilledIn;
  if (!from.startsWith('arn:')) {
    // A plain name is a Parameter Store parameter.
    return /^[\w./-]+$/.test(from) ? undefined : 'is neither an ARN nor the name of a Systems Manager parameter';
  }
  const [, partition = '', service, region, account = '', kind, ...name] = from.split(':');
  const placed = /^aws[a-z-]*$/.test(partition) && region !== '' && /^\d{12}$/.test(account);
  if (service === 'ssm') {
    return placed && name.length === 0 && /^parameter\/[\w./-]+$/.test(kind ?? '')
      ? undefined
      : 'is not the ARN of a parameter; use an ARN such as arn:aws:ssm:region:account:parameter/name';
  }
  if (service !== 'secretsmanager') return 'is not the ARN of a Secrets Manager secret or a Systems Manager parameter';
  if (!placed || kind !== 'secret' || !name[0]) {
    return 'is not the ARN of a secret; use an ARN such as arn:aws:secretsmanager:region:account:secret:name-AbCdEf';
  }
  if (name.length === 1 || name.length === 4) return undefined;
  return `has ${name.length - 1} of the three parts after the secret name; write all of them, empty if unused (${fromSecretsManager}), such as …:json-key::`;
}

function secretsAt(pair: Pair, path: Path, secrets: readonly Secret[] = []): Conflicts {
  return secrets.map(({ valueFrom }, index) => {
    const at = [...path, index, 'valueFrom'];
    const wrong = valueFrom === undefined ? undefined : faultOf(valueFrom);
    if (wrong === undefined) return undefined;
    return valueFrom === '' ? inTask(at, wrong) : quoteInTask(pair, at, wrong);
  });
}

const secretsAreReferences: Rule = (pair) =>
  eachContainer(pair, ({ secrets, logConfiguration }, path) => [
    secretsAt(pair, [...path, 'secrets'], secrets),
    secretsAt(pair, [...path, 'logConfiguration', 'secretOptions'], logConfiguration?.secretOptions),
  ]);

/** "The secret name must be unique and not shared with any new or existing environment variables set on the container" */
const secretNamesAreUnique: Rule = (pair) =>
  eachContainer(pair, ({ environment = [], secrets = [] }, path) =>
    secrets.map(({ name }, index) => {
      const at = [...path, 'secrets', index, 'name'];
      const first = secrets.findIndex((secret) => secret.name === name);
      if (first < index) return quoteInTask(pair, at, `is already the name of secrets[${first}]`);
      const variable = environment.findIndex((one) => one.name === name);
      return variable !== -1 && quoteInTask(pair, at, `is already the name of environment[${variable}]; keep one`);
    }),
  );

const registryCredentialsAreSecrets: Rule = (pair) =>
  eachContainer(pair, ({ repositoryCredentials }, container) => {
    const from = repositoryCredentials?.credentialsParameter ?? '';
    const path = [...container, 'repositoryCredentials', 'credentialsParameter'];
    if (isPlaceholder(from)) return quoteInTask(pair, path, notFilledIn);
    // API reference: the ARN of the secret, or its name if it is in the same Region.
    const isOther = from.startsWith('arn:') && !/:secretsmanager:/.test(from);
    return isOther && quoteInTask(pair, path, 'is not the ARN of a Secrets Manager secret');
  });

/** "The file must have a .env file extension." */
const environmentFilesAreObjects: Rule = (pair) =>
  eachContainer(pair, ({ environmentFiles = [] }, path) =>
    environmentFiles.map(
      ({ value = '' }, index) =>
        !/^arn:aws[a-z-]*:s3:::[^/]+\/.*\.env$/.test(value) &&
        quoteInTask(
          pair,
          [...path, 'environmentFiles', index, 'value'],
          'is not the ARN of a file in S3; use an ARN such as arn:aws:s3:::bucket/name.env',
        ),
    ),
  );

export const secretRules: readonly Rule[] = [
  secretsAreReferences,
  secretNamesAreUnique,
  registryCredentialsAreSecrets,
  environmentFilesAreObjects,
];
