import { basename, join, resolve } from 'node:path';
import { recordCheck } from '@star-graph/core/desk/backup/backupRecords';
import { BackupFault, UnopenedBackup } from '@star-graph/core/desk/backup/format';
import { readBackup } from '@star-graph/core/desk/backup/readBackup';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure } from '../failure.ts';
import type { LauncherConfig } from '../launcherConfig.ts';
import { backupDirOf, listBackups } from './backupFolder.ts';
import type { BackupStores } from './backupStores.ts';
import { readOpenKeys } from './sealKeys.ts';
import { write } from './tellOfBackup.ts';

interface Wanted {
  /** Undefined: the newest one in the folder. */
  file: string | undefined;
  identityFile: string | undefined;
}

/** Reads a backup to its end as a restore would before it changes anything, and writes down what was found. */
export async function checkBackup(
  { say }: { say(sentence: string): void },
  { databaseUrl }: Pick<BackupStores, 'databaseUrl'>,
  { dataDir, backup }: Pick<LauncherConfig, 'dataDir' | 'backup'>,
  { file, identityFile }: Wanted,
): Promise<number> {
  // Where the person is: npm itself changes the folder.
  const here = process.env.INIT_CWD ?? process.cwd();
  const open = await readOpenKeys(
    backup,
    identityFile === undefined ? undefined : resolve(here, identityFile),
  );
  const path = file === undefined ? await requireNewest(backupDirOf(dataDir, backup)) : resolve(here, file);
  const tell = (fault?: string) =>
    write({ say }, databaseUrl, (database) =>
      recordCheck(database, basename(path), {
        checkedAt: systemClock.now(),
        ...(fault === undefined ? {} : { fault }),
      }),
    );
  try {
    const { header, manifest } = await readBackup(path, open);
    await tell();
    console.log(
      `Whole: ${path}, of ${header.createdAt}, with ${Object.keys(manifest.tables).length} tables and ${manifest.objects.count} files.`,
    );
    return 0;
  } catch (error) {
    if (error instanceof BackupFault && !(error instanceof UnopenedBackup)) await tell(error.message);
    throw error;
  }
}

async function requireNewest(dir: string): Promise<string> {
  const newest = (await listBackups(dir)).at(-1);
  if (newest === undefined) throw new LaunchFailure(`There is no backup in ${dir}.`);
  return join(dir, newest);
}
