import type { Role } from './aws/assume.ts';
import { createAws } from './aws/call.ts';
import type { Keys } from './aws/client.ts';
import type { Clock } from './core/clock.ts';
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
  readonly role?: Role | undefined;
  /** Keys of the account's own, which can end; any others are good for ever. */
  readonly keys?: Keys | undefined;
}): Scene {
  const { region, clock, requestHandler, signal, report, random, left, role } = options;
  const credentials = options.keys ?? { accessKeyId: 'pretend', secretAccessKey: 'pretend' };
  const aws = createAws({ clients: { region, requestHandler, credentials }, role, clock, signal, random, report });
  return { aws, clock, signal, report, random, journal: createJournal(() => {}, left) };
}
