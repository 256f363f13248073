import type { TaskStatusView, TaskView } from '@star-graph/contract/tasks/tasks';
import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { FilterChips } from '@star-graph/ui/layout/FilterChips.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { formatCredits, formatDuration } from '@star-graph/ui/texts/formats';
import { isOpen } from '@star-graph/workflows/shared/taskStatuses';
import { ListChecks } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import type { LiveTasks } from '../../data/applyEvent.ts';
import { liveTasks, usePaused } from '../../data/live.ts';
import { describeProblem } from '../../data/problemText.ts';
import { usePages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import './queue.css';
import { TaskRow } from './TaskRow.tsx';
import { texts } from './texts.ts';

type Filter = 'open' | 'done' | 'failed' | 'cancelled';
const statuses: Record<Filter, readonly TaskStatusView[]> = {
  open: ['queued', 'assigned', 'running'],
  done: ['succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
};

/** What waits, what failed and what it cost: everything that a person asked for, newest first, as it happens. */
export function QueueView() {
  const [filter, setFilter] = useState<Filter>();
  // The open ones are all known live; the API filters by one status.
  const asked = filter === undefined || filter === 'open' ? undefined : statuses[filter][0];
  const pages = usePages(
    (page, signal) =>
      api.listTasks({ query: { ...page, limit: 30, ...(asked && { status: asked }) } }, { signal }),
    [asked],
  );
  const tasks = useMemo(
    () =>
      mergeTasks(pages.items, liveTasks.value).filter(
        ({ status }) => !filter || statuses[filter].includes(status),
      ),
    [pages.items, liveTasks.value, filter],
  );
  const isPaused = usePaused();
  return (
    <div class="queue">
      <PageHead title={texts.title}>{isPaused ? texts.paused : <Standing />}</PageHead>
      <FilterChips
        label={texts.filter}
        single
        options={(['open', 'done', 'failed', 'cancelled'] as const).map((value) => ({
          value,
          label: texts[value],
        }))}
        values={filter ? [filter] : []}
        onChange={([chosen]) => setFilter(chosen)}
      />
      <ul class="queue-list" aria-busy={pages.state === 'loading'}>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} preview={liveTasks.value.get(task.id)?.preview} />
        ))}
        {pages.state === 'loading' && tasks.length === 0 && <RowSkeletons />}
      </ul>
      {pages.state === 'ready' && tasks.length === 0 && !pages.hasMore && (
        <EmptyState
          icon={ListChecks}
          title={filter ? texts.emptyFiltered : texts.emptyTitle}
          action={<LinkButton href="/create">{texts.create}</LinkButton>}
        >
          {texts.empty}
        </EmptyState>
      )}
      {pages.state === 'failed' && (
        <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: pages.loadMore }}>
          {describeProblem(pages.error)}
        </ErrorState>
      )}
      <LoadMore auto hasMore={pages.hasMore} busy={pages.state === 'loading'} onLoad={pages.loadMore} />
    </div>
  );
}

/** How long all of it will take, and what is set aside for it. */
function Standing() {
  const open = [...liveTasks.value.values()].map(({ task }) => task).filter(({ status }) => isOpen(status));
  if (open.length === 0) return null;
  const running = open.filter(({ status }) => status === 'running').length;
  const last = Math.max(...open.map(({ progress }) => progress.etaSeconds ?? Number.NaN));
  const reserved = open.reduce((sum, { cost, payer }) => (payer ? sum : sum + cost), 0);
  const parts = [
    running > 0 && texts.workingNow(running),
    open.length > running && texts.waitingNow(open.length - running),
    !Number.isNaN(last) && texts.lastReady(formatDuration(last)),
    reserved > 0 && texts.reserved(formatCredits(reserved)),
  ];
  return <span role="status">{parts.filter(Boolean).join(' · ')}</span>;
}

/** The listed tasks in their live state, and before them those that are too new to be listed. */
function mergeTasks(listed: readonly TaskView[], live: LiveTasks): TaskView[] {
  const known = new Set(listed.map(({ id }) => id));
  const fresh = [...live.values()].map(({ task }) => task).filter(({ id }) => !known.has(id));
  const merged = [...fresh, ...listed.map((task) => live.get(task.id)?.task ?? task)];
  return merged.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
}

function RowSkeletons() {
  return (
    <>
      {[1, 2, 3, 4].map((row) => (
        <li class="queue-row" key={row}>
          <Skeleton width="56px" height="56px" />
          <div class="queue-words">
            <Skeleton width="40%" />
            <Skeleton width="75%" />
          </div>
        </li>
      ))}
    </>
  );
}
