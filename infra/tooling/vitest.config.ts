import { defineConfig } from 'vitest/config';

/** One runner for every package. Files run two at a time: the tests start real servers on two cores. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['{core,api,bot,workflows,infra}/**/*.test.ts', 'extension/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '.data/**', '**/.output/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // On a busy machine a condition may take longer than the usual second to come true.
    expect: { poll: { timeout: 15_000 } },
  },
});
