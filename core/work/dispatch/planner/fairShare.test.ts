import { expect, test } from 'vitest';
import { eligibleUpTo, quantumSeconds } from './fairShare.ts';

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

test('who is at most a quantum above the least served may be next', () => {
  expect(eligibleUpTo([{ served: 500 }, { served: 7 }], 10)).toBe(67);
  expect(eligibleUpTo([{ served: 500 }], 10)).toBe(560);
});
