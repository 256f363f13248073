import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Tabs } from '@star-graph/ui/layout/Tabs.tsx';
import { useState } from 'preact/hooks';
import { ReportList } from './ReportList.tsx';
import { texts } from './texts.ts';
import { WithheldList } from './WithheldList.tsx';

/** What moderators decide: about reports, and about what is withheld. */
export function ReportsView() {
  const [tab, setTab] = useState('reports');
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <Tabs
        label={texts.title}
        value={tab}
        onChange={setTab}
        items={[
          { value: 'reports', label: texts.reports, content: () => <ReportList /> },
          { value: 'withheld', label: texts.withheld, content: () => <WithheldList /> },
        ]}
      />
    </div>
  );
}
