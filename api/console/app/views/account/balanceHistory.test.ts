import { expect, test } from 'vitest';
import { reckonBalances } from './balanceHistory.ts';

const at = (minute: number, amount: number) => ({
  amount,
  createdAt: new Date(minute * 60_000).toISOString(),
});
const minutes = (...list: number[]) => list.map((minute) => minute * 60_000);

test('each time has what there was after it, back to where the period begins', () => {
  const movements = [at(40, 20), at(30, -4), at(5, 100)];
  expect(reckonBalances(movements, { available: 116, time: 50 * 60_000 }, 10 * 60_000)).toEqual({
    times: minutes(10, 30, 40, 50),
    balances: [100, 96, 116, 116],
  });
});

test('a history that is shorter than the period begins with its first movement', () => {
  expect(reckonBalances([at(30, 20)], { available: 20, time: 50 * 60_000 }, 0)).toEqual({
    times: minutes(30, 50),
    balances: [20, 20],
  });
});

test('movements of the same time are one point, after the last of them', () => {
  expect(reckonBalances([at(30, -4), at(30, 20)], { available: 16, time: 50 * 60_000 }, 0)).toEqual({
    times: minutes(30, 50),
    balances: [16, 16],
  });
});

test('without movements the balance is a single point', () => {
  expect(reckonBalances([], { available: 3, time: 60_000 }, 0)).toEqual({ times: minutes(1), balances: [3] });
});
