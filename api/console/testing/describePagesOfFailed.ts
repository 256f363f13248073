import { beforeEach } from 'vitest';
import { describePages, forgetClosedPages } from './describePages.ts';

/** A test in a browser that fails says what its pages show and wait for. */
beforeEach(({ onTestFailed }) => {
  forgetClosedPages();
  onTestFailed(async () => {
    process.stderr.write(`${await describePages()}\n`);
  });
});
