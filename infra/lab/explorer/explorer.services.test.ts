import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const command = join(import.meta.dirname, '../../cli/explore.ts');

/** As many as fit into fifteen seconds of a processor; `npm run explore` tells them by the thousand. */
const stories = 30;

test('the platform keeps its promises in every order that the seeds give', { timeout: 600_000 }, async () => {
  // A process of its own: randomness and modules are replaced in it. It ends with 1 where a promise is broken, or where
  // a seed told twice is not the same story.
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const run = promisify(execFile)(process.execPath, [command, '--seeds', String(stories), '--twice', '10'], {
    env: { PATH, NODE_COMPILE_CACHE },
    maxBuffer: 64 * 1024 * 1024,
  });
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => error);
  expect(stdout).toContain(`${stories} stories, 0 of them failed`);
});
