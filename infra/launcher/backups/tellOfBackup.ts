import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { recordBackup, recordRemovals } from '@star-graph/core/desk/backup/backupRecords';
import { failAsked, findAsked, tellBackupRun } from '@star-graph/core/desk/backup/backupRun';
import type { BackupProgress } from '@star-graph/core/desk/backup/createBackup';
import type { BackupManifest } from '@star-graph/core/desk/backup/format';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { nameOf } from './backupFolder.ts';

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

/** Tells how far a run is, from its beginning to its end. @throws what `work` threw */
export async function tellOfRun<Result>(
  { clock, say }: Deps,
  databaseUrl: string,
  begunAt: Date,
  work: (progress: BackupProgress) => Promise<Result>,
): Promise<Result> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  let isSaid = false;
  const onFault = (error: unknown) => {
    if (!isSaid) say(`The console is not told of it: ${error instanceof Error ? error.message : error}`);
    isSaid = true;
  };
  try {
    return await tellBackupRun({ database, clock, onFault }, { host: hostname(), begunAt }, work);
  } finally {
    await database.destroy();
  }
}

/** When an administrator asked for the backup that nobody writes yet; undefined: none did, or nobody can be asked. */
export async function findAskedAt(
  { clock }: Pick<Deps, 'clock'>,
  databaseUrl: string,
): Promise<Date | undefined> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    return await findAsked(database, clock.now());
  } catch {
    // The platform itself says that its database is away; one of an earlier release knows no wishes.
    return undefined;
  } finally {
    await database.destroy();
  }
}

/** Tells who asked that nothing came of it. Where the database is away, the wish stays, and is taken up again. */
export const endAsked = (
  deps: Deps,
  databaseUrl: string,
  failed: { askedAt: Date; folder: string; fault: string },
): Promise<void> =>
  write(deps, databaseUrl, (database) =>
    failAsked({ database, clock: deps.clock }, { ...failed, host: hostname(), nameOf }),
  );

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
