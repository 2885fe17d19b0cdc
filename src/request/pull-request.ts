import { readFileSync } from 'node:fs';
import type { Environment } from '../model/environment.ts';
import type { PullRequest } from '../model/github-status.ts';
import { readRepository } from './input-kinds.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the pull request from the event that started the workflow: `pull_request`, `pull_request_target` and reviews
 * contain it, an `issue_comment` may concern one, and a `workflow_run` lists those of its branch.
 */
export function readPullRequest(environment: Environment): PullRequest | undefined {
  const event = readEvent(environment.GITHUB_EVENT_PATH);
  const repository = textIn(fieldsIn(event, 'repository'), 'full_name') ?? environment.GITHUB_REPOSITORY;
  if (readRepository(repository ?? '').value === undefined || repository === undefined) return undefined;
  const pull = fieldsIn(event, 'pull_request');
  const number = numberIn(pull) ?? commentedOn(fieldsIn(event, 'issue')) ?? onlyOneOf(fieldsIn(event, 'workflow_run'));
  if (number === undefined) return undefined;
  const head = fieldsIn(pull, 'head');
  const [sha, ref] = [textIn(head, 'sha'), textIn(head, 'ref')];
  if (sha === undefined || ref === undefined) return { repository, number };
  const foreign = textIn(fieldsIn(head, 'repo'), 'full_name') !== repository;
  return { repository, number, head: { sha, ref, foreign } };
}

function readEvent(path: string | undefined): Fields {
  if (!path) return {};
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isFields(event) ? event : {};
  } catch {
    // An event that cannot be read names no pull request.
    return {};
  }
}

/** For GitHub, a comment on a pull request is a comment on an issue with the member `pull_request`. */
const commentedOn = (issue: Fields): number | undefined => (isFields(issue.pull_request) ? numberIn(issue) : undefined);

/** A branch can have several pull requests; then it is unclear which one is meant. */
function onlyOneOf({ pull_requests: pulls }: Fields): number | undefined {
  const [first, second] = Array.isArray(pulls) ? pulls : [];
  return second === undefined && isFields(first) ? numberIn(first) : undefined;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsIn = (fields: Fields, name: string): Fields => {
  const value = fields[name];
  return isFields(value) ? value : {};
};
const textIn = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const numberIn = ({ number }: Fields): number | undefined =>
  typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
