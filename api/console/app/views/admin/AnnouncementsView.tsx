import type { AnnouncementView } from '@star-graph/contract/platform/announcements';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Megaphone, Plus } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { AskDialog, useAsked } from '../../data/AskDialog.tsx';
import { PageTable } from '../../data/PageTable.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import { NewAnnouncement } from './NewAnnouncement.tsx';
import { texts } from './texts.ts';

/** What everybody is told, in both languages. */
export function AnnouncementsView() {
  // The palette leads here to announce something.
  const [isAdding, setAdding] = useState(useRoute().query.do === 'add');
  const pages = usePages((page, signal) => api.adminListAnnouncements({ query: page }, { signal }));
  const withdraw = useAsked(async ({ id }: AnnouncementView) => {
    await api.adminDeleteAnnouncement({ params: { id } });
    pages.change((items) => items.filter((one) => one.id !== id));
  });
  const columns = useColumns(withdraw.ask);
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
      <PostFailure error={withdraw.error} />
      <PageTable
        pages={pages}
        label={texts.title}
        columns={columns}
        empty={<EmptyState icon={Megaphone} title={texts.empty} />}
      />
      <NewAnnouncement open={isAdding} onClose={() => setAdding(false)} onAdded={pages.reload} />
      <AskDialog asked={withdraw} title={() => texts.withdrawTitle} confirmLabel={texts.withdraw}>
        {({ message }) => message[language.value]}
      </AskDialog>
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
