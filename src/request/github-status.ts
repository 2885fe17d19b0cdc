import { nameIn } from '../model/arn.ts';
import type { Environment } from '../model/environment.ts';
import type { DeploymentRequest, PullRequest, StatusRequest } from '../model/github-status.ts';
import { defined } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { readGitRef, readRepository } from './input-kinds.ts';
import type { Inputs } from './input-table.ts';
import { readPullRequest } from './pull-request.ts';

/** What a comment is about where no service is known: the files, or the family that is registered. */
export function contextOf({ command, deployContext, taskDefinition, baseRevision }: Inputs): string {
  const family = command === 'register' ? nameIn(baseRevision ?? '').split(':')[0] : undefined;
  return deployContext ?? taskDefinition ?? family ?? '';
}

/** Returns the deployment and comment to report to; `undefined` without a recipient or a token. */
export function readStatusRequest(inputs: Inputs, environment: Environment): StatusRequest | undefined {
  const { githubToken: token, comment } = inputs;
  if (token === undefined) return undefined;
  const pullRequest = readPullRequest(environment);
  const deployment = inputs.createDeployment ? deploymentOf(inputs, environment, pullRequest) : undefined;
  const commented = comment === false ? undefined : pullRequest;
  if (deployment === undefined && commented === undefined) return undefined;
  return {
    token,
    wanted: comment === true,
    ...defined({ deployment, pullRequest: commented }),
  };
}

function deploymentOf(
  inputs: Inputs,
  environment: Environment,
  pullRequest: PullRequest | undefined,
): DeploymentRequest | undefined {
  const { environment: name, environmentUrl: url } = inputs;
  const repository = repositoryOf(inputs, environment);
  const ref = refOf(inputs, environment, pullRequest);
  if (name === undefined || repository === undefined || ref === undefined) return undefined;
  const transient = pullRequest !== undefined && isOf(pullRequest, name);
  return { repository, ref, environment: name, transient, ...defined({ url }) };
}

/** Environments such as `pr-12` and `preview/my-branch` are transient; `staging` is not. */
function isOf({ number, head }: PullRequest, name: string): boolean {
  return new RegExp(`(?<!\\d)${number}(?!\\d)`).test(name) || (head !== undefined && name.includes(head.ref));
}

const repositoryOf = ({ githubRepository }: Inputs, { GITHUB_REPOSITORY: own = '' }: Environment): string | undefined =>
  githubRepository ?? readRepository(own).value;

function refOf({ githubRef }: Inputs, environment: Environment, pullRequest?: PullRequest): string | undefined {
  if (githubRef !== undefined) return githubRef;
  // The branch of a fork is not in this repository, but its commits are.
  if (pullRequest?.head?.foreign) return pullRequest.head.sha;
  const { GITHUB_HEAD_REF: head, GITHUB_REF: ref, GITHUB_SHA: sha } = environment;
  // GitHub does not accept the merge ref of a pull request (`refs/pull/…`) for a deployment.
  const own = [head, ref, sha].find((text) => text && !text.startsWith('refs/pull/'));
  return own === undefined ? undefined : readGitRef(own).value;
}

/** Finds inputs that a deployment or comment requires, and inputs that have no effect without them. */
export function findStatusProblems(
  inputs: Inputs,
  environment: Environment,
  others: readonly Problem[],
): readonly Problem[] {
  const bad = new Set(others.map(({ where }) => where));
  const found = [
    ...(inputs.createDeployment ? missingForDeployment(inputs, environment) : []),
    // `false` turns the deployment off although its other inputs are set.
    ...(inputs.createDeployment === undefined ? idleWithoutDeployment(inputs) : []),
    ...(inputs.comment === true ? missingForComment(inputs, environment) : []),
  ];
  return found.filter(({ where }, index) => {
    // An input that could not be read is not missing; report one problem per input.
    return !bad.has(where) && found.findIndex((other) => other.where === where) === index;
  });
}

const needed = 'is missing; `create-deployment: true` requires';

function missingForDeployment(inputs: Inputs, environment: Environment): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (where: string, what: string) => problems.push({ where, what: `${needed} ${what}` });
  if (inputs.environment === undefined) add('environment', 'the name of an environment, such as production');
  if (refOf(inputs, environment, readPullRequest(environment)) === undefined) {
    add('github-ref', 'a branch, a tag or a commit, and neither GITHUB_HEAD_REF, GITHUB_REF nor GITHUB_SHA names one');
  }
  if (repositoryOf(inputs, environment) === undefined) {
    add('github-repository', 'a repository (owner/name), and GITHUB_REPOSITORY names none');
  }
  if (inputs.githubToken === undefined) add('github-token', 'a token with `permissions: deployments: write`');
  return problems;
}

/** A ref and a repository alone are accepted, because steps of actions-deploy-cage set them without a deployment. */
function idleWithoutDeployment({ environmentUrl, ...inputs }: Inputs): readonly Problem[] {
  const given = {
    'environment-url': environmentUrl,
    // Comments show the environment.
    environment: inputs.comment === false ? inputs.environment : undefined,
  };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return names.map((where) => ({
    where,
    what: 'requires `create-deployment: true`; set both or neither',
  }));
}

function missingForComment({ githubToken }: Inputs, environment: Environment): readonly Problem[] {
  const problems: Problem[] = [];
  if (readPullRequest(environment) === undefined) {
    const event = environment.GITHUB_EVENT_NAME || 'that started this run';
    const what = `true requires a pull request, but the event ${event} has none; use auto to comment only on pull requests`;
    problems.push({ where: 'comment', what });
  }
  if (githubToken === undefined) {
    const what = 'is missing; `comment: true` requires a token with `permissions: pull-requests: write`';
    problems.push({ where: 'github-token', what });
  }
  return problems;
}
