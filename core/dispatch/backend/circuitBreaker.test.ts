import { beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuitBreaker.ts';

let clock: ManualClock;
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = createManualClock();
  breaker = createCircuitBreaker(clock);
});

const record = (...ends: ('success' | 'fault')[]) => {
  for (const end of ends) breaker.record(end, 'a user');
};
const doubt = (...userIds: string[]) => {
  for (const userId of userIds) breaker.record('doubt', userId);
};

describe('a breaker', () => {
  it('stays closed at half of the ends and opens above', () => {
    record('success', 'success', 'fault', 'fault');
    expect(breaker.state).toBe('closed');
    record('fault');
    expect(breaker.state).toBe('resting');
  });

  it('does not judge by fewer than four ends', () => {
    record('fault', 'fault', 'fault');
    expect(breaker.state).toBe('closed');
  });

  it('forgets what is older than its window', async () => {
    record('fault', 'fault', 'fault');
    await clock.advance(5 * 60_000 + 1);
    record('fault');
    expect(breaker.state).toBe('closed');
  });

  it('tries one task after a rest and closes with a clean slate when it succeeds', async () => {
    record('fault', 'fault', 'fault', 'fault');
    await clock.advance(15_000);
    expect(breaker.state).toBe('trial');
    record('success', 'fault', 'fault', 'fault');
    expect(breaker.state).toBe('closed');
    record('fault');
    expect(breaker.state).toBe('resting');
  });

  it('rests twice as long after each failed trial, up to five minutes', async () => {
    record('fault', 'fault', 'fault', 'fault');
    for (const restMs of [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
      await clock.advance(restMs - 1);
      expect(breaker.state).toBe('resting');
      await clock.advance(1);
      expect(breaker.state).toBe('trial');
      record('fault');
    }
  });

  it('is not moved while it rests by attempts that began before', () => {
    record('fault', 'fault', 'fault', 'fault', 'success', 'fault');
    expect(breaker.state).toBe('resting');
  });
});

describe('a doubt', () => {
  it('of one user counts once, however often their tasks fail', () => {
    doubt(...Array<string>(20).fill('a poisoner'));
    record('success', 'fault');
    expect(breaker.state).toBe('closed');
  });

  it('of several users with no success between opens the breaker', () => {
    doubt('a', 'b', 'a', 'c');
    expect(breaker.state).toBe('closed');
    doubt('d');
    expect(breaker.state).toBe('resting');
  });

  it('is gone when a task of that user ended in another way', () => {
    doubt('a', 'b', 'c');
    breaker.record('success', 'a');
    expect(breaker.state).toBe('closed');
  });

  it('on trial decides nothing until a second user has one', async () => {
    record('fault', 'fault', 'fault', 'fault');
    await clock.advance(15_000);
    doubt('a', 'a', 'a');
    expect(breaker.state).toBe('trial');
    doubt('b');
    expect(breaker.state).toBe('resting');
    await clock.advance(30_000 - 1);
    expect(breaker.state).toBe('resting');
    await clock.advance(1);
    doubt('a');
    record('success');
    expect(breaker.state).toBe('closed');
  });
});
