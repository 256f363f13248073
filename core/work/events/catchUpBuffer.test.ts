import { expect, test } from 'vitest';
import { type CatchUpBuffer, createCatchUpBuffer } from './catchUpBuffer.ts';
import type { EventType } from './event.ts';
import type { LiveEvent } from './liveEvent.ts';
import { firstSeq, type Seq } from './seq.ts';

const mark = 'a'.repeat(24);
const at = (n: number, ofMark = mark): Seq => ({ ms: 1, n, mark: ofMark });

const event = (seq: Seq | undefined, type: EventType = 'task_queued'): LiveEvent => ({
  type,
  taskId: '',
  seq,
  body: '',
  encoded: new Map(),
});

function createCollectingBuffer(): { buffer: CatchUpBuffer; seen: string[] } {
  const seen: string[] = [];
  const buffer = createCatchUpBuffer(({ type, seq }) =>
    seen.push(type === 'state_snapshot' ? 'snapshot' : `${seq?.n}`),
  );
  return { buffer, seen };
}

test('events during the past follow it, each once', async () => {
  const { buffer, seen } = createCollectingBuffer();
  await buffer.hold(async (deliver) => {
    for (const n of [1, 2, 3]) buffer.pass(event(at(n)));
    for (const n of [1, 2]) deliver(event(at(n)));
    return at(2);
  });
  buffer.pass(event(at(3)));
  buffer.pass(event(at(4)));
  expect(seen).toEqual(['1', '2', '3', '4']);
});

test('a suspended buffer passes nothing and keeps its position', async () => {
  const { buffer, seen } = createCollectingBuffer();
  buffer.pass(event(at(1)));
  buffer.suspend();
  buffer.pass(event(at(3)));
  expect([buffer.position(), buffer.isSuspended()]).toEqual([at(1), true]);
  await buffer.hold(async (deliver) => {
    for (const n of [2, 3]) deliver(event(at(n)));
    return at(3);
  });
  expect(seen).toEqual(['1', '2', '3']);
  expect(buffer.isSuspended()).toBe(false);
});

test('a buffer suspended during the past stays at its end', async () => {
  const { buffer, seen } = createCollectingBuffer();
  await buffer.hold(async (deliver) => {
    deliver(event(at(1)));
    buffer.suspend();
    buffer.pass(event(at(3)));
    return at(1);
  });
  buffer.pass(event(at(4)));
  expect(seen).toEqual(['1']);
  expect([buffer.position(), buffer.isSuspended()]).toEqual([at(1), true]);
});

test('a broken snapshot moves no position and is taken again', async () => {
  const { buffer } = createCollectingBuffer();
  buffer.pass(event(at(1)));
  buffer.suspend();
  const broken = buffer.hold(async (deliver) => {
    deliver(event(at(9), 'state_snapshot'));
    throw new Error('the database is away');
  });
  await expect(broken).rejects.toThrow('the database is away');
  expect([buffer.position(), buffer.isSuspended()]).toEqual([at(1), true]);
});

test('events beyond the buffer are read again, and none is lost', async () => {
  const { buffer, seen } = createCollectingBuffer();
  const last = 1_500;
  const starts: (number | undefined)[] = [];
  await buffer.hold(async (deliver, from) => {
    starts.push(from?.n);
    if (from) {
      for (let n = from.n + 1; n <= last; n++) deliver(event(at(n)));
      return at(last);
    }
    for (let n = 1; n <= last; n++) buffer.pass(event(at(n)));
    return at(0);
  });
  expect(starts).toEqual([undefined, 0]);
  expect(seen).toEqual(Array.from({ length: last }, (_, index) => `${index + 1}`));
});

test('a few large events are read again too, rather than kept', async () => {
  const { buffer, seen } = createCollectingBuffer();
  const large = (n: number): LiveEvent => ({ ...event(at(n)), body: 'x'.repeat(600_000) });
  const starts: (number | undefined)[] = [];
  await buffer.hold(async (deliver, from) => {
    starts.push(from?.n);
    for (const n of [1, 2, 3]) from ? deliver(large(n)) : buffer.pass(large(n));
    return at(from ? 3 : 0);
  });
  expect(starts).toEqual([undefined, 0]);
  expect(seen).toEqual(['1', '2', '3']);
});

test('an event of a new stream passes, although its id is smaller', async () => {
  const { buffer, seen } = createCollectingBuffer();
  await buffer.hold(async () => {
    buffer.pass(event(at(2, 'b'.repeat(24))));
    return at(5);
  });
  buffer.pass(event({ ms: 1, n: 3 }));
  expect(seen).toEqual(['2', '3']);
});

test('after an older snapshot the facts of the past come again', async () => {
  const { buffer, seen } = createCollectingBuffer();
  await buffer.hold(async () => {
    buffer.pass(event(at(2), 'state_snapshot'));
    buffer.pass(event(at(3)));
    return at(5);
  });
  expect(seen).toEqual(['snapshot', '3']);
  expect(buffer.position()).not.toEqual(firstSeq);
});
