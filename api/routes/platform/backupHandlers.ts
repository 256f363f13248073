import type { BackupRunView, BackupView } from '@star-graph/contract/platform/backups';
import { listBackupRecords } from '@star-graph/core/desk/backup/backupRecords';
import { askForBackup, findBackupRun, stateOfRun } from '@star-graph/core/desk/backup/backupRun';
import type { BackupRecord, BackupRun } from '@star-graph/core/ground/db/models/backup';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

export const createBackupHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    adminListBackups({ query }) {
      return pageById(query, {
        list: (page) => listBackupRecords(deps.database, page),
        idOf: ({ id }) => id,
        present: (rows) => rows.map(presentBackup),
      });
    },
    adminGetBackupRun: async () => presentRun(await findBackupRun(deps.database), deps.clock.now()),
    adminAskForBackup: async ({ caller }) =>
      presentRun(await askForBackup(deps, actorOf(caller)), deps.clock.now()),
  });

const presentRun = (run: BackupRun, now: Date): BackupRunView => ({
  state: stateOfRun(run, now),
  ...(run.askedAt && { askedAt: run.askedAt.toISOString() }),
  ...(run.begunAt && { begunAt: run.begunAt.toISOString() }),
  ...(run.toldAt && { toldAt: run.toldAt.toISOString() }),
  ...(run.endedAt && { endedAt: run.endedAt.toISOString() }),
  ...(run.host !== null && { host: run.host }),
  ...(run.files !== null && { files: run.files }),
  ...(run.allFiles !== null && { allFiles: run.allFiles }),
  ...(run.bytes !== null && { bytes: run.bytes }),
  ...(run.fault !== null && { fault: run.fault }),
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
