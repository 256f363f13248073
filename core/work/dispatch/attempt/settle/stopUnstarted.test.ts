import { expect, test } from 'vitest';
import { Evicted, Recalled, Requeued } from '../attempt.ts';
import { isFailure } from './finishAttempt.ts';
import { leaveFor } from './stopUnstarted.ts';

const manyAttempts = 1_000;

test.each([Recalled, Requeued])('a %o task waits for nothing and never fails for it', (Reason) => {
  const decision = leaveFor(new Reason('A test.'));
  expect(decision.retryAfterMs).toBe(0);
  expect(isFailure(decision, manyAttempts)).toBe(false);
});

test('a task that stuck backends give back for ever fails at last', () => {
  const decision = leaveFor(new Evicted('A test.'));
  expect([isFailure(decision, 1), isFailure(decision, manyAttempts)]).toEqual([false, true]);
});
