import type { Clock } from '../core/clock.ts';
import type { Duration } from '../core/duration.ts';
import { second, showDuration } from '../core/duration.ts';
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
import { type CallError, failureOf, readError, weatherOf } from './refusal.ts';

/** How often a call is tried before it counts as not answered: about a minute and a half of bad weather. */
const tries = 9;
const longestPause: Duration = 20 * second;
/** A call that has no answer by then counts as not answered: what AWS does takes seconds. */
const longestCall: Duration = 30 * second;

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
}

/** Connects to the account: clients are made at their first use, reads that are under way are shared. */
export function createAws({ clients, clock, signal: cancelled, random, report }: AwsOptions): Aws {
  const closing = new AbortController();
  const signal = AbortSignal.any([cancelled, closing.signal]);
  const senders = new Map<ServiceName, Promise<Send>>();
  const underWay = new Map<string, Promise<object>>();
  let pace = 1;

  const sender = (service: ServiceName): Promise<Send> => {
    const known = senders.get(service) ?? connectTo(service, clients);
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
      const output = await inTime(clock, signal, (limit) => send(operation, input, limit));
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
        if (weather === 'refused' || attempt >= tries) {
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

  return {
    region: clients.region,
    pace: () => pace,
    close: () => closing.abort(),
    call: async (service, operation, input, more) => {
      const ask = () =>
        repeat(service, operation, input as object, more?.carriedOut as () => Promise<object | undefined>);
      if (!/^(Describe|List)/.test(operation)) return (await ask()) as never;
      // Gates of one step are asked at the same moment, and most of them read the same things.
      const key = `${service} ${operation} ${JSON.stringify(input)}`;
      const shared = underWay.get(key) ?? ask().finally(() => underWay.delete(key));
      underWay.set(key, shared);
      return (await shared) as never;
    },
  };
}

/** Gives up what hangs, on our clock: the SDK's limits know only real time, and not every way to hang. */
async function inTime<T>(clock: Clock, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const limit = AbortSignal.any([signal, over.signal]);
  const late = clock.sleep(longestCall, limit).then(() => {
    throw Object.assign(new Error(`no answer within ${showDuration(longestCall)}`), { name: 'TimeoutError' });
  });
  try {
    return await Promise.race([work(limit), late]);
  } finally {
    over.abort();
  }
}

function pauseAfter(attempt: number, weather: string, random: () => number): Duration {
  const first = weather === 'throttled' ? second : 0.5 * second;
  return Math.min(longestPause, first * 2 ** (attempt - 1)) * (0.5 + 0.5 * random());
}

const sayBriefly = ({ code, message }: CallError): string => (message === code ? code : `${code}: ${message}`);
