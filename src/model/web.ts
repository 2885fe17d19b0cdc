import type { Duration } from './duration.ts';

/** A request to a URL that a user has named. */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeout: Duration;
}

/** What came back. Redirects are not followed, and `text` has at most 64 KiB. */
export type WebReply =
  | { readonly is: 'answered'; readonly status: number; readonly text: string; readonly latency: Duration }
  /** No answer, or not all of it: `because` says why, such as `connect ECONNREFUSED 10.0.0.1:443`. */
  | { readonly is: 'unanswered'; readonly because: string };

/** The web outside AWS, and the secrets of the environment that are only read when they are needed. */
export interface Web {
  /** Sends a request once. Rejects only if the signal is aborted. */
  send(request: WebRequest, signal: AbortSignal): Promise<WebReply>;
  /** The value of an environment variable; it must never get into a state, a plan or a report. */
  variable(name: string): string | undefined;
}
