import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Tabs } from '@star-graph/ui/layout/Tabs.tsx';
import { formatList } from '@star-graph/ui/texts/formats';
import { useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { SettingHistory } from './SettingHistory.tsx';
import { SettingsForm } from './SettingsForm.tsx';
import { texts } from './texts.ts';
import { describeValue } from './values.ts';
import { WildcardsCard } from './WildcardsCard.tsx';

/** Limits, prices and switches: what is in force, who changed it, and what only a restart changes. */
export function SettingsView() {
  const [tab, setTab] = useState('inForce');
  const { state, value, error, put, reload } = useResource(
    (signal) => api.adminGetSettings({}, { signal }),
    [],
  );
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {state === 'failed' && <LoadFailure error={error} onRetry={reload} />}
      {state === 'loading' && <Skeleton height="320px" />}
      {value && value.ignored.length > 0 && (
        <div class="admin-row">
          <Chip tone="warn">{texts.ignored(formatList(value.ignored.map(({ name }) => name)))}</Chip>
        </div>
      )}
      {value && (
        <Tabs
          label={texts.title}
          value={tab}
          onChange={setTab}
          items={[
            {
              value: 'inForce',
              label: texts.inForce,
              content: () => (
                <div class="admin-stack">
                  <SettingsForm settings={value} onSaved={put} />
                  <WildcardsCard />
                </div>
              ),
            },
            {
              value: 'history',
              label: texts.history,
              content: () => <SettingHistory version={value.version} onReverted={put} />,
            },
            {
              value: 'fixed',
              label: texts.fixed,
              content: () => (
                <Card>
                  <p class="admin-quiet">{texts.fixedIntro}</p>
                  <Facts
                    facts={Object.entries(value.fixed).map(([name, fixed]) => [name, describeValue(fixed)])}
                  />
                </Card>
              ),
            },
          ]}
        />
      )}
    </div>
  );
}
