import { hostname } from 'node:os';
import type { Database } from '../../ground/db/connect.ts';
import { BackupRecord } from '../../ground/db/models/backup.ts';
import { newId } from '../../ground/runtime/ids.ts';
import type { BackupManifest } from './format.ts';

/*
 * The program that makes backups writes here what became of each, and administrators read it. The rows are news, not the
 * truth: that is the folder. A row whose file is gone, or a file without a row, harms nothing.
 */

/** Sentences of programs can be long; their beginning says what is wrong. */
const longestFault = 500;

interface Made {
  /** The name of the file. */
  name: string;
  folder: string;
  startedAt: Date;
  endedAt: Date;
}

type MadeBackup = Made &
  ({ bytes: number; objects: Pick<BackupManifest['objects'], 'count' | 'missing'> } | { fault: string });

/** A repeat for the same file changes nothing. */
export async function recordBackup(database: Database, made: MadeBackup): Promise<void> {
  const { name, folder, startedAt, endedAt } = made;
  const isWhole = 'bytes' in made;
  await BackupRecord.query(database)
    .insert({
      id: newId(),
      name,
      folder,
      host: hostname(),
      startedAt,
      endedAt,
      bytes: isWhole ? made.bytes : null,
      files: isWhole ? made.objects.count : null,
      missingFiles: isWhole ? made.objects.missing : null,
      fault: isWhole ? null : made.fault.slice(0, longestFault),
    })
    .onConflict('name')
    .ignore();
}

/** @returns whether the file is known here: one that was brought from elsewhere is not. */
export async function recordCheck(
  database: Database,
  name: string,
  check: { checkedAt: Date; fault?: string },
): Promise<boolean> {
  const checkFault = check.fault?.slice(0, longestFault) ?? null;
  const known = await BackupRecord.query(database)
    .where({ name })
    .patch({ checkedAt: check.checkedAt, checkFault });
  return known > 0;
}

export async function recordRemovals(
  database: Database,
  names: readonly string[],
  removedAt: Date,
): Promise<void> {
  await BackupRecord.query(database).whereIn('name', names).whereNull('removedAt').patch({ removedAt });
}

/** Newest first; `beforeId` continues a page. */
export async function listBackupRecords(
  database: Database,
  page: { limit: number; beforeId?: string },
): Promise<BackupRecord[]> {
  const query = BackupRecord.query(database).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}
