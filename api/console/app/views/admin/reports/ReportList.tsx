import type { AdminReportView } from '@star-graph/contract/safety/reports';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Flag } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { DecisionForm } from './DecisionForm.tsx';
import { ReviewList } from './ReviewList.tsx';
import { ReviewPicture } from './ReviewPicture.tsx';
import { texts } from './texts.ts';

const states = ['open', 'upheld', 'dismissed'] as const;

export function ReportList() {
  const [state, setState] = useState<(typeof states)[number]>('open');
  const pages = usePages(
    (page, signal) => api.adminListReports({ query: { ...page, state } }, { signal }),
    [state],
  );
  const columns = useMemo(
    (): Column<AdminReportView>[] => [
      { key: 'reason', title: texts.reason, cell: ({ reason }) => texts[reason] },
      { key: 'words', title: texts.words, cell: ({ text }) => text && <span dir="auto">{text}</span> },
      { key: 'owner', title: texts.owner, cell: ({ ownerId }) => <PersonName id={ownerId} /> },
      { key: 'when', title: texts.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
    ],
    [texts.reason],
  );
  return (
    <ReviewList
      label={texts.reports}
      empty={texts.noReports}
      icon={Flag}
      filters={states}
      filter={state}
      onFilter={setState}
      pages={pages}
      columns={columns}
    >
      {(report, close) => (
        // One decision holds for all reports about the same, and a refused one tells of another's.
        <ReportFacts report={report} onEnded={pages.reload} onDecided={close} />
      )}
    </ReviewList>
  );
}

interface ReportProps {
  report: AdminReportView;
  onEnded(): void;
  onDecided(): void;
}

function ReportFacts({ report, onEnded, onDecided }: ReportProps) {
  const { id, version } = report;
  return (
    <div class="admin-stack">
      <Facts
        facts={[
          [texts.words, report.text],
          [texts.state, texts[report.state]],
          [texts.when, formatExact(report.createdAt)],
          [texts.owner, <PersonName key="owner" id={report.ownerId} />],
          [texts.reporter, <PersonName key="reporter" id={report.reporterId} />],
        ]}
      />
      {report.assetIds.length === 0 && <p class="admin-quiet">{texts.gone}</p>}
      {report.assetIds.map((assetId) => (
        <ReviewPicture key={assetId} assetId={assetId} />
      ))}
      {report.state === 'open' && (
        <DecisionForm
          decisions={['dismiss', 'quarantine', 'remove'] as const}
          mayBlock
          onDecide={async (decided) => {
            try {
              await api.adminDecideReport({ params: { id }, body: { version, ...decided } });
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
