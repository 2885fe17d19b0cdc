import type { Evidence } from './verdict.ts';

/** How a Failure came about: a gate's answer, a call to AWS that was refused, or one that may work later. */
export type FailureKind = 'verdict' | 'superseded' | 'refused-call' | 'unanswered-call';

/** Something went wrong while a Plan was carried out: what, why, with what evidence, and what to do next. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly because: string;
  readonly evidence: readonly Evidence[];
  readonly next: string;
  /** The inputs whose values may be wrong. */
  readonly inputs: readonly string[];
  /** Somebody else's rollout was first, and nothing of this one has reached the service. */
  readonly conflict: boolean;

  constructor(
    what: string,
    details: {
      readonly kind: FailureKind;
      readonly because: string;
      readonly evidence?: readonly Evidence[];
      readonly next?: string;
      readonly inputs?: readonly string[];
      readonly conflict?: boolean;
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
  }
}

/** The reason that the signal of a cancelled job carries. */
export class Cancelled extends Error {
  constructor(signal: string) {
    super(`the job was cancelled (${signal})`);
    this.name = 'Cancelled';
  }
}

/** What a thrown value says, whatever it is. */
export function formatError(error: unknown): string {
  if (error instanceof Failure) return error.because === '' ? error.message : `${error.message}: ${error.because}`;
  if (error instanceof Error) return wordsOf(error.message) || wordsOf(error.name) || unknownError;
  return wordsOf(error) || unknownError;
}

const unknownError = 'an error that says nothing';

/** Anything can be thrown and stand in an error, also what `String` fails at or makes `[object Object]` of. */
function wordsOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return wordsOf(value.message);
  return typeof value === 'object' || typeof value === 'function' ? '' : String(value ?? '');
}
