import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { codeOf } from '../client/errors.ts';
import { readAll, readInChunks } from '../client/pages.ts';
import {
  type Access,
  answered,
  ok,
  type PreflightCheck,
  problem,
  type Result,
  type Results,
  unclear,
} from './inspect.ts';

/** A secret or parameter of a container, and the name under which the container gets it. */
interface Reference {
  readonly container: string;
  readonly name: string;
  readonly from: string;
}

/** Checks that secrets and parameters exist. Their values are not read. */
export function secretChecks(
  definition: RegisterTaskDefinitionRequest,
  account: string | undefined,
): readonly PreflightCheck[] {
  const references = referencesIn(definition);
  const secrets = references.filter(({ from }) => isSecret(from));
  const parameters = references.filter(({ from }) => !isSecret(from));
  const bare = [...new Set(secrets.map(({ from }) => secretOf(from).id))];
  return [
    ...bare.map((id): PreflightCheck => {
      const sharing = secrets.filter(({ from }) => secretOf(from).id === id);
      return {
        kind: 'secret',
        about: `secret for ${users(sharing)}`,
        look: (access) => lookAtSecret(id, sharing, access),
      };
    }),
    ...inPortions(parameters).map((some): PreflightCheck => {
      return {
        kind: 'parameter',
        about: `parameter for ${users(some)}`,
        look: (access) => lookAtParameters(some, account, access),
      };
    }),
  ];
}

const users = (references: readonly Reference[]): string =>
  [...new Set(references.map(({ container, name }) => `${container} ${name}`))].join(', ');

function referencesIn({ containerDefinitions = [] }: RegisterTaskDefinitionRequest): readonly Reference[] {
  return containerDefinitions.flatMap(
    ({ name: container = '', secrets = [], logConfiguration, repositoryCredentials }) => [
      ...[...secrets, ...(logConfiguration?.secretOptions ?? [])].flatMap(({ name = '', valueFrom }) =>
        valueFrom === undefined ? [] : [{ container, name, from: valueFrom }],
      ),
      ...(repositoryCredentials?.credentialsParameter === undefined
        ? []
        : [{ container, name: 'its registry', from: repositoryCredentials.credentialsParameter }]),
    ],
  );
}

const isSecret = (from: string): boolean => /^arn:[^:]+:secretsmanager:/.test(from);

/** Splits `arn:…:secret:NAME-abcdef[:json-key[:version-stage[:version-id]]]`. */
function secretOf(from: string): { readonly id: string; readonly key: string; readonly stage: string } {
  const parts = from.split(':');
  return { id: parts.slice(0, 7).join(':'), key: parts[7] ?? '', stage: parts[8] ?? '' };
}

async function lookAtSecret(id: string, references: readonly Reference[], { aws }: Access): Promise<Results> {
  const name = id.split(':').at(-1) ?? id;
  if (id.split(':')[3] !== aws.region) return unclear(`not checked: ${name} is in another region`);
  const answer = await answered(
    () => aws.call('secretsmanager', 'DescribeSecret', { SecretId: id }),
    (failure) => codeOf(failure).startsWith('ResourceNotFound'),
  );
  if (answer instanceof Failure) {
    return problem(
      `there is no secret ${name}: the container would not start`,
      'Create the secret, or correct its ARN in valueFrom.',
    );
  }
  if (answer.DeletedDate !== undefined) {
    return problem(
      `secret ${name} is scheduled for deletion and cannot be read`,
      `Restore it (aws secretsmanager restore-secret --secret-id ${id}).`,
    );
  }
  const stages = answer.VersionIdsToStages;
  const wanted = references.map(({ from }) => secretOf(from).stage || 'AWSCURRENT');
  const absent = stages === undefined ? [] : wanted.filter((stage) => !Object.values(stages).flat().includes(stage));
  if (absent.length > 0) {
    return problem(
      `secret ${name} has no version ${absent[0]}`,
      'Set a value for the secret, or correct the version stage in valueFrom.',
    );
  }
  const keys = references.some(({ from }) => secretOf(from).key !== '');
  return ok(`${name} exists${keys ? '; whether it contains the JSON key is not checked' : ''}`);
}

/** A filter accepts 50 values, and both spellings of a name count. */
function inPortions(parameters: readonly Reference[]): readonly (readonly Reference[])[] {
  const names = [...new Set(parameters.map(({ from }) => from))];
  const count = Math.ceil(names.length / 25);
  return Array.from({ length: count }, (_, index) => {
    const some = names.slice(index * 25, index * 25 + 25);
    return parameters.filter(({ from }) => some.includes(from));
  });
}

/** The names that an ARN can refer to: `parameter/a` stands for `a` and `/a`. A version or a label can follow a colon. */
function namesOf(from: string): readonly string[] {
  const path = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.*)$/.exec(from)?.[1];
  if (path === undefined) return [from.replace(/:.*$/, '')];
  const name = path.replace(/:.*$/, '');
  return name.lastIndexOf('/') === 0 ? [name, name.slice(1)] : [name];
}

/** Returns why DescribeParameters of this account and region does not list a parameter. */
function elsewhere(from: string, region: string, account: string | undefined): string | undefined {
  const [, , , itsRegion = region, itsAccount = account] = from.startsWith('arn:') ? from.split(':') : [];
  if (itsRegion !== region) return 'is in another region';
  if (account !== undefined && itsAccount !== account) return 'is in another account';
  // Public parameters of AWS, and references to Secrets Manager.
  return namesOf(from).some((name) => name.startsWith('/aws/')) ? 'is a public parameter of AWS' : undefined;
}

async function lookAtParameters(
  references: readonly Reference[],
  account: string | undefined,
  { aws }: Access,
): Promise<Results> {
  const where = ({ from }: Reference): string | undefined => elsewhere(from, aws.region, account);
  const here = references.filter((one) => where(one) === undefined);
  const names = here.flatMap(({ from }) => namesOf(from));
  const known = names.length === 0 ? new Set<string>() : await readNames(names, aws);
  const about = (one: Reference): string => `parameter for ${users([one])}`;
  const results = references.map((one): Result => {
    const [name = one.from] = namesOf(one.from);
    const away = where(one);
    if (away !== undefined) return { about: about(one), ...unclear(`not checked: ${name} ${away}`) };
    if (namesOf(one.from).some((other) => known.has(other))) return { about: about(one), ...ok(`${name} exists`) };
    const next = 'Create the parameter, or correct its name in valueFrom.';
    return { about: about(one), ...problem(`there is no parameter ${name}: the container would not start`, next) };
  });
  const good = results.every(({ is }) => is === 'ok');
  // If all exist, one line is enough.
  return good ? ok(results.length === 1 ? 'it exists' : 'all exist') : results;
}

/** DescribeParameters returns no values, unlike GetParameters. */
async function readNames(names: readonly string[], aws: Access['aws']): Promise<ReadonlySet<string>> {
  // A filter of DescribeParameters accepts 50 values.
  const found = await readInChunks([...new Set(names)], 50, (Values) => {
    const input = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }], MaxResults: 50 };
    return readAll(aws, 'ssm', 'DescribeParameters', input, ({ Parameters }) => Parameters);
  });
  return new Set(found.flatMap(({ Name }) => Name ?? []));
}
