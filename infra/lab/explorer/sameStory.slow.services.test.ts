import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const command = join(import.meta.dirname, '../../cli/explore.ts');

/** What a process of its own tells of these seeds, sentence by sentence. */
async function tell(first: number, count: number): Promise<string> {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const { stdout } = await run(
    process.execPath,
    [command, '--seed', String(first), '--seeds', String(count), '--tell'],
    { env: { PATH, NODE_COMPILE_CACHE }, maxBuffer: 64 * 1024 * 1024 },
  );
  const end = stdout.indexOf(`${count} stories, 0 of them failed`);
  expect(end).toBeGreaterThan(count * 1_000);
  return stdout.slice(0, end);
}

test('a seed tells the same story in every process, whatever was told before it', async () => {
  const [all, later] = await Promise.all([tell(1, 20), tell(11, 10)]);
  expect(all.slice(-later.length)).toBe(later);
});
