import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unfinishedPrefix } from '@star-graph/core/desk/backup/sealedFile';
import type { BackupEnv } from './backupConfig.ts';

/** Sorts by time. */
const backupName = /^star-graph-(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.age$/;

/** What a writer leaves that died. A backup of a terabyte takes less. */
const oldestWriterMs = 48 * 3_600_000;

export const backupDirOf = (dataDir: string, { BACKUP_DIR }: BackupEnv): string =>
  BACKUP_DIR === undefined ? join(dataDir, 'backups') : resolve(BACKUP_DIR);

/** `star-graph-2026-11-27T12-31-31Z.age`; with another beginning for restore points, which are never counted. */
export const nameOf = (at: Date, beginning = 'star-graph'): string =>
  `${beginning}-${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z.age`;

/** Names of whole backups, oldest first. */
export async function listBackups(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return (await readdir(dir)).filter((name) => backupName.test(name)).toSorted();
}

export async function findNewestTime(dir: string): Promise<Date | undefined> {
  const match = backupName.exec((await listBackups(dir)).at(-1) ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Keeps the newest ones, and removes what dead writers left. */
export async function removeOldBackups(dir: string, kept: number, now: Date): Promise<string[]> {
  const old = (await listBackups(dir)).slice(0, -kept);
  for (const name of old) await rm(join(dir, name), { force: true });
  for (const name of (await readdir(dir)).filter((one) => one.startsWith(unfinishedPrefix))) {
    const { mtimeMs } = await stat(join(dir, name)).catch(() => ({ mtimeMs: now.getTime() }));
    if (now.getTime() - mtimeMs > oldestWriterMs) await rm(join(dir, name), { force: true });
  }
  return old;
}

/**
 * Whether the newest whole backup is older than the settings allow. Where the folder cannot be read there is none, so the
 * backup is tried, and its program tells why it fails.
 */
export async function isBackupDue(
  { dataDir, backup }: { dataDir: string; backup: BackupEnv },
  now: Date,
): Promise<boolean> {
  const newest = await findNewestTime(backupDirOf(dataDir, backup)).catch(() => undefined);
  return !newest || now.getTime() - newest.getTime() >= backup.BACKUP_EVERY_HOURS * 3_600_000;
}
