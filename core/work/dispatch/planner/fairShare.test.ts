import { expect, test } from 'vitest';
import { eligibleUpTo, mayBeNext, quantumSeconds } from './fairShare.ts';

test.each([
  { people: 1, taskSeconds: 14, seconds: 60 },
  { people: 10, taskSeconds: 14, seconds: 200 },
  { people: 40, taskSeconds: 14, seconds: 800 },
  // Long tasks widen it where many people wait.
  { people: 10, taskSeconds: 120, seconds: 200 },
  { people: 40, taskSeconds: 30, seconds: 1_200 },
  { people: 40, taskSeconds: 120, seconds: 1_600 },
  { people: 500, taskSeconds: 120, seconds: 1_800 },
])('$people people with tasks of $taskSeconds s have a quantum of $seconds s', (one) => {
  expect(quantumSeconds(one.people, one.taskSeconds)).toBe(one.seconds);
});

const person = (served: number, waitingSeconds = 10) => ({ served, waitingMs: waitingSeconds * 1_000 });
const of = (people: ReturnType<typeof person>[], pool = { taskSeconds: 10, backends: 1 }) =>
  eligibleUpTo(people, pool);
const crowd = (count: number, waitingSeconds: number) =>
  Array.from({ length: count }, () => person(7, waitingSeconds));

test('whose waiting work is small may be twice as far ahead', () => {
  const [light, heavy] = [person(7 + 120, 400), person(7 + 61, 401)];
  const upTo = of([person(7), light, heavy]);
  expect([upTo.small, upTo.others]).toEqual([127, 67]);
  expect([mayBeNext(light, upTo), mayBeNext(heavy, upTo)]).toEqual([true, false]);
});

test('on a large pool more work is small', () => {
  const heavy = person(100, 2_000);
  expect(mayBeNext(heavy, of([person(7), heavy], { taskSeconds: 10, backends: 39 }))).toBe(false);
  expect(mayBeNext(heavy, of([person(7), heavy], { taskSeconds: 10, backends: 40 }))).toBe(true);
});

test('others keep to a short turn only while somebody with little work waits', () => {
  expect(of(crowd(40, 5_000)).others).toBe(7 + 1_600);
  expect(of([...crowd(39, 5_000), person(7)]).others).toBe(7 + 500);
});

test('a short turn is longer where tasks are long', () => {
  const upTo = of([...crowd(39, 5_000), person(7)], { taskSeconds: 100, backends: 1 });
  expect(upTo.others).toBe(7 + 800);
});

test('nobody is ever let further ahead than the longest quantum', () => {
  expect(of(crowd(500, 10)).small).toBe(7 + 1_800);
  expect(of(crowd(500, 5_000)).others).toBe(7 + 1_800);
});
