import type { BackupView } from '@star-graph/contract/platform/backups';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Card, Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatBytes, formatDuration, formatExact, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { DatabaseBackup } from 'lucide';
import { useMemo } from 'preact/hooks';
import { OpenableTable } from '../../data/ActTables.tsx';
import { usePages } from '../../data/usePages.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { SecretField } from '../account/SecretField.tsx';
import { BackUpButton, BackupRun } from './BackupRun.tsx';
import { BackupState } from './BackupState.tsx';
import { texts } from './backupTexts.ts';

/** What backups there are, as far as the program that makes them told; the wish for one; how one checks and restores one. */
export function BackupsView() {
  const pages = usePages((page, signal) => api.adminListBackups({ query: page }, { signal }));
  const run = useResource((signal) => api.adminGetBackupRun({}, { signal }), []);
  const isKnown = pages.state !== 'loading' || pages.items.length > 0;
  const columns = useBackupColumns();
  return (
    <div class="admin-stack">
      <PageHead title={texts.title} actions={<BackUpButton run={run} />}>
        <span class="admin-measure">{texts.intro}</span>
      </PageHead>
      <BackupRun run={run} onEnd={pages.reload} />
      <OpenableTable
        auto
        pages={pages}
        label={texts.title}
        columns={columns}
        empty={
          <EmptyState icon={DatabaseBackup} title={texts.none}>
            {texts.noneWords}
          </EmptyState>
        }
        title={({ startedAt }) => formatExact(startedAt)}
      >
        {(backup) => <BackupFacts backup={backup} />}
      </OpenableTable>
      {/* What stands below a list of unknown length would jump when it comes. */}
      {isKnown && (
        <div class="admin-pair">
          <Commands />
          <Meaning />
        </div>
      )}
    </div>
  );
}

const Commands = () => (
  <Card title={texts.byCommand}>
    <div class="admin-form">
      <SecretField label={texts.make} hint={texts.makeHint} value="npm run -s backup" />
      <SecretField
        label={texts.verify}
        hint={texts.verifyHint}
        value="npm run -s backup -- --check --identity identity.txt"
      />
      <SecretField
        label={texts.restore}
        hint={texts.restoreHint}
        value='npm run -s restore -- "$BACKUP" --identity identity.txt'
      />
    </div>
  </Card>
);

const Meaning = () => (
  <Card title={texts.meaning}>
    <ol class="admin-steps">
      <li>{texts.step1}</li>
      <li>{texts.step2}</li>
      <li>{texts.step3}</li>
      <li>{texts.step4}</li>
      <li>{texts.step5}</li>
    </ol>
  </Card>
);

function BackupFacts({ backup }: { backup: BackupView }) {
  const { startedAt, endedAt, bytes, files, missingFiles } = backup;
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return (
    <Facts
      facts={[
        [texts.state, <BackupState key="state" backup={backup} />],
        [texts.fault, backup.fault ?? backup.checkFault],
        // One that failed has no file, and nothing to check.
        [texts.name, backup.fault === undefined ? backup.name : undefined],
        [texts.host, backup.host],
        [texts.folder, backup.folder],
        [texts.took, formatDuration(seconds)],
        [texts.size, bytes === undefined ? undefined : formatBytes(bytes)],
        [texts.files, files === undefined ? undefined : formatNumber(files)],
        [texts.missing, missingFiles ? formatNumber(missingFiles) : undefined],
        [
          texts.checked,
          backup.checkedAt
            ? formatExact(backup.checkedAt)
            : backup.fault === undefined
              ? texts.notYet
              : undefined,
        ],
        [texts.removedAt, backup.removedAt && formatExact(backup.removedAt)],
      ]}
    />
  );
}

function useBackupColumns() {
  return useMemo(
    (): Column<BackupView>[] => [
      { key: 'when', title: texts.when, cell: ({ startedAt }) => <Time at={startedAt} /> },
      { key: 'state', title: texts.state, cell: (backup) => <BackupState backup={backup} /> },
      {
        key: 'size',
        title: texts.size,
        align: 'end',
        cell: ({ bytes }) => (bytes === undefined ? '' : formatBytes(bytes)),
      },
      {
        key: 'files',
        title: texts.files,
        align: 'end',
        wideOnly: true,
        cell: ({ files }) => (files === undefined ? '' : formatNumber(files)),
      },
      {
        key: 'checked',
        title: texts.checked,
        cell: ({ checkedAt, fault }) =>
          checkedAt ? <Time at={checkedAt} /> : fault === undefined ? texts.notYet : '',
      },
      { key: 'host', title: texts.host, wideOnly: true, cell: ({ host }) => host },
    ],
    [texts.when],
  );
}
