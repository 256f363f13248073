import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackup } from '@star-graph/core/desk/backup/readBackup';
import { migrateDatabase } from '@star-graph/core/ground/db/migrateDatabase';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createTestDatabase, type TestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { backUpBeforeMigration } from './backUpBeforeMigration.ts';
import { backupEnvSchema } from './backupConfig.ts';

const passphrase = 'correct horse battery staple';

let made: TestDatabase;
let dataDir: string;
/** How often it was said that a backup begins. */
let begun: number;
beforeEach(async () => {
  begun = 0;
  made = await createTestDatabase();
  dataDir = createTestDir();
});
afterEach(() => made[Symbol.asyncDispose]());

const backUp = (settings: Record<string, string> = { BACKUP_PASSPHRASE: passphrase }) =>
  backUpBeforeMigration({ clock: systemClock, onBegin: () => begun++ }, made.url, {
    dataDir,
    backup: backupEnvSchema.parse(settings),
  });

/** The database as an earlier release left it. */
const undoNewest = async () =>
  made
    .database('knex_migrations')
    .where({ name: (await done()).at(-1) })
    .delete();
const done = (): Promise<string[]> => made.database('knex_migrations').orderBy('id').pluck('name');

test('a pending migration is preceded by a backup that opens', async () => {
  await undoNewest();
  const before = await done();
  const result = await backUp();
  expect(result).toMatchObject({ kind: 'written' });
  expect(begun).toBe(1);
  expect(await done()).toEqual(before);
  const path = result.kind === 'written' ? result.path : '';
  const { header } = await readBackup(path, { passphrase }, {});
  expect(header).toMatchObject({ migrations: before, objects: 'without' });
});

test('a database that is up to date gets no backup, and none is spoken of', async () => {
  expect(await backUp()).toEqual({ kind: 'none' });
  expect(begun).toBe(0);
  expect(await readdir(dataDir)).toEqual([]);
});

test('without a key for backups none is written, and it is told', async () => {
  await undoNewest();
  expect(await backUp({})).toEqual({ kind: 'unsealed' });
  expect(await readdir(dataDir)).toEqual([]);
  expect(await migrateDatabase(made.database)).toHaveLength(1);
});

test('a backup that cannot be written stops the start', async () => {
  await undoNewest();
  const before = await done();
  await expect(
    backUp({ BACKUP_PASSPHRASE: passphrase, BACKUP_DIR: join(dataDir, 'no\0folder') }),
  ).rejects.toThrow();
  expect(await done()).toEqual(before);
});
