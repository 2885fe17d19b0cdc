import { hostname } from 'node:os';
import type { Environment } from '../model/environment.ts';
import type { Run } from '../model/request.ts';

/** Identifies the job run from variables of the runner; outside GitHub, from the user or host name. */
export function readRun(environment: Environment, token: string): Run {
  const { GITHUB_RUN_ID: run, GITHUB_JOB: job } = environment;
  const local = `local-${environment.USER || environment.USERNAME || hostname()}`;
  const attempt = Number(environment.GITHUB_RUN_ATTEMPT);
  const known = {
    id: safe(run ? `${run}-${job || 'job'}` : local),
    attempt: attempt >= 1 ? Math.floor(attempt) : 1,
    token,
  };
  const url = urlOf(environment, known.attempt);
  return url === undefined ? known : { ...known, url };
}

/** Returns the role session name of this run; STS allows 64 characters of a limited set. */
export function sessionNameOf(environment: Environment): string {
  const { GITHUB_RUN_ID: run, USER, USERNAME } = environment;
  return `ecs-canary-rollout-${safe(run || USER || USERNAME || hostname())}`.slice(0, 64);
}

function urlOf(environment: Environment, attempt: number): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment;
  if (!server || !repository || !run) return undefined;
  return `${server}/${repository}/actions/runs/${run}/attempts/${attempt}`;
}

/** The id is part of AWS names and tags, in which other characters are special or refused. */
const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '-');
