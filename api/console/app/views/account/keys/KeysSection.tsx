import { KeyRound } from 'lucide';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { ApiKeyView, CreatedApiKeyView } from '../../../../../contract/users/apiKeys.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { EmptyState } from '../../../../../ui/feedback/EmptyState.tsx';
import { Card, PageHead } from '../../../../../ui/layout/Card.tsx';
import { LoadMore } from '../../../../../ui/layout/LoadMore.tsx';
import { type Column, Table } from '../../../../../ui/layout/Table.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { PostFailure } from '../parts/PostFailure.tsx';
import { SecretField } from '../parts/SecretField.tsx';
import { NewKeyForm } from './NewKeyForm.tsx';
import { texts } from './texts.ts';

/** Keys for the person's own programs. */
export function KeysSection() {
  const [made, setMade] = useState<CreatedApiKeyView>();
  const [leaving, setLeaving] = useState<ApiKeyView>();
  const pages = usePages(
    (cursor, signal) => api.listApiKeys({ query: { limit: 50, ...(cursor && { cursor }) } }, { signal }),
    [],
  );
  const { change } = pages;
  const withdraw = usePost(
    useCallback(
      async (id: string) => {
        setLeaving(undefined);
        await api.deleteApiKey({ params: { id } });
        change((items) => items.filter((one) => one.id !== id));
        setMade((last) => (last?.id === id ? undefined : last));
      },
      [change],
    ),
  );
  const columns = useKeyColumns(setLeaving);
  return (
    <div class="account-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {made && <MadeKey made={made} onDone={() => setMade(undefined)} />}
      <NewKeyForm onMade={setMade} onEnded={pages.reload} />
      <PostFailure error={withdraw.error} />
      {pages.state === 'failed' ? (
        <LoadFailure error={pages.error} onRetry={pages.loadMore} />
      ) : (
        <Table
          label={texts.title}
          columns={columns}
          rows={pages.state === 'loading' && pages.items.length === 0 ? undefined : pages.items}
          rowKey={({ id }) => id}
          empty={<EmptyState icon={KeyRound} title={texts.empty} />}
        />
      )}
      <LoadMore hasMore={pages.hasMore} busy={pages.state === 'loading'} onLoad={pages.loadMore} />
      <ConfirmDialog
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => leaving && void withdraw.post(leaving.id)}
        title={texts.askTitle(leaving?.name ?? '')}
        confirmLabel={texts.withdraw}
        danger
      >
        {texts.askWords}
      </ConfirmDialog>
    </div>
  );
}

const MadeKey = ({ made, onDone }: { made: CreatedApiKeyView; onDone: () => void }) => (
  <Card>
    <div class="account-form">
      <SecretField label={texts.secret(made.name)} value={made.key} hint={texts.secretHint} />
      <div class="account-row">
        <Button onClick={onDone}>{texts.done}</Button>
      </div>
    </div>
  </Card>
);

function useKeyColumns(askToWithdraw: (key: ApiKeyView) => void) {
  return useMemo(
    (): Column<ApiKeyView>[] => [
      { key: 'name', title: texts.name, cell: ({ name }) => <span dir="auto">{name}</span> },
      { key: 'made', title: texts.made, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'used',
        title: texts.used,
        cell: ({ usedAt }) => (usedAt ? <Time at={usedAt} /> : texts.unused),
      },
      {
        key: 'ends',
        title: texts.ends,
        cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : texts.never),
      },
      {
        key: 'actions',
        title: texts.actions,
        align: 'end',
        cell: (key) => (
          <Button size="small" look="danger" onClick={() => askToWithdraw(key)}>
            {texts.withdraw}
          </Button>
        ),
      },
    ],
    [texts.name, askToWithdraw],
  );
}
