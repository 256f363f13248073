/**
 * A price at a percentage of itself, in whole credits: rounded up, never below 1, and never less for a higher price
 * or a higher percentage.
 */
export function priceAt(credits: number, percent: number): number {
  if (!Number.isSafeInteger(credits * percent) || percent < 0)
    throw new RangeError('a price and a percentage are whole numbers');
  return Math.max(1, Math.ceil((credits * percent) / 100));
}
