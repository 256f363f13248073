import { expect, test } from 'vitest';
import { task } from '../../../testing/dispatch/planInput.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import type { Progress } from '../../events/event.ts';
import type { UnbegunAttempt } from '../planner/planInput.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';
import { createEstimatePublisher } from './publishEstimates.ts';

const queued = { ...task('t3'), apiKeyId: null, needsKey: '' };
const unbegun = (taskId: string, beginsAfterSeconds: number, isRecalled = false): UnbegunAttempt => ({
  isGuess: false,
  taskId,
  attempt: 2,
  userId: 'u1',
  apiKeyId: null,
  beginsAfterSeconds,
  readyAfterSeconds: beginsAfterSeconds + 9.5,
  isRecalled,
});

test('shows tasks on a backend before queued ones, each only on change', async () => {
  const clock = createManualClock();
  const shown: [string, number, Progress][] = [];
  const publish = ({ taskId, attempt }: { taskId: string; attempt: number }, progress: Progress) =>
    void shown.push([taskId, attempt, progress]);
  const display = createEstimatePublisher({
    clock,
    progress: { publish, hasPreviews: true, restart: () => undefined, end: () => undefined },
  });
  const waiting = [{ taskId: 't3', queuePosition: 1, etaSeconds: 30 }];
  const tasks = createTaskIndex([queued]);
  const inLine = [unbegun('t2', 20), unbegun('t1', 5), unbegun('t0', 1, true)];
  display.show(waiting, tasks, inLine);
  expect(shown).toEqual([
    ['t1', 2, { percent: 0, queuePosition: 1, etaSeconds: 15 }],
    ['t2', 2, { percent: 0, queuePosition: 2, etaSeconds: 30 }],
    ['t3', queued.attempt, { percent: 0, queuePosition: 3, etaSeconds: 30 }],
  ]);
  await clock.advance(2_000);
  display.show(waiting, tasks, inLine.slice(0, 2).toReversed());
  expect(shown).toHaveLength(3);
  await clock.advance(2_000);
  display.show(waiting, tasks, inLine.slice(0, 1));
  expect(shown.slice(3)).toEqual([
    ['t2', 2, { percent: 0, queuePosition: 1, etaSeconds: 30 }],
    ['t3', queued.attempt, { percent: 0, queuePosition: 2, etaSeconds: 30 }],
  ]);
});

test('a task whose time nobody knows has its place alone', () => {
  const shown: Progress[] = [];
  const display = createEstimatePublisher({
    clock: createManualClock(),
    progress: {
      publish: (_, progress) => void shown.push(progress),
      hasPreviews: true,
      restart: () => undefined,
      end: () => undefined,
    },
  });
  const waiting = [{ taskId: 't3', queuePosition: 1, etaSeconds: undefined }];
  display.show(waiting, createTaskIndex([queued]), [{ ...unbegun('t1', 0), isGuess: true }]);
  expect(shown).toEqual([
    { percent: 0, queuePosition: 1 },
    { percent: 0, queuePosition: 2 },
  ]);
});
