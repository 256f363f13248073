import type { ApiKeyView, CreatedApiKeyView } from '@star-graph/contract/users/apiKeys';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { KeyRound } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { RemovableTable } from '../../../data/ActTables.tsx';
import { MadeBy } from '../../../data/MadeBy.tsx';
import { type Page, usePages } from '../../../data/usePages.ts';
import { SecretField } from '../SecretField.tsx';
import { keyTexts as texts } from './keyTexts.ts';

export interface NewKeyProps {
  onMade(key: CreatedApiKeyView): void;
  /** Also after a failure: a key may be there whose answer was lost. */
  onEnded(): void;
}

interface Props {
  label: string;
  empty: string;
  /** How a program uses the key that was just made. */
  secretHint(key: CreatedApiKeyView): string;
  load(page: { limit: number; cursor?: string }, signal: AbortSignal): Promise<Page<ApiKeyView>>;
  remove(id: string): Promise<unknown>;
  /** Where one is made. Undefined: none is made here. */
  form?: ((props: NewKeyProps) => ComponentChildren) | undefined;
  /** Stands below its name. */
  note?(key: ApiKeyView): ComponentChildren;
  /** Stands between when it was used last and when it ends. */
  column: Column<ApiKeyView>;
}

/** Keys, the form that makes one, and the one that was just made, which is shown once. */
export function KeyList({ label, empty, secretHint, load, remove, form, note, column }: Props) {
  const [made, setMade] = useState<CreatedApiKeyView>();
  const pages = usePages((page, signal) => load(page, signal));
  return (
    <>
      {made && (
        <Card>
          <div class="post-form">
            <SecretField label={texts.secret(made.name)} value={made.key} hint={secretHint(made)} />
            {made.peopleSecret !== undefined && (
              <SecretField
                label={texts.peopleSecret}
                value={made.peopleSecret}
                hint={texts.peopleSecretHint}
              />
            )}
            <div class="post-row">
              <Button onClick={() => setMade(undefined)}>{texts.done}</Button>
            </div>
          </div>
        </Card>
      )}
      {form?.({ onMade: setMade, onEnded: pages.reload })}
      <RemovableTable
        pages={pages}
        label={label}
        columns={useKeyColumns(column, note)}
        empty={<EmptyState icon={KeyRound} title={empty} />}
        remove={async ({ id }) => {
          await remove(id);
          setMade((last) => (last?.id === id ? undefined : last));
        }}
        removeLabel={texts.withdraw}
        title={({ name }) => texts.askTitle(name)}
        words={() => texts.askWords}
      />
    </>
  );
}

function useKeyColumns(column: Column<ApiKeyView>, note: Props['note']) {
  return useMemo(
    (): Column<ApiKeyView>[] => [
      {
        key: 'name',
        title: texts.name,
        cell: (key) => (
          <>
            <span dir="auto">{key.name}</span>
            <MadeBy maker={key.madeBy} />
            {note?.(key)}
          </>
        ),
      },
      {
        key: 'used',
        title: texts.used,
        cell: ({ usedAt }) => (usedAt ? <Time at={usedAt} /> : texts.unused),
      },
      column,
      {
        key: 'ends',
        title: texts.ends,
        cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : texts.never),
      },
    ],
    [texts.name, column, note],
  );
}
