import { list, whole } from '@star-graph/core/ground/config/values';
import { z } from 'zod';

const recipient = /^age1[a-z0-9]{50,2100}$/;

/** The settings of `npm run backup`, `npm run restore`, and of the launcher that runs backups. */
export const backupEnvSchema = z.object({
  BACKUP_DIR: z.string().optional().describe('Folder for backups; unset: backups in DATA_DIR'),
  BACKUP_RECIPIENTS: list
    .refine((items) => items.every((item) => recipient.test(item)), {
      message: 'must be recipients of age, which begin with age1: the identity does not belong here',
    })
    .describe('Who can open the backups: recipients of age (age1…), comma-separated'),
  BACKUP_PASSPHRASE: z
    .string()
    .min(16)
    .optional()
    .describe('Opens the backups where there are no recipients; 16 characters or more'),
  BACKUP_KEEP: whole(14, 1, 10_000).describe('Backups that are kept in the folder, the newest ones'),
  BACKUP_EVERY_HOURS: whole(0, 0, 24 * 31).describe(
    'Hours after which npm start makes the next backup; 0: it makes none',
  ),
});

export type BackupEnv = Readonly<z.output<typeof backupEnvSchema>>;
