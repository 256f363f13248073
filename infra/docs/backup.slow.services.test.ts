import { readFileSync, renameSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { announced, createCleanEnvironment, runTry, spawnLauncher } from '../launcher/testing/launcher.ts';
import { createTestDir } from '../launcher/testing/processes.ts';
import { findExample, runShell } from './examples.ts';

const cli = fileURLToPath(new URL('../cli', import.meta.url));
const patience = { timeout: 90_000, interval: 200 };

/** An example of the guide without npm, which would only call the same file. */
async function runExample(part: string, given: Record<string, string>, dir: string) {
  const example = await findExample('backup.md', 'sh', part);
  const code = example.replaceAll(
    /npm run -s (backup|restore)( --)?/g,
    `"${process.execPath}" "${cli}/$1.ts"`,
  );
  await using run = runShell(code, createCleanEnvironment({ INIT_CWD: dir, ...given }), dir);
  return { code: await run.ended, text: run.text() };
}

test('the guide’s commands bring a destroyed platform back', { timeout: 300_000 }, async () => {
  const dir = createTestDir();
  const dataDir = join(dir, 'data');
  const given: Record<string, string> = { DATA_DIR: dataDir };
  expect(await runExample('--new-identity', given, dir)).toMatchObject({ code: 0 });
  const [, recipient = ''] = /public key: (\S+)/.exec(readFileSync(join(dir, 'identity.txt'), 'utf8')) ?? [];
  given.BACKUP_RECIPIENTS = recipient;
  given.API_PORT = String(await findFreePort());

  const first = spawnLauncher(dataDir, given);
  await first.printed(announced);
  await sharp({ create: { width: 24, height: 16, channels: 3, background: 'teal' } }).toFile(
    join(dir, 'photo.png'),
  );
  const asked = ['upscale', 'photo.png', '--scale', '2', '-o', 'sharper.png', '--json'];
  const { task, balanceAfter } = JSON.parse((await runTry(dataDir, dir, asked)).stdout);
  const backedUp = await runExample('npm run -s backup\n', given, dir);
  expect(backedUp).toMatchObject({ code: 0 });
  const [, backup = ''] = /^Backup: (\S+) /m.exec(backedUp.text) ?? [];
  given.BACKUP = backup;

  const beside = await runExample('npm run -s restore', given, dir);
  expect(beside).toMatchObject({ code: 1, text: expect.stringContaining('already runs') });
  first.child.kill('SIGINT');
  expect(await first.exited).toBe(0);
  for (const part of ['mariadb', 'redis', 'storage', 'preview-backend'])
    rmSync(join(dataDir, part), { recursive: true });

  const restored = await runExample('npm run -s restore', given, dir);
  expect(restored).toMatchObject({ code: 0, text: expect.stringContaining('Restored to ') });
  // As if it were of yesterday: the next one is missed.
  const old = join(dataDir, 'backups', 'star-graph-2026-01-01T00-00-00Z.age');
  renameSync(backup, old);
  const second = spawnLauncher(dataDir, { ...given, BACKUP_EVERY_HOURS: '24', BACKUP_KEEP: '1' });
  await second.printed(announced);
  const again = JSON.parse((await runTry(dataDir, dir, asked)).stdout);
  expect(balanceAfter - again.balanceAfter).toBe(again.task.cost);
  expect(again.task.outputs[0].sha256).toBe(task.outputs[0].sha256);
  await vi.waitFor(async () => {
    const kept = (await readdir(join(dataDir, 'backups'))).filter((name) => name.startsWith('star-graph-'));
    expect(kept).toHaveLength(1);
    expect(join(dataDir, 'backups', kept[0] ?? '')).not.toBe(old);
  }, patience);
  second.child.kill('SIGINT');
  expect(await second.exited).toBe(0);
});
