import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LeftStatus } from '../../src/github/state.ts';
import { createGitHubStatus, type GitHubStatus } from '../../src/github/status.ts';
import type { Event } from '../../src/model/event.ts';
import type { Report } from '../../src/model/report.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { readStatusRequest } from '../../src/request/github-status.ts';
import { readInputs } from '../../src/request/inputs.ts';
import { place, type Run, type Shop, type Stage, shop, stage } from '../commands/stage.ts';
import { apiUrl, PretendGitHub } from './pretend-github.ts';
import { virtualOctokit } from './virtual-octokit.ts';

export const runUrl = 'https://github.example/octo-org/web/actions/runs/4711/attempts/1';

/** The payload of an event, where the runner puts it. */
export function eventFile(payload: object): string {
  const path = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
  writeFileSync(path, JSON.stringify(payload));
  return path;
}

/** The payload of `pull_request` for a branch of the repository or of a fork. */
export const pullRequest = (from = 'octo-org/web', number = 12) => ({
  repository: { full_name: 'octo-org/web' },
  pull_request: {
    number,
    head: { ref: 'feature', sha: '0123456789012345678901234567890123456789', repo: { full_name: from } },
  },
});

/** A rollout in a pretend account that a pretend GitHub is told about, as `main` does it. */
export interface Hub {
  readonly github: PretendGitHub;
  readonly stage: Stage;
  /** Notices and warnings of all runs, in order. */
  readonly told: { readonly kind: string; readonly message: string }[];
  /** What `post` would find. */
  readonly left: () => LeftStatus | undefined;
  rollout(options?: RunOptions): Promise<Run>;
  /** What `post` does with it. */
  post(report: Report, page?: string): Promise<void>;
}

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: object;
  readonly request?: Partial<RolloutRequest>;
  /** The job is cancelled; or the process is killed, and says nothing more. */
  readonly cancel?: (event: Event) => boolean;
  readonly kill?: (event: Event) => boolean;
}

/** Sets one up: the token of a job, on a pull request, with a deployment to staging. */
export function hub(what: Shop = shop(), pretend = new PretendGitHub()): Hub {
  const here = stage(what);
  const told: { readonly kind: string; readonly message: string }[] = [];
  let saved: LeftStatus | undefined;
  let runs = 0;
  let last: RunOptions = {};
  const gather = (
    { inputs, event }: RunOptions,
    stop: AbortController,
    tell: (event: Event) => void,
    left?: LeftStatus,
  ) => {
    const environment = environmentOf(inputs, event);
    const { inputs: read, problems } = readInputs(environment);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const asked = readStatusRequest(read, environment);
    if (asked === undefined) return nobody;
    const { command, environment: name = '', deployContext: context = '' } = read;
    const fetch = pretend.fetch(here.clock);
    return createGitHubStatus({
      octokit: virtualOctokit({ url: apiUrl, token: asked.token, fetch, clock: here.clock, signal: stop.signal }),
      clock: here.clock,
      stop,
      asked,
      place,
      subject: { command, environment: name, context, ...place },
      dryRun: read.dryRun,
      run: runUrl,
      key: left?.key ?? `key-${++runs}`,
      save: (team) => {
        if (!stop.signal.aborted) saved = team;
      },
      tell,
      ...(left === undefined ? {} : { left }),
    });
  };
  return {
    github: pretend,
    stage: here,
    told,
    left: () => saved,
    async rollout(options = {}) {
      last = options;
      const stop = new AbortController();
      let killed = false;
      const cancelled = (event: Event): boolean => {
        if (event.kind === 'notice' || event.kind === 'warning') told.push(event);
        killed ||= options.kill?.(event) ?? false;
        if (killed) stop.abort();
        return killed || (options.cancel?.(event) ?? false);
      };
      const dryRun = options.inputs?.['dry-run'] === 'true';
      const make = (reporter: Reporter): GitHubStatus => {
        const team = gather(options, stop, reporter.report);
        return { ...bound(team), conclude: async (report) => (killed ? undefined : team.conclude(report)) };
      };
      return here.rollout({ dryRun, ...options.request }, cancelled, make);
    },
    async post(report, page = '') {
      if (saved === undefined) return;
      const tell = (event: Event): void => {
        if (event.kind === 'notice' || event.kind === 'warning') told.push(event);
      };
      await gather(last, new AbortController(), tell, saved).conclude(report, page);
    },
  };
}

const bound = (team: GitHubStatus): GitHubStatus => ({
  watch: (reporter) => team.watch(reporter),
  announced: (signal) => team.announced(signal),
  conclude: (report, more) => team.conclude(report, more),
});

const nobody: GitHubStatus = { watch: () => () => {}, announced: async () => {}, conclude: async () => {} };

/** The environment of a step, as the runner makes it. */
export function environmentOf(
  inputs: Readonly<Record<string, string>> = {},
  event: object = pullRequest(),
): Record<string, string> {
  const usual = {
    region: place.region,
    'deploy-context': 'deploy',
    'github-token': 'ghs_job-token',
    'create-deployment': 'true',
    environment: 'staging',
  };
  const all = Object.entries({ ...usual, ...inputs }).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return {
    GITHUB_REPOSITORY: 'octo-org/web',
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_EVENT_PATH: eventFile(event),
    GITHUB_HEAD_REF: 'feature',
    GITHUB_REF: 'refs/heads/main',
    ...Object.fromEntries(all),
  };
}
