import { Task } from '@star-graph/core/ground/db/models/task';
import { newId } from '@star-graph/core/ground/runtime/ids';
import type { StoredProgress } from '@star-graph/core/work/events/progressBus';
import { expect, test } from 'vitest';
import { presentTask } from './presentTask.ts';

const present = (status: Task['status'], stored: StoredProgress) => {
  const task = Task.fromJson({
    id: newId(),
    userId: newId(),
    type: 'text2img',
    workflowName: 'text2img',
    workflowVersion: 1,
    lane: 'interactive',
    status,
    params: {},
    meta: {},
    cost: 1,
    cached: false,
    attempt: 1,
    error: null,
    parentId: null,
    createdAt: new Date(),
    startedAt: null,
    finishedAt: null,
  });
  const progress = { findProgress: async () => new Map([[task.id, stored]]) };
  const storage = { signedUrl: async () => '' };
  return presentTask({ storage, progress, chargesCancel: () => false }, { task, outputs: [] });
};

test('shows a queued task’s place, never a lost attempt’s percentage', async () => {
  const lost = { attempt: 1, percent: 34, step: 3, steps: 9, node: '4' };
  expect((await present('queued', lost)).progress).toEqual({ percent: 0 });
  const waiting = { ...lost, queuePosition: 2, etaSeconds: 8 };
  expect((await present('queued', waiting)).progress).toEqual({
    percent: 0,
    queuePosition: 2,
    etaSeconds: 8,
  });
  expect((await present('running', lost)).progress).toEqual({ percent: 34, step: 3, steps: 9, node: '4' });
});

test("shows an assigned task's place in line, a running one's not", async () => {
  const inLine = { attempt: 1, percent: 0, queuePosition: 1, etaSeconds: 8 };
  const begun = { attempt: 1, percent: 34, step: 3, steps: 9, etaSeconds: 5 };
  expect((await present('assigned', inLine)).progress).toEqual({
    percent: 0,
    queuePosition: 1,
    etaSeconds: 8,
  });
  expect((await present('assigned', begun)).progress).toEqual({ percent: 0 });
  expect((await present('running', inLine)).progress).toEqual({ percent: 0 });
  expect((await present('running', begun)).progress).toEqual({
    percent: 34,
    step: 3,
    steps: 9,
    etaSeconds: 5,
  });
});
