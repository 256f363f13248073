import type { OwnBalanceView } from '@star-graph/contract/users/credits';
import { findGiftable } from '@star-graph/core/money/credits/grantLocks';
import { findBalance } from '@star-graph/core/money/credits/statement';
import type { ApiDeps } from '../../apiDeps.ts';

export async function readBalance(
  deps: Pick<ApiDeps, 'database' | 'clock'>,
  userId: string,
): Promise<OwnBalanceView> {
  const balance = await findBalance(deps.database, userId);
  const { giftable, next } = await findGiftable(deps.database, balance, deps.clock.now());
  const { available, held, debt } = balance;
  return {
    available,
    held,
    debt,
    giftable,
    ...(next ? { nextGiftable: { amount: next.amount, at: next.at.toISOString() } } : {}),
  };
}
