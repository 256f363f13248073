import type { BackupView } from '@star-graph/contract/platform/backups';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { texts } from './backupTexts.ts';

/** In one word, what counts most first. */
export function BackupState({ backup }: { backup: BackupView }) {
  if (backup.fault !== undefined) return <Chip tone="bad">{texts.failed}</Chip>;
  if (backup.removedAt !== undefined) return <Chip>{texts.removed}</Chip>;
  if (backup.checkFault !== undefined) return <Chip tone="bad">{texts.broken}</Chip>;
  if (backup.missingFiles) return <Chip tone="warn">{texts.missing}</Chip>;
  return <Chip tone="good">{backup.checkedAt ? texts.good : texts.made}</Chip>;
}
