import type { QueuedTaskView } from '@star-graph/contract/admin/queue';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { formatDuration, formatExact } from '@star-graph/ui/texts/formats';
import { ListOrdered } from 'lucide';
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

export function WaitingTable({ queue, search, isSeeking, onChanged }: Props) {
  const [openId, setOpenId] = useState<string>();
  const columns = useColumns(queue);
  const open = queue?.waiting.find(({ id }) => id === openId);
  const rows = queue?.waiting.filter((task) =>
    isSought({ ...task, server: queue.nameServer(task.backendId) }, search),
  );
  const isUnplanned = queue !== undefined && queue.counts.waiting > 0;
  const close = () => setOpenId(undefined);
  return (
    <>
      <Table
        label={texts.waiting}
        columns={columns}
        rows={rows?.length === 0 && isSeeking ? undefined : rows}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId}
        empty={
          search ? (
            <EmptyState icon={ListOrdered} title={texts.noneSo} />
          ) : (
            <EmptyState icon={ListOrdered} title={isUnplanned ? texts.unplanned : texts.nothingWaits}>
              {isUnplanned ? texts.unplannedWords : texts.nothingWaitsWords}
            </EmptyState>
          )
        }
      />
      <Drawer open={open !== undefined} onClose={close} title={open ? nameTask(open) : ''}>
        {queue && open && (
          <>
            <Facts
              facts={[
                [texts.person, <PersonName key="person" id={open.userId} />],
                [texts.where, queue.nameServer(open.backendId)],
                [texts.why, open.reason && explainReason(open.reason)],
                [texts.eta, open.etaSeconds === undefined ? undefined : formatDuration(open.etaSeconds)],
                [texts.since, formatExact(open.createdAt)],
                [texts.movedAt, open.movedAt && formatExact(open.movedAt)],
                ['ID', open.id],
              ]}
            />
            <TaskActs
              key={open.id}
              task={{ id: open.id, isMoved: open.movedAt !== undefined }}
              onChanged={onChanged}
              onClose={close}
            />
          </>
        )}
      </Drawer>
    </>
  );
}

const nameTask = ({ queuePosition, workflow }: QueuedTaskView): string =>
  `${queuePosition}. ${nameWorkflow(workflow)}`;

function useColumns(queue: DeskQueue | undefined) {
  return useMemo(
    (): Column<QueuedTaskView>[] => [
      { key: 'task', title: texts.task, cell: nameTask },
      {
        key: 'person',
        title: texts.person,
        cell: ({ userId }) => <PersonName id={userId} />,
      },
      {
        key: 'where',
        title: texts.where,
        cell: ({ backendId }) => <span dir="auto">{queue?.nameServer(backendId)}</span>,
      },
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
    ],
    [texts.task, queue],
  );
}
