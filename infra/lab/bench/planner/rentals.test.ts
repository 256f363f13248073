import { expect, test } from 'vitest';
import { alwaysOn, rentalCase, rentalRules, renting, scaleToZero, simulateRentals } from './rentals.ts';

const few = { ...rentalCase, days: 3 };

test('machines that vanish at any moment lose no task, and what they had is done again', () => {
  const hostile = { ...few, lifeHours: 0.5 };
  const outcome = simulateRentals(hostile, renting('ours', { ...rentalRules, budgetPerDay: 1_000 }), 7);
  expect([outcome.asked > 4_000, outcome.redone > 0]).toEqual([true, true]);
  expect(outcome.done).toBe(outcome.asked);
  expect(outcome.waits).toHaveLength(outcome.done + outcome.redone);
});

test('a task costs less than on servers that are always on, and no day more than its budget', () => {
  const ours = simulateRentals(few, renting('ours', rentalRules), 7);
  const always = simulateRentals(few, alwaysOn(2), 7);
  const queue = simulateRentals(few, scaleToZero(4), 7);
  expect([ours.done, always.done, queue.done]).toEqual([ours.asked, always.asked, queue.asked]);
  expect(ours.cost).toBeLessThan(always.cost * 0.7);
  expect(ours.cost / ours.done).toBeLessThan(queue.cost / queue.done);
  const scarce = simulateRentals(few, renting('ours', { ...rentalRules, budgetPerDay: 15 }), 7);
  expect(scarce.mostSpentInADay).toBeLessThanOrEqual(15);
  expect(scarce.done).toBe(scarce.asked);
});

test('a server of the house that is enough leaves nothing to rent', () => {
  const quiet = { ...few, standing: 1, perHour: () => 20 };
  expect(simulateRentals(quiet, renting('ours', rentalRules), 7)).toMatchObject({ cost: 0, starts: 0 });
});
