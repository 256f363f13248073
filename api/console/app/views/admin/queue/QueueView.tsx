import { useState } from 'preact/hooks';
import { Chip } from '../../../../../ui/feedback/Chip.tsx';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
import { Tabs } from '../../../../../ui/layout/Tabs.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { loadQueue } from './loadQueue.ts';
import { SharesTable } from './SharesTable.tsx';
import { texts } from './texts.ts';
import { WaitingTable } from './WaitingTable.tsx';
import { WorkingTable } from './WorkingTable.tsx';

/** How often the queue is asked anew while it is in view. */
const refreshMs = 3_000;

/** What waits and what runs, and who comes next and why. */
export function QueueView() {
  const [tab, setTab] = useState('waiting');
  const queue = useResource(loadQueue, []);
  const { value, reload } = queue;
  useTimer(reload, refreshMs);
  const count = (list: readonly unknown[] | undefined) => (list ? { count: list.length } : {});
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {value?.paused && (
        <div class="admin-row">
          <Chip tone="warn">{texts.paused}</Chip>
        </div>
      )}
      {queue.state === 'failed' && <LoadFailure error={queue.error} onRetry={reload} />}
      {(value || queue.state === 'loading') && (
        <Tabs
          label={texts.title}
          value={tab}
          onChange={setTab}
          items={[
            {
              value: 'waiting',
              label: texts.waiting,
              ...count(value?.waiting),
              content: () => <WaitingTable queue={value} onChanged={reload} />,
            },
            {
              value: 'working',
              label: texts.working,
              ...count(value?.working),
              content: () => <WorkingTable queue={value} onChanged={reload} />,
            },
            { value: 'shares', label: texts.shares, content: () => <SharesTable shares={value?.shares} /> },
          ]}
        />
      )}
    </div>
  );
}
