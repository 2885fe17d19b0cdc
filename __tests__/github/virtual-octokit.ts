import { createOctokit, type Octokit, type OctokitOptions } from '../../src/github/octokit.ts';
import type { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/**
 * A client in virtual time. The plugins of octokit pass calls on through short timers of real time, in which the clock
 * must not jump: it is held during every call, except while the call waits for an answer or for its next try.
 */
export function virtualOctokit(
  options: OctokitOptions & { readonly clock: VirtualClock; readonly fetch: typeof fetch },
): Octokit {
  const { clock, fetch, signal } = options;
  let busy = 0;
  let release: (() => void) | undefined;
  const count = (more: 1 | -1): void => {
    busy += more;
    if (busy > 0) release ??= clock.hold();
    else {
      release?.();
      release = undefined;
    }
  };
  const inside = <T>(work: Promise<T>, first: 1 | -1): Promise<T> => {
    count(first);
    return work.finally(() => count(first === 1 ? -1 : 1));
  };
  const octokit = createOctokit({
    ...options,
    fetch: (url, init) => inside(fetch(url, init), -1),
    clock: {
      now: () => clock.now(),
      // The limit of a try has a signal of its own, and runs while the answer is waited for.
      sleep: (ms, given) => (given === signal ? inside(clock.sleep(ms, given), -1) : clock.sleep(ms, given)),
    },
  });
  octokit.hook.wrap('request', (send, sent) => inside(Promise.resolve(send(sent)), 1));
  return octokit;
}
