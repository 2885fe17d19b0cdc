import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By path: the quick tests of one floor come before whole rollouts, so that most mutants die young. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

/** The tests that stand by the code that is mutated. Those of the process, and those that repeat rollouts by the hundred, take too long. */
export default defineConfig({
  test: {
    include: ['__tests__/{aws,commands,core}/*.test.ts', '__tests__/rollout/!(kill).test.ts'],
    restoreMocks: true,
    testTimeout: 20_000,
    sequence: { sequencer: QuickFirst },
  },
});
