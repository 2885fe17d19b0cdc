import { type Duration, minute, second } from '../../model/duration.ts';
import { Failure, formatError } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Lifetime } from '../../model/snapshot.ts';
import type { Client, Keys } from './client.ts';
import { type InputOf, lifetimeOf } from './clients.ts';
import { readDeny } from './deny.ts';
import { codeOf, isDenial, isExpiry } from './errors.ts';

/** The role to assume, and the credentials to assume it with. */
export interface Role {
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId?: string;
  /** The longest time for which the session is needed. */
  readonly needed: Duration;
  /** Whether the environment names AWS credentials; they take precedence over the OIDC token. */
  readonly keysGiven: boolean;
  /** Gets the OIDC token of the job; absent without `id-token: write`. */
  readonly idToken?: () => Promise<string>;
  /** Masks a secret in the job log; called before the first use of each. */
  readonly hide: (secret: string) => void;
}

/** The keys of a role session; `expires` in milliseconds since the epoch. */
export interface Assumed {
  readonly keys: Keys;
  readonly expires: number;
  readonly lifetime: Lifetime;
}

/** Sends one STS operation and retries transient errors. Throws a Failure. */
export type SendToSts = (client: Client, operation: StsOperation, input: object) => Promise<object>;

/** Creates a new STS client, so that the SDK resolves credentials again. */
type Connect = () => Promise<Client>;

type StsOperation = 'AssumeRole' | 'AssumeRoleWithWebIdentity';

/** Environment variables that name AWS credentials or their source. */
const variables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Whether the environment names AWS credentials. Shared files and instance roles need no variable. */
export function namesKeys(environment: Readonly<Record<string, string | undefined>>): boolean {
  return variables.some((name) => environment[name]);
}

/**
 * Creates a function that starts a session of the role: with the credentials of the environment, or with the OIDC token of
 * the job if the environment names none or AWS refuses them. The function throws a Failure.
 */
export function createAssume(role: Role, connect: Connect, ask: SendToSts): () => Promise<Assumed> {
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

/** Only if AWS refuses the credentials themselves can other credentials help. */
function isAboutKeys(error: unknown): error is Failure {
  if (!(error instanceof Failure) || error.kind !== 'refused-call') return false;
  const code = codeOf(error);
  return isDenial(code) || isExpiry(code) || code === 'CredentialsProviderError';
}

function both(first: Failure, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure(first.message, {
    kind: error.kind,
    because: `${first.because}; with the OIDC token of the job: ${formatError(error)}`,
    evidence: [...first.evidence, ...error.evidence],
    next: error.next,
  });
}

/** The session lasts an hour, the default and the maximum of role chaining. */
async function assumeByKeys(role: Role, connect: Connect, ask: SendToSts): Promise<Assumed> {
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

/** The role session can outlive the credentials that assumed it, but cannot be renewed after they expire. */
function ofChain(base: Lifetime, expires: number): Lifetime {
  if (base.is === 'lasting') return base;
  return { is: 'ending', at: base.is === 'ending' ? Math.max(base.at, expires) : expires };
}

/** The session lasts as long as the rollout can take. If the role allows less, which only AWS's refusal reveals, it is shorter. */
function tokenBearer(role: Role, getToken: () => Promise<string>, connect: Connect, ask: SendToSts) {
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
      next: 'GitHub did not issue a token for the job: check that the job has `permissions: id-token: write`, then run it again.',
    });
  }
}

function readGranted({ hide }: Role, output: object): { readonly keys: Keys; readonly expires: number } {
  const { Credentials: granted } = output as { readonly Credentials?: Partial<Granted> };
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = granted ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined) {
    throw new Failure('sts', { kind: 'refused-call', because: 'the answer of AWS contains no credentials' });
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

/** Adds which principal the role has to trust, because AWS's message does not name it. */
async function explained<T>(role: Role, operation: StsOperation, token: string, asking: () => Promise<T>): Promise<T> {
  try {
    return await asking();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'refused-call') throw error;
    const { message, kind, because, evidence } = error;
    const explain = operation === 'AssumeRole' ? nextForKeys : nextForToken;
    // The trust policy does not help against an explicit deny, nor with connection errors.
    const next = readDeny(because) === undefined ? explain(role, codeOf(error), token) : undefined;
    throw new Failure(message, { kind, because, evidence, next: next ?? error.next });
  }
}

function nextForKeys({ arn, externalId, idToken }: Role, code: string): string | undefined {
  const withoutKeys = 'give the job `permissions: id-token: write`';
  if (code === 'CredentialsProviderError') {
    return `There are no AWS credentials to assume ${arn}: ${withoutKeys}, or add a step with aws-actions/configure-aws-credentials before this one.`;
  }
  if (!isDenial(code)) return undefined;
  const id =
    externalId === undefined
      ? 'role-external-id is set if the policy requires an external ID'
      : 'its external ID is the role-external-id';
  const other = idToken === undefined ? ` Or trust GitHub's OIDC provider, and ${withoutKeys}.` : '';
  return `Check that the trust policy of ${arn} allows sts:AssumeRole to this caller, that ${id}, and that a policy of the caller allows sts:AssumeRole on the role.${other}`;
}

function nextForToken({ arn }: Role, code: string, token: string): string | undefined {
  const provider = 'token.actions.githubusercontent.com';
  const { aud, sub } = claimsOf(token);
  if (isDenial(code)) {
    return `Check that the trust policy of ${arn} allows sts:AssumeRoleWithWebIdentity to ${provider}, and that its conditions match the token of this job, which has aud ${aud} and sub ${sub} (case-sensitive).`;
  }
  if (/^InvalidIdentityToken/.test(code)) {
    return `Check that the account of ${arn} has the identity provider ${provider} with the audience ${aud}.`;
  }
  return undefined;
}

/** The claims that trust policies check. They are not secret, and are shown to help to fix the policy. */
function claimsOf(token: string): { readonly aud: string; readonly sub: string } {
  try {
    const { aud, sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return { aud: String(aud), sub: String(sub) };
  } catch {
    return { aud: 'unknown', sub: 'unknown' };
  }
}
