import { expect, test } from 'vitest';
import { modelA, modelB, task } from '../../../testing/dispatch/planInput.ts';
import { createPlanMemory } from './planMemory.ts';
import { createServiceCounters } from './serviceCounters.ts';
import { createTaskIndex } from './taskIndex.ts';

const first = task('t1', { createdAtMs: 1_000 });
const second = task('t2', { createdAtMs: 2_000, residency: modelB });

test('a task heads its line from when the one before left', () => {
  const memory = createPlanMemory();
  expect(memory.see(createTaskIndex([second, first]), 5_000).firstSinceMs).toEqual(new Map([['t1', 1_000]]));
  expect(memory.see(createTaskIndex([second]), 9_000).firstSinceMs).toEqual(new Map([['t2', 9_000]]));
  expect(memory.see(createTaskIndex([second]), 12_000).firstSinceMs).toEqual(new Map([['t2', 9_000]]));
});

test('a new leader counts from the last turn of each person', () => {
  const turns = new Map([
    ['u1', 4_000],
    ['u2', 1_000],
  ]);
  const other = task('t3', { userId: 'u2', createdAtMs: 3_000 });
  const memory = createPlanMemory(createServiceCounters(), turns);
  expect(memory.see(createTaskIndex([second, other]), 9_000).firstSinceMs).toEqual(
    new Map([
      ['t2', 4_000],
      ['t3', 3_000],
    ]),
  );
});

test('models are wanted since tasks wait for them without a break', () => {
  const memory = createPlanMemory();
  memory.see(createTaskIndex([first]), 1_000);
  expect(memory.see(createTaskIndex([first, second]), 2_000).wantedSinceMs).toEqual(
    new Map([
      [modelA.base, 1_000],
      [modelB.base, 2_000],
    ]),
  );
  memory.see(createTaskIndex([second]), 3_000);
  expect(memory.see(createTaskIndex([first]), 4_000).wantedSinceMs).toEqual(new Map([[modelA.base, 4_000]]));
});

test('waiting while held back neither counts nor saves anything up', () => {
  const memory = createPlanMemory();
  const policies = new Map([['u1', { weight: 1, simultaneousTasks: 1 }]]);
  const other = task('t3', { userId: 'u2', createdAtMs: 3_000 });
  const waiting = createTaskIndex([first, other]);
  memory.see(waiting, 4_000, { policies });
  memory.charge('u1', 10);
  memory.see(waiting, 5_000, { policies, heldSeconds: new Map([['u1', [60]]]) });
  memory.charge('u2', 100);
  const held = memory.see(waiting, 6_000, { policies, heldSeconds: new Map([['u1', [1]]]) });
  expect([...(held.firstSinceMs?.keys() ?? [])]).toEqual(['t3']);
  const freed = memory.see(waiting, 65_000, { policies });
  expect(freed.firstSinceMs?.get('t1')).toBe(65_000);
  expect([...freed.servedSeconds.values()]).toEqual([100, 100]);
});

test("a person's seconds count by their weight", () => {
  const memory = createPlanMemory();
  const policies = new Map([['u1', { weight: 4, simultaneousTasks: null }]]);
  const waiting = createTaskIndex([first, task('t3', { userId: 'u2' })]);
  memory.see(waiting, 5_000, { policies });
  memory.charge('u1', 100);
  memory.charge('u2', 100);
  expect(Object.fromEntries(memory.see(waiting, 6_000, { policies }).servedSeconds)).toEqual({
    u1: 25,
    u2: 100,
  });
});
