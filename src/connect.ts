import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createAws } from './aws/call.ts';
import type { Clock } from './core/clock.ts';
import type { Duration } from './core/duration.ts';
import { Cancelled } from './core/failure.ts';
import type { Place, Undo } from './core/plan.ts';
import { createReporter, type Reporter } from './core/report.ts';
import { linksFor } from './github/console.ts';
import { createLog } from './github/log.ts';
import { createMask, type Mask, maskReporter } from './github/mask.ts';
import { isDebug, outputFor, wantsColours } from './github/runner.ts';
import { stateJournal } from './github/state.ts';
import type { Scene } from './perform.ts';
import type { Environment } from './request.ts';

/** The real time. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: async (duration: Duration, signal?: AbortSignal) => {
    try {
      await setTimeout(duration, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** A new name for this process, which makes its RunTask idempotent. */
export const newToken = (): string => randomUUID();

/** Aborted when the runner cancels the job: SIGINT first, SIGTERM 7.5 s later. */
function cancelSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort(new Cancelled(name)));
  return controller.signal;
}

/** The real scene: the account of the environment's credentials, real time, and a journal that outlives the process. */
export function connect(
  environment: Environment,
  about: { readonly command: string; readonly place: Place },
  secrets: readonly string[],
  left: readonly Undo[] = [],
): { readonly scene: Scene; readonly reporter: Reporter; readonly mask: Mask } {
  const { place } = about;
  const clock = wallClock;
  const signal = cancelSignal();
  const mask = createMask(secrets);
  const links = linksFor(place);
  const log = createLog({
    about: { command: about.command, ...(place.service === '' ? {} : { service: place.service }) },
    output: outputFor(environment),
    ...(links === undefined ? {} : { links }),
    colours: wantsColours(environment, process.stdout.isTTY ?? false),
    debug: isDebug(),
  });
  const reporter = maskReporter(createReporter(about, clock, log), mask);
  const { report } = reporter;
  const random = Math.random;
  const aws = createAws({ clients: { region: place.region }, clock, signal, random, report });
  return { scene: { aws, clock, signal, report, random, journal: stateJournal(left) }, reporter, mask };
}
