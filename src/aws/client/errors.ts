import { Failure, formatError } from '../../model/failure.ts';
import type { ServiceName } from './clients.ts';
import { adviceOnConnection, isConnection } from './connection.ts';
import { readDeny } from './deny.ts';
import { formatRoute } from './proxy.ts';
import type { Route } from './route.ts';

/** The class of an SDK error, which decides whether the call may be retried. */
export type ErrorClass = 'throttled' | 'unanswered' | 'refused';

/** The relevant parts of any SDK error. */
export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  /** For a connection error: the route of the request and its host. */
  readonly route?: Route;
  readonly host?: string;
}

const throttles =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|PriorRequestNotComplete|EC2ThrottledException)/;
/** Throttling that AWS reports inside another error, or under a code that usually means a quota. */
const throttledInside =
  /\b(?:RequestLimitExceeded|Request limit exceeded|ThrottlingException|Throttling:|ThrottledException|RequestThrottled|TooManyRequestsException|too many requests|SlowDown|Rate (?:limit )?exceeded|operations are being throttled)/i;
/** Account quotas: calls are refused until resources are freed or the quota is raised. */
const quotas = /^(?:\w*LimitExceeded(?:Exception|Fault)?|ServiceQuotaExceeded(?:Exception)?|TooMany(?!Requests)\w+)$/;
const networks =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|RequestTimeoutException|NetworkingError|IDPCommunicationError(Exception)?)$/;
const denials = /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/;
const expiries =
  /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|AuthFailure|InvalidToken)/;

/** Whether the credentials are expired or no longer valid, so that new ones can help. */
export const isExpiry = (code: string): boolean => expiries.test(code) && !/signature/i.test(code);

/** Whether the caller lacks a permission. */
export const isDenial = (code: string): boolean => denials.test(code);

/** Returns AWS's error code from a Failure of `failureOf`; empty for any other. */
export const codeOf = ({ evidence }: Failure): string =>
  evidence.flatMap((one) => (one.kind === 'call' ? one.code : [])).at(-1) ?? '';

/** Returns the IAM action that is not allowed, if the call was refused for that reason. */
export function deniedAction(failure: Failure): string | undefined {
  const call = failure.evidence.find((one) => one.kind === 'call');
  if (call === undefined || !isDenied(call)) return undefined;
  return actionIn(call.message) ?? call.operation;
}

/** A denial by its code, or reported inside another error, such as iam:PassRole in a ClientException. */
export const isDenied = ({ code, message }: Pick<CallError, 'code' | 'message'>): boolean =>
  isDenial(code) || (actionIn(message) !== undefined && !/AWSServiceRoleFor/.test(message));

const actionIn = (message: string): string | undefined =>
  /not authorized to perform:? ([\w-]+:\w+)/i.exec(message)?.[1];

const notAws = 'the answer does not come from AWS';

