import { expect, test } from 'vitest';
import { silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { createManualClock } from '../../../../testing/manualClock.ts';
import type { AttemptDeps } from '../attempt.ts';
import type { RunningAttempt } from '../runningAttempt.ts';
import { complete } from './finishAttempt.ts';
import { createStartRecord } from './startRecord.ts';

function createScene() {
  const clock = createManualClock();
  const written: Date[] = [];
  const answer = Promise.withResolvers<boolean>();
  const started = async (beganAt?: Date) => {
    if (beganAt) written.push(beganAt);
    return answer.promise;
  };
  const { signal: left } = new AbortController();
  const beganAt = clock.now();
  const start = createStartRecord({ clock, logger: silentLogger }, { started }, { left });
  start.begin();
  return { clock, start, written, beganAt, answer: () => answer.resolve(true) };
}

test('a longer run has its start written once, before its end', async () => {
  const { clock, start, written, beganAt, answer } = createScene();
  await clock.advance(1_000);
  expect(written).toEqual([beganAt]);
  start.noteRan();
  let isHandedOver = false;
  const handedOver = start.handOver().finally(() => {
    isHandedOver = true;
  });
  await new Promise(setImmediate);
  expect(isHandedOver).toBe(false);
  answer();
  expect(await handedOver).toBeUndefined();
  await clock.advance(1_000);
  expect(written).toEqual([beganAt]);
});

test('a short run leaves its start to the transaction of its end', async () => {
  const { clock, start, written, beganAt } = createScene();
  await clock.advance(5);
  start.noteRan();
  await clock.advance(100);
  const ends: unknown[] = [];
  const moves = { completed: async (...end: unknown[]) => ends.push(end) > 0 };
  const ran = { fence: {}, task: { userId: 'a person' }, workflow: {} };
  const attempt = { ...ran, moves, start } as unknown as RunningAttempt;
  const end = await complete(
    { progress: { end: () => undefined } } as unknown as AttemptDeps,
    attempt,
    [],
    undefined,
  );
  expect(end).toMatchObject({ kind: 'succeeded' });
  await clock.advance(1_000);
  expect({ ends, written }).toEqual({ ends: [[ran.task, [], beganAt, undefined]], written: [] });
});

test('a start is written without its end when the result comes late', async () => {
  const { clock, start, written, beganAt } = createScene();
  start.noteRan();
  await clock.advance(1_000);
  expect(written).toEqual([beganAt]);
});

test('another end waits until the start is written', async () => {
  const { start, written, beganAt, answer } = createScene();
  let isWritten = false;
  const waiting = start.written().then(() => {
    isWritten = true;
  });
  await new Promise(setImmediate);
  expect({ written, isWritten }).toEqual({ written: [beganAt], isWritten: false });
  answer();
  await waiting;
});

test('a dropped start is never written', async () => {
  const { clock, start, written } = createScene();
  start.drop();
  await clock.advance(1_000);
  await start.written();
  expect(written).toEqual([]);
});
