import { expect, test } from 'vitest';
import { layOutShards, type ShardLayout, type ShardReport, shardLeaseMs, shardsOf } from './shardLayout.ts';

/** Reports of processes, one after the other, and what each has afterwards. */
function createBot({ count = 4, concurrency = 16 } = {}) {
  let layout: ShardLayout | undefined;
  let nowMs = 1_000_000;
  return {
    advance(ms: number) {
      nowMs += ms;
    },
    report(process: string, over: Partial<ShardReport> = {}) {
      const report = { process, name: `host:${process}`, count, concurrency, isLeaving: false, ...over };
      layout = layOutShards(layout, report, nowMs);
      return shardsOf(layout, process);
    },
    owners: () => layout?.shards.map(({ process }) => process),
  };
}

test('shards are shared evenly, and stay where they are', () => {
  const bot = createBot();
  expect(bot.report('a')).toEqual([0, 1, 2, 3]);
  bot.advance(6_000);
  expect(bot.report('b')).toEqual([0, 1]);
  expect(bot.report('a')).toEqual([2, 3]);
  bot.advance(6_000);
  // One of four shards more or less is no reason to begin a session anew.
  expect(bot.report('c')).toEqual([2]);
  for (const process of ['a', 'b', 'c', 'a']) bot.report(process);
  bot.advance(6_000);
  for (const process of ['a', 'b', 'c']) bot.report(process);
  expect(bot.owners()).toEqual(['b', 'b', 'c', 'a']);
});

test('the shards of a process that vanished go to another once its lease is over, and not before', () => {
  const bot = createBot();
  bot.report('a');
  bot.advance(6_000);
  bot.report('b');
  bot.report('a');
  bot.advance(shardLeaseMs - 6_000);
  expect(bot.report('b')).toEqual([0, 1]);
  bot.advance(6_000);
  expect(bot.report('b')).toEqual([0, 1, 2, 3]);
  // It was only slow, and hears that it has lost them. It gets a share as anybody does.
  expect(bot.report('a')).toEqual([0, 1]);
  expect(bot.report('b')).toEqual([2, 3]);
});

test('a process that leaves frees its shards at once', () => {
  const bot = createBot();
  bot.report('a');
  expect(bot.report('a', { isLeaving: true })).toEqual([]);
  bot.advance(6_000);
  expect(bot.report('b')).toEqual([0, 1, 2, 3]);
});

test('where the platform was away for longer than a lease, everybody keeps theirs', () => {
  const bot = createBot();
  bot.report('a');
  bot.advance(6_000);
  bot.report('b');
  bot.report('a');
  bot.advance(10 * shardLeaseMs);
  expect(bot.report('b')).toEqual([0, 1]);
  expect(bot.report('a')).toEqual([2, 3]);
});

test('sessions begin no faster than Discord lets them, whoever begins them', () => {
  const bot = createBot({ concurrency: 1 });
  expect(bot.report('a')).toEqual([0]);
  expect(bot.report('b')).toEqual([]);
  bot.advance(6_000);
  expect(bot.report('b')).toEqual([1]);
  expect(bot.report('a')).toEqual([0]);
});

test('a new number of shards counts once no process has the old one', () => {
  const bot = createBot({ count: 2 });
  bot.report('a');
  bot.advance(6_000);
  expect(bot.report('b', { count: 4 })).toEqual([0]);
  bot.report('a', { isLeaving: true });
  expect(bot.owners()).toHaveLength(2);
  bot.report('b', { isLeaving: true });
  bot.advance(6_000);
  expect(bot.report('c', { count: 4 })).toEqual([0, 1, 2, 3]);
});

test.each([1, 2, 3, 7])('%i processes that come and go hold each of 16 shards once', (most) => {
  const bot = createBot({ count: 16, concurrency: 2 });
  const all = Array.from({ length: most }, (_, index) => `p${index}`);
  for (let round = 0; round < 40; round++) {
    bot.advance(3_000);
    for (const process of all.slice(round % 2)) bot.report(process);
    if (most === 1) bot.report('p0');
  }
  const owners = bot.owners() ?? [];
  const held = all.map((process) => owners.filter((owner) => owner === process).length);
  expect(owners).not.toContain(null);
  expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
});
