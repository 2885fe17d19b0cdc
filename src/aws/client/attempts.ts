import type { Clock } from '../../model/clock.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import { Failure, formatError } from '../../model/failure.ts';
import type { Client } from './client.ts';
import type { ServiceName } from './clients.ts';
import { type CallError, errorClassOf, failureOf, isExpiry, readError, refuseThrottled } from './errors.ts';

/**
 * How often a call is tried before it counts as not answered: about a minute and a half without answers. Who is throttled
 * is answered, and only has to wait for his turn: four minutes.
 */
const tries = { unanswered: 9, throttled: 16 };
const longestPause: Duration = 20 * second;
/** A call that has no answer by then counts as not answered: what AWS does takes seconds. */
const longestCall: Duration = 30 * second;

/** What is asked again and again, and can be asked more slowly. */
const polled: ReadonlySet<ServiceName> = new Set<ServiceName>(['ecs', 'elasticloadbalancing', 'cloudwatch']);

export type CallName = readonly [service: ServiceName, operation: string];

const isRead = ([, operation]: CallName): boolean => /^(Describe|List|Get)/.test(operation);

/** How one call is made, and what there is to be done before it is made again. */
export interface Call {
  readonly attempt: () => Promise<object>;
  /** Gets other credentials after AWS has refused these as expired. */
  readonly renew?: () => Promise<Renewal | undefined>;
  /** For what is not idempotent: looks whether a call without an answer was carried out. */
  readonly carriedOut?: (() => Promise<object | undefined>) | undefined;
}

/** Whether there are other credentials now, and if not, why not, where that is known. */
export interface Renewal {
  readonly renewed: boolean;
  readonly because?: string;
}

/** Makes calls, in bad weather more than once. */
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

  /** 1 in fair weather, more while AWS throttles. */
  get backoffFactor(): number {
    return this.#pace;
  }

  /** Sends a request once, and tells how it went. */
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

  /** Makes a call until it is answered, and throws a Failure when it never is, or is refused. */
  async repeat(name: CallName, { attempt, renew, carriedOut }: Call): Promise<object> {
    let unanswered = false;
    let renewed = false;
    for (let count = 1; ; count++) {
      this.#signal.throwIfAborted();
      try {
        return await attempt();
      } catch (thrown) {
        this.#signal.throwIfAborted();
        // There was nothing to sign it with: it was not sent.
        if (thrown instanceof Failure) throw thrown;
        const error = readError(thrown);
        const errorClass = errorClassOf(error);
        // A read has done nothing, whether it was answered or not.
        if (errorClass === 'unanswered' && !isRead(name)) unanswered = true;
        if (errorClass === 'throttled' && polled.has(name[0])) this.#pace = Math.min(3, this.#pace * 1.25);
        // What was refused was not done, so that it can be repeated with other credentials; once, or it never ends.
        const renewal: Renewal | undefined = isExpiry(error.code) && !renewed ? await renew?.() : undefined;
        renewed ||= renewal?.renewed ?? false;
        if (renewal?.renewed !== true) {
          // After a lost answer even a refusal does not say that nothing was done.
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

  /** Gives up what hangs, on our clock: the SDK's limits know only real time, and not every way to hang. */
  async inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    const limit = AbortSignal.any([this.#signal, over.signal]);
    const late = this.#clock.sleep(longestCall, limit).then(() => {
      throw Object.assign(new Error(`no answer within ${showDuration(longestCall)}`), { name: 'TimeoutError' });
    });
    try {
      return await Promise.race([work(limit), late]);
    } finally {
      over.abort();
    }
  }
}

/** That nobody may look does not mean that the call itself was refused: it may have been carried out. */
async function lookUp(name: CallName, carriedOut: NonNullable<Call['carriedOut']>): Promise<object | undefined> {
  try {
    return await carriedOut();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const because = `no answer came, and whether it was carried out cannot be looked up: ${formatError(error)}`;
    const { evidence, next } = error;
    throw new Failure(name.join(':'), { kind: 'unanswered-call', because, evidence, next, cause: error });
  }
}

const withReason = (error: CallError, why: string | undefined): CallError =>
  why === undefined ? error : { ...error, message: `${error.message}; they could not be renewed: ${why}` };

function pauseAfter(attempt: number, errorClass: string, random: () => number): Duration {
  const first = errorClass === 'throttled' ? second : 0.5 * second;
  return Math.min(longestPause, first * 2 ** (attempt - 1)) * (0.5 + 0.5 * random());
}

const formatBriefly = ({ code, message }: CallError): string => (message === code ? code : `${code}: ${message}`);
