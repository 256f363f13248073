import type { Clock } from '../clock.ts';
import type { ProgressBus } from '../events/progressBus.ts';
import type { WaitEstimate } from './plan.ts';
import type { QueuedTask } from './readySet.ts';

/** Shows people where their waiting tasks stand. */
export interface WaitDisplay {
  /** Whether enough time has passed since the last showing. */
  isDue(): boolean;
  /** Shows what changed since the last showing; does nothing before it is due. */
  show(waiting: readonly WaitEstimate[], tasks: ReadonlyMap<string, QueuedTask>): void;
}

const intervalMs = 2_000;

export function createWaitDisplay(deps: {
  clock: Pick<Clock, 'monotonicMs'>;
  progress: ProgressBus;
}): WaitDisplay {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let shown = new Map<string, string>();
  const isDue = () => deps.clock.monotonicMs() - shownAtMs >= intervalMs;
  return {
    isDue,
    show(waiting, tasks) {
      if (!isDue()) return;
      shownAtMs = deps.clock.monotonicMs();
      const next = new Map<string, string>();
      for (const { taskId, queuePosition, etaSeconds } of waiting) {
        const task = tasks.get(taskId);
        if (!task) continue;
        const text = `${queuePosition} ${etaSeconds}`;
        next.set(taskId, text);
        if (shown.get(taskId) === text) continue;
        const { userId, apiKeyId, attempt } = task;
        const eta = etaSeconds === undefined ? {} : { etaSeconds };
        deps.progress.publish({ taskId, userId, apiKeyId, attempt }, { percent: 0, queuePosition, ...eta });
      }
      shown = next;
    },
  };
}
