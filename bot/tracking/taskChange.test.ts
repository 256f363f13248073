import type { EventView } from '@star-graph/contract/events';
import { expect, test } from 'vitest';
import { sampleRun } from '../testing/sampleRun.ts';
import { toChange } from './taskChange.ts';

const at = (type: string, data: object) =>
  ({ type, data, taskId: 't', userId: 'u', timestamp: '', seq: '1-1' }) as unknown as Parameters<
    typeof toChange
  >[1] &
    EventView;

test('a place in line is removed when the task begins', () => {
  const waiting = sampleRun({
    status: 'assigned',
    progress: { percent: 0, queuePosition: 1, etaSeconds: 9 },
  });
  expect(toChange(waiting, at('task_started', { attempt: 1 }))).toEqual({
    status: 'running',
    attempt: 1,
    progress: { percent: 0 },
  });
  const late = at('progress_update', { percent: 0, queuePosition: 1, etaSeconds: 9 });
  expect(toChange(sampleRun(), late)).toEqual({});
  expect(toChange(waiting, late)).toEqual({ progress: { percent: 0, queuePosition: 1, etaSeconds: 9 } });
});

test("data from before a run's start stays when it starts", () => {
  const begun = sampleRun({
    status: 'assigned',
    progress: { percent: 3, step: 1, steps: 9, etaSeconds: 9 },
  });
  expect(toChange(begun, at('task_started', { attempt: 1 })).progress).toEqual(begun.progress);
});

test('a task that waits again keeps its place, not its lost attempt', () => {
  const lost = sampleRun({ progress: { percent: 34, step: 3, steps: 9, etaSeconds: 5 } });
  expect(toChange(lost, at('task_queued', { attempt: 1 })).progress).toEqual({ percent: 0 });
  const placed = sampleRun({ progress: { percent: 0, queuePosition: 2, etaSeconds: 30 } });
  expect(toChange(placed, at('task_queued', { attempt: 1 })).progress).toEqual(placed.progress);
});

test('a failed task brings what it cost: nothing, unless a graph used up its time', () => {
  const error = { type: 'urn:star-graph:problem:out-of-time' };
  expect(toChange(sampleRun(), at('task_failed', { attempt: 1, error, charged: 60 }))).toEqual({
    status: 'failed',
    error,
    charged: 60,
  });
  expect(toChange(sampleRun(), at('task_failed', { attempt: 1, error })).charged).toBe(0);
});
