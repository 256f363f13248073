import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';

const backupSchema = z
  .object({
    id: idSchema,
    name: z.string().meta({ description: 'Of its file' }),
    host: z.string().meta({ description: 'The machine that wrote it' }),
    folder: z.string().meta({ description: 'Where, on that machine' }),
    startedAt: timeSchema.meta({ description: 'The moment of the database that it holds, or was to hold' }),
    endedAt: timeSchema,
    bytes: z.int().optional().meta({ description: 'The size of the file; absent if it failed' }),
    files: z.int().optional().meta({ description: 'How many pictures and films are in it' }),
    missingFiles: z.int().optional().meta({ description: 'Files that the database names and nobody has' }),
    fault: z.string().optional().meta({ description: 'Why it failed: there is no file' }),
    checkedAt: timeSchema.optional().meta({ description: 'When it was last read to its end' }),
    checkFault: z.string().optional().meta({ description: 'What that found wrong: it cannot be restored' }),
    removedAt: timeSchema
      .optional()
      .meta({ description: 'When newer ones took its place, as BACKUP_KEEP says' }),
  })
  .meta({ id: 'Backup' });
export type BackupView = z.output<typeof backupSchema>;
const backupListSchema = pageOf(backupSchema);

const backupRunSchema = z
  .object({
    state: z.enum(['none', 'waiting', 'working', 'silent', 'made', 'failed']).meta({
      description:
        'Of the last run. `waiting`: asked for, and no program has begun; `silent`: the program that writes it has told nothing for two minutes',
    }),
    askedAt: timeSchema.optional().meta({ description: 'Absent: nobody asked, as for one of the schedule' }),
    begunAt: timeSchema.optional(),
    toldAt: timeSchema.optional().meta({ description: 'When its program last told how far it is' }),
    endedAt: timeSchema.optional(),
    host: z.string().optional().meta({ description: 'The machine that writes it' }),
    files: z.int().optional().meta({ description: 'Pictures and films that are in it so far' }),
    allFiles: z
      .int()
      .optional()
      .meta({ description: 'Those that it will have; 0 while its rows are written' }),
    bytes: z.int().optional().meta({ description: 'Of those files' }),
    fault: z.string().optional().meta({ description: 'Why it failed' }),
  })
  .meta({ id: 'BackupRun' });
export type BackupRunView = z.output<typeof backupRunSchema>;

/**
 * What the program that makes backups has told, and the wish for one. The API makes, reads and restores none: whoever
 * took over the API would have every backup, and a restore needs a platform that stands still.
 */
export const backupRoutes = {
  adminListBackups: adminRoute('backups', {
    method: 'get',
    summary: 'List the backups that were made, tried and checked',
    description:
      '`npm run backup` makes and checks them, and `npm run restore` puts one back. Those before a migration or a restore are not listed. A line is kept for a year.',
    query: pageQuerySchema,
    success: { status: 200, description: 'Backups, newest first', body: backupListSchema },
    keyScope: 'admin:pool',
  }),
  adminGetBackupRun: adminRoute('backups/run', {
    method: 'get',
    summary: 'How far the backup is that is asked for or being written',
    success: { status: 200, description: 'The run, or how the last one ended', body: backupRunSchema },
    keyScope: 'admin:pool',
  }),
  adminAskForBackup: adminRoute('backups/run', {
    method: 'post',
    summary: 'Ask for a backup',
    description:
      'The program that makes backups begins it: `npm start` within ten seconds, elsewhere `npm run backup -- --if-asked` or the next run of a timer. While one is asked for or being written, nothing changes: two calls make one backup.',
    success: { status: 200, description: 'The run', body: backupRunSchema },
    needsPresence: true,
  }),
};
