import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { recordBackup, recordRemovals } from '@star-graph/core/desk/backup/backupRecords';
import type { BackupManifest } from '@star-graph/core/desk/backup/format';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';

interface Deps {
  clock: Clock;
  say(sentence: string): void;
}

/** Makes a backup and writes into the database what became of it, for administrators to read. @throws what `make` threw */
export async function tellOf(
  deps: Deps,
  databaseUrl: string,
  { path, startedAt }: { path: string; startedAt: Date },
  make: () => Promise<BackupManifest>,
): Promise<BackupManifest> {
  const made = () => ({ name: basename(path), folder: dirname(path), startedAt, endedAt: deps.clock.now() });
  try {
    const manifest = await make();
    const { size: bytes } = await stat(path);
    await write(deps, databaseUrl, (database) =>
      recordBackup(database, { ...made(), bytes, objects: manifest.objects }),
    );
    return manifest;
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    await write(deps, databaseUrl, (database) => recordBackup(database, { ...made(), fault }));
    throw error;
  }
}

export async function tellOfRemovals(
  deps: Deps,
  databaseUrl: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await write(deps, databaseUrl, (database) => recordRemovals(database, names, deps.clock.now()));
}

/** The backup counts, not the news of it: a database that is older than this code, or is away, makes none fail. */
export async function write(
  { say }: Pick<Deps, 'say'>,
  databaseUrl: string,
  work: (database: Database) => Promise<unknown>,
): Promise<void> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    if (await database.schema.hasTable('backups')) await work(database);
  } catch (error) {
    say(`The console is not told of it: ${error instanceof Error ? error.message : error}`);
  } finally {
    await database.destroy();
  }
}
