import { Model } from 'objection';

/** What the program that makes backups tells of one: see `backup/backupRecords.ts`. */
export class BackupRecord extends Model {
  static override tableName = 'backups';
  declare id: string;
  /** The name of the file. */
  declare name: string;
  declare host: string;
  declare folder: string;
  declare startedAt: Date;
  declare endedAt: Date;
  /** Null, as the two counts: it failed. */
  declare bytes: number | null;
  declare files: number | null;
  declare missingFiles: number | null;
  declare fault: string | null;
  declare checkedAt: Date | null;
  declare checkFault: string | null;
  declare removedAt: Date | null;
}

/** The wish for a backup, and its run: see `backup/backupRun.ts`. */
export class BackupRun extends Model {
  static override tableName = 'backup_run';
  declare id: number;
  declare askedAt: Date | null;
  declare begunAt: Date | null;
  /** The last sign of life of the program that writes it. */
  declare toldAt: Date | null;
  declare host: string | null;
  declare allFiles: number | null;
  declare files: number | null;
  declare bytes: number | null;
  declare endedAt: Date | null;
  declare fault: string | null;
}
