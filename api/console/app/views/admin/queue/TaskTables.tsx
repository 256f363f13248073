import type { AdminTaskView } from '@star-graph/contract/admin/adminTasks';
import type { QueuedTaskView } from '@star-graph/contract/admin/queue';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { StateChip } from '@star-graph/ui/feedback/StateChip.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { formatDuration, formatExact } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Cpu, ListOrdered } from 'lucide';
import type { ComponentChildren, ComponentProps } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { PersonName } from '../people/PersonName.tsx';
import { type DeskQueue, isSought } from './loadQueue.ts';
import { TaskActs } from './TaskActs.tsx';
import { explainReason, texts } from './texts.ts';

interface Props {
  queue: DeskQueue | undefined;
  search: string;
  /** What it finds behind the front is on its way. */
  isSeeking: boolean;
  onChanged(): void;
}

export function WaitingTable(props: Props) {
  const { queue, search } = props;
  const isUnplanned = queue !== undefined && queue.counts.waiting > 0;
  return (
    <TaskTable
      {...props}
      label={texts.waiting}
      tasks={queue?.waiting}
      columns={useWaitingColumns(queue)}
      workflowOf={({ workflow }) => workflow}
      empty={
        search ? (
          <EmptyState icon={ListOrdered} title={texts.noneSo} />
        ) : (
          <EmptyState icon={ListOrdered} title={isUnplanned ? texts.unplanned : texts.nothingWaits}>
            {isUnplanned ? texts.unplannedWords : texts.nothingWaitsWords}
          </EmptyState>
        )
      }
      title={nameTask}
      acts={({ id, movedAt }) => ({ id, isMoved: movedAt !== undefined })}
      facts={({ userId, backendId, reason, etaSeconds, createdAt, movedAt }) => [
        [texts.person, <PersonName key="person" id={userId} />],
        [texts.where, queue?.nameServer(backendId)],
        [texts.why, reason && explainReason(reason)],
        [texts.eta, etaSeconds === undefined ? undefined : formatDuration(etaSeconds)],
        [texts.since, formatExact(createdAt)],
        [texts.movedAt, movedAt && formatExact(movedAt)],
      ]}
    />
  );
}

export function WorkingTable(props: Props) {
  const { queue, search } = props;
  return (
    <TaskTable
      {...props}
      label={texts.working}
      tasks={queue?.working}
      columns={useWorkingColumns(queue)}
      workflowOf={({ workflow }) => workflow.name}
      empty={<EmptyState icon={Cpu} title={search ? texts.noneSo : texts.nothingWorks} />}
      title={({ workflow }) => nameWorkflow(workflow.name)}
      acts={({ id, attempt }) => ({ id, attempt })}
      facts={({ status, userId, backendId, createdAt }) => [
        [texts.state, <StateChip key="state" state={status} />],
        [texts.person, <PersonName key="person" id={userId} />],
        [texts.where, queue?.nameServer(backendId)],
        [texts.since, formatExact(createdAt)],
      ]}
    />
  );
}

type OfQueue = QueuedTaskView | AdminTaskView;

interface TaskTableProps<Task extends OfQueue> extends Props {
  label: string;
  tasks: readonly Task[] | undefined;
  columns: readonly Column<Task>[];
  workflowOf(task: Task): string;
  empty: ComponentChildren;
  title(task: Task): string;
  facts(task: Task): ComponentProps<typeof Facts>['facts'];
  acts(task: Task): ComponentProps<typeof TaskActs>['task'];
}

/** Tasks that the search finds; one opens in a drawer with what can be done about it. */
function TaskTable<Task extends OfQueue>(props: TaskTableProps<Task>) {
  const {
    queue,
    search,
    isSeeking,
    onChanged,
    label,
    tasks,
    columns,
    workflowOf,
    empty,
    title,
    facts,
    acts,
  } = props;
  const [openId, setOpenId] = useState<string>();
  const open = tasks?.find(({ id }) => id === openId);
  const rows = tasks?.filter((task) =>
    isSought(
      { ...task, workflow: workflowOf(task), server: queue?.nameServer(task.backendId) ?? '' },
      search,
    ),
  );
  const close = () => setOpenId(undefined);
  return (
    <>
      <Table
        label={label}
        columns={columns}
        rows={rows?.length === 0 && isSeeking ? undefined : rows}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId}
        empty={empty}
      />
      <Drawer open={open !== undefined} onClose={close} title={open ? title(open) : ''}>
        {open && (
          <>
            <Facts facts={[...facts(open), ['ID', open.id]]} />
            <TaskActs key={open.id} task={acts(open)} onChanged={onChanged} onClose={close} />
          </>
        )}
      </Drawer>
    </>
  );
}

const personColumn = <Task extends OfQueue>(): Column<Task> => ({
  key: 'person',
  title: texts.person,
  cell: ({ userId }) => <PersonName id={userId} />,
});

const whereColumn = <Task extends OfQueue>(queue: DeskQueue | undefined): Column<Task> => ({
  key: 'where',
  title: texts.where,
  cell: ({ backendId }) => backendId && <span dir="auto">{queue?.nameServer(backendId)}</span>,
});

const sinceColumn = <Task extends OfQueue>(): Column<Task> => ({
  key: 'since',
  title: texts.since,
  cell: ({ createdAt }) => <Time at={createdAt} />,
});

const plannedColumns = (queue: DeskQueue | undefined): Column<QueuedTaskView>[] => [
  whereColumn(queue),
  {
    key: 'why',
    title: texts.why,
    wideOnly: true,
    cell: ({ reason }) => reason && explainReason(reason),
  },
  {
    key: 'eta',
    title: texts.eta,
    align: 'end',
    width: '14ch',
    cell: ({ etaSeconds }) => (etaSeconds === undefined ? '' : formatDuration(etaSeconds)),
  },
];

const nameTask = ({ queuePosition, workflow }: QueuedTaskView): string =>
  `${queuePosition}. ${nameWorkflow(workflow)}`;

function useWaitingColumns(queue: DeskQueue | undefined) {
  return useMemo(
    (): Column<QueuedTaskView>[] => [
      { key: 'task', title: texts.task, cell: nameTask },
      personColumn(),
      // Nobody knows where and when, while the queue is paused; there is then room for since when.
      ...(queue?.paused ? [sinceColumn<QueuedTaskView>()] : plannedColumns(queue)),
    ],
    [texts.task, queue],
  );
}

function useWorkingColumns(queue: DeskQueue | undefined) {
  return useMemo(
    (): Column<AdminTaskView>[] => [
      { key: 'task', title: texts.task, cell: ({ workflow }) => nameWorkflow(workflow.name) },
      { key: 'state', title: texts.state, cell: ({ status }) => <StateChip state={status} /> },
      personColumn(),
      whereColumn(queue),
      { ...sinceColumn<AdminTaskView>(), wideOnly: true },
    ],
    [texts.task, queue],
  );
}
