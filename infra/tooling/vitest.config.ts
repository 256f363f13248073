import { defineConfig } from 'vitest/config';
import { nameTestProject, type TestFileName, testProjects } from './testProjects.ts';

/**
 * More processes than there are cores: a browser keeps a core busy for most of its time, and the other tests wait for
 * more than half of theirs. Groups with different numbers run one after the other.
 */
const atOnce = (maxWorkers: number, groupOrder: number) => ({ maxWorkers, sequence: { groupOrder } });

/** Migrations take half a minute where each process begins by its own. */
const prepareDatabase = 'core/testing/db/prepareDatabase.ts';

const ofKind = {
  unit: { ...atOnce(4, 1), setupFiles: ['infra/tooling/refuseServices.ts'] },
  services: { ...atOnce(4, 1), globalSetup: [prepareDatabase] },
  browser: {
    ...atOnce(3, 0),
    globalSetup: [
      prepareDatabase,
      'extension/testing/browsers/buildExtensions.ts',
      'api/console/testing/prepareConsole.ts',
    ],
  },
  ops: { ...atOnce(4, 1), globalSetup: [prepareDatabase] },
};

const describeProject = (file: TestFileName) => ({
  ...ofKind[file.kind],
  name: nameTestProject(file),
  include: [`**/+([!.])${file.suffixes}.test.{ts,tsx}`],
  // Most of what a file costs would be to load the program anew, so a process runs one file after the other.
  isolate: file.isAlone,
});

/** One runner for every package. The tests start real servers on two cores. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    pool: 'forks',
    // For what hangs: a machine that is busy with much else is twenty times as slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // On a busy machine a condition may take longer than the usual second to come true.
    expect: { poll: { timeout: 30_000 } },
    projects: testProjects.map((file) => ({ extends: true as const, test: describeProject(file) })),
  },
});
