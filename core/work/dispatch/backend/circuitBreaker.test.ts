import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../testing/manualClock.ts';
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
  test('stays closed at half of the ends and opens above', () => {
    record('success', 'success', 'fault', 'fault');
    expect(breaker.state).toBe('closed');
    record('fault');
    expect(breaker.state).toBe('open');
  });

  test('judges by four ends at least', () => {
    record('fault', 'fault', 'fault');
    expect(breaker.state).toBe('closed');
  });

  test('forgets ends older than its window', async () => {
    record('fault', 'fault', 'fault');
    await clock.advance(5 * 60_000 + 1);
    record('fault');
    expect(breaker.state).toBe('closed');
  });

  test('half-open lets one task through and closes empty on its success', async () => {
    record('fault', 'fault', 'fault', 'fault');
    await clock.advance(15_000);
    expect(breaker.state).toBe('half-open');
    record('success', 'fault', 'fault', 'fault');
    expect(breaker.state).toBe('closed');
    record('fault');
    expect(breaker.state).toBe('open');
  });

  test('that is tripped opens at once, and for longer on trial', async () => {
    record('success', 'success', 'success', 'success');
    breaker.trip();
    expect(breaker.state).toBe('open');
    await clock.advance(14_999);
    breaker.trip();
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
    breaker.trip();
    await clock.advance(29_999);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
    record('success');
    expect(breaker.state).toBe('closed');
  });

  test('doubles its open time after each half-open failure, up to five minutes', async () => {
    record('fault', 'fault', 'fault', 'fault');
    for (const openMs of [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
      await clock.advance(openMs - 1);
      expect(breaker.state).toBe('open');
      await clock.advance(1);
      expect(breaker.state).toBe('half-open');
      record('fault');
    }
  });

  test('of a recycled backend is empty, and half-open if it was open', () => {
    record('fault', 'fault', 'fault');
    breaker.renew();
    record('fault');
    expect(breaker.state).toBe('closed');
    record('fault', 'fault', 'fault');
    expect(breaker.state).toBe('open');
    breaker.renew();
    expect(breaker.state).toBe('half-open');
  });

  test('ignores ends of earlier attempts while it is open', () => {
    record('fault', 'fault', 'fault', 'fault', 'success', 'fault');
    expect(breaker.state).toBe('open');
  });
});

describe('a doubt', () => {
  test('of one user counts once, however often their tasks fail', () => {
    doubt(...Array<string>(20).fill('a poisoner'));
    record('success', 'fault');
    expect(breaker.state).toBe('closed');
  });

  test('of several users without a success between opens the breaker', () => {
    doubt('a', 'b', 'a', 'c');
    expect(breaker.state).toBe('closed');
    doubt('d');
    expect(breaker.state).toBe('open');
  });

  test('is gone when a task of that user ends otherwise', () => {
    doubt('a', 'b', 'c');
    breaker.record('success', 'a');
    expect(breaker.state).toBe('closed');
  });

  test('half-open decides nothing until a second user has one', async () => {
    record('fault', 'fault', 'fault', 'fault');
    await clock.advance(15_000);
    doubt('a', 'a', 'a');
    expect(breaker.state).toBe('half-open');
    doubt('b');
    expect(breaker.state).toBe('open');
    await clock.advance(30_000 - 1);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    doubt('a');
    record('success');
    expect(breaker.state).toBe('closed');
  });
});
