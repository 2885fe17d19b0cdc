import type { PullRequest } from '../model/github-status.ts';
import { ApiFailure } from './api-failure.ts';
import { freshBody, type Octokit, ownerAndRepo, repeatable } from './octokit.ts';

/** What a comment is about; unknown parts are empty. */
export interface Subject {
  readonly command: string;
  readonly environment: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly context: string;
}

const names = ['command', 'environment', 'region', 'cluster', 'service', 'context'] as const;

/** The invisible first line of a comment, by which it is found again. */
export function markerOf(subject: Subject): string {
  const fields = names.map((name) => `${name}=${encode(subject[name])}`);
  return `<!-- ecs-canary-rollout ${fields.join(' ')} -->`;
}

/** The encoded text has no space, no `>` and no two hyphens, which HTML forbids in a comment. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('--', '%2D%2D');

/** What a comment is about, by its first line; `undefined` if it is not ours. */
export function subjectOf(body: string): Subject | undefined {
  const [, marker] = /^<!-- ecs-canary-rollout (\S+(?: \S+)*) -->(?:\r?\n|$)/.exec(body) ?? [];
  if (marker === undefined) return undefined;
  const fields = new Map(marker.split(' ').map((field) => field.split('=') as [string, string]));
  try {
    const pairs = names.map((name) => [name, decodeURIComponent(fields.get(name) ?? '')]);
    return Object.fromEntries(pairs) as Record<keyof Subject, string>;
  } catch {
    return undefined;
  }
}

/**
 * Whether two comments are about the same. A refused request may not know the service: then the deploy context tells
 * them apart.
 */
export function isSameSubject(one: Subject, other: Subject): boolean {
  const agree = (name: keyof Subject): boolean => one[name] === other[name];
  const fits = (name: keyof Subject): boolean => agree(name) || one[name] === '' || other[name] === '';
  if (!agree('command') || !agree('environment') || !fits('region') || !fits('cluster') || !fits('service'))
    return false;
  const known = one.service !== '' && other.service !== '' && one.cluster !== '' && other.cluster !== '';
  return known || (one.context !== '' && agree('context'));
}

/** One comment on a pull request that is updated again and again. */
export interface StickyComment {
  /** Writes the comment; `render` is called when the request is sent. */
  write(render: () => string): Promise<void>;
}

/** Finds the comment of an earlier run, or creates one at the first write. */
export function stickyComment(octokit: Octokit, { repository, number }: PullRequest, subject: Subject): StickyComment {
  const { issues } = octokit.rest;
  const place = ownerAndRepo(repository);
  let id: number | undefined;
  let looked = false;

  const find = async (): Promise<void> => {
    if (looked) return;
    const me = await whoAmI(octokit);
    const all = { ...place, issue_number: number, per_page: 100 };
    for await (const { data } of octokit.paginate.iterator(issues.listComments, all)) {
      id = data.find((comment) => isOurs(comment, me, subject))?.id;
      if (id !== undefined) break;
    }
    looked = true;
  };

  const update = async (of: number, render: () => string): Promise<boolean> => {
    try {
      await issues.updateComment({ ...place, comment_id: of, body: '', request: freshBody(render) });
      return true;
    } catch (error) {
      // The comment was deleted.
      if (error instanceof ApiFailure && error.status === 404) return false;
      throw error;
    }
  };

  const create = async (render: () => string): Promise<void> => {
    try {
      const made = await issues.createComment({ ...place, issue_number: number, body: '', request: freshBody(render) });
      id = made.data.id;
    } catch (error) {
      // The comment may exist: the next write must look again, or there would be two.
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
  readonly body?: string | null;
  readonly user?: { readonly login?: string } | null;
}

/** Only comments of our own user count: anyone can copy our first line. */
const isOurs = ({ body, user }: Comment, me: string, subject: Subject): boolean => {
  const about = user?.login === me ? subjectOf(body ?? '') : undefined;
  return about !== undefined && isSameSubject(about, subject);
};

/** Only GraphQL returns the user of every kind of token; without an answer, it is the job's token. */
async function whoAmI(octokit: Octokit): Promise<string> {
  const usual = 'github-actions[bot]';
  try {
    const answer = await octokit.graphql<{ readonly viewer?: { readonly login?: unknown } | null } | undefined>(
      '{ viewer { login } }',
      { request: repeatable },
    );
    const login = answer?.viewer?.login;
    return typeof login === 'string' ? login : usual;
  } catch (error) {
    const refused = error instanceof ApiFailure ? error.kind === 'refused' : nameOf(error) === 'GraphqlResponseError';
    if (refused) return usual;
    throw error;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
