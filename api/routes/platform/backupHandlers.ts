import type { BackupView } from '@star-graph/contract/platform/backups';
import { listBackupRecords } from '@star-graph/core/desk/backup/backupRecords';
import type { BackupRecord } from '@star-graph/core/ground/db/models/backup';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

export const createBackupHandlers = ({ database }: Pick<ApiDeps, 'database'>) =>
  defineHandlers({
    adminListBackups({ query }) {
      return pageById(query, {
        list: (page) => listBackupRecords(database, page),
        idOf: ({ id }) => id,
        present: (rows) => rows.map(presentBackup),
      });
    },
  });

const presentBackup = (row: BackupRecord): BackupView => ({
  id: row.id,
  name: row.name,
  host: row.host,
  folder: row.folder,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt.toISOString(),
  ...(row.bytes === null ? {} : { bytes: row.bytes }),
  ...(row.files === null ? {} : { files: row.files }),
  ...(row.missingFiles === null ? {} : { missingFiles: row.missingFiles }),
  ...(row.fault === null ? {} : { fault: row.fault }),
  ...(row.checkedAt === null ? {} : { checkedAt: row.checkedAt.toISOString() }),
  ...(row.checkFault === null ? {} : { checkFault: row.checkFault }),
  ...(row.removedAt === null ? {} : { removedAt: row.removedAt.toISOString() }),
});
