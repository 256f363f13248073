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
