import { expect, test } from 'vitest';
import { createMovableClock } from '../testing/movableClock.ts';
import { createLiveMessage, editIntervalMs } from './liveMessage.ts';

const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

test('shows the first view at once, and the latest after an interval', async () => {
  const clock = createMovableClock();
  const shown: string[] = [];
  const edit = async (view: string) => void shown.push(view);
  const live = createLiveMessage<string>({ clock, edit, onError: () => false }, (view) => view);
  for (const view of ['a', 'b', 'c']) live.show(view);
  await settle();
  expect(shown).toEqual(['a']);
  clock.advance(editIntervalMs);
  await settle();
  expect(shown).toEqual(['a', 'c']);
  live.show('c');
  clock.advance(editIntervalMs);
  await settle();
  expect(shown).toEqual(['a', 'c']);
});

test('edits run one at a time, and a close waits for them', async () => {
  const clock = createMovableClock();
  const waiting: PromiseWithResolvers<void>[] = [];
  const errors: unknown[] = [];
  const edit = () => {
    const one = Promise.withResolvers<void>();
    waiting.push(one);
    return one.promise;
  };
  const onError = (error: unknown) => {
    errors.push(error);
    return false;
  };
  const live = createLiveMessage<string>({ clock, edit, onError }, (view) => view);
  live.show('a');
  live.show('b');
  clock.advance(editIntervalMs);
  expect(waiting).toHaveLength(1);
  waiting[0]?.reject(new Error('500'));
  await settle();
  expect(errors).toEqual([new Error('500')]);
  clock.advance(editIntervalMs);
  await settle();
  expect(waiting).toHaveLength(2);
  let isClosed = false;
  const closing = live.close().then(() => {
    isClosed = true;
  });
  await settle();
  expect(isClosed).toBe(false);
  waiting[1]?.resolve();
  await closing;
  live.show('z');
  expect(waiting).toHaveLength(2);
});

test('a failed edit is repeated later, unless there is newer content', async () => {
  const clock = createMovableClock();
  const asked: string[] = [];
  const edit = async (view: string) => {
    asked.push(view);
    if (asked.length < 3) throw new Error('500');
  };
  const live = createLiveMessage<string>({ clock, edit, onError: () => true }, (view) => view);
  live.show('a');
  await settle();
  clock.advance(editIntervalMs);
  await settle();
  expect(asked).toEqual(['a', 'a']);
  live.show('b');
  clock.advance(editIntervalMs);
  await settle();
  clock.advance(editIntervalMs);
  await settle();
  expect(asked).toEqual(['a', 'a', 'b']);
});
