import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** The numbers in the last line of a run. */
export interface TestCounts {
  passed: number;
  failed: number;
}

/**
 * Counts tests for the last line of `npm test`, into the file named by TEST_COUNTS_FILE. A file that fails before it
 * has tests (a broken import, a failing hook) and an error outside of any test count as one failed each: neither may
 * pass for a run with nothing wrong.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const counts: TestCounts = { passed: 0, failed: unhandledErrors.length };
    for (const module of modules) {
      let failedInModule = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed++;
        if (state === 'failed') failedInModule++;
      }
      if (failedInModule === 0 && !module.ok()) failedInModule = 1;
      counts.failed += failedInModule;
    }
    const file = process.env.TEST_COUNTS_FILE;
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  };
}
