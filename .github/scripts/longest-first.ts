import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The test files that take longest, in the order in which they start: one that starts last would leave the other cores
 * idle. Those of `wire` mostly wait for a process, so they alternate with those that compute.
 */
const longest: readonly RegExp[] = [
  /commands\/rollout\/kill\.test\.ts$/,
  /wire\/dist\.test\.ts$/,
  /commands\/rollout\/continue\.test\.ts$/,
  /wire\/credentials\.test\.ts$/,
  /torture\/torture\.test\.ts$/,
  /wire\/proxy\.test\.ts$/,
  /rehearse\/rehearse\.test\.ts$/,
  /wire\/github\.test\.ts$/,
  /commands\/run\.test\.ts$/,
  /wire\/messages\.test\.ts$/,
  /commands\/rollout\/weighted.*\.test\.ts$/,
  /wire\/register\.test\.ts$/,
  /commands\/rollout\/(rollout|one-off-tasks)\.test\.ts$/,
  /wire\/confined\.test\.ts$/,
  /commands\/rollout\/credentials\.test\.ts$/,
  /simulator\/cli\.test\.ts$/,
  /fuzz\/rollout.*\.test\.ts$/,
  /(docs|readme)\.test\.ts$/,
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = longest.findIndex((path) => path.test(moduleId));
  return at < 0 ? longest.length : at;
};

/** Starts the longest test files first. Vitest only knows how long a file took where it has run before, which CI has not. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
