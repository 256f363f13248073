import { Search } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
import { Tabs } from '../../../../../ui/layout/Tabs.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { FoundTask } from './FoundTask.tsx';
import { loadQueue } from './loadQueue.ts';
import { PauseButton } from './PauseButton.tsx';
import { SharesTable } from './SharesTable.tsx';
import { texts } from './texts.ts';
import { WaitingTable } from './WaitingTable.tsx';
import { WorkingTable } from './WorkingTable.tsx';

/** How often the queue is asked anew while it is in view. */
const refreshMs = 3_000;
const wholeId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What waits and what runs, and who comes next and why. */
export function QueueView() {
  const asked = useRoute().query.search ?? '';
  const [tab, setTab] = useState('waiting');
  const [typed, setTyped] = useState(asked);
  // Servers lead here for another task while the view is open.
  useEffect(() => setTyped(asked), [asked]);
  const queue = useResource(loadQueue, []);
  const { value, reload } = queue;
  useTimer(reload, refreshMs);
  const search = typed.trim();
  const isId = wholeId.test(search);
  const count = (list: readonly unknown[] | undefined) => (list ? { count: list.length } : {});
  return (
    <div class="admin-stack">
      <PageHead
        title={texts.title}
        actions={value && <PauseButton isPaused={value.paused} onChanged={reload} />}
      >
        {texts.intro}
      </PageHead>
      {value?.paused && (
        <p class="admin-note" role="status">
          {texts.paused}
        </p>
      )}
      <TextField
        label={texts.search}
        placeholder={texts.search}
        type="search"
        icon={Search}
        value={typed}
        onChange={setTyped}
        clearLabel={texts.clear}
      />
      {queue.state === 'failed' && <LoadFailure error={queue.error} onRetry={reload} />}
      {isId && (
        <FoundTask
          id={search.toLowerCase()}
          nameServer={(id) => value?.nameServer(id) ?? ''}
          onChanged={reload}
          onClose={() => setTyped('')}
        />
      )}
      {!isId && (value || queue.state === 'loading') && (
        <Tabs
          label={texts.title}
          value={tab}
          onChange={setTab}
          items={[
            {
              value: 'waiting',
              label: texts.waiting,
              ...count(value?.waiting),
              content: () => <WaitingTable queue={value} search={search} onChanged={reload} />,
            },
            {
              value: 'working',
              label: texts.working,
              ...count(value?.working),
              content: () => <WorkingTable queue={value} search={search} onChanged={reload} />,
            },
            { value: 'shares', label: texts.shares, content: () => <SharesTable shares={value?.shares} /> },
          ]}
        />
      )}
    </div>
  );
}
