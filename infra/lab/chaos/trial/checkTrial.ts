import type { Database } from '@star-graph/core/ground/db/connect';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { checkBackends } from './checkBackends.ts';
import { checkCredits } from './checkCredits.ts';
import type { CheckInput, TaskRow } from './checkInput.ts';
import type { TrialHistory } from './history.ts';

/**
 * Compares the history of a trial with the platform's rows. Called when everything is settled and every process runs.
 * @returns the faults in sentences; none for a green trial.
 */
export async function checkTrial(input: CheckInput): Promise<string[]> {
  const { cluster, history, userId } = input;
  const tasks = await listTasks(cluster.db, userId);
  return [
    ...history.violations,
    ...cluster.takeFaults(),
    ...checkAcceptances(input, tasks),
    ...checkEnds(history, tasks),
    ...checkSightings(input, tasks),
    ...(await checkEvents(cluster.db, tasks)),
    ...(await checkLeftovers(cluster.db)),
    ...(await checkCredits(cluster.db, userId, tasks)),
    ...(await checkBackends(input)),
  ];
}

export const listTasks = (db: Database, userId: string): Promise<TaskRow[]> =>
  db('tasks')
    .where({ userId })
    .select('id', 'type', 'status', 'cost', 'cancelCharge', 'attempt', 'failures', 'cached')
    .select({ errorCode: db.raw("JSON_VALUE(error, '$.code')") })
    .orderBy('id');

/** Every planned request is one task, however often it was sent, and every task was reported to a client. */
function checkAcceptances({ plan, history }: CheckInput, tasks: readonly TaskRow[]): string[] {
  const faults: string[] = [];
  const accepted = new Map<string, number>();
  for (const index of plan.tasks.keys()) {
    const ids = new Set(history.acceptances.filter((one) => one.index === index).map(({ taskId }) => taskId));
    if (ids.size !== 1) faults.push(`planned task ${index} became ${ids.size} tasks: ${[...ids].join(', ')}`);
    for (const id of ids) {
      if (accepted.has(id)) faults.push(`planned tasks ${accepted.get(id)} and ${index} are one task ${id}`);
      accepted.set(id, index);
    }
  }
  for (const { id } of tasks)
    if (!accepted.delete(id)) faults.push(`task ${id} was accepted and never told of`);
  for (const id of accepted.keys()) faults.push(`task ${id} was accepted and is not in the table`);
  return faults;
}

function checkEnds({ cancellations }: TrialHistory, tasks: readonly TaskRow[]): string[] {
  return tasks.flatMap(({ id, status, failures }) => {
    const answers = cancellations.filter(({ taskId }) => taskId === id).map((one) => one.status);
    const faults: string[] = [];
    if (!isTerminal(status)) faults.push(`task ${id} is ${status}`);
    if (answers.includes(200) && status !== 'cancelled')
      faults.push(`task ${id} was cancelled and is ${status}`);
    if (answers.includes(409) && status === 'cancelled')
      faults.push(`task ${id} refused its cancellation and is cancelled`);
    if (status === 'cancelled' && answers.length === 0)
      faults.push(`task ${id} is cancelled and nobody asked`);
    // All requests of a plan are sound: only the third fault of a backend may end one.
    if (status === 'failed' && failures < 3) faults.push(`task ${id} failed after ${failures} faults`);
    return faults;
  });
}

/** Every end was reported on the socket, and by server-sent events to their followers. No other end was reported. */
function checkSightings({ plan, history }: CheckInput, tasks: readonly TaskRow[]): string[] {
  const indexes = new Map(history.acceptances.map(({ taskId, index }) => [taskId, index]));
  return tasks.flatMap(({ id, status }) => {
    const told = history.sightings.filter(({ taskId }) => taskId === id);
    const faults = told
      .filter((sighting) => sighting.status !== status)
      .map((sighting) => `task ${id} is ${status}, and ${sighting.via} said ${sighting.status}`);
    if (!told.some(({ via }) => via === 'stomp'))
      faults.push(`the end of task ${id} was never told by STOMP`);
    const isFollowed = plan.tasks[indexes.get(id) ?? -1]?.isFollowed;
    if (isFollowed && !told.some(({ via }) => via === 'sse'))
      faults.push(`the end of task ${id} was never told by server-sent events`);
    return faults;
  });
}

const eventOf: Readonly<Record<string, string>> = {
  succeeded: 'task_completed',
  failed: 'task_failed',
  cancelled: 'task_cancelled',
};

async function checkEvents(db: Database, tasks: readonly TaskRow[]): Promise<string[]> {
  const rows: { taskId: string; type: string; sentAt: Date | null }[] = await db('outbox')
    .whereIn(
      'taskId',
      tasks.map(({ id }) => id),
    )
    .orderBy('id')
    .select('taskId', 'type', 'sentAt');
  return tasks.flatMap(({ id, status }) => {
    const events = rows.filter(({ taskId }) => taskId === id);
    const ends = events.filter(({ type }) => Object.values(eventOf).includes(type)).map(({ type }) => type);
    const faults: string[] = [];
    if (ends.join() !== eventOf[status])
      faults.push(`task ${id} is ${status}, its events of an end: ${ends.join()}`);
    if (events[0]?.type !== 'task_created')
      faults.push(`the first event of task ${id} is ${events[0]?.type}`);
    if (events.some(({ sentAt }) => sentAt === null)) faults.push(`an event of task ${id} was not published`);
    return faults;
  });
}

async function checkLeftovers(db: Database): Promise<string[]> {
  const slots: { backendId: string; slot: number; taskId: string }[] = await db('slots').select();
  const attempts: { taskId: string; attempt: number; state: string }[] = await db('attempts')
    .whereNot({ state: 'ended' })
    .select('taskId', 'attempt', 'state');
  return [
    ...slots.map(
      ({ backendId, slot, taskId }) => `slot ${slot} of backend ${backendId} is left with task ${taskId}`,
    ),
    ...attempts.map(({ taskId, attempt, state }) => `attempt ${attempt} of task ${taskId} is left ${state}`),
  ];
}
