import { Failure, sayError } from '../core/failure.ts';
import type { ServiceName } from './client.ts';

/** What an error of the SDK says about whether the call may be repeated. */
export type Weather = 'throttled' | 'unanswered' | 'refused';

/** The parts of an SDK error that matter, whatever it is. */
export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
}

const throttles =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|PriorRequestNotComplete|LimitExceededException$)/;
const networks =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|RequestTimeoutException|NetworkingError|IDPCommunicationError(Exception)?)$/;
const denials = /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/;
const expiries =
  /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|AuthFailure|InvalidToken)/;

/** Whether AWS says that the credentials are too old, or does not know them any more: others may be good. */
export const isExpiry = (code: string): boolean => expiries.test(code) && !/signature/i.test(code);

/** Whether AWS says that the caller may not do this. */
export const isDenial = (code: string): boolean => denials.test(code);

/** AWS's code of the error that a Failure of `failureOf` was made of; empty for any other. */
export const codeOf = ({ evidence }: Failure): string =>
  evidence.flatMap((one) => (one.kind === 'call' ? one.code : [])).at(-1) ?? '';

/** The action that is not allowed, where that is why a call was refused. */
export function deniedAction(failure: Failure): string | undefined {
  const call = failure.evidence.find((one) => one.kind === 'call');
  if (call === undefined || !isDenial(call.code)) return undefined;
  return actionIn(call.message) ?? call.operation;
}

const actionIn = (message: string): string | undefined =>
  /not authorized to perform:? ([\w-]+:\w+)/i.exec(message)?.[1];

/** Reads an error that the SDK has thrown. */
export function readError(error: unknown): CallError {
  const message = sayError(error);
  if (!(error instanceof Error)) return { code: 'Unknown', message };
  const { code, name, $metadata, $response } = error as Error & Readonly<Record<string, unknown>>;
  const status = memberOf($metadata, 'httpStatusCode') ?? memberOf($response, 'statusCode');
  const requestId = memberOf($metadata, 'requestId');
  const known = typeof status === 'number' ? { status } : {};
  // A proxy or a gateway that answers in the place of AWS answers with a page, which the SDK cannot read.
  if (error instanceof SyntaxError) {
    return { code: `HTTP ${known.status ?? 'answer'}`, message: 'the answer does not come from AWS', ...known };
  }
  const codes = [code, name].filter((one) => typeof one === 'string' && one !== '');
  return {
    code: String(codes[0] ?? 'Unknown'),
    message,
    ...known,
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** Throttling and errors of the network or of AWS pass; what AWS has refused it will refuse again. */
export function weatherOf(error: CallError): Weather {
  if (throttles.test(error.code) || error.status === 429 || /^rate exceeded$/i.test(error.message)) return 'throttled';
  // "Too many concurrent attempts to create a new revision of the specified family" is a ClientException.
  if (/too many concurrent attempts/i.test(error.message)) return 'throttled';
  if (networks.test(error.code) || (error.status !== undefined && error.status >= 500)) return 'unanswered';
  return 'refused';
}

/** The Failure that a user sees for a call that did not work. */
export function failureOf(
  [service, operation]: readonly [service: ServiceName, operation: string],
  error: CallError,
  kind: 'refused-call' | 'unanswered-call',
): Failure {
  const { code, message, requestId } = error;
  const said = requestId === undefined ? message : `${message} (${code}, request id ${requestId})`;
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

function nextFor(service: ServiceName, operation: string, { code, message }: CallError): string {
  if (isDenial(code)) {
    const action = actionIn(message) ?? `${service}:${operation}`;
    const resource = /on resource:? (\S+)/i.exec(message)?.[1];
    return `Allow ${action}${resource === undefined ? '' : ` on ${resource}`} to the role of the workflow (the README has the whole policy).`;
  }
  if (expiries.test(code)) {
    return 'The AWS credentials are expired or not valid: get new ones right before this step, with a session at least as long as the rollout may take (role-duration-seconds), or let this action renew them (role-to-assume and `permissions: id-token: write`).';
  }
  if (code === 'CredentialsProviderError') {
    return 'There are no AWS credentials: give role-to-assume and the job `permissions: id-token: write`, or add a step with aws-actions/configure-aws-credentials before this one.';
  }
  if (code === 'ClusterNotFoundException') return 'Check the cluster and the region.';
  if (/^unable to describe task definition/i.test(message)) {
    return 'ECS does not show this revision: it has been deleted, or is in another region or account.';
  }
  if (code === 'ENOTFOUND') return 'There is no such endpoint: check the region.';
  if (weatherOf({ code, message }) !== 'refused') return 'AWS did not answer in time: try again in some minutes.';
  return '';
}
