import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '.data/**', '**/.output/**'];

/**
 * What cannot share a process with other test files: the extension's replace globals, the preview backend draws what
 * `core` forbids its process to read, and the others replace a module or measure the memory of the whole process.
 */
const alone = [
  'extension/**/*.test.{ts,tsx}',
  'infra/preview-backend/**/*.test.ts',
  'api/queryPlans.test.ts',
  'api/routes/assets/assetHandlers.test.ts',
  'api/routes/assets/uploadLimits.test.ts',
];

/** One runner for every package. The tests start real servers on two cores. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // On a busy machine a condition may take longer than the usual second to come true.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: alone, exclude, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['{core,api,bot,workflows,infra}/**/*.test.ts'],
          exclude: [...exclude, ...alone],
          // A process runs one file after the other: most of what a file costs would be to load the program anew.
          isolate: false,
          // One more than there are cores: these wait for half of their time.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
