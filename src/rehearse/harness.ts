import { type AwsOptions, createAws } from '../aws/client/account.ts';
import type { Role } from '../aws/client/assume-role.ts';
import type { Keys } from '../aws/client/client.ts';
import type { Runtime } from '../commands/plan-and-execute.ts';
import { createJournal } from '../engine/journal.ts';
import type { Clock } from '../model/clock.ts';
import { defined } from '../model/json.ts';
import type { Undo } from '../model/undos.ts';
import type { Reporter } from '../report/reporter.ts';

/** A scene without AWS and without GitHub: the calls go to a request handler of the SDK's kind, or past the SDK. */
export function pretend(options: {
  readonly region: string;
  readonly clock: Clock;
  readonly requestHandler?: object;
  readonly signal: AbortSignal;
  readonly report: Reporter['report'];
  readonly random: () => number;
  /** What an earlier process has left. */
  readonly left?: readonly Undo[];
  /** How the calls are carried, and how long the answer to a read is shared; the usual way and time when absent. */
  readonly connect?: AwsOptions['connect'];
  readonly lasts?: AwsOptions['lasts'];
  readonly role?: Role | undefined;
  /** Keys of the account's own, which can end; any others are good for ever. */
  readonly keys?: Keys | undefined;
}): Runtime {
  const { region, clock, requestHandler, signal, report, random, left, connect, lasts, role } = options;
  const credentials = options.keys ?? { accessKeyId: 'pretend', secretAccessKey: 'pretend' };
  const clients = { region, credentials, ...defined({ requestHandler }) };
  const ways = { ...defined({ connect, lasts }) };
  const aws = createAws({ clients, role, clock, signal, random, report, ...ways });
  return { aws, clock, signal, report, random, journal: createJournal(() => {}, left) };
}
