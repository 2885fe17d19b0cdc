import { createAws } from './aws/call.ts';
import type { Clock } from './core/clock.ts';
import type { Duration } from './core/duration.ts';
import { createJournal } from './core/journal.ts';
import type { Undo } from './core/plan.ts';
import type { Reporter } from './core/report.ts';
import type { Scene } from './perform.ts';

/** A scene without AWS and without GitHub: the calls go to a request handler of the SDK's kind. */
export function pretend(options: {
  readonly region: string;
  readonly clock: Clock;
  readonly requestHandler: object;
  readonly signal: AbortSignal;
  readonly report: Reporter['report'];
  readonly random: () => number;
  /** What an earlier process has left. */
  readonly left?: readonly Undo[];
  /** How long the answer to a read is shared after it came; the usual time when absent. */
  readonly lasts?: Duration;
}): Scene {
  const { region, clock, requestHandler, signal, report, random, left, lasts } = options;
  const credentials = { accessKeyId: 'pretend', secretAccessKey: 'pretend' };
  const sharing = lasts === undefined ? {} : { lasts };
  const aws = createAws({
    clients: { region, requestHandler, credentials },
    clock,
    signal,
    random,
    report,
    ...sharing,
  });
  return { aws, clock, signal, report, random, journal: createJournal(() => {}, left) };
}
