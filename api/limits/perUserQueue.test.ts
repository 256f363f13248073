import { expect, test } from 'vitest';
import { createPerUserQueue } from './perUserQueue.ts';

/** Work that ends when the test says so. */
function createWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const work = {
    hasBegun: false,
    end: resolve,
    fail: reject,
    run() {
      work.hasBegun = true;
      return promise;
    },
  };
  return work;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a person's work is bounded, ordered, and delays no one else", async () => {
  const turns = createPerUserQueue({ atOnce: 2, waiting: 10 });
  const works = Array.from({ length: 4 }, createWork);
  const results = works.map(({ run }) => turns.take('a', run));
  await turn();
  expect(works.map(({ hasBegun }) => hasBegun)).toEqual([true, true, false, false]);
  await expect(turns.take('b', async () => 'at once')).resolves.toBe('at once');
  works[1]?.end('second');
  await expect(results[1]).resolves.toBe('second');
  await turn();
  expect(works.map(({ hasBegun }) => hasBegun)).toEqual([true, true, true, false]);
  works[0]?.fail(new Error('broken'));
  await expect(results[0]).rejects.toThrow('broken');
  await turn();
  expect(works.map(({ hasBegun }) => hasBegun)).toEqual([true, true, true, true]);
  works[2]?.end('third');
  works[3]?.end('fourth');
  await expect(Promise.all(results.slice(2))).resolves.toEqual(['third', 'fourth']);
});

test('excess waiting work is refused with a time to retry', async () => {
  const turns = createPerUserQueue({ atOnce: 1, waiting: 1 });
  const [first, second] = [createWork(), createWork()];
  const results = [turns.take('a', first.run), turns.take('a', second.run)];
  await expect(turns.take('a', async () => 'third')).rejects.toMatchObject({
    code: 'rate-limited',
    retryAfterSeconds: 5,
  });
  first.end('first');
  second.end('second');
  await expect(Promise.all(results)).resolves.toEqual(['first', 'second']);
  await expect(turns.take('a', async () => 'fourth')).resolves.toBe('fourth');
});
