import { type Duration, minute, second } from '../../model/duration.ts';
import { Failure, formatError } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Lifetime } from '../../model/snapshot.ts';
import type { Client, Keys } from './client.ts';
import { type InputOf, lifetimeOf } from './clients.ts';
import { readDeny } from './deny.ts';
import { codeOf, isDenial, isExpiry } from './errors.ts';

/** The role that calls are made as, and what there is to assume it with. */
export interface Role {
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId?: string;
  /** How long its session is needed at most. */
  readonly needed: Duration;
  /** Whether the environment names AWS credentials; they come before the token. */
  readonly keysGiven: boolean;
  /** Gets the OIDC token of the job, where GitHub gives one. */
  readonly idToken?: () => Promise<string>;
  /** Told every secret before its first use. */
  readonly hide: (secret: string) => void;
}

/** The keys of a session of the role; `expires` in milliseconds since 1970. */
export interface Assumed {
  readonly keys: Keys;
  readonly expires: number;
  readonly lifetime: Lifetime;
}

/** Sends one operation of STS, through bad weather; throws a Failure. */
export type Ask = (client: Client, operation: StsOperation, input: object) => Promise<object>;

/** Makes a client of STS that knows nothing of the ones before it: the SDK looks for keys anew. */
type Connect = () => Promise<Client>;

type StsOperation = 'AssumeRole' | 'AssumeRoleWithWebIdentity';

/** Environment variables that say where AWS credentials are. */
const variables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Whether the environment names AWS credentials. Shared files and the roles of machines are found without a name. */
export function namesKeys(environment: Readonly<Record<string, string | undefined>>): boolean {
  return variables.some((name) => environment[name]);
}

/**
 * Makes the function that begins a session of the role: with the credentials of the environment, or with the token of
 * the job where the environment names none, or where AWS refuses those that it names. Throws a Failure.
 */
export function assumer(role: Role, connect: Connect, ask: Ask): () => Promise<Assumed> {
  const byKeys = () => assumeByKeys(role, connect, ask);
  if (role.idToken === undefined) return byKeys;
  const byToken = tokenBearer(role, role.idToken, connect, ask);
  let useful = role.keysGiven;
  return async () => {
    if (!useful) return byToken();
    try {
      return await byKeys();
    } catch (refused) {
      if (!isAboutKeys(refused)) throw refused;
      const assumed = await byToken().catch((error) => {
        throw both(refused, error);
      });
      useful = false;
      return assumed;
    }
  };
}

/** Other credentials may be trusted, or still be good; nothing else that AWS refuses would become right with them. */
function isAboutKeys(error: unknown): error is Failure {
  if (!(error instanceof Failure) || error.kind !== 'refused-call') return false;
  const code = codeOf(error);
  return isDenial(code) || isExpiry(code) || code === 'CredentialsProviderError';
}

function both(first: Failure, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure(first.message, {
    kind: error.kind,
    because: `${first.because}; and with the OIDC token of the job: ${formatError(error)}`,
    evidence: [...first.evidence, ...error.evidence],
    next: error.next,
  });
}

/** For an hour, the default and the most that AWS gives a session that assumes a role. */
async function assumeByKeys(role: Role, connect: Connect, ask: Ask): Promise<Assumed> {
  const { arn, sessionName, externalId } = role;
  const client = await connect();
  const input: InputOf<'sts', 'AssumeRole'> = {
    RoleArn: arn,
    RoleSessionName: sessionName,
    ...defined({ ExternalId: externalId }),
  };
  const output = await explained(role, 'AssumeRole', '', () => ask(client, 'AssumeRole', input));
  const { keys, expires } = readGranted(role, output);
  const base: Lifetime = role.idToken === undefined ? lifetimeOf(await client.identity()) : { is: 'lasting' };
  return { keys, expires, lifetime: ofChain(base, expires) };
}

/** The session of the role can outlive the credentials that it was assumed with, but not be renewed after them. */
function ofChain(base: Lifetime, expires: number): Lifetime {
  if (base.is === 'lasting') return base;
  return { is: 'ending', at: base.is === 'ending' ? Math.max(base.at, expires) : expires };
}

