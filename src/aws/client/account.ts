import type { Clock } from '../../model/clock.ts';
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

/** How often a doubtful answer is looked at before it is believed. */
const gateHandlers = 3;
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
  /** How long the credentials are good for, as far as that is known after a call. Calls nobody. */
  lifetime(): Promise<Lifetime>;
  /** 1 in fair weather, more while AWS throttles. */
  backoffFactor(): number;
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
  /** How a service is reached; the SDK's client of it when absent. */
  readonly connect?: Connect;
  /** How long the answer to a read is shared after it came. */
  readonly lasts?: Duration;
}

/** Connects to the account: clients are made at their first use, reads are shared. */
export function createAws({ lasts = usuallyLasts, connect = connectTo, ...options }: AwsOptions): Aws {
  const { clients, role, clock, signal: cancelled, random, report } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([cancelled, closing.signal]);
  const attempts = new Attempts({ clock, signal, random, report });
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

  const believe = async (ask: () => Promise<object>, doubtful: (output: object) => boolean): Promise<object> => {
    for (let look = 1; ; look++) {
      const output = await ask();
      if (look === gateHandlers || !doubtful(output)) return output;
      await clock.sleep(2 * second, signal);
    }
  };

  return {
    region: clients.region,
    backoffFactor: () => attempts.backoffFactor,
    lifetime: credentials.lifetime,
    close: () => closing.abort(),
    call: async (service, operation, input, more) => {
      const once = () => signed([service, operation], input as object, more?.carriedOut as Call['carriedOut']);
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
