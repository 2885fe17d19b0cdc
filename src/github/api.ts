import type { OutgoingHttpHeaders, RequestOptions } from 'node:http';
import { HttpClient } from '@actions/http-client';
import type { Clock } from '../core/clock.ts';
import { type Duration, minute, second } from '../core/duration.ts';
import { sayError } from '../core/failure.ts';

/** One call of GitHub's REST API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** From `/` on, below the address of the API. */
  readonly path: string;
  readonly body?: object;
  /** A POST that does no harm when it is carried out twice. */
  readonly repeatable?: boolean;
}

/** What travels; the transport knows nothing of GitHub. */
export interface HttpMessage {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What comes back; the names of the headers are in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Carries a message, and fails when no answer came. */
export type Transport = (message: HttpMessage) => Promise<HttpAnswer>;

/** GitHub refused a call, or did not answer it: then nobody knows whether it was carried out. */
export class ApiFailure extends Error {
  readonly kind: 'refused' | 'unanswered';
  readonly status: number | undefined;

  constructor(message: string, kind: ApiFailure['kind'], details: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.name = 'ApiFailure';
    this.kind = kind;
    this.status = details.status;
  }
}

/** GitHub's API, asked with one token. */
export interface Api {
  /**
   * Makes a call and gives the JSON of its answer. The request is made anew for every try, so that what is sent after a
   * wait is not what was true before it. Only what may be done twice is tried again when no answer came.
   */
  call(request: () => ApiRequest): Promise<unknown>;
}

/** How often a call is tried while GitHub does not answer, and while it says that there are too many. */
const tries = { unanswered: 3, limited: 5 };
const patience: Duration = 10 * second;

/** Makes the API's client; `signal` ends every call and every wait of it. */
export function createApi(options: {
  readonly url: string;
  readonly token: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Api {
  const { clock, signal } = options;
  const base = options.url.replace(/\/+$/, '');
  /** Nobody may call before: GitHub bans who does not wait. */
  let notBefore = 0;

  const attempt = async ({ method, path, body }: ApiRequest): Promise<HttpAnswer> => {
    const answered = new AbortController();
    const headers = { ...usualHeaders, authorization: `Bearer ${options.token}` };
    const text = body === undefined ? '' : JSON.stringify(body);
    const given = AbortSignal.any([signal, answered.signal]);
    const late = clock.sleep(patience, given).then(() => {
      throw new Error(`no answer within ${patience / second} seconds`);
    });
    try {
      // GitHub Enterprise Server has its REST API below /api/v3, and GraphQL beside that.
      const url = path === '/graphql' ? `${base.replace(/\/v3$/, '')}${path}` : `${base}${path}`;
      return await Promise.race([options.transport({ method, url, headers, body: text, signal: given }), late]);
    } catch (error) {
      signal.throwIfAborted();
      throw new ApiFailure(sayError(error), 'unanswered', { cause: error });
    } finally {
      answered.abort();
    }
  };

  const call = async (make: () => ApiRequest): Promise<unknown> => {
    const left = { ...tries };
    for (;;) {
      signal.throwIfAborted();
      if (notBefore > clock.now()) await clock.sleep(notBefore - clock.now(), signal);
      const request = make();
      const answer = await attempt(request).catch((error: unknown) => error);
      if (answer instanceof ApiFailure || (isAnswer(answer) && answer.status >= 500)) {
        const failure = answer instanceof ApiFailure ? answer : failureOf(answer, 'unanswered');
        // A POST may have been carried out: only who asked for it knows how to look.
        if ((request.method === 'POST' && !request.repeatable) || --left.unanswered === 0) throw failure;
        await clock.sleep(2 ** (tries.unanswered - left.unanswered - 1) * second, signal);
        continue;
      }
      if (!isAnswer(answer)) throw answer;
      if (answer.status < 300) return parse(answer.body);
      const wait = waitOf(answer, clock.now(), tries.limited - left.limited);
      if (wait === undefined) throw failureOf(answer, 'refused');
      notBefore = Math.max(notBefore, clock.now() + wait);
      if (--left.limited === 0) throw failureOf(answer, 'unanswered');
    }
  };
  return { call };
}

const usualHeaders = {
  accept: 'application/vnd.github+json',
  'content-type': 'application/json',
  'user-agent': 'ecs-canary-rollout',
  'x-github-api-version': '2022-11-28',
};

const isAnswer = (value: unknown): value is HttpAnswer =>
  typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;

/**
 * How long GitHub wants nobody to call; `undefined` when the refusal is no limit of rate. As GitHub's documentation has it:
 * `retry-after`, else the reset of the limit, else a minute, and longer each time.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function waitOf({ status, headers, body }: HttpAnswer, now: number, before: number): Duration | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers['retry-after'] || Number.NaN);
  if (after >= 0) return after * second;
  const reset = Number(headers['x-ratelimit-reset'] || Number.NaN) * second;
  if (headers['x-ratelimit-remaining'] === '0' && reset >= 0) return Math.max(second, reset - now);
  return status === 429 || /rate limit|abuse detection/i.test(body) ? minute * 2 ** before : undefined;
}

/** What GitHub says: `422 Validation Failed: No ref found for: main`. */
function failureOf({ status, body }: HttpAnswer, kind: ApiFailure['kind']): ApiFailure {
  const said = parse(body);
  const { message, errors } = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
  const more = (Array.isArray(errors) ? errors : []).map((one: unknown) => {
    const { message: own, resource, field, code } = (one ?? {}) as Record<string, unknown>;
    return own === undefined ? [resource, field, code].filter(Boolean).join(' ') : String(own);
  });
  const words = [message === undefined ? '' : String(message), ...more].filter((text) => text !== '').join(': ');
  return new ApiFailure(`GitHub says ${status}${words === '' ? '' : ` ${words}`}`, kind, { status });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The real way: through the proxy that the runner uses, one connection a call, so that none keeps the process alive. */
export const overHttp: Transport = async ({ method, url, headers, body, signal }) => {
  const client = new HttpClient(headers['user-agent'], [abortedBy(signal)], {
    allowRedirects: false,
    allowRetries: false,
    socketTimeout: patience,
  });
  const { message } = await client.request(method, url, body === '' ? null : body, {
    ...headers,
  } as OutgoingHttpHeaders);
  const chunks: Buffer[] = [];
  // Fails when the answer is cut off, which the client's own way to read it would wait for without end.
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const names = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(names),
    body: Buffer.concat(chunks).toString(),
  };
};

/** The client has no word for a signal, but lets a handler see the options of Node's request, which has. */
const abortedBy = (signal: AbortSignal) => ({
  prepareRequest: (options: RequestOptions) => {
    options.signal = signal;
  },
  canHandleAuthentication: () => false,
  handleAuthentication: () => Promise.reject(new Error('there is no other way to authenticate')),
});
