import { expect, test } from 'vitest';
import { decide, type RentedFacts, type RentFacts } from './decide.ts';

const rules = { most: 4, budgetPerDay: 20, idleMs: 600_000, startMs: 300_000 };
const rented = (id: string, change: Partial<RentedFacts> = {}): RentedFacts => ({
  id,
  state: 'serving',
  idleMs: 0,
  price: 1,
  ...change,
});
const choose = (change: Partial<RentFacts>, changed = {}) =>
  decide(
    { ...rules, ...changed },
    {
      waitingSeconds: 0,
      standing: 0,
      rented: [],
      spentToday: 0,
      offer: 1,
      isPaused: false,
      isResting: false,
      ...change,
    },
  );

test('any work is worth a server where there is none, and each further one only as much as its start takes', () => {
  expect(choose({})).toMatchObject({ start: 0, why: 'nothing-waits', worth: 0 });
  expect(choose({ waitingSeconds: 10 })).toMatchObject({ start: 1, why: 'starting' });
  expect(choose({ waitingSeconds: 10, standing: 1 })).toMatchObject({ start: 0, why: 'enough' });
  expect(choose({ waitingSeconds: 610, standing: 1 })).toMatchObject({ start: 2, worth: 3 });
  // Those that were ordered already count.
  const coming = [rented('a', { state: 'starting' }), rented('b', { state: 'wanted' })];
  expect(choose({ waitingSeconds: 610, standing: 1, rented: coming }).start).toBe(0);
});

test('no more are started than may be, can be paid until they end, or are offered', () => {
  expect(choose({ waitingSeconds: 9_000 })).toMatchObject({ start: 4, why: 'starting' });
  const all = ['a', 'b', 'c', 'd'].map((id) => rented(id));
  expect(choose({ waitingSeconds: 9_000, rented: all })).toMatchObject({ start: 0, why: 'most' });
  expect(choose({ waitingSeconds: 9_000, spentToday: 19.2 })).toMatchObject({ start: 1 });
  expect(choose({ waitingSeconds: 9_000, spentToday: 19.7 })).toMatchObject({ start: 0, why: 'budget' });
  expect(choose({ waitingSeconds: 9_000, offer: undefined })).toMatchObject({ start: 0, why: 'no-offer' });
  expect(choose({ waitingSeconds: 9_000, isResting: true })).toMatchObject({ start: 0, why: 'resting' });
  expect(choose({ waitingSeconds: 9_000, isPaused: true })).toMatchObject({ start: 0, why: 'paused' });
});

test('what is idle is given back, also while work waits that it cannot do', () => {
  const pool = [rented('busy'), rented('idle', { idleMs: 600_000 }), rented('new', { idleMs: 599_999 })];
  expect(choose({ rented: pool }).giveBack).toEqual(['idle']);
  expect(choose({ rented: pool, waitingSeconds: 9_000 }).giveBack).toEqual(['idle']);
});

test('one that is being given back serves again before another is started', () => {
  const pool = [rented('back', { state: 'draining' }), rented('gone', { state: 'stopping' })];
  expect(choose({ rented: pool, waitingSeconds: 400 })).toMatchObject({ keep: ['back'], start: 1 });
  expect(choose({ rented: pool, waitingSeconds: 10 })).toMatchObject({ keep: ['back'], start: 0 });
});

test('where the money of the day is gone all are given back, with enough left to finish', () => {
  const pool = [rented('a'), rented('b', { state: 'starting' }), rented('c', { state: 'draining' })];
  const spent = choose({ rented: pool, waitingSeconds: 9_000, spentToday: 19.5 });
  expect(spent).toMatchObject({ giveBack: ['a', 'b'], keep: [], start: 0, why: 'budget' });
  expect(choose({ rented: pool, waitingSeconds: 9_000, spentToday: 19.4 }).giveBack).toEqual([]);
});
