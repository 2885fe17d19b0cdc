import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxConcurrency: 20,
    // Many tests wait for a process of their own: one worker less than there are cores leaves a core idle.
    maxWorkers: '100%',
    include: ['__tests__/**/*.test.ts'],
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
