import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { isContended, isDatabaseUnavailable } from '../../db/connect.ts';
import { backoffMs } from '../../db/retryWrite.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type AttemptSignals, Evicted, Recalled } from '../attempt/attempt.ts';
import { type TakenSlot, takenSlotKey } from '../attempt/takenSlots.ts';

/** The attempts on one backend that are under way in this process: one for each taken slot. */
export interface AttemptRunners {
  /** The taken slots as they were at `listedAtMs` (monotonic): begins what is new and ends what is over. */
  takeIn(slots: readonly TakenSlot[], listedAtMs: number): void;
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
type Run = (
  work: TakenSlot,
  signals: AttemptSignals,
  noteStarted: () => void,
  brokeOff: number,
) => Promise<void>;

const longestPauseMs = 60_000;
const recalled = 'recalled: another backend begins it sooner';

interface Runner {
  taskId: string;
  controller: AbortController;
  hasStarted: boolean;
  ended: Promise<void>;
}

export function createAttemptRunners(
  deps: { clock: Clock; logger: Logger },
  left: AbortSignal,
  run: Run,
): AttemptRunners {
  const runners = new Map<string, Runner>();
  /** When an attempt ended here: a list made before that still has it. */
  const endedAtMs = new Map<string, number>();
  const breakOffs = new LRUCache<string, { times: number; faults: number; untilMs: number }>({ max: 100 });

  /** What breaks off is begun again later each time: what it met may never pass. */
  function noteBreakOff(slot: TakenSlot, err: unknown): void {
    deps.logger.error({ err, taskId: slot.taskId }, 'an attempt broke off');
    const { times, faults } = breakOffs.get(takenSlotKey(slot)) ?? { times: 0, faults: 0 };
    breakOffs.set(takenSlotKey(slot), {
      times: times + 1,
      faults: faults + (isDatabaseUnavailable(err) || isContended(err) ? 0 : 1),
      untilMs: deps.clock.monotonicMs() + backoffMs(times, longestPauseMs),
    });
  }

  const isResting = (slot: TakenSlot): boolean =>
    (breakOffs.get(takenSlotKey(slot))?.untilMs ?? 0) > deps.clock.monotonicMs();

  function begin(slot: TakenSlot): void {
    const runner: Runner = {
      taskId: slot.taskId,
      controller: new AbortController(),
      hasStarted: slot.startedAt !== null,
      ended: Promise.resolve(),
    };
    const noteStarted = () => {
      runner.hasStarted = true;
    };
    const brokeOff = breakOffs.get(takenSlotKey(slot))?.faults ?? 0;
    runner.ended = run(slot, { run: runner.controller.signal, left }, noteStarted, brokeOff)
      .then(() => void breakOffs.delete(takenSlotKey(slot)))
      .catch((err: unknown) => noteBreakOff(slot, err))
      .finally(() => {
        runners.delete(takenSlotKey(slot));
        endedAtMs.set(takenSlotKey(slot), deps.clock.monotonicMs());
      });
    runners.set(takenSlotKey(slot), runner);
  }

  return {
    takeIn(slots, listedAtMs) {
      for (const [key, atMs] of endedAtMs) if (atMs < listedAtMs) endedAtMs.delete(key);
      for (const slot of slots) {
        const runner = runners.get(takenSlotKey(slot));
        if (runner && slot.isOver) runner.controller.abort(new Error('the task ended without this attempt'));
        else if (runner && slot.isRecalled && !runner.hasStarted)
          runner.controller.abort(new Recalled(recalled));
        if (!runner && !endedAtMs.has(takenSlotKey(slot)) && !isResting(slot)) begin(slot);
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
