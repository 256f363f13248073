import type { Clock } from '../../../ground/runtime/clock.ts';
import type { ProgressBus, ProgressSource } from '../../events/progressBus.ts';
import type { WaitEstimate } from '../planner/plan.ts';
import type { UnbegunAttempt } from '../planner/planInput.ts';
import type { TaskIndex } from '../planner/taskIndex.ts';
import type { QueuedTask } from './knownTasks.ts';

/** Shows people the places of their waiting tasks. */
export interface EstimatePublisher {
  /** Whether it is time to show estimates again. */
  isDue(): boolean;
  /**
   * Shows the changed estimates; does nothing before it is due.
   * @param unbegun tasks that backends hold and have not begun: the first in line.
   */
  show(
    waiting: readonly Pick<WaitEstimate, 'taskId' | 'queuePosition' | 'etaSeconds'>[],
    tasks: Pick<TaskIndex<QueuedTask>, 'find'>,
    unbegun: readonly UnbegunAttempt[],
  ): void;
}

const intervalMs = 2_000;

export function createEstimatePublisher(deps: {
  clock: Pick<Clock, 'monotonicMs'>;
  progress: ProgressBus;
}): EstimatePublisher {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let shown = new Map<string, string>();
  const isDue = () => deps.clock.monotonicMs() - shownAtMs >= intervalMs;
  return {
    isDue,
    show(waiting, tasks, unbegun) {
      if (!isDue()) return;
      shownAtMs = deps.clock.monotonicMs();
      const next = new Map<string, string>();
      const showOne = (source: ProgressSource, queuePosition: number, etaSeconds: number | undefined) => {
        const { taskId, attempt } = source;
        const text = `${attempt} ${queuePosition} ${etaSeconds}`;
        next.set(taskId, text);
        if (shown.get(taskId) === text) return;
        const eta = etaSeconds === undefined ? {} : { etaSeconds };
        deps.progress.publish(source, { percent: 0, queuePosition, ...eta });
      };
      const first = unbegun
        .filter(({ isRecalled }) => !isRecalled)
        .toSorted((a, b) => a.beginsAfterSeconds - b.beginsAfterSeconds);
      for (const [index, { taskId, attempt, userId, apiKeyId, ...at }] of first.entries()) {
        const etaSeconds = at.isGuess ? undefined : Math.ceil(at.readyAfterSeconds);
        showOne({ taskId, userId, apiKeyId, attempt }, index + 1, etaSeconds);
      }
      for (const { taskId, queuePosition, etaSeconds } of waiting) {
        const task = tasks.find(taskId);
        if (!task) continue;
        const { userId, apiKeyId, attempt } = task;
        showOne({ taskId, userId, apiKeyId, attempt }, first.length + queuePosition, etaSeconds);
      }
      shown = next;
    },
  };
}
