import type { SessionView } from '@star-graph/contract/auth/sessions';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import { useMemo } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { MadeBy } from '../../../data/MadeBy.tsx';
import { actColumn, PageTable } from '../../../data/PageTable.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** Where a person is signed in. */
export function SessionsCard({ id, name }: { id: string; name: string }) {
  const pages = usePages(
    (page, signal) => api.adminListSessions({ params: { id }, query: { ...page, limit: 20 } }, { signal }),
    [id],
  );
  const { change } = pages;
  const ending = usePost(async (sessionId: string) => {
    await api.adminDeleteSession({ params: { id, sessionId } });
    change((items) => items.filter((one) => one.id !== sessionId));
  });
  const endingAll = useAsked(async (userId: string) => {
    await api.adminDeleteSessions({ params: { id: userId } });
    pages.reload();
  });
  const { post } = ending;
  const columns = useMemo(
    (): Column<SessionView>[] => [
      {
        key: 'where',
        title: texts.where,
        cell: ({ userAgent, madeBy }) => (
          <>
            <span title={userAgent}>{nameBrowser(userAgent) ?? (userAgent || texts.program)}</span>
            <MadeBy maker={madeBy} />
          </>
        ),
      },
      { key: 'used', title: texts.usedAt, cell: ({ usedAt }) => <Time at={usedAt} /> },
      actColumn((session) => (
        <Button size="small" onClick={() => void post(session.id)}>
          {texts.end}
        </Button>
      )),
    ],
    [texts.where, post],
  );
  return (
    <Card
      title={texts.sessions}
      aside={
        pages.items.length > 1 && (
          <Button size="small" look="danger" busy={endingAll.isBusy} onClick={() => endingAll.ask(id)}>
            {texts.endAll}
          </Button>
        )
      }
    >
      <PostFailure error={ending.error ?? endingAll.error} />
      <PageTable
        pages={pages}
        label={texts.sessions}
        columns={columns}
        empty={<EmptyState title={texts.noSessions} />}
      />
      <AskDialog asked={endingAll} title={() => texts.endAllTitle(name)} confirmLabel={texts.endAll}>
        {() => texts.endAllWords}
      </AskDialog>
    </Card>
  );
}
