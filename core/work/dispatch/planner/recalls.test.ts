import { describe, expect, test } from 'vitest';
import { backend, input, modelB, task } from '../../../testing/dispatch/planInput.ts';
import { plan } from './plan.ts';
import type { PrefetchedTask } from './planInput.ts';

const busy = backend('b1', { freeSlots: [], isBusy: true, outstandingSeconds: 70 });
const idle = backend('b2');

const prefetched = (id: string, values: Partial<PrefetchedTask> = {}): PrefetchedTask => ({
  task: task(id, { attempt: 1 }),
  backendId: 'b1',
  beginsAfterSeconds: 60,
  isRecalled: false,
  ...values,
});

const recalledBy = (waiting: PrefetchedTask[], backends = [busy, idle], ready = [] as string[]) =>
  plan(
    input(
      ready.map((id) => task(id)),
      backends,
      { prefetched: waiting },
    ),
  ).recalls;

describe('the planner', () => {
  test('recalls a prefetched task for an idle backend that finishes it sooner', () => {
    expect(recalledBy([prefetched('t1')])).toEqual([{ taskId: 't1', attempt: 1, backendId: 'b1' }]);
  });

  test('recalls nothing for a gain under two seconds, loading included', () => {
    expect(recalledBy([prefetched('t1', { beginsAfterSeconds: 1.9 })])).toEqual([]);
    const cold = backend('b2', { residency: modelB });
    expect(recalledBy([prefetched('t1', { beginsAfterSeconds: 11.9 })], [busy, cold])).toEqual([]);
    expect(recalledBy([prefetched('t1', { beginsAfterSeconds: 12 })], [busy, cold])).toHaveLength(1);
  });

  test('recalls nothing for a backend that cannot run or failed the task', () => {
    const unable = task('t1', { attempt: 1, runsOn: new Set(['b1']) });
    const failed = task('t1', { attempt: 2, failedOn: new Set(['b2']) });
    expect(recalledBy([prefetched('t1', { task: unable })])).toEqual([]);
    expect(recalledBy([prefetched('t1', { task: failed })])).toEqual([]);
  });

  test('gives an idle backend to a queued task before any recall', () => {
    expect(recalledBy([prefetched('t1')], [busy, idle], ['t2'])).toEqual([]);
  });

  test('recalls one task per idle backend, the oldest first', () => {
    const older = prefetched('t2', { task: task('t2', { attempt: 1, createdAtMs: 1 }) });
    expect(recalledBy([prefetched('t1'), older])).toMatchObject([{ taskId: 't2' }]);
  });

  test('keeps an idle backend for an earlier recalled task', () => {
    expect(recalledBy([prefetched('t1', { isRecalled: true })])).toEqual([]);
    expect(recalledBy([prefetched('t1', { isRecalled: true }), prefetched('t2')])).toEqual([]);
  });

  test('recalls no task after five assignments, to stop endless recalls', () => {
    const given = (attempt: number) => prefetched('t1', { task: task('t1', { attempt }) });
    expect(recalledBy([given(4)])).toHaveLength(1);
    expect(recalledBy([given(5)])).toEqual([]);
  });
});
