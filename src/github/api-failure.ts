/** GitHub refused a call, or did not answer it: then it may or may not have been executed. */
export class ApiFailure extends Error {
  readonly kind: 'refused' | 'unanswered';
  readonly status: number | undefined;

  constructor(message: string, kind: ApiFailure['kind'], details: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.name = 'ApiFailure';
    this.kind = kind;
    this.status = details.status;
  }
}
