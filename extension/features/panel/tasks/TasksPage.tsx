import type { EventView } from '@star-graph/api/contract/events';
import type { TaskQuery, TaskView } from '@star-graph/api/contract/tasks/tasks';
import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../../i18n/translate.ts';
import { Balance } from '../../../ui/Balance.tsx';
import type { PanelNews } from '../../messaging/protocol.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import type { Account } from '../../session/storedAccount.ts';
import { ConnectionLine } from '../ConnectionLine.tsx';
import { ProblemLine } from '../ProblemLine.tsx';
import { useAccount, useBalance, useNews } from '../useBackground.ts';
import { More } from './More.tsx';
import { Statement } from './Statement.tsx';
import { TaskItem } from './TaskItem.tsx';
import { bringsTask, emptyTaskList, reduceTasks } from './taskList.ts';

type Filter = Pick<TaskQuery, 'status' | 'type'>;

const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
const types = ['upscale', 'img2img', 'text2img', 'pose', 'text2video', 'img2video'] as const;

/** Every task of the account from every client, live. */
export function TasksPage() {
  const account = useAccount();
  if (account === undefined) return null;
  if (account === null)
    return (
      <main>
        <p>{translate('popupSignedOut')}</p>
        <button type="button" class="main" onClick={() => void browser.runtime.openOptionsPage()}>
          {translate('signIn')}
        </button>
      </main>
    );
  // Another person's list starts empty.
  return <AccountTasks key={`${account.baseUrl} ${account.user.id}`} account={account} />;
}

function AccountTasks({ account }: { account: Account }) {
  const balance = useBalance(account);
  const [filter, setFilter] = useState<Filter>({});
  const [isStatement, setStatement] = useState(false);
  const tasks = useTasks(filter, balance.refresh);
  return (
    <main>
      <div class="row spread">
        <h1>{translate('panelTitle')}</h1>
        <button type="button" onClick={() => setStatement(!isStatement)}>
          {translate(isStatement ? 'panelTitle' : 'statementTitle')}
        </button>
      </div>
      <div class="row spread">
        <Balance balance={balance.balance} />
        <ConnectionLine state={tasks.connection} />
      </div>
      <ProblemLine problem={balance.problem} />
      {isStatement ? <Statement /> : <TaskList tasks={tasks} filter={filter} onFilter={setFilter} />}
    </main>
  );
}

function useTasks(filter: Filter, onMoney: () => void) {
  const [list, dispatch] = useReducer(reduceTasks, emptyTaskList);
  const [problem, setProblem] = useState<ShownProblem>();
  const known = useRef(list);
  known.current = list;
  const turn = useRef(0);
  const load = useCallback(
    async (cursor?: string) => {
      if (cursor === undefined) turn.current += 1;
      const own = turn.current;
      try {
        const page = await background.listTasks({ ...filter, ...(cursor ? { cursor } : {}) });
        // The list was restarted meanwhile, perhaps with another filter.
        if (own !== turn.current) return;
        setProblem(undefined);
        dispatch({ kind: 'page', page, isFirst: cursor === undefined });
      } catch (error) {
        if (own === turn.current) setProblem(problemOf(error));
      }
    },
    [filter],
  );
  useEffect(() => void load(), [load]);
  const onNews = useCallback(
    (news: PanelNews) => {
      if (news.kind !== 'event') return;
      const { event } = news;
      // A snapshot: the stream could not resume, so the list may be outdated.
      const isBehind = event.type === 'state_snapshot' || bringsTask(known.current, event, filter);
      dispatch({ kind: 'event', event, filter });
      if (changesMoney(event)) onMoney();
      if (isBehind) void load();
    },
    [filter, load, onMoney],
  );
  const connection = useNews(onNews);
  const onDeleted = (taskId: string) => dispatch({ kind: 'outputsDeleted', taskId });
  return { ...list, problem, load, connection, onDeleted };
}

const changesMoney = (event: EventView): boolean =>
  event.type !== 'progress_update' && event.type !== 'task_started' && event.type !== 'task_queued';

interface TaskListProps {
  tasks: ReturnType<typeof useTasks>;
  filter: Filter;
  onFilter(filter: Filter): void;
}

function TaskList({ tasks, filter, onFilter }: TaskListProps) {
  return (
    <>
      <div class="row">
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
      <ul class="tasks">
        {tasks.items.map((task: TaskView) => (
          <TaskItem key={task.id} task={task} onDeleted={() => tasks.onDeleted(task.id)} />
        ))}
      </ul>
      {tasks.isLoaded && tasks.items.length === 0 && <p class="faint">{translate('noTasks')}</p>}
      {tasks.nextCursor && (
        <More key={tasks.nextCursor} onSeen={() => void tasks.load(tasks.nextCursor ?? undefined)} />
      )}
    </>
  );
}

type ChoiceValue = (typeof statuses)[number] | (typeof types)[number];

function Choice<Value extends ChoiceValue>(props: {
  label: string;
  value: string | undefined;
  options: readonly Value[];
  onChoose(value: Value | undefined): void;
}) {
  return (
    <select
      aria-label={props.label}
      style={{ width: 'auto' }}
      value={props.value ?? ''}
      onChange={(event) => props.onChoose(props.options.find((one) => one === event.currentTarget.value))}
    >
      <option value="">{translate('filterAll', props.label)}</option>
      {props.options.map((option) => (
        <option key={option} value={option}>
          {translate(`filter_${option}`)}
        </option>
      ))}
    </select>
  );
}
