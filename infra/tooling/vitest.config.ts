import { defineConfig } from 'vitest/config';
import { TestOrder } from './testOrder.ts';
import { findAlone, sortTests } from './testProjects.ts';

/** Test files that cannot share a process with others: the last three replace a module or measure the whole process. */
const alone = new Set([
  ...findAlone(),
  'api/queryPlans.test.ts',
  'api/routes/assets/assetHandlers.test.ts',
  'api/routes/assets/uploadLimits.test.ts',
]);
const isAlone = (path: string): boolean => alone.has(path);

const { unit, services, browser, ops } = sortTests();

/** Most of what a file costs would be to load the program anew, so a process runs one file after the other. */
const share = (name: string, files: string[]) => ({
  name,
  include: files.filter((path) => !isAlone(path)),
  isolate: false,
});

const isolate = (name: string, files: string[]) => ({ name, include: files.filter(isAlone), isolate: true });

/**
 * More processes than there are cores: a browser keeps a core busy for most of its time, and the other tests wait for
 * more than half of theirs. Groups with different numbers run one after the other.
 */
const atOnce = (maxWorkers: number, groupOrder: number) => ({ maxWorkers, sequence: { groupOrder } });

/** Migrations take half a minute where each process begins by its own. */
const prepareDatabase = 'core/testing/db/prepareDatabase.ts';

/** One runner for every package. The tests start real servers on two cores. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    pool: 'forks',
    sequence: { sequencer: TestOrder },
    // For what hangs: a machine that is busy with much else is twenty times as slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // On a busy machine a condition may take longer than the usual second to come true.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        ...share('browser', browser),
        ...atOnce(3, 0),
        // A person's way through pages is long where three browsers share two cores.
        testTimeout: 120_000,
        globalSetup: [
          prepareDatabase,
          'extension/testing/browsers/buildExtensions.ts',
          'api/console/testing/prepareConsole.ts',
        ],
      },
      ...[
        { ...share('services', services), globalSetup: prepareDatabase },
        { ...isolate('services-alone', services), globalSetup: prepareDatabase },
        share('unit', unit),
        isolate('unit-alone', unit),
        { ...share('ops', ops), globalSetup: prepareDatabase },
      ].map((project) => ({ ...project, ...atOnce(4, 1) })),
    ].map((test) => ({ extends: true as const, test })),
  },
});
