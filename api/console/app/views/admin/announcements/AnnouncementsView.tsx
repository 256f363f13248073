import { Megaphone, Plus } from 'lucide';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { AnnouncementView } from '../../../../../contract/platform/announcements.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { EmptyState } from '../../../../../ui/feedback/EmptyState.tsx';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
import { LoadMore } from '../../../../../ui/layout/LoadMore.tsx';
import { type Column, Table } from '../../../../../ui/layout/Table.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { language } from '../../../../../ui/texts/language.ts';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { ActFailure } from '../parts/ActFailure.tsx';
import { NewAnnouncement } from './NewAnnouncement.tsx';
import { texts } from './texts.ts';

/** What everybody is told, in both languages. */
export function AnnouncementsView() {
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<AnnouncementView>();
  const pages = usePages(
    (cursor, signal) =>
      api.adminListAnnouncements({ query: { limit: 50, ...(cursor && { cursor }) } }, { signal }),
    [],
  );
  const { change } = pages;
  const withdraw = usePost(
    useCallback(
      async (id: string) => {
        setLeaving(undefined);
        await api.adminDeleteAnnouncement({ params: { id } });
        change((items) => items.filter((one) => one.id !== id));
      },
      [change],
    ),
  );
  const columns = useColumns(setLeaving);
  return (
    <div class="admin-stack">
      <PageHead
        title={texts.title}
        actions={
          <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
            {texts.add}
          </Button>
        }
      >
        {texts.intro}
      </PageHead>
      <ActFailure error={withdraw.error} />
      {pages.state === 'failed' ? (
        <LoadFailure error={pages.error} onRetry={pages.loadMore} />
      ) : (
        <Table
          label={texts.title}
          columns={columns}
          rows={pages.state === 'loading' && pages.items.length === 0 ? undefined : pages.items}
          rowKey={({ id }) => id}
          empty={<EmptyState icon={Megaphone} title={texts.empty} />}
        />
      )}
      <LoadMore hasMore={pages.hasMore} busy={pages.state === 'loading'} onLoad={pages.loadMore} />
      <NewAnnouncement open={isAdding} onClose={() => setAdding(false)} onAdded={pages.reload} />
      <ConfirmDialog
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => leaving && void withdraw.post(leaving.id)}
        title={texts.withdrawTitle}
        confirmLabel={texts.withdraw}
        danger
        busy={withdraw.isBusy}
      >
        {leaving?.message[language.value]}
      </ConfirmDialog>
    </div>
  );
}

function useColumns(askToWithdraw: (announcement: AnnouncementView) => void) {
  return useMemo(
    (): Column<AnnouncementView>[] => [
      {
        key: 'message',
        title: texts.message,
        cell: ({ message }) => <span dir="auto">{message[language.value]}</span>,
      },
      { key: 'since', title: texts.since, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'ends',
        title: texts.ends,
        cell: ({ expiresAt }) => {
          if (!expiresAt) return texts.never;
          return Date.parse(expiresAt) <= Date.now() ? texts.over : <Time at={expiresAt} />;
        },
      },
      {
        key: 'actions',
        title: texts.actions,
        align: 'end',
        cell: (announcement) => (
          <Button size="small" look="danger" onClick={() => askToWithdraw(announcement)}>
            {texts.withdraw}
          </Button>
        ),
      },
    ],
    [texts.message, askToWithdraw],
  );
}
