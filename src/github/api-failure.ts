/** GitHub refused a call, or did not answer it: then the call may have been carried out, or not. */
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
