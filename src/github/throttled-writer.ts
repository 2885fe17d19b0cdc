import type { Clock } from '../model/clock.ts';
import type { Duration } from '../model/duration.ts';

/** Sends the newest value, one at a time; older values that were not sent are dropped. */
export interface Updates<T> {
  want(value: T): void;
  /** Resolves when there is nothing more to send, or sending is no longer possible. */
  settled(): Promise<void>;
  /** Sends the last value without the usual pause; resolves to whether it arrived. */
  last(value: T): Promise<boolean>;
}

/** Creates updates; `send` asks for the newest value when it needs it. */
export function createUpdates<T>(options: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The shortest time between two of them. */
  readonly every: Duration;
  readonly send: (newest: () => T) => Promise<void>;
  readonly failed: (error: unknown) => void;
}): Updates<T> {
  const { clock, signal, every } = options;
  const hurry = new AbortController();
  const pausing = AbortSignal.any([signal, hurry.signal]);
  let wanted: { readonly value: T } | undefined;
  let sent: { readonly value: T } | undefined;
  let notBefore = clock.now();
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (wanted !== undefined) {
      if (notBefore > clock.now()) await clock.sleep(notBefore - clock.now(), pausing).catch(() => {});
      let trying = wanted;
      const newest = (): T => {
        trying = wanted ?? trying;
        return trying.value;
      };
      try {
        await options.send(newest);
        sent = trying;
      } catch (error) {
        options.failed(error);
      }
      notBefore = clock.now() + every;
      if (wanted === trying) wanted = undefined;
    }
    running = undefined;
  };

  const want = (value: T): void => {
    // Nothing follows the last value.
    if (hurry.signal.aborted) return;
    wanted = { value };
    running ??= run();
  };
  const settled = async (): Promise<void> => {
    while (running !== undefined) await running;
  };
  return {
    want,
    settled,
    last: async (value) => {
      want(value);
      const mine = wanted;
      hurry.abort();
      await settled();
      return sent !== undefined && sent === mine;
    },
  };
}
