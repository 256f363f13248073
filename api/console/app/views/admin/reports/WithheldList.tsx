import type { QuarantineView } from '@star-graph/contract/safety/quarantines';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { EyeOff } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { DecisionForm } from './DecisionForm.tsx';
import { ReviewList } from './ReviewList.tsx';
import { ReviewPicture } from './ReviewPicture.tsx';
import { texts } from './texts.ts';

const filters = ['quarantined', 'appealed', 'released', 'removed'] as const;
type Filter = (typeof filters)[number];
const tones = { quarantined: 'warn', released: 'good', removed: 'bad' } as const;

const toQuery = (filter: Filter) =>
  filter === 'appealed' ? ({ appeal: 'open' } as const) : { state: filter };

export function WithheldList() {
  const [filter, setFilter] = useState<Filter>('quarantined');
  const pages = usePages(
    (page, signal) => api.adminListQuarantine({ query: { ...page, ...toQuery(filter) } }, { signal }),
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
  return (
    <ReviewList
      label={texts.withheld}
      empty={texts.noWithheld}
      icon={EyeOff}
      filters={filters}
      filter={filter}
      onFilter={setFilter}
      pages={pages}
      columns={columns}
    >
      {(quarantine, close) => (
        <WithheldFacts quarantine={quarantine} onEnded={pages.reload} onDecided={close} />
      )}
    </ReviewList>
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
          [texts.owner, <PersonName key="owner" id={quarantine.userId} />],
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
