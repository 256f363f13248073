import { operations } from '@star-graph/client/operations.generated';
import { sendRequest } from '@star-graph/client/request';
import type { TransferView } from '@star-graph/contract/users/credits';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Coins, Download } from 'lucide';
import { useMemo } from 'preact/hooks';
import { PageTable } from '../../data/PageTable.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { saveBlob } from '../../data/saveBlob.ts';
import type { Pages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { kindTexts, nameNote, texts } from './creditTexts.ts';

/** Every movement, newest first. */
export function Statement({ pages }: { pages: Pages<TransferView> }) {
  const saving = usePost(downloadStatement);
  const columns = useMemo(
    (): Column<TransferView>[] => [
      { key: 'what', title: texts.what, cell: ({ kind }) => kindTexts[kind] },
      { key: 'note', title: texts.note, cell: ({ reason }) => <span dir="auto">{nameNote(reason)}</span> },
      {
        key: 'change',
        title: texts.change,
        align: 'end',
        cell: ({ amount }) => <Stars amount={amount} signed />,
      },
      { key: 'when', title: texts.when, cell: ({ createdAt }) => <Time at={createdAt} />, width: '16ch' },
    ],
    [texts.what],
  );
  return (
    <Card
      title={texts.statement}
      aside={
        <Button size="small" icon={Download} busy={saving.isBusy} onClick={() => void saving.post()}>
          {texts.download}
        </Button>
      }
    >
      <PostFailure error={saving.error} />
      <PageTable
        pages={pages}
        label={texts.statement}
        columns={columns}
        empty={<EmptyState icon={Coins} title={texts.empty} />}
      />
    </Card>
  );
}

/** Saves the statement as a file. A link could not: the request needs the session. @throws what the server refused */
async function downloadStatement(): Promise<void> {
  const { path } = operations.exportTransfers;
  const answer = await sendRequest(api.deps, { method: 'GET', path, isRepeatable: true });
  saveBlob(await answer.blob(), 'star-graph-credits.csv');
}
