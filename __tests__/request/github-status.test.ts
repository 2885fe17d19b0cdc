import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/model/problem.ts';
import { contextOf, readStatusRequest } from '../../src/request/github-status.ts';
import { readInputs } from '../../src/request/inputs.ts';
import { readPullRequest } from '../../src/request/pull-request.ts';
import { environmentOf, eventFile, pullRequest } from '../github/hub.ts';

const push = { repository: { full_name: 'octo-org/web' } };
const problems = (environment: Record<string, string>) => readInputs(environment).problems.map(formatProblem);
const team = (environment: Record<string, string>) => readStatusRequest(readInputs(environment).inputs, environment);

/** Without the variables of this name. */
function without(environment: Record<string, string>, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

it.each([
  [{ 'deploy-context': 'deploy', 'task-definition': 'td.json' }, 'deploy'],
  [{ 'task-definition': 'td.json', command: 'register' }, 'td.json'],
  [{ 'base-revision': 'jobs:7', command: 'register' }, 'jobs'],
  [{ cluster: 'production', service: 'web', 'base-revision': 'latest' }, ''],
])('a comment is found again by what it is about: %j', (given, context) => {
  const inputs = Object.entries({ 'deploy-context': '', ...given }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  expect(contextOf(readInputs({ AWS_REGION: 'us-west-2', ...Object.fromEntries(inputs) }).inputs)).toBe(context);
});

describe('create-deployment', () => {
  it('reports all missing inputs together', () => {
    const bare = without(
      environmentOf({ environment: '', 'github-token': '' }),
      'GITHUB_HEAD_REF',
      'GITHUB_REF',
      'GITHUB_REPOSITORY',
    );
    const said = problems(bare);
    expect(said.map((text) => text.split(':')[0])).toEqual([
      'environment',
      'github-ref',
      'github-repository',
      'github-token',
    ]);
    for (const text of said) expect(text).toContain('is missing; `create-deployment: true` requires');
  });

  it('accepts the inputs of actions-deploy-cage', () => {
    const given = {
      'github-ref': 'refs/heads/main',
      'github-repository': 'octo-org/shop',
      environment: 'production',
    };
    expect(problems(environmentOf(given))).toEqual([]);
    expect(team(environmentOf(given))?.deployment).toEqual({
      ref: 'main',
      repository: 'octo-org/shop',
      environment: 'production',
      transient: false,
    });
  });

  it.each([
    [{ GITHUB_HEAD_REF: 'feature/x', GITHUB_REF: 'refs/pull/12/merge' }, 'feature/x'],
    [{ GITHUB_HEAD_REF: '', GITHUB_REF: 'refs/tags/v1.2.3' }, 'v1.2.3'],
    [{ GITHUB_HEAD_REF: '', GITHUB_REF: 'refs/pull/12/merge', GITHUB_SHA: 'abc1234' }, 'abc1234'],
    [{ GITHUB_HEAD_REF: '', GITHUB_REF: '', GITHUB_SHA: 'abc1234' }, 'abc1234'],
  ])('deploys what %j names', (variables, ref) => {
    expect(team({ ...environmentOf({}, push), ...variables })?.deployment?.ref).toBe(ref);
  });

  it('deploys the commit of a fork, whose branch is not in the repository', () => {
    expect(team(environmentOf({}, pullRequest('stranger/web')))?.deployment?.ref).toMatch(/^0123456789/);
  });

  it.each([
    ['staging', false],
    ['production-2', false],
    ['pr-12', true],
    ['pr-120', false],
    ['preview/feature', true],
  ])('recognizes whether environment %s is transient', (environment, transient) => {
    expect(team(environmentOf({ environment }))?.deployment?.transient).toBe(transient);
  });

  it('is required by environment-url, not by a ref and a repository', () => {
    const off = { 'create-deployment': '', environment: '' };
    const given = {
      'environment-url': 'https://example.com',
      'github-ref': 'main',
      'github-repository': 'octo-org/web',
    };
    expect(problems(environmentOf({ ...off, ...given }))).toEqual([
      'environment-url: requires `create-deployment: true`; set both or neither',
    ]);
  });

  it('can be turned off with its other inputs set', () => {
    const given = { 'github-ref': 'main', 'github-repository': 'octo-org/web', environment: 'staging' };
    const off = environmentOf({ ...given, 'create-deployment': 'false', comment: 'false' });
    expect(problems(off)).toEqual([]);
    expect(team(off)).toBeUndefined();
  });

  it('is not required for the environment in a comment', () => {
    expect(problems(environmentOf({ 'create-deployment': '', environment: 'staging' }))).toEqual([]);
    const silent = environmentOf({ 'create-deployment': '', environment: 'staging', comment: 'false' });
    expect(problems(silent)).toEqual([expect.stringMatching(/^environment: requires `create-deployment: true`/)]);
  });

  it.each([
    [{ 'environment-url': 'javascript:alert(1)' }, 'environment-url'],
    [{ 'environment-url': 'staging.example.com' }, 'environment-url'],
    [{ 'github-repository': 'web' }, 'github-repository'],
    [{ 'github-repository': '../..' }, 'github-repository'],
    [{ 'github-ref': 'a b' }, 'github-ref'],
    [{ environment: 'x'.repeat(256) }, 'environment'],
    [{ comment: 'yes' }, 'comment'],
  ])('reports %j once', (given, name) => {
    expect(problems(environmentOf(given)).map((text) => text.split(':')[0])).toEqual([name]);
  });
});

describe('comment', () => {
  it('is on pull requests only by default', () => {
    const off = { 'create-deployment': 'false' };
    expect(team(environmentOf(off))).toMatchObject({ pullRequest: { number: 12 }, wanted: false });
    expect(team(environmentOf(off, push))).toBeUndefined();
    expect(team(environmentOf({ ...off, environment: '', comment: 'False' }))).toBeUndefined();
    expect(problems(environmentOf({ ...off, comment: 'true' }, push))).toEqual([
      'comment: true requires a pull request, but the event pull_request_target has none; use auto to comment only on pull requests',
    ]);
  });

  it('is not written without a token', () => {
    const off = { 'create-deployment': 'false', 'github-token': '' };
    expect(team(environmentOf(off))).toBeUndefined();
    expect(problems(environmentOf({ ...off, comment: 'true' }))).toEqual([expect.stringMatching(/^github-token: /)]);
  });

  it('treats the unevaluated default of github-token as absent', () => {
    expect(
      team(environmentOf({ 'github-token': '${{ github.token }}', 'create-deployment': 'false' })),
    ).toBeUndefined();
  });
});

describe('the pull request of a run', () => {
  const numberIn = (payload: object) =>
    readPullRequest({ GITHUB_REPOSITORY: 'octo-org/web', GITHUB_EVENT_PATH: eventFile(payload) })?.number;

  it.each([
    ['pull_request', { pull_request: { number: 7 } }, 7],
    ['a comment on a pull request', { issue: { number: 8, pull_request: { url: 'https://x' } } }, 8],
    ['a comment on an issue', { issue: { number: 8 } }, undefined],
    ['workflow_run', { workflow_run: { pull_requests: [{ number: 9 }] } }, 9],
    ['workflow_run of two', { workflow_run: { pull_requests: [{ number: 9 }, { number: 10 }] } }, undefined],
    ['workflow_run of a fork', { workflow_run: { pull_requests: [] } }, undefined],
    ['push', push, undefined],
    ['a strange number', { pull_request: { number: '7; drop' } }, undefined],
    ['no event', [], undefined],
  ])('is found in the event %s', (_, payload, number) => {
    expect(numberIn(payload)).toBe(number);
  });

  it('is absent if the event cannot be read', () => {
    expect(readPullRequest({ GITHUB_REPOSITORY: 'octo-org/web', GITHUB_EVENT_PATH: '/nowhere' })).toBeUndefined();
  });
});
