import { isDeepStrictEqual } from 'node:util';
import { type Clock, withDeadline } from '../model/clock.ts';
import { type Duration, second } from '../model/duration.ts';
import type { Event, TimedEvent } from '../model/event.ts';
import { formatError } from '../model/failure.ts';
import type { StatusRequest } from '../model/github-status.ts';
import { defined } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import type { Step } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { type Frame, renderEnd, renderProgress } from '../report/markdown/comment.ts';
import type { Renderer, Reporter } from '../report/reporter.ts';
import { ApiFailure } from './api-failure.ts';
import { markerOf, type Subject, stickyComment } from './comment.ts';
import { type DeploymentStatus, describe, endStatus, openDeployment, setStatus } from './deployment.ts';
import type { Octokit } from './octokit.ts';
import type { LeftStatus } from './state.ts';
import { createUpdates, type Updates } from './throttled-writer.ts';

/** Shows the progress of a run in a pull request comment and a GitHub deployment. */
export interface GitHubStatus {
  /** Makes the renderer that updates both as events come; it never waits and never throws. */
  watch(reporter: Reporter): Renderer;
  /** Resolves when the deployment has been created, or after some seconds; never fails. */
  announced(signal: AbortSignal): Promise<void>;
  /** Shows the outcome; `more` is added to the comment. Never throws, and gives up after some seconds. */
  conclude(report: Report, more?: string): Promise<void>;
}

/** What a status needs. */
export interface GitHubStatusOptions {
  readonly octokit: Octokit;
  readonly clock: Clock;
  /** Ends all calls to GitHub that are under way. */
  readonly stop: AbortController;
  readonly asked: StatusRequest;
  readonly place: Place;
  readonly subject: Subject;
  readonly dryRun: boolean;
  /** The page of the run. */
  readonly run?: string;
  /** Identifies the deployment. */
  readonly key: string;
  /** What an earlier process began and this one completes. */
  readonly left?: LeftStatus;
  readonly save: (left: LeftStatus | undefined) => void;
  readonly tell: (event: Event) => void;
  /** The most that the last update may take. */
  readonly deadline?: Duration;
}

/** GitHub takes at most 80 comments a minute with one token. */
const betweenComments: Duration = 10 * second;
/** The most that the rollout waits for its deployment, and the job for the last update. */
const patience: Duration = 10 * second;

/** Creates the status of a run. */
export function createGitHubStatus(options: GitHubStatusOptions): GitHubStatus {
  return new Status(options);
}

class Status implements GitHubStatus {
  readonly #options: GitHubStatusOptions;
  readonly #comment: Updates<() => string> | undefined;
  readonly #deployment: Updates<DeploymentStatus> | undefined;
  #id: number | undefined;
  /** Whether a deployment is wanted, and whether GitHub was asked for it and may have created it. */
  #began: boolean;
  #asked: boolean;
  #real = true;
  #saved: LeftStatus | undefined;
  /** Failures that were reported; each is reported once. */
  readonly #complained = new Set<string>();
  readonly #refused = new Set<What>();

  constructor(options: GitHubStatusOptions) {
    this.#options = options;
    const { octokit, asked, subject, left } = options;
    this.#id = left?.deployment;
    this.#began = left?.asked ?? false;
    this.#asked = this.#began;
    if (asked.pullRequest !== undefined) {
      const comment = stickyComment(octokit, asked.pullRequest, subject);
      const write = (newest: () => () => string) => comment.write(() => newest()());
      this.#comment = this.#updates('comment', betweenComments, write);
    }
    if (asked.deployment !== undefined) {
      this.#deployment = this.#updates('deployment', 0, (newest) => this.#setStatus(newest));
    }
  }

  #updates<T>(what: What, every: Duration, send: (newest: () => T) => Promise<void>): Updates<T> {
    const { clock, stop } = this.#options;
    const unlessRefused = async (newest: () => T): Promise<void> => {
      if (!this.#refused.has(what)) await send(newest);
    };
    return createUpdates({
      clock,
      signal: stop.signal,
      every,
      send: unlessRefused,
      failed: (error) => this.#failed(what, error),
    });
  }

