import { expect, test } from 'vitest';
import { presentStoredEvent } from './storedEvent.ts';

const task = { id: 'task', status: 'failed', outputs: [], cached: false, cost: 60, error: { title: 'Over' } };

test.each([
  [60, 60],
  [undefined, 0],
])('a failed task that paid %s is told with %i, and its error as clients see it', (charged, told) => {
  const fact = {
    type: 'task_failed' as const,
    taskId: task.id,
    userId: 'person',
    timestamp: '2026-11-28T00:00:00Z',
    data: { attempt: 1, error: { code: 'out-of-time' } },
  };
  const shown = { ...task, ...(charged !== undefined && { charged }) };
  expect(presentStoredEvent(fact, shown).data).toEqual({ attempt: 1, error: task.error, charged: told });
});
