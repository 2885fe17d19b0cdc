import type { GateName } from './outcome.ts';
import type { Evidence } from './verdict.ts';

/** The origin of a Failure: a verdict of a gate, a refused AWS call, or an AWS call without an answer. */
export type FailureKind = 'verdict' | 'superseded' | 'refused-call' | 'unanswered-call';

/** A failure during a run: what failed, why, with which evidence, and what to do next. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly because: string;
  readonly evidence: readonly Evidence[];
  readonly next: string;
  /** Inputs with values that may be wrong. */
  readonly inputs: readonly string[];
  /** Whether a rival was first, and this run has not changed the service. */
  readonly conflict: boolean;
  /** The gate that failed, if it is the verdict of one. */
  readonly gate: GateName | undefined;

  constructor(
    what: string,
    details: {
      readonly kind: FailureKind;
      readonly because: string;
      readonly evidence?: readonly Evidence[];
      readonly next?: string;
      readonly inputs?: readonly string[];
      readonly conflict?: boolean;
      readonly gate?: GateName;
      readonly cause?: unknown;
    },
  ) {
    super(what, { cause: details.cause });
    this.name = 'Failure';
    this.kind = details.kind;
    this.because = details.because;
    this.evidence = details.evidence ?? [];
    this.next = details.next ?? '';
    this.inputs = details.inputs ?? [];
    this.conflict = details.conflict ?? false;
    this.gate = details.gate;
  }
}

/** The failure of an act of several calls, of which others were carried out: unlike a refused act it has to be undone. */
export function inPart(error: unknown): unknown {
  if (!(error instanceof Failure) || error.kind !== 'refused-call') return error;
  const { message, because, evidence, next, inputs } = error;
  return new Failure(message, { kind: 'unanswered-call', because, evidence, next, inputs, cause: error });
}

/** The abort reason of a cancelled job. */
export class Cancelled extends Error {
  constructor(signal: string) {
    super(`the job was cancelled (${signal})`);
    this.name = 'Cancelled';
  }
}

/** Returns the message of any thrown value. */
export function formatError(error: unknown): string {
  if (error instanceof Failure) return error.because === '' ? error.message : `${error.message}: ${error.because}`;
  if (error instanceof Error) return wordsOf(error.message) || wordsOf(error.name) || unknownError;
  return wordsOf(error) || unknownError;
}

const unknownError = 'unknown error (no message)';

/** Any value can be thrown, even one that `String` fails on or formats as `[object Object]`. */
function wordsOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return wordsOf(value.message);
  return typeof value === 'object' || typeof value === 'function' ? '' : String(value ?? '');
}

/** Whether AWS has refused a call, as opposed to not having answered it. */
export const isRefusedCall = (error: unknown): error is Failure =>
  error instanceof Failure && error.kind === 'refused-call';