  watch(reporter: Reporter): Renderer {
    const page = (): string => renderProgress(reporter.soFar(), this.#frame());
    let planned = false;
    return (event) => {
      this.#follow(event);
      planned ||= event.kind === 'planned';
      // A plan that is not executed is shown once, at the end.
      if (!planned || this.#options.dryRun || !worthWriting.has(event.kind) || this.#comment === undefined) return;
      this.#save();
      this.#comment.want(page);
    };
  }

  /** Queued while the run waits for others, in progress from its own first step. */
  #follow(event: TimedEvent): void {
    if (this.#deployment === undefined || this.#options.dryRun) return;
    const about = { logUrl: this.#options.run };
    if (event.kind === 'planned') {
      this.#real = !event.plan.steps.every(isWaitForOthers);
      if (!this.#began) this.#deployment.want(statusOf('queued', event.plan.title, about));
      this.#began = true;
    }
    if (event.kind === 'step' && event.is === 'begun' && event.index === 0 && this.#real) {
      this.#deployment.want(statusOf('in_progress', `Under way: ${this.#options.subject.command}`, about));
    }
  }

  async #setStatus(newest: () => DeploymentStatus): Promise<void> {
    const { octokit, asked, clock, stop, place, key, subject } = this.#options;
    const { deployment } = asked;
    if (deployment === undefined) return;
    if (this.#id === undefined) {
      const maybe = this.#asked;
      this.#asked = true;
      this.#save();
      const order = { ...deployment, command: subject.command, place, key };
      this.#id = await openDeployment(octokit, order, { clock, signal: stop.signal, maybe });
      this.#save();
    }
    await setStatus(octokit, { repository: deployment.repository, id: this.#id, url: deployment.url }, newest());
  }

  async announced(signal: AbortSignal): Promise<void> {
    if (this.#deployment !== undefined) await this.#within(patience, this.#deployment.settled(), signal);
  }

  async conclude(report: Report, more = ''): Promise<void> {
    const { outcome } = report;
    const { left, deadline = patience, place, run, stop, dryRun } = this.#options;
    // A cancelled job has no time: `post` shows the outcome after the undos.
    if (outcome.is === 'cancelled' && left === undefined) {
      if (!dryRun) this.#save();
      stop.abort();
      return;
    }
    const status = { ...endStatus(outcome, { command: report.command, place }), logUrl: run };
    const arrivals = await this.#within(
      deadline,
      Promise.all([
        this.#began ? this.#deployment?.last(status) : true,
        this.#comment?.last(() => renderEnd(report, this.#frame(), more)),
      ]),
    );
    if (arrivals === undefined) this.#failed('comment', new ApiFailure('it has not answered in time', 'unanswered'));
    else if (arrivals.every((arrived) => arrived !== false)) this.#options.save(undefined);
    stop.abort();
  }

  /** The result of the work, or `undefined` if it takes too long or is stopped. */
  async #within<T>(most: Duration, work: Promise<T>, signal = this.#options.stop.signal): Promise<T | undefined> {
    const { clock, stop } = this.#options;
    const given = AbortSignal.any([stop.signal, signal]);
    const late = () => undefined;
    try {
      return await withDeadline(most, () => work, { clock, signal: given }, late);
    } catch (error) {
      if (given.aborted) return undefined;
      throw error;
    }
  }

  #frame(): Frame {
    const { subject, run, clock } = this.#options;
    const { environment } = subject;
    return {
      marker: markerOf(subject),
      at: clock.now(),
      ...defined({ run }),
      ...(environment === '' ? {} : { environment }),
    };
  }

  /** Called before acting, so that `post` knows that there may be something to complete. */
  #save(): void {
    const { place, key, subject } = this.#options;
    const id = this.#id === undefined ? {} : { deployment: this.#id };
    const left: LeftStatus = { command: subject.command, place, key, asked: this.#began, ...id };
    if (isDeepStrictEqual(left, this.#saved)) return;
    this.#saved = left;
    this.#options.save(left);
  }

  #failed(what: What, error: unknown): void {
    const { stop, tell, asked } = this.#options;
    if (stop.signal.aborted) return;
    const refusal = error instanceof ApiFailure && error.kind === 'refused' ? error : undefined;
    const key = refusal === undefined ? 'unanswered' : what;
    if (refusal !== undefined) this.#refused.add(what);
    if (this.#complained.has(key)) return;
    this.#complained.add(key);
    if (refusal === undefined) {
      const message = `The progress could not be shown on GitHub (${formatError(error)}). The rollout does not depend on it; the pull request or the deployment may show an old state.`;
      tell({ kind: 'warning', message });
      return;
    }
    // By default the comment was not asked for, and a fork's token may not write one.
    const quiet = what === 'comment' && !asked.wanted && (refusal.status === 403 || refusal.status === 404);
    tell({ kind: quiet ? 'notice' : 'warning', message: formatRefusal(what, refusal, asked) });
  }
}

type What = 'comment' | 'deployment';

const worthWriting: ReadonlySet<Event['kind']> = new Set(['planned', 'step', 'fact', 'undo']);

const isWaitForOthers = (step: Step): boolean =>
  step.kind === 'check' && step.gates.every(({ kind }) => kind === 'service-free');

const statusOf = (
  state: DeploymentStatus['state'],
  text: string,
  { logUrl }: Pick<DeploymentStatus, 'logUrl'>,
): DeploymentStatus => ({ state, description: describe(text), logUrl });

function formatRefusal(
  what: What,
  { message, status }: ApiFailure,
  { deployment, pullRequest }: StatusRequest,
): string {
  if (what === 'comment') {
    const hint =
      'The job needs `permissions: pull-requests: write`; on a pull request from a fork its token can only read.';
    return `No comment on pull request ${pullRequest?.number}: ${message}. The job summary says the same. ${hint}`;
  }
  const { ref = '', repository = '', environment = '' } = deployment ?? {};
  const next =
    status === 422
      ? `Check that \`github-ref\` ${ref} is in ${repository}, and that environment ${environment} allows deployments of it.`
      : `The job needs \`permissions: deployments: write\`, and the token needs access to ${repository}.`;
  return `No GitHub deployment: ${message}. The rollout does not depend on it. ${next}`;
}
