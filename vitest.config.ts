import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './.github/scripts/longest-first.ts';

export default defineConfig({
  test: {
    maxConcurrency: 20,
    // Many tests wait for a process of their own: one worker more than there are cores keeps every core busy.
    maxWorkers: availableParallelism() + 1,
    include: ['__tests__/**/*.test.ts'],
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
  },
});
