import { type Clock, withDeadline } from '../../model/clock.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import { Failure, formatError } from '../../model/failure.ts';
import type { Client } from './client.ts';
import type { ServiceName } from './clients.ts';
import { type CallError, errorClassOf, failureOf, isExpiry, readError, refuseThrottled } from './errors.ts';

/**
 * Number of attempts: about a minute and a half without answers. A throttled call was answered, so it is retried longer,
 * about four minutes.
 */
const tries = { unanswered: 9, throttled: 16 };
const longestPause: Duration = 20 * second;
/** Time limit of one attempt; AWS answers within seconds. */
const longestCall: Duration = 30 * second;

/** Services that are polled, so that throttling can be answered with longer intervals. */
const polled: ReadonlySet<ServiceName> = new Set<ServiceName>(['ecs', 'elasticloadbalancing', 'cloudwatch']);

export type CallName = readonly [service: ServiceName, operation: string];

const isRead = ([, operation]: CallName): boolean => /^(Describe|List|Get)/.test(operation);

/** One call, with what to do before it is retried. */
export interface Call {
  readonly attempt: () => Promise<object>;
  /** Gets new credentials after AWS has refused the current ones as expired. */
  readonly renew?: () => Promise<Renewal | undefined>;
  /** For operations that are not idempotent: checks whether an unanswered call was carried out. */
  readonly carriedOut?: (() => Promise<object | undefined>) | undefined;
}

/** Whether the credentials were renewed, and if not, the reason if known. */
export interface Renewal {
  readonly renewed: boolean;
  readonly because?: string;
}

/** Makes calls and retries transient errors. */
export class Attempts {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #random: () => number;
  readonly #report: (event: Event) => void;
  #pace = 1;

  constructor(options: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly random: () => number;
    readonly report: (event: Event) => void;
  }) {
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#random = options.random;
    this.#report = options.report;
  }

  /** Factor for poll intervals: 1 normally, more while AWS throttles. */
  get backoffFactor(): number {
    return this.#pace;
  }

  /** Sends a request once, and reports the call with its duration. */
  async once(client: Client, name: CallName, input: object): Promise<object> {
    const began = this.#clock.now();
    const told = (error?: string) => {
      const took = this.#clock.now() - began;
      this.#report({ kind: 'call', operation: name.join(':'), took, ...(error ? { error } : {}) });
    };
    try {
      const output = await this.inTime((limit) => client.send(name[1], input, limit));
      refuseThrottled(output);
      told();
      this.#pace = Math.max(1, this.#pace * 0.85);
      return output;
    } catch (error) {
      this.#signal.throwIfAborted();
      told(readError(error).code);
      throw error;
    }
  }

  /** Retries a call until it is answered. Throws a Failure if it is refused or never answered. */
  async repeat(name: CallName, { attempt, renew, carriedOut }: Call): Promise<object> {
    let unanswered = false;
    let renewed = false;
    for (let count = 1; ; count++) {
      this.#signal.throwIfAborted();
      try {
        return await attempt();
      } catch (thrown) {
        this.#signal.throwIfAborted();
        // Without credentials the request was not sent.
        if (thrown instanceof Failure) throw thrown;
        const error = readError(thrown);
        const errorClass = errorClassOf(error);
        // A read changes nothing, whether it was answered or not.
        if (errorClass === 'unanswered' && !isRead(name)) unanswered = true;
        if (errorClass === 'throttled' && polled.has(name[0])) this.#pace = Math.min(3, this.#pace * 1.25);
        // A refused call was not carried out, so it can be retried with new credentials; once, to avoid an endless loop.
        const renewal: Renewal | undefined = isExpiry(error.code) && !renewed ? await renew?.() : undefined;
        renewed ||= renewal?.renewed ?? false;
        if (renewal?.renewed !== true) {
          // After an unanswered attempt, a refusal does not prove that nothing was changed.
          const kind = errorClass === 'refused' && !unanswered ? 'refused-call' : 'unanswered-call';
          if (errorClass === 'refused' || count >= tries[errorClass])
            throw failureOf(name, withReason(error, renewal?.because), kind);
          await this.#pause(name, error, count);
        }
        const done = unanswered && carriedOut !== undefined ? await lookUp(name, carriedOut) : undefined;
        if (done !== undefined) return done;
      }
    }
  }

  async #pause(name: CallName, error: CallError, count: number): Promise<void> {
    const after = pauseAfter(count, errorClassOf(error), this.#random);
    this.#report({ kind: 'retry', operation: name.join(':'), because: formatBriefly(error), after });
    await this.#clock.sleep(after, this.#signal);
  }

  /** Applies the time limit on our clock: the SDK's timeouts use real time and do not cover every way to hang. */
  async inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(longestCall, work, { clock: this.#clock, signal: this.#signal }, () => {
      throw Object.assign(new Error(`no answer within ${showDuration(longestCall)}`), { name: 'TimeoutError' });
    });
  }
}

/** If the check is denied, the call itself can still have been carried out. */
async function lookUp(name: CallName, carriedOut: NonNullable<Call['carriedOut']>): Promise<object | undefined> {
  try {
    return await carriedOut();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const because = `AWS did not answer, and the check whether the call was carried out failed: ${formatError(error)}`;
    const { evidence, next } = error;
    throw new Failure(name.join(':'), { kind: 'unanswered-call', because, evidence, next, cause: error });
  }
}

const withReason = (error: CallError, why: string | undefined): CallError =>
  why === undefined ? error : { ...error, message: `${error.message}; the credentials could not be renewed: ${why}` };

function pauseAfter(attempt: number, errorClass: string, random: () => number): Duration {
  const first = errorClass === 'throttled' ? second : 0.5 * second;
  return Math.min(longestPause, first * 2 ** (attempt - 1)) * (0.5 + 0.5 * random());
}

const formatBriefly = ({ code, message }: CallError): string => (message === code ? code : `${code}: ${message}`);