/** Reads an error thrown by the SDK. */
export function readError(error: unknown): CallError {
  const message = formatError(error);
  if (!(error instanceof Error)) return { code: 'Unknown', message };
  const { code, name, $metadata, $response, route, host } = error as Error & Readonly<Record<string, unknown>>;
  const status = memberOf($metadata, 'httpStatusCode') ?? memberOf($response, 'statusCode');
  const requestId = memberOf($metadata, 'requestId');
  const known = {
    ...(typeof status === 'number' ? { status } : {}),
    ...(route === undefined || typeof host !== 'string' ? {} : { route: route as Route, host }),
  };
  // A proxy or a gateway that answers in the place of AWS answers with a page, which the SDK cannot parse as JSON or XML.
  if (error instanceof SyntaxError || /^@aws-sdk XML parse error/.test(message)) {
    return { code: `HTTP ${known.status ?? 'answer'}`, message: notAws, ...known };
  }
  // The same without a page: the SDK reports an unknown error.
  const unnamed = typeof requestId !== 'string' && isUnknown(name) && code === undefined;
  if (known.status !== undefined && known.status >= 400 && (unnamed || known.status === 407)) {
    return { ...known, code: `HTTP ${known.status}`, message: `${notAws} (HTTP ${known.status})` };
  }
  const codes = [code, name].filter((one) => typeof one === 'string' && one !== '');
  return {
    code: String(codes[0] ?? 'Unknown'),
    message,
    ...known,
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
}

const isUnknown = (name: unknown): boolean => name === 'UnknownError' || name === 'Unknown';

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** RunTask can report throttling in `failures` of a successful answer. Throws the error of a throttled call instead. */
export function refuseThrottled(output: object): void {
  const { tasks = [], failures = [] } = output as { tasks?: readonly object[]; failures?: readonly RunFailure[] };
  if (tasks.length > 0 || failures.length === 0) return;
  const said = failures.map(({ reason = '', detail = '' }) => `${reason} ${detail}`.trim());
  if (!said.every((reason) => throttledInside.test(reason))) return;
  throw Object.assign(new Error(said.join('; ')), { name: 'ThrottlingException' });
}

interface RunFailure {
  readonly reason?: string;
  readonly detail?: string;
}

/** Throttling, network errors and errors of AWS are transient; a refused call would be refused again. */
export function errorClassOf(error: CallError): ErrorClass {
  if (throttles.test(error.code) || error.status === 429) return 'throttled';
  if (throttledInside.test(error.message) && !isDenied(error)) return 'throttled';
  // "Too many concurrent attempts to create a new revision of the specified family" is a ClientException.
  if (/too many concurrent attempts/i.test(error.message)) return 'throttled';
  if (networks.test(error.code) || (error.status !== undefined && error.status >= 500)) return 'unanswered';
  return 'refused';
}

/** Advice for an exceeded account quota. */
const quotaAdvice =
  'A quota of the account is reached: delete resources that are no longer needed, or request a higher quota in Service Quotas, in this region. A retry does not help.';

/** Returns the Failure that is reported to the user for a failed call. */
export function failureOf(
  [service, operation]: readonly [service: ServiceName, operation: string],
  error: CallError,
  kind: 'refused-call' | 'unanswered-call',
): Failure {
  const { code, message, requestId, route } = error;
  const via = route !== undefined && isConnection(error) ? ` (${formatRoute(route)})` : '';
  const said = requestId === undefined ? `${message}${via}` : `${message} (${code}, request id ${requestId})`;
  return new Failure(`${service}:${operation}`, {
    kind,
    because: said,
    evidence: [
      { kind: 'call', operation: `${service}:${operation}`, code, message, ...(requestId ? { requestId } : {}) },
    ],
    next: nextFor(service, operation, error),
    inputs: code === 'ClusterNotFoundException' ? ['cluster', 'region'] : [],
  });
}

function nextFor(service: ServiceName, operation: string, error: CallError): string {
  const { code, message } = error;
  if (isDenied(error)) {
    const deny = readDeny(message);
    if (deny !== undefined) return deny.next;
    const action = actionIn(message) ?? `${service}:${operation}`;
    const resource = /on resource:? (\S+)/i.exec(message)?.[1];
    return `Allow ${action}${resource === undefined ? '' : ` on ${resource}`} to the role of the workflow (docs/iam.md of this action has the complete policy).`;
  }
  if (expiries.test(code)) {
    return 'The AWS credentials are expired or not valid: get new ones directly before this step, with a session at least as long as the rollout can take (role-duration-seconds), or let this action renew them (role-to-assume and `permissions: id-token: write`).';
  }
  if (code === 'CredentialsProviderError') {
    return 'There are no AWS credentials: set role-to-assume and give the job `permissions: id-token: write`, or add a step with aws-actions/configure-aws-credentials before this one.';
  }
  if (code === 'ClusterNotFoundException') return 'Check the cluster and the region.';
  if (/^unable to describe task definition/i.test(message)) {
    return 'ECS does not find this revision: it was deleted, or is in another region or account.';
  }
  const connection = adviceOnConnection(error);
  if (connection !== undefined) return connection;
  const errorClass = errorClassOf(error);
  if (errorClass === 'throttled')
    return 'AWS throttles these calls: try again in a few minutes, with fewer jobs at the same time.';
  if (errorClass === 'refused' && quotas.test(code)) return quotaAdvice;
  if (errorClass !== 'refused') return 'AWS did not answer in time: try again in a few minutes.';
  return '';
}
