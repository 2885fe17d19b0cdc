import { hideInLog } from './github/runner.ts';
import { type LeftStatus, saveStatus } from './github/state.ts';
import type { GitHubStatus } from './github/status.ts';
import type { Duration } from './model/duration.ts';
import type { Environment } from './model/environment.ts';
import type { Event } from './model/event.ts';
import { formatError } from './model/failure.ts';
import { defined } from './model/json.ts';
import type { Output } from './model/output.ts';
import type { Place } from './model/place.ts';
import { contextOf, readStatusRequest } from './request/github-status.ts';
import type { Inputs } from './request/input-table.ts';
import { readRun } from './request/workflow-run.ts';
import { newToken, wallClock } from './runtime.ts';

/** What a team is told about; of the place, what is not known is empty. */
interface Matter {
  readonly inputs: Inputs;
  readonly place: Place;
  /** What the main phase has begun to tell. */
  readonly left?: LeftStatus;
  readonly deadline?: Duration;
}

/** The comment and the deployment on GitHub; `undefined`, and nothing is loaded, if neither is wanted. */
export async function createStatus(
  { inputs, place, left, deadline }: Matter,
  environment: Environment,
  tell: (event: Event) => void,
): Promise<GitHubStatus | undefined> {
  const asked = readStatusRequest(inputs, environment);
  if (asked === undefined) return undefined;
  hideInLog(asked.token, environment);
  const loaded = await Promise.all([import('./github/octokit.ts'), import('./github/status.ts')]).catch(formatError);
  if (typeof loaded === 'string') {
    // The client reads the event of the workflow when it is loaded.
    const message = `The progress cannot be shown on GitHub (${loaded}). The rollout does not depend on it.`;
    tell({ kind: 'warning', message });
    return undefined;
  }
  const [{ createOctokit }, { createGitHubStatus }] = loaded;
  const stop = new AbortController();
  const clock = wallClock;
  const url = environment.GITHUB_API_URL || 'https://api.github.com';
  const run = readRun(environment, '').url;
  const { command, environment: name = '', dryRun } = inputs;
  const context = contextOf(inputs);
  return createGitHubStatus({
    octokit: createOctokit({ url, token: asked.token, clock, signal: stop.signal }),
    clock,
    stop,
    asked,
    place,
    subject: { command, environment: name, context, ...place },
    dryRun,
    key: left?.key ?? newToken(),
    save: saveStatus,
    tell,
    ...defined({ run, left, deadline }),
  });
}

/** Tells notices and warnings where there is no reporter. */
export function reportTo(output: Output, title: string): (event: Event) => void {
  return (event) => {
    if (event.kind === 'notice' || event.kind === 'warning') {
      output.annotate({ level: event.kind, title, message: event.message });
    }
  };
}
