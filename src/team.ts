import { newToken, wallClock } from './connect.ts';
import type { Duration } from './core/duration.ts';
import type { Event } from './core/event.ts';
import { sayError } from './core/failure.ts';
import type { Place } from './core/plan.ts';
import type { Inputs } from './github/inputs.ts';
import { readRun } from './github/run.ts';
import { hideInLog, type Output } from './github/runner.ts';
import { type LeftTeam, saveTeam } from './github/state.ts';
import type { Team } from './github/team.ts';
import { readTeam } from './github/team-inputs.ts';
import type { Environment } from './request.ts';

/** What a team is told about; of the place, what is not known is empty. */
interface Matter {
  readonly inputs: Inputs;
  readonly place: Place;
  /** What the main phase has begun to tell. */
  readonly left?: LeftTeam;
  readonly deadline?: Duration;
}

/** Whoever is to see on GitHub how it goes; `undefined`, and nothing is loaded, when nobody is. */
export async function gatherTeam(
  { inputs, place, left, deadline }: Matter,
  environment: Environment,
  tell: (event: Event) => void,
): Promise<Team | undefined> {
  const asked = readTeam(inputs, environment);
  if (asked === undefined) return undefined;
  hideInLog(asked.token, environment);
  const loaded = await Promise.all([import('./github/octokit.ts'), import('./github/team.ts')]).catch(sayError);
  if (typeof loaded === 'string') {
    // The client reads the event of the workflow when it is loaded.
    const message = `GitHub cannot be told how it goes (${loaded}). The rollout does not depend on it.`;
    tell({ kind: 'warning', message });
    return undefined;
  }
  const [{ createOctokit }, { createTeam }] = loaded;
  const stop = new AbortController();
  const clock = wallClock;
  const url = environment.GITHUB_API_URL || 'https://api.github.com';
  const run = readRun(environment, '').url;
  const { command, environment: name = '', deployContext: context = '', dryRun } = inputs;
  return createTeam({
    octokit: createOctokit({ url, token: asked.token, clock, signal: stop.signal }),
    clock,
    stop,
    asked,
    place,
    subject: { command, environment: name, context, ...place },
    dryRun,
    key: left?.key ?? newToken(),
    save: saveTeam,
    tell,
    ...(run === undefined ? {} : { run }),
    ...(left === undefined ? {} : { left }),
    ...(deadline === undefined ? {} : { deadline }),
  });
}

/** Tells notices and warnings where there is no reporter. */
export function tellTo(output: Output, title: string): (event: Event) => void {
  return (event) => {
    if (event.kind === 'notice' || event.kind === 'warning') {
      output.annotate({ level: event.kind, title, message: event.message });
    }
  };
}
