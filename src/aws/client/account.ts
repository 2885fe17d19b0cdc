import { type Clock, readUntil } from '../../model/clock.ts';
import { type Duration, second } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import type { Lifetime } from '../../model/snapshot.ts';
import type { Role } from './assume-role.ts';
import { Attempts, type Call, type CallName } from './attempts.ts';
import type { ClientOptions } from './client.ts';
import {
  type Connect,
  connectTo,
  type InputOf,
  type OperationName,
  type OutputOf,
  type ServiceName,
} from './clients.ts';
import { createCredentials, type Session } from './credentials.ts';
import { createReads } from './read-cache.ts';

/** Number of reads before a doubtful answer is accepted. */
const maxReads = 3;
/** How long identical reads share an answer; shorter than any poll interval. */
const usuallyLasts: Duration = 0.8 * second;

/** The AWS account that handlers call. */
export interface Aws {
  readonly region: string;
  /** Sends one operation and retries transient errors. Throws a Failure. */
  call<S extends ServiceName, O extends OperationName<S>>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
    more?: {
      /** For operations that are not idempotent: checks whether an unanswered call was carried out, before it is retried. */
      readonly carriedOut?: () => Promise<OutputOf<S, O> | undefined>;
      /** Whether to read again before an answer is accepted: AWS can return stale or partial answers. */
      readonly doubtful?: (output: OutputOf<S, O>) => boolean;
    },
  ): Promise<OutputOf<S, O>>;
  /** How long the credentials are valid, as far as that is known after a call. Makes no call. */
  lifetime(): Promise<Lifetime>;
  /** Factor for poll intervals: 1 normally, more while AWS throttles. */
  backoffFactor(): number;
  /** Cancels calls that are still being retried. */
  close(): void;
}

export interface AwsOptions {
  readonly clients: ClientOptions;
  /** The role to assume before the first call. */
  readonly role?: Role | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly report: (event: Event) => void;
  /** Creates the client of a service; the SDK's client by default. */
  readonly connect?: Connect;
  /** How long the answer of a read is shared. */
  readonly lasts?: Duration;
}

/** Connects to the account. Clients are created at their first use, and identical reads share an answer. */
export function createAws({ lasts = usuallyLasts, connect = connectTo, ...options }: AwsOptions): Aws {
  const { clients, role, clock, signal: cancelled, random, report } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([cancelled, closing.signal]);
  const attempts = new Attempts({ clock, signal, random, report });
  const sleep = (duration: Duration) => clock.sleep(duration, signal);
  const reads = createReads(() => clock.now(), lasts);

  const idToken = role?.idToken;
  const credentials = createCredentials({
    clients,
    connect,
    role: role && idToken ? { ...role, idToken: () => attempts.inTime(idToken) } : role,
    clock,
    report,
    ask: (client, operation, input) => {
      const name: CallName = ['sts', operation];
      return attempts.repeat(name, { attempt: () => attempts.once(client, name, input) });
    },
  });

  const signed = (name: CallName, input: object, carriedOut: Call['carriedOut']): Promise<object> => {
    let session: Session | undefined;
    const attempt = async (): Promise<object> => {
      session = await credentials.current();
      return attempts.once(await session.client(name[0]), name, input);
    };
    const renew = async () => (session === undefined ? undefined : credentials.renew(session));
    return attempts.repeat(name, { attempt, renew, carriedOut });
  };

  return {
    region: clients.region,
    backoffFactor: () => attempts.backoffFactor,
    lifetime: credentials.lifetime,
    close: () => closing.abort(),
    call: async (service, operation, input, more) => {
      const once = () => signed([service, operation], input as object, more?.carriedOut as Call['carriedOut']);
      const doubtful = more?.doubtful as ((output: object) => boolean) | undefined;
      const ask = () => (doubtful === undefined ? once() : readUntil(maxReads, sleep, once, (one) => !doubtful(one)));
      if (/^(Describe|List)/.test(operation)) {
        // The gates of a step are evaluated at the same time, and most of them read the same resources.
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
