import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ApiContext } from '../apiContext.ts';
import { watchSender } from './formParser.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A request whose bytes the test sends, and what was said of it. */
function watch() {
  const req = Object.assign(new PassThrough(), { complete: false });
  const said: string[] = [];
  const stop = watchSender(
    { req } as unknown as ApiContext,
    1_000,
    ({ message }) => said.push(message),
    () => new Error('too large') as never,
  );
  return { req, said, stop };
}

const stoodStill = expect.stringContaining('stood still');

test('a sender that is silent while its bytes are awaited is given up', () => {
  const { req, said, stop } = watch();
  req.write('some');
  vi.advanceTimersByTime(30_000);
  expect(said).toEqual([stoodStill]);
  stop();
});

test('a check that takes minutes after the last byte ends no upload', () => {
  const { req, said, stop } = watch();
  req.write('all');
  req.complete = true;
  vi.advanceTimersByTime(600_000);
  expect(said).toEqual([]);
  stop();
});

test('a slow disk is no silence of the sender, whose own counts afterwards', () => {
  const { req, said, stop } = watch();
  req.pause();
  vi.advanceTimersByTime(600_000);
  expect(said).toEqual([]);
  req.resume();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([stoodStill]);
  stop();
});
