import { existsSync } from 'node:fs';
import { finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { backupDirOf, findNewestTime } from '../../launcher/backups/backupFolder.ts';
import type { LauncherConfig } from '../../launcher/launcherConfig.ts';

const hourMs = 3_600_000;
/** Two days, where no schedule says how old one may be. */
const usualHours = 48;

export const backupsCheck = (
  { clock }: { clock: Clock },
  { dataDir, backup }: Pick<LauncherConfig, 'dataDir' | 'backup'>,
): Check => ({
  name: 'backups',
  limitMs: 5_000,
  async run() {
    const dir = backupDirOf(dataDir, backup);
    const newest = existsSync(dir) ? await findNewestTime(dir) : undefined;
    if (!newest)
      return {
        summary: 'none',
        findings: [
          finding(
            'backups-missing',
            `There is no backup in ${dir}.`,
            'Set BACKUP_RECIPIENTS and run npm run backup, or let npm start do it by BACKUP_EVERY_HOURS. If another program makes them, set BACKUP_DIR to its folder or leave this.',
          ),
        ],
      };
    const hours = (clock.now().getTime() - newest.getTime()) / hourMs;
    const allowed = backup.BACKUP_EVERY_HOURS === 0 ? usualHours : backup.BACKUP_EVERY_HOURS * 2;
    return {
      summary: `the last one ${Math.round(hours)} hours ago`,
      findings:
        hours <= allowed
          ? []
          : [
              finding(
                'backup-old',
                `The last backup in ${dir} is ${Math.round(hours)} hours old.`,
                'Run npm run backup and read what it says; a full disk or a lost recipient are usual reasons.',
              ),
            ],
    };
  },
});
