import { invariant } from '../errors.ts';

/**
 * A price at a percentage of itself, in whole credits: rounded up, never below 1, and never less for a higher price
 * or a higher percentage.
 */
export function priceAt(credits: number, percent: number): number {
  invariant(
    Number.isSafeInteger(credits * percent) && percent >= 0,
    'a price and a percentage in whole numbers',
  );
  return Math.max(1, Math.ceil((credits * percent) / 100));
}

/** The price of so many percent of a task: rounded down, never more than the price. */
export function shareOf(credits: number, percent: number): number {
  const within = Math.min(100, Math.max(0, percent));
  return Math.floor((credits * within) / 100);
}
