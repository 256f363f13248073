export interface BalanceHistory {
  times: number[];
  /** What could be spent from each time on. */
  balances: number[];
}

interface Movement {
  amount: number;
  createdAt: string;
}

/**
 * Reckoned backwards from what there is now: before a movement there was so much less. It begins at `from`, or, where
 * the movements do not reach back so far, with the earliest of them, and ends now.
 * @param movements newest first.
 */
export function reckonBalances(
  movements: readonly Movement[],
  now: { available: number; time: number },
  from: number,
): BalanceHistory {
  const points: { time: number; balance: number }[] = [{ time: now.time, balance: now.available }];
  let balance = now.available;
  for (const { amount, createdAt } of movements) {
    const time = Date.parse(createdAt);
    if (time < from) break;
    // Of movements at the same time the last one says what there was afterwards.
    if (points.at(-1)?.time !== time) points.push({ time, balance });
    balance -= amount;
  }
  const reachesBack = movements.some(({ createdAt }) => Date.parse(createdAt) < from);
  if (reachesBack) points.push({ time: from, balance });
  points.reverse();
  return { times: points.map(({ time }) => time), balances: points.map((point) => point.balance) };
}
