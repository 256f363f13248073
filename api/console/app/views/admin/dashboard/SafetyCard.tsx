import type { BackupView } from '@star-graph/contract/platform/backups';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { formatBytes } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { BackupState } from '../BackupState.tsx';
import { findGoodBackup } from './findNeeds.ts';
import { texts } from './texts.ts';

/** The way back: the newest backup that is good, as far as anybody looked. */
export function SafetyCard({ backups }: { backups: readonly BackupView[] }) {
  const good = findGoodBackup(backups);
  return (
    <Card title={texts.lastBackup} aside={<a href="/admin/backups">{texts.toBackups}</a>}>
      {good ? (
        <Facts
          facts={[
            [texts.backupState, <BackupState key="state" backup={good} />],
            [texts.made, <Time key="made" at={good.startedAt} />],
            [texts.size, good.bytes === undefined ? undefined : formatBytes(good.bytes)],
            [texts.checkedAt, good.checkedAt ? <Time key="checked" at={good.checkedAt} /> : texts.notChecked],
            [texts.place, `${good.host}: ${good.folder}`],
          ]}
        />
      ) : (
        <p class="admin-quiet">{texts.noBackupWords}</p>
      )}
    </Card>
  );
}
