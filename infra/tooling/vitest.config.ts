import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { nameTestProject, type TestFileName, testProjects } from './testProjects.ts';

/**
 * More processes than there are cores, since tests with a server or a browser wait for more than half of their time. All
 * kinds are one group, so that the next kind begins while the last files of one still run.
 */
const maxWorkers = 5;

/** Migrations take half a minute where each process begins by its own. */
const prepareDatabase = 'core/testing/db/prepareDatabase.ts';
const propertySeed = 'core/testing/propertySeed.ts';
const passwordCosts = 'core/testing/passwordCosts.ts';

/** Most of this file is one test, which would be the last to end if it began among its neighbours. */
const longest = /explorer\.services\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = (file: TestSpecification) => Number(longest.test(file.moduleId));
    return (await super.sort(files)).toSorted((one, other) => isLongest(other) - isLongest(one));
  }
}

const ofKind = {
  unit: { setupFiles: ['infra/tooling/refuseServices.ts', propertySeed] },
  services: { globalSetup: [prepareDatabase], setupFiles: [propertySeed, passwordCosts] },
  browser: {
    globalSetup: [
      prepareDatabase,
      'extension/testing/browsers/buildExtensions.ts',
      'api/console/testing/prepareConsole.ts',
    ],
    setupFiles: [passwordCosts, 'api/console/testing/describePagesOfFailed.ts'],
  },
  ops: { globalSetup: [prepareDatabase] },
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
    maxWorkers,
    sequence: { sequencer: LongestFirst },
    // For what hangs: a machine that is busy with much else is twenty times as slow. Files have none of their own.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // On a busy machine a condition may take longer than the usual second to come true.
    expect: { poll: { timeout: 120_000 } },
    projects: testProjects.map((file) => ({ extends: true as const, test: describeProject(file) })),
  },
});
