import type { Clock } from '../core/clock.ts';
import type { Duration } from '../core/duration.ts';
import { second, showDuration } from '../core/duration.ts';
import type { Event } from '../core/event.ts';
import { Failure } from '../core/failure.ts';
import type { Lifetime } from '../core/snapshot.ts';
import type { Role } from './assume.ts';
import type { Client, ClientOptions, InputOf, OperationName, OutputOf, ServiceName } from './client.ts';
import { createCredentials, type Renewal, type Session } from './credentials.ts';
import { type CallError, failureOf, isExpiry, readError, weatherOf } from './refusal.ts';

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
  /** How long the credentials are good for, as far as that is known after a call. Calls nobody. */
  lifetime(): Promise<Lifetime>;
  /** 1 in fair weather, more while AWS throttles. */
  pace(): number;
  /** Gives up what is still being tried: nobody waits for it any more. */
  close(): void;
}

export interface AwsOptions {
  readonly clients: ClientOptions;
  /** Assumed before the first call. */
  readonly role?: Role | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly report: (event: Event) => void;
}

/** Connects to the account: clients are made at their first use, reads that are under way are shared. */
export function createAws({ clients, role, clock, signal: cancelled, random, report }: AwsOptions): Aws {
  const closing = new AbortController();
  const signal = AbortSignal.any([cancelled, closing.signal]);
  const underWay = new Map<string, Promise<object>>();
  let pace = 1;

  const once = async (client: Client, name: CallName, input: object): Promise<object> => {
    const began = clock.now();
    const told = (error?: string) =>
      report({ kind: 'call', operation: name.join(':'), took: clock.now() - began, ...(error ? { error } : {}) });
    try {
      const output = await inTime(clock, signal, (limit) => client.send(name[1], input, limit));
      told();
      pace = Math.max(1, pace * 0.85);
      return output;
    } catch (error) {
      signal.throwIfAborted();
      told(readError(error).code);
      throw error;
    }
  };

  const repeat = async (name: CallName, { attempt, renew, carriedOut }: Attempts): Promise<object> => {
    let unanswered = false;
    let renewed = false;
    for (let count = 1; ; count++) {
      signal.throwIfAborted();
      try {
        return await attempt();
      } catch (thrown) {
        signal.throwIfAborted();
        const error = readError(thrown);
        const weather = weatherOf(error);
        if (weather === 'unanswered') unanswered = true;
        if (weather === 'throttled') pace = Math.min(3, pace * 1.25);
        // After a lost answer even a refusal does not say that nothing was done.
        const kind = weather === 'refused' && !unanswered ? 'refused-call' : 'unanswered-call';
        if (thrown instanceof Failure) throw thrown.as(kind);
        const others: Renewal | undefined = isExpiry(error.code) && !renewed ? await renew?.() : undefined;
        renewed ||= others?.renewed ?? false;
        if (others?.renewed !== true) {
          if (weather === 'refused' || count >= tries) throw failureOf(name, withReason(error, others?.because), kind);
          const after = pauseAfter(count, weather, random);
          report({ kind: 'retry', operation: name.join(':'), because: sayBriefly(error), after });
          await clock.sleep(after, signal);
        }
        const done = unanswered ? await carriedOut?.() : undefined;
        if (done !== undefined) return done;
      }
    }
  };

  const idToken = role?.idToken;
  const credentials = createCredentials({
    clients,
    role: role && idToken ? { ...role, idToken: () => inTime(clock, signal, idToken) } : role,
    clock,
    report,
    ask: (client, operation, input) => {
      const name: CallName = ['sts', operation];
      return repeat(name, { attempt: () => once(client, name, input) });
    },
  });

  const signed = (name: CallName, input: object, carriedOut: Attempts['carriedOut']): Promise<object> => {
    let session: Session | undefined;
    const attempt = async (): Promise<object> => {
      session = await credentials.current();
      return once(await session.client(name[0]), name, input);
    };
    const renew = async () => (session === undefined ? undefined : credentials.renew(session));
    return repeat(name, { attempt, renew, ...(carriedOut === undefined ? {} : { carriedOut }) });
  };

  return {
    region: clients.region,
    pace: () => pace,
    lifetime: credentials.lifetime,
    close: () => closing.abort(),
    call: async (service, operation, input, more) => {
      const ask = () => signed([service, operation], input as object, more?.carriedOut as Attempts['carriedOut']);
      if (!/^(Describe|List)/.test(operation)) return (await ask()) as never;
      // Gates of one step are asked at the same moment, and most of them read the same things.
      const key = `${service} ${operation} ${JSON.stringify(input)}`;
      const shared = underWay.get(key) ?? ask().finally(() => underWay.delete(key));
      underWay.set(key, shared);
      return (await shared) as never;
    },
  };
}

type CallName = readonly [service: ServiceName, operation: string];

/** How one call is tried, and tried again. */
interface Attempts {
  readonly attempt: () => Promise<object>;
  /** Gets other credentials after AWS has refused these as expired. */
  readonly renew?: () => Promise<Renewal | undefined>;
  readonly carriedOut?: () => Promise<object | undefined>;
}

const withReason = (error: CallError, why: string | undefined): CallError =>
  why === undefined ? error : { ...error, message: `${error.message}; they could not be renewed: ${why}` };

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
