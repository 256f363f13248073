import type { SettingChangeView, SettingsView } from '@star-graph/contract/platform/settings';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { History } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { actColumn } from '../../../data/PageTable.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { settingNames } from './names.ts';
import { texts } from './texts.ts';
import { describeValue } from './values.ts';

interface Props {
  version: number;
  onReverted(settings: SettingsView): void;
}

/** Who changed which settings, and the way back. */
export function SettingHistory({ version, onReverted }: Props) {
  const [to, setTo] = useState<number>();
  const pages = usePages(
    (page, signal) => api.adminListSettingChanges({ query: page }, { signal }),
    [version],
  );
  const revert = usePost(async (target: number) => {
    setTo(undefined);
    onReverted(await api.adminRevertSettings({ body: { version, to: target } }));
  });
  const columns = useColumns(version, setTo);
  return (
    <div class="admin-stack">
      <PostFailure error={revert.error} />
      {pages.state === 'failed' ? (
        <LoadFailure error={pages.error} onRetry={pages.loadMore} />
      ) : (
        <Table
          label={texts.history}
          columns={columns}
          rows={pages.state === 'loading' && pages.items.length === 0 ? undefined : pages.items}
          rowKey={(change) => String(change.version)}
          empty={<EmptyState icon={History} title={texts.unchanged} />}
        />
      )}
      <LoadMore hasMore={pages.hasMore} busy={pages.state === 'loading'} onLoad={pages.loadMore} />
      <ConfirmDialog
        open={to !== undefined}
        onClose={() => setTo(undefined)}
        onConfirm={() => to !== undefined && void revert.post(to)}
        title={texts.revertTitle(to ?? 0)}
        confirmLabel={texts.revert}
        busy={revert.isBusy}
      >
        {texts.revertWords}
      </ConfirmDialog>
    </div>
  );
}

function useColumns(current: number, ask: (version: number) => void) {
  return useMemo(
    (): Column<SettingChangeView>[] => [
      { key: 'version', title: texts.version, cell: ({ version }) => version },
      {
        key: 'what',
        title: texts.what,
        cell: ({ changes }) => (
          <ul class="admin-changes">
            {Object.entries(changes).map(([name, { before, after }]) => (
              <li key={name} dir="auto">
                {nameSetting(name)}: {describeValue(before)} → {describeValue(after)}
              </li>
            ))}
          </ul>
        ),
      },
      { key: 'by', title: texts.by, wideOnly: true, cell: ({ changedBy }) => <PersonName id={changedBy} /> },
      { key: 'when', title: texts.when, cell: ({ changedAt }) => <Time at={changedAt} /> },
      actColumn(({ version }) =>
        version === current ? (
          texts.current
        ) : (
          <Button size="small" onClick={() => ask(version)}>
            {texts.revert}
          </Button>
        ),
      ),
    ],
    [texts.version, current, ask],
  );
}

/** A newer release may have changed what this page does not know. */
const nameSetting = (name: string): string =>
  name in settingNames ? settingNames[name as keyof typeof settingNames] : name;
