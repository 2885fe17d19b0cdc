import type { Clock } from '../core/clock.ts';
import type { Duration } from '../core/duration.ts';
import { second } from '../core/duration.ts';
import type { Event } from '../core/event.ts';
import {
  type ClientOptions,
  connectTo,
  type InputOf,
  type OperationName,
  type OutputOf,
  type Send,
  type ServiceName,
} from './client.ts';
import { createReads } from './reads.ts';
import { type CallError, failureOf, readError, weatherOf } from './refusal.ts';

/**
 * How often a call is tried before it counts as not answered: about a minute and a half without answers. Who is throttled
 * is answered, and only has to wait for his turn: four minutes.
 */
const tries = { unanswered: 9, throttled: 16 };
const longestPause: Duration = 20 * second;
/** How often a doubtful answer is looked at before it is believed. */
const looks = 3;
/** For so long an answer counts for whoever asks the same: shorter than any pause between two looks. */
const usuallyLasts: Duration = 0.8 * second;

/** The AWS account, as the handlers see it. */
export interface Aws {
  readonly region: string;
  /** Sends one operation, repeats it in bad weather, and throws a Failure. */
  call<S extends ServiceName, O extends OperationName<S>>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
    more?: {
      /** For what is not idempotent: looks whether a call without an answer was carried out, before it is repeated. */
      readonly carriedOut?: () => Promise<OutputOf<S, O> | undefined>;
      /** Whether an answer is asked for again, some times, before it is believed: AWS can be late, or answer in part. */
      readonly doubtful?: (output: OutputOf<S, O>) => boolean;
    },
  ): Promise<OutputOf<S, O>>;
  /** 1 in fair weather, more while AWS throttles. */
  pace(): number;
  /** Gives up what is still being tried: nobody waits for it any more. */
  close(): void;
}

export interface AwsOptions {
  readonly clients: ClientOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly report: (event: Event) => void;
  /** How a service is reached; the SDK's client of it when absent. */
  readonly connect?: (service: ServiceName, options: ClientOptions) => Promise<Send>;
  /** How long the answer to a read is shared after it came. */
  readonly lasts?: Duration;
}

/** Connects to the account: clients are made at their first use, reads are shared. */
export function createAws({ lasts = usuallyLasts, connect = connectTo, ...options }: AwsOptions): Aws {
  const { clients, clock, signal: cancelled, random, report } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([cancelled, closing.signal]);
  const senders = new Map<ServiceName, Promise<Send>>();
  const reads = createReads(() => clock.now(), lasts);
  let pace = 1;

  const sender = (service: ServiceName): Promise<Send> => {
    const known = senders.get(service) ?? connect(service, clients);
    senders.set(service, known);
    return known;
  };

  const once = async (service: ServiceName, operation: string, input: object): Promise<object> => {
    const send = await sender(service);
    const began = clock.now();
    const told = (error?: string) =>
      report({
        kind: 'call',
        operation: `${service}:${operation}`,
        took: clock.now() - began,
        ...(error ? { error } : {}),
      });
    try {
      const output = await send(operation, input, signal);
      told();
      pace = Math.max(1, pace * 0.85);
      return output;
    } catch (error) {
      signal.throwIfAborted();
      told(readError(error).code);
      throw error;
    }
  };

  const repeat = async (
    service: ServiceName,
    operation: string,
    input: object,
    carriedOut?: () => Promise<object | undefined>,
  ): Promise<object> => {
    let unanswered = false;
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await once(service, operation, input);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = readError(thrown);
        const weather = weatherOf(error);
        if (weather === 'unanswered') unanswered = true;
        if (weather === 'throttled') pace = Math.min(3, pace * 1.25);
        if (weather === 'refused' || attempt >= tries[weather]) {
          // After a lost answer even a refusal does not say that nothing was done.
          const kind = weather === 'refused' && !unanswered ? 'refused-call' : 'unanswered-call';
          throw failureOf(service, operation, error, kind);
        }
        const after = pauseAfter(attempt, weather, random);
        report({ kind: 'retry', operation: `${service}:${operation}`, because: sayBriefly(error), after });
        await clock.sleep(after, signal);
        const done = unanswered ? await carriedOut?.() : undefined;
        if (done !== undefined) return done;
      }
    }
  };

  const believe = async (ask: () => Promise<object>, doubtful: (output: object) => boolean): Promise<object> => {
    for (let look = 1; ; look++) {
      const output = await ask();
      if (look === looks || !doubtful(output)) return output;
      await clock.sleep(2 * second, signal);
    }
  };

  return {
    region: clients.region,
    pace: () => pace,
    close: () => closing.abort(),
    call: async (service, operation, input, more) => {
      const once = () =>
        repeat(service, operation, input as object, more?.carriedOut as () => Promise<object | undefined>);
      const doubtful = more?.doubtful as ((output: object) => boolean) | undefined;
      const ask = () => (doubtful === undefined ? once() : believe(once, doubtful));
      if (/^(Describe|List)/.test(operation)) {
        // Gates of one step are asked at the same moment, and most of them read the same things.
        return (await reads.share(`${service} ${operation} ${JSON.stringify(input)}`, ask)) as never;
      }
      reads.forget(`${service} `);
      try {
        return (await ask()) as never;
      } finally {
        reads.forget(`${service} `);
      }
    },
  };
}

function pauseAfter(attempt: number, weather: string, random: () => number): Duration {
  const first = weather === 'throttled' ? second : 0.5 * second;
  return Math.min(longestPause, first * 2 ** (attempt - 1)) * (0.5 + 0.5 * random());
}

const sayBriefly = ({ code, message }: CallError): string => (message === code ? code : `${code}: ${message}`);
