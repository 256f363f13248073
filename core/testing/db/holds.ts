import { prepareHold, prepareSettlement, type Settlement, type TaskPrice } from '../../credits/credits.ts';
import type { PreparedTransfer } from '../../credits/transfer.ts';
import { isDuplicateEntry, type Transaction } from '../../db/connect.ts';
import { sendPacket } from '../../db/packet.ts';
import type { Clock } from '../../runtime/clock.ts';

interface Deps {
  clock: Clock;
}

/** Holds the price of a task as an acceptance does. */
export const holdCredits = (
  deps: Deps,
  trx: Transaction,
  price: TaskPrice,
  openTasksLimit: number,
): Promise<void> => post(trx, prepareHold(deps, trx, price, openTasksLimit));

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
