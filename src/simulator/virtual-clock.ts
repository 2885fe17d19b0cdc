import { Agenda } from './agenda.ts';

/** Turns of the event loop that must pass with nothing to do before time jumps. */
const idleTurns = 3;

/** What Node calls work that is not finished although no JavaScript runs: files being read, modules being loaded. */
const busyResource = /^(FSReq|CloseReq|GetAddrInfo|HashJob|RandomBytes|Zlib|PBKDF2|ScryptJob|SignJob)/;

/**
 * A virtual clock: when all code sleeps, it jumps to the time at which the first sleep ends.
 * It sees files being read, modules being loaded and real timers that are set after it was made; other work that it
 * cannot see (another process, a socket) must be wrapped in `during` or `hold`.
 */
export class VirtualClock {
  #now: number;
  /** Timers from before, which the clock does not wait for. */
  readonly #idleTimers: number;
  #holds = 0;
  #parked = 0;
  #woken = 0;
  #watching = false;
  readonly #sleepers = new Agenda();

  constructor(startMs: number = Date.UTC(2026, 10, 20, 9, 0, 0)) {
    this.#now = startMs;
    this.#idleTimers = realTimers();
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now;
  }

  /** Resolves when the time has passed; rejects with the signal's reason as soon as that is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const sleeper = { awake: false };
      const onAbort = (): void => {
        sleeper.awake = true;
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#park(this.#now + Math.max(0, ms), sleeper, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  /** Stops time until the returned function is called. */
  hold(): () => void {
    let held = true;
    this.#holds++;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#watch();
    };
  }

  /** Stops time while the work is under way: the first import of a module, a child process. */
  async during<T>(work: Promise<T>): Promise<T> {
    const release = this.hold();
    try {
      return await work;
    } finally {
      release();
    }
  }

  #park(at: number, sleeper: { awake: boolean }, wake: () => void): void {
    this.#sleepers.add(at, () => {
      if (sleeper.awake) return;
      sleeper.awake = true;
      this.#now = Math.max(this.#now, at);
      this.#woken++;
      wake();
    });
    this.#parked++;
    this.#watch();
  }

  #watch(): void {
    if (this.#watching || this.#holds > 0 || this.#sleepers.next() === undefined) return;
    this.#watching = true;
    setImmediate(() => this.#turn(0, this.#parked));
  }

  /** One turn of the event loop; a turn in which a sleep started was not idle. */
  #turn(idle: number, parked: number): void {
    if (this.#holds > 0) {
      this.#watching = false;
      return;
    }
    const quiet = parked === this.#parked && !this.#isBusy();
    if (quiet && idle >= idleTurns) {
      this.#watching = false;
      this.#wakeFirst();
      this.#watch();
      return;
    }
    setImmediate(() => this.#turn(quiet ? idle + 1 : 0, this.#parked));
  }

  #isBusy(): boolean {
    return process.getActiveResourcesInfo().some((name) => busyResource.test(name)) || realTimers() > this.#idleTimers;
  }

  #wakeFirst(): void {
    const before = this.#woken;
    while (this.#woken === before && this.#sleepers.next() !== undefined) this.#sleepers.take()?.run();
  }
}

/** Real timers that keep the process alive, such as the pause of an SDK client before it tries again. */
function realTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