/** For as long as the rollout can take, or as the role allows, which only AWS's refusal tells. */
function tokenBearer(role: Role, getToken: () => Promise<string>, connect: Connect, ask: Ask) {
  const hour = 60 * minute;
  let longer = role.needed > hour ? { DurationSeconds: Math.ceil(Math.min(role.needed, 12 * hour) / second) } : {};
  return async (): Promise<Assumed> => {
    const token = await tokenOf(role, getToken);
    const client = await connect();
    const { arn: RoleArn, sessionName: RoleSessionName } = role;
    const attempt = (): Promise<object> => {
      const input: InputOf<'sts', 'AssumeRoleWithWebIdentity'> = {
        RoleArn,
        RoleSessionName,
        WebIdentityToken: token,
        ...longer,
      };
      const operation = 'AssumeRoleWithWebIdentity';
      return explained(role, operation, token, () => ask(client, operation, input));
    };
    const output = await attempt().catch((error) => {
      if (!(error instanceof Failure) || !/MaxSessionDuration/.test(error.because)) throw error;
      longer = {};
      return attempt();
    });
    return { ...readGranted(role, output), lifetime: { is: 'lasting' } };
  };
}

async function tokenOf({ hide }: Role, getToken: () => Promise<string>): Promise<string> {
  try {
    const token = await getToken();
    hide(token);
    return token;
  } catch (error) {
    throw new Failure('the OIDC token of the job', {
      kind: 'refused-call',
      because: formatError(error),
      next: 'GitHub did not give the job a token: run it again, and see that it has `permissions: id-token: write`.',
    });
  }
}

function readGranted({ hide }: Role, output: object): { readonly keys: Keys; readonly expires: number } {
  const { Credentials: granted } = output as { readonly Credentials?: Partial<Granted> };
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = granted ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined) {
    throw new Failure('sts', { kind: 'refused-call', because: 'AWS answered without credentials' });
  }
  for (const secret of [SecretAccessKey, SessionToken, AccessKeyId]) hide(secret);
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { keys, expires: Expiration.getTime() };
}

interface Granted {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/** Says whom the role has to trust, which AWS's own words do not. */
async function explained<T>(role: Role, operation: StsOperation, token: string, asking: () => Promise<T>): Promise<T> {
  try {
    return await asking();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'refused-call') throw error;
    const { message, kind, because, evidence } = error;
    const explain = operation === 'AssumeRole' ? nextForKeys : nextForToken;
    // Against an explicit deny the trust policy is no help, and a connection has nothing to do with it.
    const next = readDeny(because) === undefined ? explain(role, codeOf(error), token) : undefined;
    throw new Failure(message, { kind, because, evidence, next: next ?? error.next });
  }
}

function nextForKeys({ arn, externalId, idToken }: Role, code: string): string | undefined {
  const withoutKeys = 'give the job `permissions: id-token: write`';
  if (code === 'CredentialsProviderError') {
    return `There are no AWS credentials to assume ${arn} with: ${withoutKeys}, or add a step with aws-actions/configure-aws-credentials before this one.`;
  }
  if (!isDenial(code)) return undefined;
  const id = externalId === undefined ? 'any external id that it asks for is role-external-id' : 'its external id fits';
  const other = idToken === undefined ? ` Or trust GitHub's OIDC provider, and ${withoutKeys}.` : '';
  return `See that the trust policy of ${arn} allows sts:AssumeRole to this caller, that ${id}, and that a policy of the caller allows sts:AssumeRole on the role.${other}`;
}

function nextForToken({ arn }: Role, code: string, token: string): string | undefined {
  const provider = 'token.actions.githubusercontent.com';
  const { aud, sub } = claimsOf(token);
  if (isDenial(code)) {
    return `See that the trust policy of ${arn} allows sts:AssumeRoleWithWebIdentity to ${provider}, and that its conditions fit this job, whose token has aud ${aud} and sub ${sub} (case counts).`;
  }
  if (/^InvalidIdentityToken/.test(code)) {
    return `See that the account of ${arn} has the identity provider ${provider}, with the audience ${aud}.`;
  }
  return undefined;
}

/** What the token says of the job; it is no secret, but for a person who has to mend a trust policy. */
function claimsOf(token: string): { readonly aud: string; readonly sub: string } {
  try {
    const { aud, sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return { aud: String(aud), sub: String(sub) };
  } catch {
    return { aud: 'unknown', sub: 'unknown' };
  }
}
