import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('collectApp.ts', import.meta.url).pathname;

test('the largest image has all that its process loads, also where few files may be open at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'star-graph-collect-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true }));
  // A build in a container has 1,024.
  const command = `ulimit -n 256 && exec '${process.execPath}' '${script}' api '${folder}'`;
  await promisify(execFile)('sh', ['-c', command]);
  // Read by names that are made at run time.
  const lua = globSync('node_modules/.pnpm/bee-queue@*/node_modules/bee-queue/lib/lua/*.lua', {
    cwd: folder,
  });
  expect(lua.length).toBeGreaterThan(3);
  // Without a setting it says so; without a module of a package it would not come that far.
  const env = { ADMIN_PASSWORD: '1234admin1234' };
  const started = promisify(execFile)(process.execPath, ['api/main.ts'], { cwd: folder, env });
  await expect(started).rejects.toMatchObject({
    stderr: expect.stringMatching(/ADMIN_PASSWORD: is one of[\s\S]+DATABASE_URL: is not set/),
  });
});
