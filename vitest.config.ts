import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Two cores: end-to-end tests wait on a real terminal and do not like company.
    maxWorkers: 2,
    // Only a failure reaches them: a busy machine is none.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/support/environment.ts', 'test/support/leaks-setup.ts', 'test/support/steps-setup.ts'],
  },
});
