import type { ResultSetHeader } from 'mysql2';
import { again, type Database, type Transaction } from '../../../ground/db/connect.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { eachAlone } from '../../../ground/runtime/eachAlone.ts';

/*
 * What a joined account made may be hundreds of thousands of rows: more than one transaction should lock. The join itself
 * is one transaction and notes what is left to move; these rows follow in steps, each of which may be cut off anywhere
 * and done again. While the note stands, the leader's maintenance goes on with it.
 */

interface JoinRow {
  fromId: string;
  intoId: string;
  joinedAt: Date;
}

const joins = 'account_joins';
const tables = ['tasks', 'assets', 'asset_shares'] as const;
const rowsAtOnce = 500;
/** A request that was let in before the account was closed has been answered by then. */
const settledMs = 60_000;

/** In the transaction that joins. What still moves to the account that is joined now goes on to the other one. */
export async function noteJoin(trx: Transaction, { fromId, intoId, joinedAt }: JoinRow): Promise<void> {
  // None is added while the note stands: what moves comes in between what they tell of. See `promptFilters`.
  await trx('users').where({ id: intoId }).forUpdate().select('id');
  await trx('prompt_filters').whereIn('userId', [fromId, intoId]).delete();
  await trx(joins).where({ intoId: fromId }).update({ intoId });
  await trx(joins).insert({ fromId, intoId, joinedAt });
}

/** Moves all that the account made so far. It may run at the same time elsewhere. */
export async function moveJoined(database: Database, fromId: string, signal?: AbortSignal): Promise<void> {
  for (const table of tables)
    while ((await moveSome(database, table, fromId)) === rowsAtOnce) signal?.throwIfAborted();
}

/** The note stays locked until its rows have moved: the other account may be joined into a third one meanwhile. */
async function moveSome(database: Database, table: string, fromId: string): Promise<number> {
  const note = `SELECT into_id FROM ${joins} WHERE from_id = ? LOCK IN SHARE MODE`;
  const sql = `UPDATE ${table} SET user_id = (${note}) WHERE user_id = ? AND EXISTS (${note})
    ORDER BY id LIMIT ${rowsAtOnce}`;
  const [result] = (await again(() => database.raw(sql, [fromId, fromId, fromId]))) as [ResultSetHeader];
  return result.affectedRows;
}

/** Goes on with joins whose process died, and forgets those that are over. One that fails holds up no other. */
export async function sweepJoins(
  { database, clock }: { database: Database; clock: Pick<Clock, 'now'> },
  signal: AbortSignal,
): Promise<void> {
  const settledBefore = new Date(clock.now().getTime() - settledMs);
  const open: JoinRow[] = await database<JoinRow>(joins).select();
  const goOn = async ({ fromId, joinedAt }: JoinRow): Promise<void> => {
    await moveJoined(database, fromId, signal);
    if (joinedAt < settledBefore) await database(joins).where({ fromId }).delete();
  };
  await eachAlone(open, goOn, signal);
}

/** Whether an account still gets what another one made. */
export const isGrowing = async (database: Database, intoId: string): Promise<boolean> =>
  (await database<JoinRow>(joins).where({ intoId }).first()) !== undefined;
