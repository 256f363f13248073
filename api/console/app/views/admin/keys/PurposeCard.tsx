import type { SigningKeysView as PurposeKeys } from '@star-graph/contract/platform/keys';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useMemo } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { actColumn } from '../../../data/PageTable.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { isProblem } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './signingTexts.ts';

interface Props {
  keys: PurposeKeys;
  onChanged(keys: PurposeKeys): void;
  /** Somebody else changed them. */
  onStale(): void;
}

type Key = PurposeKeys['keys'][number];

const tones = { published: 'accent', signs: 'good', verifies: 'plain', ended: 'plain' } as const;

/** The keys of one purpose, and what their rotation and end mean for people. */
export function PurposeCard({ keys, onChanged, onStale }: Props) {
  const { purpose, version } = keys;
  const rotate = usePost(async () => {
    try {
      onChanged(await api.adminRotateKey({ params: { purpose }, body: { version } }));
      showToast({ tone: 'good', text: texts.rotated });
    } catch (error) {
      if (!isProblem(error, 'changed-meanwhile')) throw error;
      showToast({ tone: 'plain', text: texts.meanwhile });
      onStale();
    }
  });
  const end = useAsked(async (kid: string) => {
    onChanged(await api.adminEndKey({ params: { purpose, kid } }));
    showToast({ tone: 'good', text: texts.endedNow });
  });
  const isJwt = purpose === 'jwt';
  const name = isJwt ? texts.jwt : texts.files;
  return (
    <Card
      title={name}
      aside={
        <Button aria-label={texts.rotateOf(name)} busy={rotate.isBusy} onClick={() => void rotate.post()}>
          {texts.rotate}
        </Button>
      }
    >
      <div class="admin-stack">
        <p class="admin-quiet admin-measure">{isJwt ? texts.jwtWords : texts.filesWords}</p>
        <PostFailure error={rotate.error ?? end.error} />
        <KeyTable name={name} keys={keys.keys} onEnd={end.ask} />
      </div>
      <AskDialog asked={end} title={texts.endTitle} confirmLabel={texts.end}>
        {() => (isJwt ? texts.endJwt : texts.endFiles)}
      </AskDialog>
    </Card>
  );
}

interface TableProps {
  name: string;
  keys: readonly Key[];
  onEnd(kid: string): void;
}

function KeyTable({ name, keys, onEnd }: TableProps) {
  const columns = useMemo(
    (): Column<Key>[] => [
      { key: 'kid', title: texts.key, cell: ({ kid }) => <code>{kid}</code> },
      {
        key: 'state',
        title: texts.state,
        cell: ({ state }) => <Chip tone={tones[state]}>{texts[state]}</Chip>,
      },
      { key: 'since', title: texts.since, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'until',
        title: texts.until,
        cell: ({ verifiesUntil, state }) =>
          state !== 'ended' && verifiesUntil ? <Time at={verifiesUntil} /> : '',
      },
      actColumn(
        ({ state, kid }) =>
          state === 'verifies' && (
            <Button size="small" look="danger" onClick={() => onEnd(kid)}>
              {texts.end}
            </Button>
          ),
      ),
    ],
    [texts.key, onEnd],
  );
  return (
    <Table
      label={name}
      columns={columns}
      rows={keys}
      rowKey={({ kid }) => kid}
      empty={<p class="admin-quiet">{texts.environment}</p>}
    />
  );
}
