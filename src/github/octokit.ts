import { defaults, GitHub, getOctokitOptions } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { RequestError } from '@octokit/request-error';
import type { EndpointDefaults, OctokitResponse } from '@octokit/types';
import { type Waiting, withDeadline } from '../model/clock.ts';
import { type Duration, second } from '../model/duration.ts';
import { formatError } from '../model/failure.ts';
import { ApiFailure } from './api-failure.ts';

/** GitHub's API, called with one token. Every call either succeeds or fails with an ApiFailure. */
export type Octokit = InstanceType<typeof GitHub>;

/** The options of a client; `signal` ends all its calls and waits. */
export interface OctokitOptions extends Waiting {
  readonly url: string;
  readonly token: string;
  /** Sends the requests; the default uses the runner's proxy. */
  readonly fetch?: typeof fetch;
}

/** How often a call is tried without an answer, and under a rate limit. */
const tries = { unanswered: 3, limited: 5 };
const retries = tries.unanswered - 1;
/** How long one try may take. */
const patience: Duration = 10 * second;

/** For a POST that may be executed twice: it is sent again without an answer. */
export const repeatable = { repeatable: true };

/** Makes the body of a request when it is sent, so that a call that waited does not send old text. */
export const freshBody = (render: () => string) => ({ fresh: () => ({ body: render() }) });

type Sent = Required<EndpointDefaults>;
// biome-ignore lint/suspicious/noExplicitAny: the client declares it as any
type Answer = OctokitResponse<any>;
type Send = (options: Sent) => Answer | Promise<Answer>;
type Hook = (send: Send, options: Sent) => Promise<Answer>;

/**
 * Creates the client. The plugins decide what is tried again. All waiting is done here, because their timers can
 * neither be cancelled nor use our clock, and would keep the process alive.
 */
export function createOctokit(options: OctokitOptions): Octokit {
  const { clock, signal } = options;
  /** No call is sent before this time: GitHub bans clients that ignore a limit. */
  let notBefore = 0;
  const limited = (wait: Duration, before: number): boolean => {
    notBefore = Math.max(notBefore, clock.now() + wait);
    return before + 1 < tries.limited;
  };

  const attempt: Hook = async (send, sent) => {
    signal.throwIfAborted();
    if (notBefore > clock.now()) await clock.sleep(notBefore - clock.now(), signal);
    try {
      return await withinPatience(send, sent, options);
    } catch (error) {
      signal.throwIfAborted();
      const failure = requestError(error, sent);
      const failures = (sent.request.failures ?? 0) + 1;
      sent.request.failures = failures;
      const again = failure.status >= 500 && failures <= (sent.request.retries ?? retries);
      if (again) await clock.sleep(2 ** (failures - 1) * second, signal);
      throw failure;
    }
  };

  // The first plugin is the innermost: it sees every try. The last one sees every call.
  const Client = GitHub.plugin(
    ({ hook }) => hook.wrap('request', attempt),
    retry,
    throttling,
    ({ hook }) => hook.wrap('request', wholeCall(signal)),
  );
  return new Client(
    getOctokitOptions(options.token, {
      baseUrl: options.url.replace(/\/+$/, ''),
      userAgent: 'ecs-canary-rollout',
      log: quiet,
      request: { fetch: options.fetch ?? defaults.request?.fetch, log: quiet, redirect: 'manual' },
      retry: { retries, doNotRetry: refusals, retryAfterBaseValue: 0 },
      throttle: {
        ...unpaced,
        retryAfterBaseValue: 0,
        onRateLimit: (wait, _request, _octokit, before) => limited(wait * second, before),
        // GitHub asks clients to wait longer after each limit.
        onSecondaryRateLimit: (wait, _request, _octokit, before) => limited(wait * second * 2 ** before, before),
      },
    }),
  );
}

/** Discards the client's log, which can contain requests; errors are thrown. */
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Only the throttling plugin repeats what was refused. */
const refusals = Array.from({ length: 100 }, (_, index) => 400 + index);

/** The plugin would delay writes, and the rollout with them, by one to three seconds. Ours are few and throttled. */
const group = { key: () => ({ schedule: async <T>(_options: object, job: () => Promise<T>) => job() }) };
const unpaced = { write: group as never, notifications: group as never };

/** One try; it fails if no answer comes in time. */
async function withinPatience(send: Send, sent: Sent, options: OctokitOptions): Promise<Answer> {
  const work = async (signal: AbortSignal): Promise<Answer> => {
    // The parameters must be changed in place: the hooks below hold a reference to them.
    Object.assign(sent, sent.request.fresh?.());
    sent.request.signal = signal;
    return send(sent);
  };
  const response = await withDeadline(patience, work, options, () => {
    throw new Error(`no answer within ${patience / second} seconds`);
  });
  // A redirect is not followed: the token belongs to this address only.
  if (response.status >= 300) throw new RequestError('', response.status, { request: sent, response });
  return response;
}

/** Errors as the plugins expect them: no answer is status 500, and a limit is known by its text. */
function requestError(error: unknown, request: Sent): RequestError {
  if (!(error instanceof RequestError)) return new RequestError(formatError(error), 500, { request });
  // GitHub documents status and headers; only some answers have the text that the plugin looks for.
  if (isLimit(error) && !/\bsecondary rate\b/i.test(error.message) && !isUsedUp(error)) {
    error.message = `secondary rate limit: ${error.message}`;
  }
  return error;
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function isLimit(error: RequestError): boolean {
  const { status, response, message } = error;
  if (status !== 403 && status !== 429) return false;
  const waits = response?.headers['retry-after'] !== undefined || isUsedUp(error);
  return status === 429 || waits || /rate limit|abuse detection/i.test(message);
}

const isUsedUp = ({ response }: RequestError): boolean => response?.headers['x-ratelimit-remaining'] === '0';

/** Wraps all tries of a call: own state for the plugins, and our own errors. */
const wholeCall =
  (signal: AbortSignal): Hook =>
  async (send, sent) => {
    const once = sent.method === 'POST' && sent.request.repeatable !== true;
    sent.headers = { ...sent.headers, 'x-github-api-version': '2022-11-28' };
    // Nothing else may be set: with a number of retries, the plugin would repeat refused calls as well.
    sent.request = { ...sent.request, ...(once ? { retries: 0 } : {}) };
    try {
      return await send(sent);
    } catch (error) {
      signal.throwIfAborted();
      throw apiFailure(error);
    }
  };

/** GitHub's error: `422 Validation Failed: No ref found for: main`. */
function apiFailure(error: unknown): ApiFailure {
  const response = error instanceof RequestError ? error.response : undefined;
  if (!(error instanceof RequestError) || response === undefined) {
    return new ApiFailure(formatError(error), 'unanswered', { cause: error });
  }
  const { status } = error;
  const { message, errors } = fields(response.data);
  const more = (Array.isArray(errors) ? errors : []).map((one: unknown) => {
    const { message: own, resource, field, code } = fields(one);
    return own === undefined ? [resource, field, code].filter(Boolean).join(' ') : String(own);
  });
  const words = [message === undefined ? '' : String(message), ...more].filter((text) => text !== '').join(': ');
  const kind = status >= 500 || isLimit(error) ? 'unanswered' : 'refused';
  return new ApiFailure(`GitHub says ${status}${words === '' ? '' : ` ${words}`}`, kind, { status, cause: error });
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The parameters of the client's methods for `octo-org/web`. */
export function ownerAndRepo(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}
