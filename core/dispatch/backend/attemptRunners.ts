import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { isContended, isDatabaseUnavailable } from '../../db/connect.ts';
import { pauseAfter } from '../../db/retryWrite.ts';
import { type AttemptSignals, Evicted, Recalled } from '../attempt/attempt.ts';
import { type Work, workKey } from '../attempt/takenSlots.ts';

/** The attempts on one backend that are under way in this process: one for each taken slot. */
export interface Runners {
  /** The taken slots as they were at `listedAtMs` (monotonic): begins what is new and ends what is over. */
  takeIn(works: readonly Work[], listedAtMs: number): void;
  cancel(taskId: string): void;
  /** What began is left to its own end: it may be what is stuck, or a result on its way to our storage. */
  evictWaiting(reason: string): void;
  /** Ends all of them and waits for that. */
  endAll(reason: Error): Promise<void>;
}

/**
 * Runs one attempt until it ended or broke off. `brokeOff`: how often it did before by a fault that was not the
 * database's.
 */
type Run = (work: Work, signals: AttemptSignals, noteStarted: () => void, brokeOff: number) => Promise<void>;

const longestPauseMs = 60_000;
const recalled = 'recalled: another backend begins it sooner';

interface Runner {
  taskId: string;
  controller: AbortController;
  hasStarted: boolean;
  ended: Promise<void>;
}

export function createRunners(deps: { clock: Clock; logger: Logger }, left: AbortSignal, run: Run): Runners {
  const runners = new Map<string, Runner>();
  /** When an attempt ended here: a list made before that still has it. */
  const endedAtMs = new Map<string, number>();
  const breakOffs = new LRUCache<string, { times: number; faults: number; untilMs: number }>({ max: 100 });

  /** What breaks off is begun again later each time: what it met may never pass. */
  function noteBreakOff(work: Work, err: unknown): void {
    deps.logger.error({ err, taskId: work.taskId }, 'an attempt broke off');
    const { times, faults } = breakOffs.get(workKey(work)) ?? { times: 0, faults: 0 };
    breakOffs.set(workKey(work), {
      times: times + 1,
      faults: faults + (isDatabaseUnavailable(err) || isContended(err) ? 0 : 1),
      untilMs: deps.clock.monotonicMs() + pauseAfter(times, longestPauseMs),
    });
  }

  const isResting = (work: Work): boolean =>
    (breakOffs.get(workKey(work))?.untilMs ?? 0) > deps.clock.monotonicMs();

  function begin(work: Work): void {
    const runner: Runner = {
      taskId: work.taskId,
      controller: new AbortController(),
      hasStarted: work.startedAt !== null,
      ended: Promise.resolve(),
    };
    const noteStarted = () => {
      runner.hasStarted = true;
    };
    const brokeOff = breakOffs.get(workKey(work))?.faults ?? 0;
    runner.ended = run(work, { run: runner.controller.signal, left }, noteStarted, brokeOff)
      .then(() => void breakOffs.delete(workKey(work)))
      .catch((err: unknown) => noteBreakOff(work, err))
      .finally(() => {
        runners.delete(workKey(work));
        endedAtMs.set(workKey(work), deps.clock.monotonicMs());
      });
    runners.set(workKey(work), runner);
  }

  return {
    takeIn(works, listedAtMs) {
      for (const [key, atMs] of endedAtMs) if (atMs < listedAtMs) endedAtMs.delete(key);
      for (const work of works) {
        const runner = runners.get(workKey(work));
        if (runner && work.isOver) runner.controller.abort(new Error('the task ended without this attempt'));
        else if (runner && work.isRecalled && !runner.hasStarted)
          runner.controller.abort(new Recalled(recalled));
        if (!runner && !endedAtMs.has(workKey(work)) && !isResting(work)) begin(work);
      }
    },
    cancel(taskId) {
      for (const runner of runners.values())
        if (runner.taskId === taskId) runner.controller.abort(new Error('the task was cancelled'));
    },
    evictWaiting(reason) {
      for (const { controller, hasStarted } of runners.values())
        if (!hasStarted) controller.abort(new Evicted(reason));
    },
    async endAll(reason) {
      for (const { controller } of runners.values()) controller.abort(reason);
      await Promise.all([...runners.values()].map(({ ended }) => ended));
    },
  };
}
