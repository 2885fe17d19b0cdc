import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['__tests__/core/**/*.test.ts'], restoreMocks: true, testTimeout: 20_000 },
});
