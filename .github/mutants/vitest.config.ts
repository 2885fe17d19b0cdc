import { defineConfig } from 'vitest/config';

/** The tests that stand beside the code: whole rollouts would find a mutant too, but a minute later and without its name. */
export default defineConfig({
  test: {
    include: [
      '__tests__/{engine,model}/*.test.ts',
      '__tests__/commands/sweep-plan.test.ts',
      '__tests__/commands/rollout/{resume-plan,conflicts-plan}.test.ts',
      '__tests__/aws/handlers/undos.test.ts',
    ],
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
