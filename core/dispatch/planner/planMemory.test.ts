import { expect, test } from 'vitest';
import { modelA, modelB, task } from '../../testing/dispatch/planInput.ts';
import { createPlanMemory } from './planMemory.ts';
import { createServiceCounters } from './serviceCounters.ts';
import { createTaskIndex } from './waiting/taskIndex.ts';

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
