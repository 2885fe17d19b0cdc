import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VirtualClock } from '../../src/simulator/virtual-clock.ts';

// GitHub as its REST documentation has it (deployments, deployment statuses, issue comments), as far as anybody here asks.

export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
  /** How often it has been written, with when. */
  readonly written: number[];
}

export interface Status {
  readonly state: string;
  readonly description: string;
  readonly log_url: string;
  readonly environment_url: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string;
  readonly transient_environment: boolean;
  readonly production_environment: boolean;
  readonly statuses: Status[];
}

type Access = 'read' | 'write';

/** Who a token is, and what it may do. */
export interface TokenOwner {
  readonly login: string;
  readonly deployments: Access;
  readonly pullRequests: Access;
}

/** An answer of GitHub. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Something that goes wrong with calls that fit. */
export interface Trouble {
  readonly method?: string;
  readonly path?: RegExp;
  /** How often; for ever when absent. */
  times?: number;
  /** `lost`: carried out, but nobody hears of it. `silent`: no answer ever comes. */
  readonly is: 'lost' | 'silent' | 'reset' | HttpAnswer;
}

export const apiUrl = 'https://api.github.example';

const states = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];
const readOnly = 'Resource not accessible by integration';

/** One GitHub with one repository. */
export class PretendGitHub {
  readonly repository = 'octo-org/web';
  readonly refs = new Set(['main', 'feature', 'v1.2.3', '0123456789012345678901234567890123456789']);
  readonly tokens = new Map<string, TokenOwner>([
    ['ghs_job-token', { login: 'github-actions[bot]', deployments: 'write', pullRequests: 'write' }],
  ]);
  readonly deployments: Deployment[] = [];
  readonly pulls = new Map<number, Comment[]>([[12, []]]);
  readonly troubles: Trouble[] = [];
  /** Whatever arrived, to look for what must not. */
  readonly heard: { readonly method: string; readonly path: string; readonly body: string; readonly at: number }[] = [];
  #ids = 1000;

  /** The comments of a pull request that our program could have written. */
  ours(pull = 12): readonly Comment[] {
    return this.commentsOf(pull).filter(({ body }) => body.startsWith('<!-- ecs-canary-rollout '));
  }

  commentsOf(pull: number): Comment[] {
    return this.pulls.get(pull) ?? [];
  }

