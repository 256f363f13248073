import type { AdminTaskDetailView, AttemptView } from '@star-graph/contract/admin/adminTasks';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { StateChip } from '@star-graph/ui/feedback/StateChip.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { describeProblemView } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { PersonName } from '../people/PersonName.tsx';
import { TaskActs } from './TaskActs.tsx';
import { texts } from './texts.ts';

interface Props {
  id: string;
  nameServer(id: string | undefined): string;
  onChanged(): void;
  onClose(): void;
}

const refreshMs = 3_000;

/** A task that was sought by its id, wherever it is: also one that has ended, with what became of each attempt. */
export function FoundTask({ id, nameServer, onChanged, onClose }: Props) {
  const task = useResource((signal) => api.adminGetTask({ params: { id } }, { signal }), [id]);
  useTimer(task.reload, refreshMs);
  return (
    <Card title={texts.found}>
      {task.state === 'failed' && <LoadFailure error={task.error} onRetry={task.reload} />}
      {task.state === 'loading' && <Skeleton height="120px" />}
      {task.value && (
        <div class="admin-stack">
          <TaskFacts task={task.value} nameServer={nameServer} />
          {isOpen(task.value) && (
            <TaskActs
              task={{ id, ...(task.value.status !== 'queued' && { attempt: task.value.attempt }) }}
              onChanged={() => {
                task.reload();
                onChanged();
              }}
              onClose={onClose}
            />
          )}
        </div>
      )}
    </Card>
  );
}

const isOpen = ({ status }: AdminTaskDetailView): boolean =>
  status === 'queued' || status === 'assigned' || status === 'running';

/** Mostly the fault is in the words of the node that failed. */
const isSaidBy = (fault: string | undefined, failure: AttemptView['failure']): boolean =>
  failure !== undefined && fault?.includes(failure.message) === true;

function TaskFacts({ task, nameServer }: { task: AdminTaskDetailView } & Pick<Props, 'nameServer'>) {
  const { status, workflow, userId, backendId, createdAt, finishedAt, error, attempts } = task;
  return (
    <Facts
      facts={[
        [texts.state, <StateChip key="state" state={status} />],
        [texts.task, nameWorkflow(workflow.name)],
        [texts.person, <PersonName key="person" id={userId} />],
        [texts.where, nameServer(backendId)],
        [texts.cost, <Stars key="cost" amount={task.charged ?? task.cost} />],
        [texts.since, formatExact(createdAt)],
        [texts.ended, finishedAt && formatExact(finishedAt)],
        [texts.problem, error && describeProblemView(error)],
        ...attempts.map(
          ({ attempt, backendId: server, fault, failure, assignedAt }) =>
            [
              texts.attempt(attempt),
              [
                nameServer(server),
                formatExact(assignedAt),
                fault,
                isSaidBy(fault, failure) ? '' : failure?.message,
              ]
                .filter(Boolean)
                .join(' · '),
            ] as const,
        ),
      ]}
    />
  );
}
