import { type AwsOptions, createAws } from '../aws/client/account.ts';
import type { Role } from '../aws/client/assume-role.ts';
import type { Keys } from '../aws/client/client.ts';
import type { Runtime } from '../commands/command-runtime.ts';
import type { Clock } from '../model/clock.ts';
import { createJournal } from '../model/journal.ts';
import { defined } from '../model/json.ts';
import type { Undo } from '../model/undos.ts';
import type { Web } from '../model/web.ts';
import type { Reporter } from '../report/reporter.ts';

/** No host has an address, and no variable is set. */
export const noWeb: Web = {
  send: async ({ url }) => ({ is: 'unanswered', because: `getaddrinfo ENOTFOUND ${URL.parse(url)?.hostname}` }),
  variable: () => undefined,
};

/** Creates a runtime without AWS and GitHub: calls go to an SDK request handler, or bypass the SDK. */
export function pretend(options: {
  readonly region: string;
  readonly clock: Clock;
  readonly requestHandler?: object;
  readonly signal: AbortSignal;
  readonly report: Reporter['report'];
  readonly random: () => number;
  /** Undos that an earlier process left in its journal. */
  readonly left?: readonly Undo[];
  /** How clients connect, and how long reads share an answer; defaults if absent. */
  readonly connect?: AwsOptions['connect'];
  readonly lasts?: AwsOptions['lasts'];
  readonly role?: Role | undefined;
  /** Keys of the simulated account, which can expire; the default keys do not. */
  readonly keys?: Keys | undefined;
  /** What is outside AWS; by default nothing that answers. */
  readonly web?: Web | undefined;
}): Runtime {
  const { region, clock, requestHandler, signal, report, random, left, connect, lasts, role } = options;
  const credentials = options.keys ?? { accessKeyId: 'pretend', secretAccessKey: 'pretend' };
  const clients = { region, credentials, ...defined({ requestHandler }) };
  const ways = { ...defined({ connect, lasts }) };
  const aws = createAws({ clients, role, clock, signal, random, report, ...ways });
  return { aws, clock, signal, report, random, web: options.web ?? noWeb, journal: createJournal(() => {}, left) };
}
