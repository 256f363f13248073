import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { backoffMs, isPassing } from '../../../ground/db/retryWrite.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { untilAborted } from '../../../ground/runtime/untilAborted.ts';
import { type AttemptSignals, Evicted, type PostTurn, Recalled, Requeued } from '../attempt/attempt.ts';
import { type TakenSlot, takenSlotKey } from '../takenSlots.ts';

/** @returns a function that gives the next turn: after all that were given before it. */
function createPostTurns(): () => PostTurn {
  let lastPassed: Promise<void> = Promise.resolve();
  return () => {
    const earlierPassed = lastPassed;
    const { promise: passed, resolve: pass } = Promise.withResolvers<void>();
    lastPassed = earlierPassed.then(() => passed);
    return { comes: (signal) => untilAborted(signal, () => earlierPassed), pass };
  };
}

/** The running attempts of this process on one backend: one for each taken slot. */
interface AttemptRunners {
  /**
   * Takes the slots as listed at `listedAtMs` (monotonic), in the order of their assignment: begins new attempts and
   * ends those that are over.
   */
  takeIn(slots: readonly TakenSlot[], listedAtMs: number): void;
  /** An attempt that began is left alone: it may be the stuck one, or its result may be on its way to our storage. */
  evictWaiting(reason: string): void;
  /** Ends all of them and waits for that. */
  endAll(reason: Error): Promise<void>;
}

/** Runs one attempt until it ends or breaks off. */
type Run = (work: TakenSlot, signals: AttemptSignals, own: OwnPart) => Promise<void>;

interface OwnPart {
  noteStarted(): void;
  turn: PostTurn;
  /** How often the attempt broke off before by a fault that was not the database's. */
  brokeOff: number;
}

const longestPauseMs = 60_000;
const recalled = 'recalled: another backend begins it sooner';
const requeued = 'an administrator put its task back into the queue';

interface Runner {
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
  const takeTurn = createPostTurns();
  /** When an attempt ended here: an earlier list still has it. */
  const endedAtMs = new Map<string, number>();
  const breakOffs = new LRUCache<string, { times: number; faults: number; untilMs: number }>({ max: 100 });
  /** Attempts that were told so: one that turns out to be done is followed to its end. */
  const requeues = new LRUCache<string, true>({ max: 100 });

  /** An attempt that breaks off waits longer before each new start: its fault may never pass. */
  function noteBreakOff({ taskId }: TakenSlot, key: string, err: unknown): void {
    deps.logger.error({ err, taskId }, 'an attempt broke off');
    const { times, faults } = breakOffs.get(key) ?? { times: 0, faults: 0 };
    breakOffs.set(key, {
      times: times + 1,
      faults: faults + (isPassing(err) ? 0 : 1),
      untilMs: deps.clock.monotonicMs() + backoffMs(times, longestPauseMs),
    });
  }

  const isResting = (key: string): boolean => (breakOffs.get(key)?.untilMs ?? 0) > deps.clock.monotonicMs();

  function begin(slot: TakenSlot, key: string): void {
    const controller = new AbortController();
    const runner: Runner = {
      controller,
      hasStarted: slot.startedAt !== null,
      ended: Promise.resolve(),
    };
    const noteStarted = () => {
      runner.hasStarted = true;
    };
    const turn = takeTurn();
    controller.signal.addEventListener('abort', turn.pass, { once: true });
    if (slot.isOver || slot.promptId !== null) turn.pass();
    const own = { noteStarted, turn, brokeOff: breakOffs.get(key)?.faults ?? 0 };
    runner.ended = run(slot, { run: controller.signal, left }, own)
      .then(() => void breakOffs.delete(key))
      .catch((err: unknown) => noteBreakOff(slot, key, err))
      .finally(() => {
        turn.pass();
        runners.delete(key);
        endedAtMs.set(key, deps.clock.monotonicMs());
      });
    runners.set(key, runner);
  }

  return {
    takeIn(slots, listedAtMs) {
      for (const [key, atMs] of endedAtMs) if (atMs < listedAtMs) endedAtMs.delete(key);
      for (const slot of slots) {
        const key = takenSlotKey(slot);
        const runner = runners.get(key);
        const reason = runner && reasonToEnd(slot, runner, requeues.has(key));
        if (reason) runner.controller.abort(reason);
        if (reason instanceof Requeued) requeues.set(key, true);
        if (!runner && !endedAtMs.has(key) && !isResting(key)) begin(slot, key);
      }
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

/** Why an attempt must end, as its slot is listed now. */
function reasonToEnd(slot: TakenSlot, { hasStarted }: Runner, wasRequeued: boolean): Error | undefined {
  if (slot.isOver) return new Error('the task ended without this attempt');
  if (slot.isRequeued && !wasRequeued) return new Requeued(requeued);
  return slot.isRecalled && !hasStarted ? new Recalled(recalled) : undefined;
}
