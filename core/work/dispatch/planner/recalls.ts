import type { PlanFacts, ReadyTask } from './planInput.ts';
import { doneAfterSeconds, occupy, type PlannedBackend, runSeconds } from './plannedBackend.ts';

/** A prefetched task to take off its backend, so that the next plan gives it to an idle one. */
export interface PlannedRecall {
  taskId: string;
  attempt: number;
  backendId: string;
}

/**
 * A recall costs an answer of the backend and another plan. A smaller gain is not worth it, and estimates are not
 * that exact.
 */
export const worthRecallingSeconds = 2;

/**
 * A task with so many attempts stays where it is. The next plan may see the pool differently and prefetch it again,
 * so without a bound it could go back and forth for as long as the work before it takes.
 */
const mostAttempts = 5;

/**
 * A task was prefetched because its backend should have been done soon. If that takes longer and another backend is
 * idle, the task is taken back if it would have its result sooner there. An idle backend is promised to one task at a
 * time, the oldest first, after the plan's own assignments.
 * @param candidates as the plan leaves them; promises are added to them.
 */
export function planRecalls(
  { prefetched = [] }: Pick<PlanFacts, 'prefetched'>,
  candidates: readonly PlannedBackend[],
): PlannedRecall[] {
  const byAge = prefetched.toSorted(
    (a, b) => Number(b.isRecalled) - Number(a.isRecalled) || a.task.createdAtMs - b.task.createdAtMs,
  );
  const recalls: PlannedRecall[] = [];
  for (const { task, backendId, beginsAfterSeconds, isRecalled } of byAge) {
    if (!isRecalled && task.attempt >= mostAttempts) continue;
    const [idle] = candidates
      .filter((candidate) => isIdleFor(candidate, task))
      .sort((a, b) => doneAfterSeconds(a, task) - doneAfterSeconds(b, task));
    const waitsOn = candidates.find(({ backend }) => backend.id === backendId);
    if (!idle || !waitsOn) continue;
    const thereSeconds = beginsAfterSeconds + runSeconds(waitsOn.backend, task);
    if (!isRecalled && doneAfterSeconds(idle, task) + worthRecallingSeconds > thereSeconds) continue;
    occupy(idle, task);
    if (!isRecalled) recalls.push({ taskId: task.id, attempt: task.attempt, backendId });
  }
  return recalls;
}

const isIdleFor = ({ backend, free, isBusy }: PlannedBackend, { runsOn, failedOn }: ReadyTask): boolean =>
  !isBusy && free.length > 0 && runsOn.has(backend.id) && !failedOn.has(backend.id);
