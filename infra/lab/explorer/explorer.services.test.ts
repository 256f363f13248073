import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const command = join(import.meta.dirname, '../../cli/explore.ts');

/** About a minute of a processor; `npm run explore` tells them by the thousand. */
const stories = 300;

/** Among those that are told twice is one that shows what an earlier story left in a connection. */
const first = 442;

test('the platform keeps its promises in every order that the seeds give', {
  timeout: 1_200_000,
}, async () => {
  // A process of its own: randomness and modules are replaced in it. It ends with 1 where a promise is broken, where a
  // seed told twice is not the same story, or where stories stay in memory.
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const options = ['--seed', String(first), '--seeds', String(stories), '--twice', '10'];
  const run = promisify(execFile)(process.execPath, [command, ...options], {
    env: { PATH, NODE_COMPILE_CACHE },
    maxBuffer: 64 * 1024 * 1024,
  });
  const { stdout, code } = await run.then(
    (told) => ({ ...told, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  expect({ stdout, code }).toEqual({
    stdout: expect.stringContaining(`${stories} stories, 0 of them failed`),
    code: 0,
  });
});
