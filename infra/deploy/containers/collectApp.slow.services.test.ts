import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('build/collectApp.ts', import.meta.url).pathname;

test('the files of the largest image are collected where few may be open at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'star-graph-collect-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true }));
  // A build in a container has 1,024.
  const command = `ulimit -n 256 && exec '${process.execPath}' '${script}' api '${folder}'`;
  await promisify(execFile)('sh', ['-c', command]);
  expect(existsSync(join(folder, 'api/main.ts'))).toBe(true);
});
