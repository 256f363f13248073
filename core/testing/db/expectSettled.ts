import { expect } from 'vitest';
import type { Database } from '../../ground/db/connect.ts';
import { Attempt, Slot } from '../../ground/db/models/backend.ts';
import { openStatuses, Task } from '../../ground/db/models/task.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';

/** Checks the state without running work: no open task, no taken slot, no held credit, and a balanced ledger. */
export async function expectSettled(database: Database): Promise<void> {
  const open = await Task.query(database).select('id', 'status').whereIn('status', openStatuses);
  const slots = await Slot.query(database);
  const attempts = await Attempt.query(database).whereNot({ state: 'ended' });
  expect({ open, slots, attempts }).toEqual({ open: [], slots: [], attempts: [] });
  expect(await checkLedger(database)).toEqual({
    ok: true,
    imbalance: 0,
    wrongTransfers: 0,
    openHolds: 0,
    wrongBalances: 0,
    wrongHolds: 0,
  });
}
