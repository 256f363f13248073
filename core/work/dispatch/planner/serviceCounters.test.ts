import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createServiceCounters, type PastTask, replayService } from './serviceCounters.ts';

const waits = (...people: string[]) => new Set(people);

describe('service counters', () => {
  test('lift who comes back to the least of those who wait', () => {
    const counters = createServiceCounters();
    counters.noteWaiting(waits('a', 'b'));
    counters.charge('a', 50);
    counters.charge('b', 80);
    counters.noteWaiting(waits('a', 'b'));
    counters.noteWaiting(waits('a', 'b', 'c'));
    expect([...counters.served]).toEqual([
      ['a', 50],
      ['b', 80],
      ['c', 50],
    ]);
  });

  test('keep what a person is ahead', () => {
    const counters = createServiceCounters();
    counters.noteWaiting(waits('a', 'b'));
    counters.charge('a', 500);
    counters.noteWaiting(waits('b'));
    counters.noteWaiting(waits('a', 'b'));
    expect(counters.served.get('a')).toBe(500);
  });

  test('make nobody pay for what no one else wanted', () => {
    const counters = createServiceCounters();
    counters.noteWaiting(waits('a'));
    counters.charge('a', 500);
    counters.noteWaiting(waits('a'));
    counters.noteWaiting(waits('a', 'b'));
    expect(counters.served.get('b')).toBe(500);
  });

  test('forget who waits no more and is not ahead', () => {
    const counters = createServiceCounters();
    counters.noteWaiting(waits('a', 'b'));
    counters.charge('b', 10);
    counters.noteWaiting(waits('b'));
    expect([...counters.served.keys()]).toEqual(['b']);
  });
});

const mostOf = (userId: string): number => ({ a: 1, b: 2 })[userId] ?? Number.POSITIVE_INFINITY;
const leftMs = ({ attempts, endedAtMs }: PastTask) => attempts[0]?.assignedAtMs ?? endedAtMs ?? 0;

/** Of tasks in the order of their assignment: a leader leaves those out whose person holds as many slots as they may. */
function withinLimits(past: readonly PastTask[]): PastTask[] {
  const allowed: PastTask[] = [];
  for (const task of past.toSorted((a, b) => leftMs(a) - leftMs(b))) {
    const isFree = countHeld(allowed, task.userId, leftMs(task)) < mostOf(task.userId);
    allowed.push(isFree ? task : { ...task, attempts: [], endedAtMs: leftMs(task) });
  }
  return allowed;
}

const countHeld = (past: readonly PastTask[], userId: string, atMs: number): number =>
  past.filter(
    ({ userId: owner, attempts: [one] }) =>
      owner === userId && one && one.assignedAtMs <= atMs && (one.endedAtMs ?? 0) > atMs,
  ).length;

/** Each task comes, begins once and ends, at different moments. */
const anyPast = fc
  .array(
    fc.record({
      userId: fc.constantFrom('a', 'b', 'c'),
      wait: fc.integer({ min: 1, max: 50 }),
      seconds: fc.integer({ min: 1, max: 30 }),
      isAssigned: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ userId, wait, seconds, isAssigned }, index): PastTask => {
      const createdAtMs = index * 100;
      const leftMs = createdAtMs + wait * 100 + 50;
      return {
        userId,
        createdAtMs,
        endedAtMs: isAssigned ? leftMs + seconds * 1_000 : leftMs,
        attempts: isAssigned
          ? [{ assignedAtMs: leftMs, endedAtMs: leftMs + seconds * 1_000 + 25, seconds }]
          : [],
      };
    }),
  )
  .map(withinLimits);

/** Those who wait and hold fewer slots than they may. */
function listWaiting(past: readonly PastTask[], atMs: number): Set<string> {
  const waiting = past.filter((task) => task.createdAtMs <= atMs && leftMs(task) > atMs);
  const isFree = (userId: string) => countHeld(past, userId, atMs) < mostOf(userId);
  return new Set(waiting.map(({ userId }) => userId).filter(isFree));
}

describe('a replay of the rows', () => {
  test('equals the counters of a leader that saw it', () => {
    fc.assert(
      fc.property(anyPast, (past) => {
        const live = createServiceCounters();
        const moments = past.flatMap((task) => [
          task.createdAtMs,
          leftMs(task),
          ...task.attempts.map(({ endedAtMs = 0 }) => endedAtMs),
        ]);
        for (const at of [...new Set(moments)].sort((x, y) => x - y)) {
          for (const task of past)
            for (const { assignedAtMs, seconds } of task.attempts)
              if (assignedAtMs === at) live.charge(task.userId, seconds);
          live.noteWaiting(listWaiting(past, at));
        }
        expect(new Map(replayService(past, mostOf).served)).toEqual(new Map(live.served));
      }),
    );
  });

  test('counts every attempt of a task', () => {
    const attempts = [10, 20].map((seconds) => ({ assignedAtMs: seconds, seconds }));
    const past = { userId: 'a', createdAtMs: 1, endedAtMs: undefined, attempts };
    const other = { userId: 'b', createdAtMs: 1, endedAtMs: undefined, attempts: [] };
    expect(replayService([past, other]).served.get('a')).toBe(30);
  });
});
