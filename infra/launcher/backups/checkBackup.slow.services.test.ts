import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBackupRecords } from '@star-graph/core/desk/backup/backupRecords';
import { createBackup } from '@star-graph/core/desk/backup/createBackup';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createTestDatabase, type TestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { backupEnvSchema } from './backupConfig.ts';
import { nameOf } from './backupFolder.ts';
import { checkBackup } from './checkBackup.ts';
import { tellOf } from './tellOfBackup.ts';

const passphrase = 'correct horse battery staple';
const deps = { clock: systemClock, say: () => undefined };

let made: TestDatabase;
let dir: string;
beforeEach(async () => {
  made = await createTestDatabase();
  dir = createTestDir();
});
afterEach(() => made[Symbol.asyncDispose]());

const check = (BACKUP_PASSPHRASE: string) =>
  checkBackup(
    deps,
    { databaseUrl: made.url },
    { dataDir: dir, backup: backupEnvSchema.parse({ BACKUP_DIR: dir, BACKUP_PASSPHRASE }) },
    { file: undefined, identityFile: undefined },
  );
const findRecord = async () => (await listBackupRecords(made.database, { limit: 1 }))[0];

async function makeBackup(): Promise<string> {
  const path = join(dir, nameOf(new Date()));
  const storage = { open: () => Promise.reject(new Error('no file is named')) };
  await tellOf(deps, made.url, { path, startedAt: new Date() }, () =>
    createBackup(
      { clock: systemClock, storage },
      { databaseUrl: made.url, path, seal: { passphrase }, objects: 'without' },
    ),
  );
  return path;
}

test('a backup is told of when it is made, and again when it was read to its end', async () => {
  const path = await makeBackup();
  expect(await findRecord()).toMatchObject({ folder: dir, files: 0, fault: null, checkedAt: null });
  expect(await check(passphrase)).toBe(0);
  expect(await findRecord()).toMatchObject({ checkedAt: expect.any(Date), checkFault: null });
  await appendFile(path, 'a byte too many');
  await expect(check(passphrase)).rejects.toThrow();
  expect(await findRecord()).toMatchObject({ checkFault: expect.stringContaining('damaged') });
});

test('a wrong passphrase says nothing of the backup', async () => {
  await makeBackup();
  await expect(check('another horse and its battery')).rejects.toThrow('not made for this identity');
  expect(await findRecord()).toMatchObject({ checkedAt: null, checkFault: null });
});

test('a backup that fails is told of with its reason, and fails as before', async () => {
  const path = join(dir, nameOf(new Date()));
  const failing = tellOf(deps, made.url, { path, startedAt: new Date() }, () =>
    Promise.reject(new Error('ENOSPC: no space left')),
  );
  await expect(failing).rejects.toThrow('ENOSPC');
  expect(await findRecord()).toMatchObject({ fault: 'ENOSPC: no space left', bytes: null });
});
