import { EyeOff } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import type { QuarantineView } from '../../../../../contract/safety/quarantines.ts';
import { Segmented } from '../../../../../ui/controls/Segmented.tsx';
import { Chip } from '../../../../../ui/feedback/Chip.tsx';
import { EmptyState } from '../../../../../ui/feedback/EmptyState.tsx';
import { Facts } from '../../../../../ui/layout/Card.tsx';
import { LoadMore } from '../../../../../ui/layout/LoadMore.tsx';
import { type Column, Table } from '../../../../../ui/layout/Table.tsx';
import { Drawer } from '../../../../../ui/overlays/Drawer.tsx';
import { formatExact } from '../../../../../ui/texts/formats.ts';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { DecisionForm } from './DecisionForm.tsx';
import { ReviewPicture } from './ReviewPicture.tsx';
import { texts } from './texts.ts';

const filters = ['quarantined', 'appealed', 'released', 'removed'] as const;
type Filter = (typeof filters)[number];
const tones = { quarantined: 'warn', released: 'good', removed: 'bad' } as const;

const toQuery = (filter: Filter) =>
  filter === 'appealed' ? ({ appeal: 'open' } as const) : { state: filter };

export function WithheldList() {
  const [filter, setFilter] = useState<Filter>('quarantined');
  const [open, setOpen] = useState<QuarantineView>();
  const pages = usePages(
    (cursor, signal) =>
      api.adminListQuarantine(
        { query: { limit: 50, ...toQuery(filter), ...(cursor && { cursor }) } },
        { signal },
      ),
    [filter],
  );
  const columns = useMemo(
    (): Column<QuarantineView>[] => [
      { key: 'reason', title: texts.reason, cell: ({ reason }) => texts[reason] },
      { key: 'source', title: texts.source, cell: ({ source }) => texts[source] },
      {
        key: 'state',
        title: texts.state,
        cell: ({ state, appeal }) => (
          <span class="admin-row">
            <Chip tone={tones[state]}>{texts[state]}</Chip>
            {appeal?.state === 'open' && <Chip tone="accent">{texts.appealed}</Chip>}
          </span>
        ),
      },
      { key: 'when', title: texts.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
    ],
    [texts.reason],
  );
  const close = () => setOpen(undefined);
  return (
    <div class="admin-stack">
      <Segmented
        label={texts.show}
        options={filters.map((value) => ({ value, label: texts[value] }))}
        value={filter}
        onChange={setFilter}
      />
      {pages.state === 'failed' ? (
        <LoadFailure error={pages.error} onRetry={pages.loadMore} />
      ) : (
        <Table
          label={texts.withheld}
          columns={columns}
          rows={pages.state === 'loading' && pages.items.length === 0 ? undefined : pages.items}
          rowKey={({ id }) => id}
          onOpen={setOpen}
          openKey={open?.id}
          empty={<EmptyState icon={EyeOff} title={texts.noWithheld} />}
        />
      )}
      <LoadMore hasMore={pages.hasMore} busy={pages.state === 'loading'} onLoad={pages.loadMore} />
      <Drawer open={open !== undefined} onClose={close} title={open ? texts[open.reason] : ''}>
        {open && <WithheldFacts key={open.id} quarantine={open} onEnded={pages.reload} onDecided={close} />}
      </Drawer>
    </div>
  );
}

interface WithheldProps {
  quarantine: QuarantineView;
  onEnded(): void;
  onDecided(): void;
}

function WithheldFacts({ quarantine, onEnded, onDecided }: WithheldProps) {
  const { id, version, appeal, state } = quarantine;
  const decisions =
    appeal?.state === 'open' ? (['release', 'uphold', 'remove'] as const) : (['release', 'remove'] as const);
  return (
    <div class="admin-stack">
      <Facts
        facts={[
          [texts.state, texts[state]],
          [texts.source, texts[quarantine.source]],
          [texts.note, quarantine.note],
          [texts.objection, appeal?.text],
          [texts.when, formatExact(quarantine.createdAt)],
          [texts.owner, quarantine.userId],
        ]}
      />
      {state !== 'removed' && <ReviewPicture assetId={quarantine.assetId} />}
      {state === 'quarantined' && (
        <DecisionForm
          decisions={decisions}
          onDecide={async ({ decision, note }) => {
            const body = { version, decision, ...(note && { note }) };
            try {
              await api.adminDecideQuarantine({ params: { id }, body });
            } finally {
              onEnded();
            }
            onDecided();
          }}
        />
      )}
    </div>
  );
}
