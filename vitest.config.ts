import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { maxConcurrency: 20, include: ['__tests__/**/*.test.ts'], restoreMocks: true, testTimeout: 20_000 },
});
