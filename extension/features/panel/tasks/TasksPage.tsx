import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton, SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { Images } from 'lucide';
import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import type { Account } from '../../session/storedAccount.ts';
import { BalanceLine } from '../BalanceLine.tsx';
import { ConnectionLine } from '../ConnectionLine.tsx';
import { Library } from '../Library.tsx';
import { ProblemLine } from '../ProblemLine.tsx';
import { SignedOut } from '../SignedOut.tsx';
import { useAccount, useBalance, useNews } from '../useBackground.ts';
import { useTaskNames } from '../useTaskNames.ts';
import { Statement } from './Statement.tsx';
import { TaskItem } from './TaskItem.tsx';
import { bringsTask, emptyTaskList, reduceTasks } from './taskList.ts';

const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
const types = ['upscale', 'img2img', 'text2img', 'pose', 'text2video', 'img2video'] as const;

interface Filter {
  status?: (typeof statuses)[number] | undefined;
  type?: (typeof types)[number] | undefined;
}

/** Every task of the account from every client, live. */
export function TasksPage() {
  const account = useAccount();
  if (account === undefined) return null;
  if (account === null) return <SignedOut />;
  // Another person's list starts empty.
  return <AccountTasks key={`${account.baseUrl} ${account.user.id}`} account={account} />;
}

type PanelView = 'tasks' | 'library' | 'statement';

function AccountTasks({ account }: { account: Account }) {
  const balance = useBalance(account);
  const [filter, setFilter] = useState<Filter>({});
  const [view, setView] = useState<PanelView>('tasks');
  const tasks = useTasks(filter, balance.refresh);
  return (
    <main>
      <header class="page-head">
        <h1 class="sg-hidden">{translate('panelTitle')}</h1>
        <Segmented
          label={translate('panelTitle')}
          options={[
            { value: 'tasks', label: translate('panelTitle') },
            { value: 'library', label: translate('libraryTitle') },
            { value: 'statement', label: translate('statementTitle') },
          ]}
          value={view}
          onChange={setView}
        />
        <div class="page-side">
          <BalanceLine balance={balance.balance} />
          <ConnectionLine state={tasks.connection} />
        </div>
      </header>
      <ProblemLine problem={balance.problem} />
      {view === 'statement' && <Statement />}
      {view === 'library' && <Library />}
      {view === 'tasks' && <TaskList tasks={tasks} filter={filter} onFilter={setFilter} />}
    </main>
  );
}

function useTasks(filter: Filter, onMoney: () => void) {
  const [list, dispatch] = useReducer(reduceTasks, emptyTaskList);
  const [problem, setProblem] = useState<ShownProblem>();
  const [isBusy, setBusy] = useState(false);
  const known = useRef(list);
  known.current = list;
  const turn = useRef(0);
  const isListening = useRef(false);
  const loads = useRef(new Set<EventView[]>());
  const load = useCallback(
    async (cursor?: string) => {
      if (cursor === undefined) turn.current += 1;
      const own = turn.current;
      const since: EventView[] = [];
      loads.current.add(since);
      setBusy(true);
      try {
        const page = await background.listTasks({ ...filter, ...(cursor ? { cursor } : {}) });
        // The list was restarted meanwhile, perhaps with another filter.
        if (own !== turn.current) return;
        setProblem(undefined);
        dispatch({ kind: 'page', page, isFirst: cursor === undefined, since, filter });
      } catch (error) {
        if (own === turn.current) setProblem(problemOf(error));
      } finally {
        loads.current.delete(since);
      }
      if (own === turn.current) setBusy(false);
    },
    [filter],
  );
  // Until the port is open, a list could miss what happens between its reading and the first news.
  useEffect(() => {
    if (isListening.current) void load();
  }, [load]);
  const connection = useNews((news) => {
    if (news.kind === 'listening') {
      isListening.current = true;
      void load();
    }
    if (news.kind !== 'event') return;
    const { event } = news;
    for (const since of loads.current) since.push(event);
    // A snapshot: the stream could not resume, so the list may be outdated.
    const isBehind = event.type === 'state_snapshot' || bringsTask(known.current, event, filter);
    dispatch({ kind: 'event', event, filter });
    if (changesMoney(event)) onMoney();
    if (isBehind) void load();
  });
  const onOutputs = (taskId: string, outputs: TaskView['outputs']) =>
    dispatch({ kind: 'outputs', taskId, outputs });
  return { ...list, problem, isBusy, load, connection, onOutputs };
}

const changesMoney = (event: EventView): boolean =>
  event.type !== 'progress_update' && event.type !== 'task_started' && event.type !== 'task_queued';

interface TaskListProps {
  tasks: ReturnType<typeof useTasks>;
  filter: Filter;
  onFilter(filter: Filter): void;
}

function TaskList({ tasks, filter, onFilter }: TaskListProps) {
  const nameTask = useTaskNames(tasks.items);
  return (
    <>
      <div class="filters">
        <Choice
          label={translate('filterStatus')}
          value={filter.status}
          options={statuses}
          onChoose={(status) => onFilter({ ...filter, status })}
        />
        <Choice
          label={translate('filterType')}
          value={filter.type}
          options={types}
          onChoose={(type) => onFilter({ ...filter, type })}
        />
      </div>
      <ProblemLine problem={tasks.problem} />
      {!tasks.isLoaded && !tasks.problem && <LoadingTasks />}
      <ul class="tasks" aria-busy={!tasks.isLoaded}>
        {tasks.items.map((task: TaskView) => (
          <TaskItem
            key={task.id}
            task={task}
            name={nameTask(task)}
            onOutputs={(outputs) => tasks.onOutputs(task.id, outputs)}
          />
        ))}
      </ul>
      {tasks.isLoaded && tasks.items.length === 0 && (
        <EmptyState icon={Images} title={translate('noTasks')}>
          {translate('noTasksHint')}
        </EmptyState>
      )}
      <LoadMore
        auto={!tasks.problem}
        hasMore={tasks.nextCursor !== null}
        busy={tasks.isBusy}
        onLoad={() => void tasks.load(tasks.nextCursor ?? undefined)}
      />
    </>
  );
}

const LoadingTasks = () => (
  <div class="tasks" aria-hidden="true">
    {[1, 2, 3].map((number) => (
      <div key={number} class="task">
        <Skeleton width="96px" height="96px" />
        <SkeletonText />
      </div>
    ))}
  </div>
);

type ChoiceValue = (typeof statuses)[number] | (typeof types)[number];

function Choice<Value extends ChoiceValue>(props: {
  label: string;
  value: Value | undefined;
  options: readonly Value[];
  onChoose(value: Value | undefined): void;
}) {
  return (
    <Select<Value | 'all'>
      label={props.label}
      value={props.value ?? 'all'}
      onChange={(chosen) => props.onChoose(chosen === 'all' ? undefined : chosen)}
      options={[
        { value: 'all', label: translate('filterAll', props.label) },
        ...props.options.map((value) => ({ value, label: translate(`filter_${value as ChoiceValue}`) })),
      ]}
    />
  );
}
