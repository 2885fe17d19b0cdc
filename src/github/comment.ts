import { type Api, ApiFailure } from './api.ts';
import type { PullRequest } from './pull-request.ts';

/** What a comment is about; what is not known is empty. */
export interface Subject {
  readonly command: string;
  readonly environment: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly context: string;
}

const names = ['command', 'environment', 'region', 'cluster', 'service', 'context'] as const;

/** The first line of a comment, which nobody sees; by it the comment is found again. */
export function markerOf(subject: Subject): string {
  const fields = names.map((name) => `${name}=${encode(subject[name])}`);
  return `<!-- ecs-canary-rollout ${fields.join(' ')} -->`;
}

/** Nothing that is encoded so has a space or a `>`, nor two hyphens, which HTML forbids in a comment. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('--', '%2D%2D');

/** What a comment is about, by its first line; `undefined` when it is none of ours. */
export function subjectOf(body: string): Subject | undefined {
  const [, said] = /^<!-- ecs-canary-rollout (\S+(?: \S+)*) -->(?:\r?\n|$)/.exec(body) ?? [];
  if (said === undefined) return undefined;
  const fields = new Map(said.split(' ').map((field) => field.split('=') as [string, string]));
  try {
    const pairs = names.map((name) => [name, decodeURIComponent(fields.get(name) ?? '')]);
    return Object.fromEntries(pairs) as Record<keyof Subject, string>;
  } catch {
    return undefined;
  }
}

/**
 * Whether two comments are about the same. A request that was refused may not have come as far as to know the service:
 * then the deploy context says which one is meant.
 */
export function isSameSubject(one: Subject, other: Subject): boolean {
  const agree = (name: keyof Subject): boolean => one[name] === other[name];
  const fits = (name: keyof Subject): boolean => agree(name) || one[name] === '' || other[name] === '';
  if (!agree('command') || !agree('environment') || !fits('region') || !fits('cluster') || !fits('service'))
    return false;
  const known = one.service !== '' && other.service !== '' && one.cluster !== '' && other.cluster !== '';
  return known || (one.context !== '' && agree('context'));
}

/** One comment on a pull request that is written over and over. */
export interface StickyComment {
  /** Writes the comment; `render` is asked for what it says at the moment at which it is sent. */
  write(render: () => string): Promise<void>;
}

/** Finds the comment of an earlier run, or makes one when it is written first. */
export function stickyComment(api: Api, { repository, number }: PullRequest, subject: Subject): StickyComment {
  const issue = `/repos/${repository}/issues/${number}/comments`;
  let id: number | undefined;
  let looked = false;

  const find = async (): Promise<void> => {
    if (looked) return;
    const me = await whoAmI(api);
    for (let page = 1; ; page++) {
      const path = `${issue}?per_page=100&page=${page}`;
      const found = await api.call(() => ({ method: 'GET', path }));
      const comments = Array.isArray(found) ? (found as readonly Comment[]) : [];
      id = comments.find((comment) => isOurs(comment, me, subject))?.id;
      if (id !== undefined || comments.length < 100) break;
    }
    looked = true;
  };

  const update = async (of: number, render: () => string): Promise<boolean> => {
    const path = `/repos/${repository}/issues/comments/${of}`;
    try {
      await api.call(() => ({ method: 'PATCH', path, body: { body: render() } }));
      return true;
    } catch (error) {
      // Somebody has deleted it.
      if (error instanceof ApiFailure && error.status === 404) return false;
      throw error;
    }
  };

  const create = async (render: () => string): Promise<void> => {
    try {
      const made = await api.call(() => ({ method: 'POST', path: issue, body: { body: render() } }));
      id = (made as Comment | undefined)?.id;
    } catch (error) {
      // It may be there: the next one who writes looks again, or there would be two.
      looked = false;
      throw error;
    }
  };

  return {
    write: async (render) => {
      await find();
      if (id !== undefined && (await update(id, render))) return;
      await create(render);
    },
  };
}

interface Comment {
  readonly id?: number;
  readonly body?: string | null;
  readonly user?: { readonly login?: string } | null;
}

/** Anybody can write our first line into a comment of their own, and would own what we say in it. */
const isOurs = ({ body, user }: Comment, me: string, subject: Subject): boolean => {
  const about = user?.login === me ? subjectOf(body ?? '') : undefined;
  return about !== undefined && isSameSubject(about, subject);
};

/** Only GraphQL tells every kind of token who it is; without an answer it is the token of the job. */
async function whoAmI(api: Api): Promise<string> {
  const usual = 'github-actions[bot]';
  const body = { query: '{ viewer { login } }' };
  try {
    const answer = await api.call(() => ({ method: 'POST', path: '/graphql', body, repeatable: true }));
    const login = (answer as { data?: { viewer?: { login?: unknown } | null } | null } | undefined)?.data?.viewer
      ?.login;
    return typeof login === 'string' ? login : usual;
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'refused') return usual;
    throw error;
  }
}
