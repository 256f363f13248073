import type { QueueShareView } from '@star-graph/contract/admin/queue';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { Tabs } from '@star-graph/ui/layout/Tabs.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { Search, Users } from 'lucide';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { FoundTask } from './FoundTask.tsx';
import { type DeskQueue, loadQueue, loadSought } from './loadQueue.ts';
import { PauseButton } from './PauseButton.tsx';
import { WaitingTable, WorkingTable } from './TaskTables.tsx';
import { texts } from './texts.ts';

/** How often the queue is asked anew while it is in view. */
const refreshMs = 3_000;
/** How often a search is, which reads more. */
const searchAgainMs = 10_000;
/** How long a search waits for the next letter. */
const typingPauseMs = 250;
const wholeId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What waits and what runs, and who comes next and why. */
export function QueueView() {
  const asked = useRoute().query.search ?? '';
  const [tab, setTab] = useState('waiting');
  const [typed, setTyped] = useState(asked);
  // Servers lead here for another task while the view is open.
  useEffect(() => setTyped(asked), [asked]);
  const search = typed.trim();
  const isId = wholeId.test(search);
  const { queue, sought, isSeeking, reload } = useQueue(isId ? '' : search);
  // The front is searched at once, and the rest when it has come.
  const value = queue.value && { ...queue.value, ...sought.value };
  const more = value && value.counts.waiting - value.waiting.length;
  const table = { queue: value, search, isSeeking, onChanged: reload };
  const count = (of: 'waiting' | 'working') => (value ? { count: value.counts[of] } : {});
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
      {(queue.state === 'failed' || sought.state === 'failed') && (
        <LoadFailure error={queue.error ?? sought.error} onRetry={reload} />
      )}
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
              ...count('waiting'),
              content: () => (
                <div class="admin-stack">
                  <WaitingTable {...table} />
                  {more !== undefined && more > 0 && value?.waiting.length !== 0 && (
                    <p class="admin-quiet">{texts.more(more)}</p>
                  )}
                </div>
              ),
            },
            {
              value: 'working',
              label: texts.working,
              ...count('working'),
              content: () => <WorkingTable {...table} />,
            },
            { value: 'shares', label: texts.shares, content: () => <SharesTable shares={value?.shares} /> },
          ]}
        />
      )}
    </div>
  );
}

/** The queue as it is now, and what a search of it looks through. */
function useQueue(search: string) {
  const [settled, setSettled] = useState(search);
  useEffect(() => {
    const pause = setTimeout(() => setSettled(search), typingPauseMs);
    return () => clearTimeout(pause);
  }, [search]);
  const queue = useResource<DeskQueue>(loadQueue, []);
  const sought = useResource(
    async (signal) => (settled === '' ? undefined : loadSought(settled, signal)),
    [settled],
  );
  useTimer(queue.reload, refreshMs);
  useTimer(sought.reload, searchAgainMs);
  const reload = useCallback(() => {
    queue.reload();
    sought.reload();
  }, [queue.reload, sought.reload]);
  const isSeeking = settled !== search || sought.state === 'loading';
  return { queue, sought, isSeeking, reload };
}

/** What GPU time people got, by which the next ones are chosen. */
function SharesTable({ shares }: { shares: readonly QueueShareView[] | undefined }) {
  const columns = useMemo(
    (): Column<QueueShareView>[] => [
      {
        key: 'person',
        title: texts.person,
        cell: ({ username, userId }) => <span dir="auto">{username ?? userId}</span>,
      },
      { key: 'queued', title: texts.queued, align: 'end', cell: ({ queued }) => queued },
      { key: 'weight', title: texts.weight, align: 'end', cell: ({ weight }) => weight },
      {
        key: 'ahead',
        title: texts.ahead,
        align: 'end',
        cell: ({ aheadSeconds }) => formatDuration(aheadSeconds),
      },
      {
        key: 'turn',
        title: texts.turn,
        cell: ({ comesFirst, heldBack }) => {
          if (heldBack) return <Chip tone="warn">{texts.heldBack}</Chip>;
          return comesFirst && <Chip tone="good">{texts.comesFirst}</Chip>;
        },
      },
    ],
    [texts.person],
  );
  return (
    <Table
      label={texts.shares}
      columns={columns}
      rows={shares}
      rowKey={({ userId }) => userId}
      empty={<EmptyState icon={Users} title={texts.nobody} />}
    />
  );
}
