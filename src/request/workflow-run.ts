import { hostname } from 'node:os';
import type { Environment } from '../model/environment.ts';
import type { Run } from '../model/request.ts';

/** Which run of which job this process is, from the variables that the runner sets; outside GitHub, whose machine it is. */
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

/** The name of a session of a role that this run assumes; STS takes 64 characters of a few kinds. */
export function sessionNameOf(environment: Environment): string {
  const { GITHUB_RUN_ID: run, USER, USERNAME } = environment;
  return `ecs-canary-rollout-${safe(run || USER || USERNAME || hostname())}`.slice(0, 64);
}

function urlOf(environment: Environment, attempt: number): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment;
  if (!server || !repository || !run) return undefined;
  return `${server}/${repository}/actions/runs/${run}/attempts/${attempt}`;
}

/** The id stands in names and tags of AWS, where other characters have a meaning or are refused. */
const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '-');
