import type { Clock } from '../../model/clock.ts';
import { type Duration, minute } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import { formatError } from '../../model/failure.ts';
import type { Lifetime } from '../../model/snapshot.ts';
import { createAssume, type Role, type SendToSts } from './assume-role.ts';
import type { Renewal } from './attempts.ts';
import type { Client, ClientOptions, Identity } from './client.ts';
import { type Connect, lifetimeOf, type ServiceName } from './clients.ts';

/** Clients that sign with the same credentials, and expire together. */
export interface Session {
  client(service: ServiceName): Promise<Client>;
}

/** The credentials of the run, and their renewal. */
export interface Credentials {
  /** Returns a session that is valid for some minutes, as far as is known. */
  current(): Promise<Session>;
  /** Starts a new session after AWS has refused this one as expired, or returns why that is impossible. */
  renew(refused: Session): Promise<Renewal>;
  lifetime(): Promise<Lifetime>;
}

/** Credentials are renewed this long before they expire, or at a tenth of their lifetime if that is less. */
const renewBefore: Duration = 5 * minute;

interface Held extends Session {
  readonly lifetime: () => Promise<Lifetime>;
  readonly identity: () => Promise<Identity>;
  /** Milliseconds since the epoch; Infinity if the SDK renews the credentials or nothing can. */
  renewAt: number;
}

/** Creates the credentials of an assumed role; without a role those that the SDK finds, and renews itself where possible. */
export function createCredentials(options: {
  readonly clients: ClientOptions;
  readonly connect: Connect;
  readonly role: Role | undefined;
  readonly clock: Clock;
  readonly report: (event: Event) => void;
  readonly ask: SendToSts;
}): Credentials {
  const { clients, connect, role, clock, report, ask } = options;
  const assume = role === undefined ? undefined : createAssume(role, () => connect('sts', clients), ask);
  let session: Promise<Held> | undefined;
  let renewing: Promise<Held> | undefined;
  let reported = false;

  const begin = async (): Promise<Held> => {
    const now = clock.now();
    if (assume === undefined) return { ...found(clients, connect), renewAt: Number.POSITIVE_INFINITY };
    const { keys, expires, lifetime } = await assume();
    const early = Math.min(renewBefore, (expires - now) / 10);
    return {
      ...found({ ...clients, credentials: keys }, connect),
      lifetime: async () => lifetime,
      renewAt: expires - early,
    };
  };

  /** Renews once even if several calls find at the same time that their session has expired. */
  const replace = (): Promise<Held> => {
    renewing ??= begin()
      .then((fresh) => {
        session = Promise.resolve(fresh);
        return fresh;
      })
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };

  const reportRenewal = (why: string): void => {
    if (!reported) report({ kind: 'notice', message: `${why} They were renewed. Further renewals are not logged.` });
    reported = true;
  };

  return {
    async current() {
      session ??= begin().catch((error) => {
        session = undefined;
        throw error;
      });
      const held = await session;
      if (clock.now() < held.renewAt) return held;
      try {
        const fresh = await replace();
        reportRenewal('The AWS credentials were about to expire.');
        return fresh;
      } catch {
        // The old credentials should still be valid; if not, AWS refuses the call and `renew` follows.
        held.renewAt = clock.now() + minute;
        return held;
      }
    },
    async renew(refused) {
      const held = await session;
      if (held === undefined) return { renewed: false };
      if (held !== refused) return { renewed: true };
      try {
        const [old, fresh] = [await held.identity(), await (await replace()).identity()];
        if (old.accessKeyId === fresh.accessKeyId && old.sessionToken === fresh.sessionToken) return { renewed: false };
      } catch (error) {
        return { renewed: false, because: formatError(error) };
      }
      reportRenewal('AWS reported that the AWS credentials had expired.');
      return { renewed: true };
    },
    lifetime: async () => (await session)?.lifetime() ?? { is: 'unknown' },
  };
}

function found(options: ClientOptions, connect: Connect): Omit<Held, 'renewAt'> {
  const made = new Map<ServiceName, Promise<Client>>();
  const client = (service: ServiceName): Promise<Client> => {
    const known = made.get(service) ?? connect(service, options);
    made.set(service, known);
    return known;
  };
  const identity = async () => (await ([...made.values()][0] ?? client('ecs'))).identity();
  return { client, identity, lifetime: async () => lifetimeOf(await identity()) };
}
