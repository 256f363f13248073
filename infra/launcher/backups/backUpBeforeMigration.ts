import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackup } from '@star-graph/core/desk/backup/createBackup';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { listPendingMigrations } from '@star-graph/core/ground/db/migrateDatabase';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import type { BackupEnv } from './backupConfig.ts';
import { backupDirOf, nameOf } from './backupFolder.ts';
import { canSeal, requireSeal } from './sealKeys.ts';

/** `none`: nothing is pending, or the database is empty. `unsealed`: nobody could open the backup, so none was made. */
type BeforeMigration = { kind: 'none' | 'unsealed' } | { kind: 'written'; path: string };

/**
 * Writes the database as it is before its pending migrations: the way back where a migration ruins something. Files are
 * left out, since a migration touches none. Like a restore point it stays until somebody deletes it.
 * @param deps.onBegin called before a backup is written, and not where none is
 */
export async function backUpBeforeMigration(
  { clock, onBegin }: { clock: Clock; onBegin?: () => void },
  databaseUrl: string,
  { dataDir, backup }: { dataDir: string; backup: BackupEnv },
): Promise<BeforeMigration> {
  if (!(await isPending(databaseUrl))) return { kind: 'none' };
  if (!canSeal(backup)) return { kind: 'unsealed' };
  onBegin?.();
  const dir = backupDirOf(dataDir, backup);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, nameOf(clock.now(), 'before-migration'));
  const request = { databaseUrl, path, seal: requireSeal(backup), objects: 'without' } as const;
  await createBackup({ clock, storage: withoutFiles }, request);
  return { kind: 'written', path };
}

const withoutFiles: Pick<Storage, 'open'> = {
  open: () => Promise.reject(new Error('a backup without files opens none')),
};

async function isPending(databaseUrl: string): Promise<boolean> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    const isEmpty = !(await database.schema.hasTable('knex_migrations'));
    return !isEmpty && (await listPendingMigrations(database)).length > 0;
  } finally {
    await database.destroy();
  }
}
