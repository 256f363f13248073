import { beforeEach } from 'vitest';
import { beginRecords, describePages } from './describePages.ts';

/** A test in a browser that fails says what its pages show and wait for. */
beforeEach(({ onTestFailed }) => {
  beginRecords();
  onTestFailed(async () => {
    process.stderr.write(`${await describePages()}\n`);
  });
});
