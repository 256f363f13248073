import type { AdminTaskView } from '@star-graph/contract/admin/adminTasks';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { StateChip } from '@star-graph/ui/feedback/StateChip.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Cpu } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { PersonName } from '../people/PersonName.tsx';
import { type DeskQueue, isSought } from './loadQueue.ts';
import { TaskActs } from './TaskActs.tsx';
import { texts } from './texts.ts';

interface Props {
  queue: DeskQueue | undefined;
  search: string;
  /** What it finds behind the front is on its way. */
  isSeeking: boolean;
  onChanged(): void;
}

export function WorkingTable({ queue, search, isSeeking, onChanged }: Props) {
  const [openId, setOpenId] = useState<string>();
  const columns = useColumns(queue);
  const open = queue?.working.find(({ id }) => id === openId);
  const rows = queue?.working.filter((task) =>
    isSought({ ...task, workflow: task.workflow.name, server: queue.nameServer(task.backendId) }, search),
  );
  const close = () => setOpenId(undefined);
  return (
    <>
      <Table
        label={texts.working}
        columns={columns}
        rows={rows?.length === 0 && isSeeking ? undefined : rows}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId}
        empty={<EmptyState icon={Cpu} title={search ? texts.noneSo : texts.nothingWorks} />}
      />
      <Drawer open={open !== undefined} onClose={close} title={open ? nameWorkflow(open.workflow.name) : ''}>
        {queue && open && (
          <>
            <Facts
              facts={[
                [texts.state, <StateChip key="state" state={open.status} />],
                [texts.person, <PersonName key="person" id={open.userId} />],
                [texts.where, queue.nameServer(open.backendId)],
                [texts.since, formatExact(open.createdAt)],
                ['ID', open.id],
              ]}
            />
            <TaskActs
              key={open.id}
              task={{ id: open.id, attempt: open.attempt }}
              onChanged={onChanged}
              onClose={close}
            />
          </>
        )}
      </Drawer>
    </>
  );
}

function useColumns(queue: DeskQueue | undefined) {
  return useMemo(
    (): Column<AdminTaskView>[] => [
      { key: 'task', title: texts.task, cell: ({ workflow }) => nameWorkflow(workflow.name) },
      { key: 'state', title: texts.state, cell: ({ status }) => <StateChip state={status} /> },
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
        key: 'since',
        title: texts.since,
        wideOnly: true,
        cell: ({ createdAt }) => <Time at={createdAt} />,
      },
    ],
    [texts.task, queue],
  );
}
