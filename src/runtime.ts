import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createAws } from './aws/client/account.ts';
import { namesKeys, type Role } from './aws/client/assume-role.ts';
import { formatRoute, readProxies } from './aws/client/proxy.ts';
import type { Proxies } from './aws/client/route.ts';
import type { Runtime } from './commands/command-runtime.ts';
import { reportDirectory } from './github/outputs.ts';
import { hideInLog, idTokenOf, isDebug, outputFor, wantsColours } from './github/runner.ts';
import { createStateSaver } from './github/state.ts';
import type { Clock } from './model/clock.ts';
import type { Duration } from './model/duration.ts';
import type { Environment } from './model/environment.ts';
import { Cancelled, formatError } from './model/failure.ts';
import { createJournal, type Journal } from './model/journal.ts';
import { defined } from './model/json.ts';
import type { Place } from './model/place.ts';
import { createLearningMask, type Mask } from './model/redact.ts';
import type { FailOn } from './model/tally.ts';
import type { Undo } from './model/undos.ts';
import type { Web } from './model/web.ts';
import { linksFor } from './report/console-links.ts';
import { createLog } from './report/log/log.ts';
import { createReporter, maskReporter, type Reporter } from './report/reporter.ts';
import type { Inputs } from './request/input-table.ts';
import { sessionNameOf } from './request/workflow-run.ts';

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

/** Whose the calls are: `role` as the inputs name it, needed for a time. */
export interface Caller {
  readonly role: Pick<Inputs, 'roleToAssume' | 'roleSessionName' | 'roleExternalId'>;
  readonly needed: Duration;
}

/** GitHub's own client takes the same proxies, and does not say so when it gets no connection. */
function tokenThrough(proxies: Proxies, environment: Environment): Role['idToken'] {
  const get = idTokenOf(environment);
  if (get === undefined) return undefined;
  return () =>
    get().catch((error: unknown) => {
      const said = formatError(error).trim();
      const url = URL.parse(environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
      const connected = !/E[A-Z]{4,}|[Tt]imed? ?out|certificate|tunnel|socket/.test(said);
      throw url === null || connected ? error : new Error(`${said} (${formatRoute(proxies.route(url))})`);
    });
}

function roleOf(
  { role, needed }: Caller,
  environment: Environment,
  proxies: Proxies,
  hide: Role['hide'],
): Role | undefined {
  const { roleToAssume, roleSessionName, roleExternalId } = role;
  if (roleToAssume === undefined) return undefined;
  const idToken = tokenThrough(proxies, environment);
  return {
    arn: roleToAssume,
    sessionName: roleSessionName ?? sessionNameOf(environment),
    needed,
    keysGiven: namesKeys(environment),
    hide: (secret) => {
      hideInLog(secret, environment);
      hide(secret);
    },
    ...defined({ externalId: roleExternalId, idToken }),
  };
}

/** The runtime of a job: the account of its credentials, real time, and a journal that outlives the process. */
export function connect(
  environment: Environment,
  about: { readonly command: string; readonly place: Place; readonly failOn?: FailOn },
  caller: Caller,
  seen: { readonly secrets: readonly string[]; readonly names: readonly string[] },
  saved?: Journal,
): { readonly runtime: Runtime; readonly reporter: Reporter; readonly mask: Mask } {
  const { place } = about;
  const clock = wallClock;
  const signal = cancelSignal();
  const { mask, hide } = createLearningMask(seen.secrets, seen.names);
  const links = linksFor(place);
  const log = createLog({
    about: { command: about.command, ...(place.service === '' ? {} : { service: place.service }) },
    output: outputFor(environment),
    ...defined({ links }),
    colours: wantsColours(environment, process.stdout.isTTY ?? false),
    debug: isDebug(),
    ...defined({ failOn: about.failOn }),
  });
  const reporter = maskReporter(createReporter({ command: about.command, place }, clock, log), mask);
  const proxies = readProxies(environment);
  const role = roleOf(caller, environment, proxies, hide);
  for (const secret of proxies.secrets) {
    hideInLog(secret, environment);
    hide(secret);
  }
  const { report } = reporter;
  const random = Math.random;
  const aws = createAws({ clients: { region: place.region, proxies }, role, clock, signal, random, report });
  const warn = (message: string) => report({ kind: 'warning', message });
  const journal = saved ?? stateJournal([], reportDirectory(environment), warn);
  const assumed = defined({ role: caller.role.roleToAssume });
  const web: Web = {
    send: async (request, cancelled) =>
      (await import('./aws/client/web-request.ts')).sendOnce(request, proxies, cancelled),
    variable: (name) => environment[name],
  };
  return { runtime: { aws, clock, signal, report, random, web, journal, ...assumed }, reporter, mask };
}

/** A journal that `post` can read even when this process was killed; outside GitHub it is in memory only. */
export function stateJournal(
  before: readonly Undo[] = [],
  directory?: string,
  warn?: (message: string) => void,
): Journal {
  return createJournal(createStateSaver(directory, warn), before);
}
