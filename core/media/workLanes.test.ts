import { describe, expect, test } from 'vitest';
import { createWorkLane, LaneFull, withPicture } from './workLanes.ts';

/** A piece of work that ends when the test says so. */
function createWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const work = { hasBegun: false, end: () => resolve('done'), fail: reject, run: () => promise };
  work.run = () => {
    work.hasBegun = true;
    return promise;
  };
  return work;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a lane', () => {
  test('runs as many at once as it has places, in order', async () => {
    const lane = createWorkLane({ atOnce: 2, room: 100 });
    const works = [createWork(), createWork(), createWork(), createWork()];
    const ends = works.map(({ run }) => lane.run(1, run));
    const begun = () => works.map(({ hasBegun }) => hasBegun);
    await settled();
    expect(begun()).toEqual([true, true, false, false]);
    works[1]?.end();
    await ends[1];
    await settled();
    expect(begun()).toEqual([true, true, true, false]);
    for (const { end } of works) end();
    expect(await Promise.all(ends)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('begins nothing without room, and runs oversized work alone', async () => {
    const lane = createWorkLane({ atOnce: 9, room: 10 });
    const [first, huge, last] = [createWork(), createWork(), createWork()];
    const ends = [lane.run(6, first.run), lane.run(50, huge.run), lane.run(6, last.run)];
    await settled();
    expect([first.hasBegun, huge.hasBegun, last.hasBegun]).toEqual([true, false, false]);
    first.end();
    await ends[0];
    await settled();
    expect([huge.hasBegun, last.hasBegun]).toEqual([true, false]);
    huge.end();
    last.end();
    await Promise.all(ends);
  });

  test('gives the place of a work that failed to the next', async () => {
    const lane = createWorkLane({ atOnce: 1, room: 1 });
    const [failing, next] = [createWork(), createWork()];
    const ends = [lane.run(1, failing.run), lane.run(1, next.run)];
    failing.fail(new Error('broken'));
    await expect(ends[0]).rejects.toThrow('broken');
    next.end();
    expect(await ends[1]).toBe('done');
  });

  test("lets waiting work leave with its signal's reason", async () => {
    const lane = createWorkLane({ atOnce: 2, room: 10 });
    const [running, huge, small] = [createWork(), createWork(), createWork()];
    const controller = new AbortController();
    const ends = [
      lane.run(5, running.run),
      lane.run(50, huge.run, controller.signal),
      lane.run(5, small.run),
    ];
    controller.abort(new Error('gone'));
    await expect(ends[1]).rejects.toThrow('gone');
    await settled();
    expect([huge.hasBegun, small.hasBegun]).toEqual([false, true]);
    await expect(lane.run(1, huge.run, controller.signal)).rejects.toThrow('gone');
    running.end();
    small.end();
    await Promise.all([ends[0], ends[2]]);
  });

  test('refuses more waiting works than it may have', async () => {
    const lane = createWorkLane({ atOnce: 1, room: 1, waiting: 1 });
    const work = createWork();
    const ends = [lane.run(1, work.run), lane.run(1, work.run)];
    await expect(lane.run(1, work.run)).rejects.toBeInstanceOf(LaneFull);
    work.end();
    await Promise.all(ends);
  });
});

describe('small pictures', () => {
  test('never wait behind large ones, however many there are', async () => {
    const large = Array.from({ length: 5 }, createWork);
    const largeEnds = large.map(({ run }) => withPicture(64_000_000, run));
    expect(await withPicture(1_000_000, async () => 'small')).toBe('small');
    expect(large.filter(({ hasBegun }) => hasBegun)).toHaveLength(1);
    for (const { end } of large) end();
    await Promise.all(largeEnds);
  });
});
