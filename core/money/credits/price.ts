/** More than anybody has; a price beyond it is no number that can be held. */
const mostCredits = 1_000_000_000_000;

/** A price at several percentages of itself, one of the other, rounded up once; in their order or another. */
export function priceAtEach(credits: number, percents: readonly number[]): number {
  const factor = percents.reduce((product, percent) => product * BigInt(percent), 1n);
  const hundreds = 100n ** BigInt(percents.length);
  const price = (BigInt(credits) * factor + hundreds - 1n) / hundreds;
  return Math.max(1, price > BigInt(mostCredits) ? mostCredits : Number(price));
}

/** A price by the share of its time that was used: rounded up, from 1 to the whole price. */
export function usedOf(credits: number, share: number): number {
  const within = Math.min(1, Math.max(0, share));
  return Math.min(credits, Math.max(1, Math.ceil(credits * within)));
}

/** The price of so many percent of a task: rounded down, never more than the price. */
export function shareOf(credits: number, percent: number): number {
  const within = Math.min(100, Math.max(0, percent));
  return Math.floor((credits * within) / 100);
}