  /** Somebody else writes a comment. */
  say(login: string, body: string, pull = 12): Comment {
    const type = login.endsWith('[bot]') ? 'Bot' : 'User';
    const comment = { id: ++this.#ids, body, user: { login, type }, written: [0] };
    this.pulls.set(pull, [...this.commentsOf(pull), comment]);
    return comment;
  }

  /** What a deployment is now, and what it has been. */
  history(index = -1): readonly string[] {
    return this.deployments.at(index)?.statuses.map(({ state }) => state) ?? [];
  }

  /** Carries calls inside the process, in the time of a clock. */
  fetch(clock: VirtualClock, latency = 40): typeof fetch {
    return async (url, init) => {
      if (!String(url).startsWith(`${apiUrl}/`)) throw new Error(`a call left for ${url}`);
      const { method = 'GET', headers, body, signal } = init ?? {};
      await clock.sleep(latency, signal ?? undefined);
      const sent = Object.fromEntries(new Headers(headers));
      const answer = this.answer(method, String(url).slice(apiUrl.length), sent, String(body ?? ''), clock.now());
      if (answer === 'silent') return never(signal);
      if (answer === 'reset') throw new Error('socket hang up');
      return responseOf(answer);
    };
  }

  /** Answers on a socket. */
  async listen(): Promise<{ readonly url: string; close(): Promise<void> }> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const headers = flat(request.headers);
        // As on a server of a company: below /api/v3, and GraphQL beside it.
        const path = (request.url ?? '').replace(/^\/api\/(v3|(?=graphql))/, '').replace(/^(?!\/)/, '/');
        const answer = this.answer(request.method ?? '', path, headers, body, Date.now());
        if (answer === 'silent') return;
        if (answer === 'reset') return void request.socket.destroy();
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`,
      close: () => {
        server.closeAllConnections();
        return new Promise((go) => server.close(() => go()));
      },
    };
  }

  answer(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    at: number,
  ): HttpAnswer | 'silent' | 'reset' {
    this.heard.push({ method, path, body, at });
    const trouble = this.troubles.find(
      (one) => (one.method ?? method) === method && (one.path ?? /./).test(path) && (one.times ?? 1) > 0,
    );
    if (trouble?.times !== undefined) trouble.times--;
    if (trouble !== undefined && trouble.is !== 'lost') return trouble.is;
    const answer = this.#carryOut(method, path, headers, body, at);
    return trouble?.is === 'lost' ? 'reset' : answer;
  }

  #carryOut(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    at: number,
  ): HttpAnswer {
    const owner = this.tokens.get((headers.authorization ?? '').replace(/^token /, ''));
    if (owner === undefined) return say(401, { message: 'Bad credentials' });
    const url = new URL(path, apiUrl);
    const given = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
    if (url.pathname === '/graphql') return say(200, { data: { viewer: { login: owner.login } } });
    const [, repository, rest = ''] = /^\/repos\/([^/]+\/[^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    if (repository !== this.repository) return notFound;
    const [, pull] = /^\/issues\/(\d+)\/comments$/.exec(rest) ?? [];
    if (pull !== undefined) return this.#comments(method, Number(pull), url, given, owner, at);
    const [, comment] = /^\/issues\/comments\/(\d+)$/.exec(rest) ?? [];
    if (comment !== undefined) return this.#edit(Number(comment), given, owner, at);
    if (rest === '/deployments') return this.#deploy(method, url, given, owner);
    const [, deployment] = /^\/deployments\/(\d+)\/statuses$/.exec(rest) ?? [];
    if (deployment !== undefined) return this.#status(Number(deployment), given, owner);
    return notFound;
  }

  #comments(
    method: string,
    pull: number,
    url: URL,
    { body }: Record<string, unknown>,
    owner: TokenOwner,
    at: number,
  ): HttpAnswer {
    const comments = this.pulls.get(pull);
    if (comments === undefined) return notFound;
    if (method === 'GET') return paged(comments, url);
    if (owner.pullRequests !== 'write') return say(403, { message: readOnly });
    if (typeof body !== 'string' || body.length > 65_536) return tooLong;
    const made = this.say(owner.login, body, pull);
    made.written[0] = at;
    return say(201, made);
  }

  #edit(id: number, { body }: Record<string, unknown>, owner: TokenOwner, at: number): HttpAnswer {
    const comment = [...this.pulls.values()].flat().find((one) => one.id === id);
    if (comment === undefined) return notFound;
    if (owner.pullRequests !== 'write') return say(403, { message: readOnly });
    if (typeof body !== 'string' || body.length > 65_536) return tooLong;
    comment.body = body;
    comment.written.push(at);
    return say(200, comment);
  }

  #deploy(method: string, url: URL, given: Record<string, unknown>, owner: TokenOwner): HttpAnswer {
    if (method === 'GET') {
      const environment = url.searchParams.get('environment');
      const mine = this.deployments.filter((one) => environment === null || one.environment === environment);
      return paged(mine.toReversed(), url);
    }
    if (owner.deployments !== 'write') return say(403, { message: readOnly });
    const { ref, environment = 'production', task = 'deploy', payload = {}, description = '' } = given;
    if (typeof ref !== 'string') return say(422, { message: 'Invalid request.\n\n"ref" wasn\'t supplied.' });
    if (!this.refs.has(ref)) return say(422, { message: `No ref found for: ${ref}` });
    if (given.auto_merge !== false) return say(202, { message: 'Auto-merged main into the branch.' });
    const deployment = {
      id: ++this.#ids,
      sha: 'f'.repeat(40),
      ref,
      task: String(task),
      payload,
      environment: String(environment),
      description: String(description),
      transient_environment: given.transient_environment === true,
      production_environment: (given.production_environment as boolean | undefined) ?? environment === 'production',
      statuses: [],
    };
    this.deployments.push(deployment);
    return say(201, deployment);
  }

  #status(id: number, given: Record<string, unknown>, owner: TokenOwner): HttpAnswer {
    const deployment = this.deployments.find((one) => one.id === id);
    if (deployment === undefined) return notFound;
    if (owner.deployments !== 'write') return say(403, { message: readOnly });
    const { state, description = '', log_url = '', environment_url = '', auto_inactive = true } = given;
    if (!states.includes(String(state)) || String(description).length > 140)
      return say(422, { message: 'Validation Failed' });
    const status = {
      state: String(state),
      description: String(description),
      log_url: String(log_url),
      environment_url: String(environment_url),
    };
    deployment.statuses.push(status);
    if (status.state === 'success' && auto_inactive) this.#retireBefore(deployment);
    return say(201, status);
  }

  /** "All prior non-transient, non-production environment deployments with the same environment name." */
  #retireBefore({ id, environment }: Deployment): void {
    for (const one of this.deployments) {
      const stays = one.id >= id || one.environment !== environment || one.transient_environment;
      if (stays || one.production_environment || one.statuses.at(-1)?.state !== 'success') continue;
      one.statuses.push({ state: 'inactive', description: '', log_url: '', environment_url: '' });
    }
  }
}

/** Too many calls in too short a time, as GitHub says it. */
export const tooMany = (seconds: number): HttpAnswer => ({
  status: 403,
  headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
  body: JSON.stringify({ message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' }),
});

export const unavailable: HttpAnswer = { status: 503, headers: {}, body: '<html>Unicorn!</html>' };

export const responseOf = ({ status, headers, body }: HttpAnswer): Response => new Response(body, { status, headers });

/** An answer that does not come. */
export const never = (signal: AbortSignal | null | undefined): Promise<never> =>
  new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));

const say = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const notFound = say(404, { message: 'Not Found' });
const tooLong = say(422, {
  message: 'Validation Failed',
  errors: [{ message: 'body is too long (maximum is 65536 characters)' }],
});

/** 30 a page unless asked for more, and never more than 100; a header says where the next one is. */
function paged(all: readonly unknown[], url: URL): HttpAnswer {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const number = Number(url.searchParams.get('page') ?? 1);
  const answer = say(200, all.slice((number - 1) * size, number * size));
  if (number * size >= all.length) return answer;
  const next = new URL(url);
  next.searchParams.set('page', String(number + 1));
  return { ...answer, headers: { ...answer.headers, link: `<${next}>; rel="next"` } };
}

const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
