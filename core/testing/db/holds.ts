import { isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import {
  prepareHold,
  prepareSettlement,
  type Settlement,
  type TaskPrice,
} from '../../money/credits/credits.ts';
import type { PreparedTransfer } from '../../money/credits/transfer.ts';

interface Deps {
  clock: Clock;
}

/** Holds the price of a task as an acceptance does. */
export const holdCredits = (
  deps: Deps,
  trx: Transaction,
  price: TaskPrice,
  openTasksLimit: number,
): Promise<void> =>
  post(trx, prepareHold(deps, trx, price, { openTasks: openTasksLimit, unpaidTasksPerDay: null }));

/** Ends a hold as the end of a task does. @returns false when it was ended before. */
export async function settleHold(
  deps: Deps,
  trx: Transaction,
  price: TaskPrice,
  settlement: Settlement,
): Promise<boolean> {
  try {
    await post(trx, prepareSettlement(deps, trx, price, settlement));
    return true;
  } catch (error) {
    if (isDuplicateEntry(error)) return false;
    throw error;
  }
}

const post = async (trx: Transaction, transfer: PreparedTransfer): Promise<void> =>
  transfer.confirm(await sendPacket(trx, transfer.statements));
