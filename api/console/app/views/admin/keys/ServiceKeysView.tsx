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
import { SecretField } from '../../account/parts/SecretField.tsx';
import { ActFailure } from '../parts/ActFailure.tsx';
import { NewServiceKey } from './NewServiceKey.tsx';
import { texts } from './texts.ts';

/** Keys of the operator's own programs. */
export function ServiceKeysView() {
  const [made, setMade] = useState<CreatedApiKeyView>();
  const [leaving, setLeaving] = useState<ApiKeyView>();
  const pages = usePages(
    (cursor, signal) =>
      api.adminListServiceKeys({ query: { limit: 50, ...(cursor && { cursor }) } }, { signal }),
    [],
  );
  const { change } = pages;
  const revoke = usePost(
    useCallback(
      async (id: string) => {
        setLeaving(undefined);
        await api.adminDeleteServiceKey({ params: { id } });
        change((items) => items.filter((one) => one.id !== id));
        setMade((last) => (last?.id === id ? undefined : last));
      },
      [change],
    ),
  );
  const columns = useColumns(setLeaving);
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {made && (
        <Card>
          <div class="admin-form">
            <SecretField label={texts.secret(made.name)} value={made.key} hint={texts.secretHint} />
            <div class="admin-row">
              <Button onClick={() => setMade(undefined)}>{texts.done}</Button>
            </div>
          </div>
        </Card>
      )}
      <NewServiceKey onMade={setMade} onEnded={pages.reload} />
      <ActFailure error={revoke.error} />
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
        onConfirm={() => leaving && void revoke.post(leaving.id)}
        title={texts.askTitle(leaving?.name ?? '')}
        confirmLabel={texts.revoke}
        danger
        busy={revoke.isBusy}
      >
        {texts.askWords}
      </ConfirmDialog>
    </div>
  );
}

function useColumns(ask: (key: ApiKeyView) => void) {
  return useMemo(
    (): Column<ApiKeyView>[] => [
      { key: 'name', title: texts.name, cell: ({ name }) => <span dir="auto">{name}</span> },
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
        key: 'networks',
        title: texts.networks,
        wideOnly: true,
        cell: ({ networks }) => networks?.join(', ') ?? texts.everywhere,
      },
      {
        key: 'actions',
        title: texts.actions,
        align: 'end',
        cell: (key) => (
          <Button size="small" look="danger" onClick={() => ask(key)}>
            {texts.revoke}
          </Button>
        ),
      },
    ],
    [texts.name, ask],
  );
}
