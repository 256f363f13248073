import type { ResultSetHeader } from 'mysql2';
import { type Database, isContended } from '../../ground/db/connect.ts';
import { Dispatcher } from '../../ground/db/models/backend.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/*
 * Ownership is a row with an owner, an epoch and an expiry. Each move is one conditional UPDATE that uses the
 * database's clock alone, so the clocks of the dispatchers do not matter. Taking raises the epoch; an owner that was
 * paused and lost the row still has the old one, and everything it writes afterwards is refused.
 *
 * An expired lease that was not taken is still its owner's: it can be renewed.
 *
 * No move waits for a row: the process that locked it may have vanished with its machine, and then the server keeps
 * the lock until it ends the session (`connectDatabase`). Locked rows are left alone until the next round.
 *
 * If the answer of a taking was lost, the row names an owner that does not know of it. It is taken again under a
 * higher epoch, on condition that it is unchanged: a late statement of the first try then changes nothing.
 */

interface Deps {
  database: Database;
}

const longerBy = 'NOW(3) + INTERVAL ? MICROSECOND';
const isFree = '(owner IS NULL OR lease_until IS NULL OR lease_until < NOW(3))';

type Table = 'leader' | 'backends';
type Id = string | number;

async function update(
  { database }: Deps,
  sql: string,
  values: readonly (string | number)[],
): Promise<ResultSetHeader> {
  const [result] = (await database.raw(sql, values)) as [ResultSetHeader];
  return result;
}

interface LeaseRow<Key extends Id> {
  id: Key;
  owner: string | null;
  epoch: number;
}

/** Rows that no other transaction has locked. Never waits. */
async function listUnlocked<Key extends Id>(
  { database }: Deps,
  table: Table,
  ids: readonly Key[],
): Promise<LeaseRow<Key>[]> {
  if (ids.length === 0) return [];
  // By the primary key, so that no other row is read or locked.
  const sql = `SELECT id, owner, epoch FROM ${table} FORCE INDEX (PRIMARY)
    WHERE id IN (${ids.map(() => '?').join(', ')}) FOR UPDATE SKIP LOCKED`;
  const [rows] = (await database.raw(sql, [...ids])) as [LeaseRow<Key>[]];
  return rows;
}

/**
 * LAST_INSERT_ID(x) returns the new epoch with the update that made it.
 * @returns undefined while it is another's, or locked.
 */
async function take(
  deps: Deps,
  table: Table,
  id: Id,
  owner: string,
  ttlMs: number,
): Promise<number | undefined> {
  const [row] = await listUnlocked(deps, table, [id]);
  if (!row) return undefined;
  const [condition, values] =
    row.owner === owner ? ['owner = ? AND epoch = ?', [owner, row.epoch]] : [isFree, []];
  const sql = `UPDATE ${table} SET epoch = LAST_INSERT_ID(epoch + 1), owner = ?, lease_until = ${longerBy}
    WHERE id = ? AND ${condition}`;
  const { affectedRows, insertId } = await update(deps, sql, [owner, ttlMs * 1_000, id, ...values]);
  return affectedRows === 1 ? insertId : undefined;
}

/** `lost`: another dispatcher has it. `locked`: another transaction is in the way, so the owner is unknown. */
type Renewal = 'renewed' | 'lost' | 'locked';

/** For a dispatcher that does not lead. @returns the epoch, or undefined while another dispatcher leads. */
export const takeLeadership = (deps: Deps, owner: string, ttlMs: number): Promise<number | undefined> =>
  take(deps, 'leader', 1, owner, ttlMs);

export async function renewLeadership(
  deps: Deps,
  leader: { owner: string; epoch: number },
  ttlMs: number,
): Promise<Renewal> {
  if ((await listUnlocked(deps, 'leader', [1])).length === 0) return 'locked';
  const sql = `UPDATE leader SET lease_until = ${longerBy} WHERE id = 1 AND owner = ? AND epoch = ?`;
  const { affectedRows } = await update(deps, sql, [ttlMs * 1_000, leader.owner, leader.epoch]);
  return affectedRows === 1 ? 'renewed' : 'lost';
}

/** Another dispatcher may take over at once. */
export async function releaseLeadership(deps: Deps, leader: { owner: string; epoch: number }): Promise<void> {
  const sql = 'UPDATE leader SET owner = NULL, lease_until = NULL WHERE id = 1 AND owner = ? AND epoch = ?';
  await update(deps, sql, [leader.owner, leader.epoch]);
}

export interface Ownership {
  backendId: string;
  epoch: number;
}

/**
 * For a dispatcher that does not hold it. @returns the epoch, or undefined while another dispatcher owns the backend.
 */
export const takeBackend = (
  deps: Deps,
  backendId: string,
  owner: string,
  ttlMs: number,
): Promise<number | undefined> => take(deps, 'backends', backendId, owner, ttlMs);

/** Renews those that can be renewed; a locked or lost one does not affect the others. */
export async function renewBackends(
  deps: Deps,
  owner: string,
  ownerships: readonly Ownership[],
  ttlMs: number,
): Promise<Map<Ownership, Renewal>> {
  const rows = await listUnlocked(
    deps,
    'backends',
    ownerships.map(({ backendId }) => backendId),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const renewals = new Map<Ownership, Renewal>();
  const held: Ownership[] = [];
  for (const ownership of ownerships) {
    const row = byId.get(ownership.backendId);
    if (row?.owner === owner && row.epoch === ownership.epoch) held.push(ownership);
    else renewals.set(ownership, row ? 'lost' : 'locked');
  }
  const areRenewed = await updateLeases(deps, owner, held, ttlMs);
  for (const ownership of held)
    renewals.set(ownership, areRenewed ? 'renewed' : await renewOne(deps, owner, ownership, ttlMs));
  return renewals;
}

/** All at once. @returns false when one of them was lost or locked meanwhile. */
async function updateLeases(
  deps: Deps,
  owner: string,
  held: readonly Ownership[],
  ttlMs: number,
): Promise<boolean> {
  if (held.length === 0) return true;
  const ids = held.map(({ backendId }) => backendId);
  const places = ids.map(() => '?').join(', ');
  const pairs = held.map(() => '(?, ?)').join(', ');
  const sql = `UPDATE backends FORCE INDEX (PRIMARY) SET lease_until = ${longerBy}
    WHERE id IN (${places}) AND owner = ? AND (id, epoch) IN (${pairs})`;
  const values = held.flatMap(({ backendId, epoch }) => [backendId, epoch]);
  try {
    return (await update(deps, sql, [ttlMs * 1_000, ...ids, owner, ...values])).affectedRows === held.length;
  } catch (error) {
    if (isContended(error)) return false;
    throw error;
  }
}

async function renewOne(
  deps: Deps,
  owner: string,
  { backendId, epoch }: Ownership,
  ttlMs: number,
): Promise<Renewal> {
  const sql = `UPDATE backends SET lease_until = ${longerBy} WHERE id = ? AND owner = ? AND epoch = ?`;
  try {
    const { affectedRows } = await update(deps, sql, [ttlMs * 1_000, backendId, owner, epoch]);
    return affectedRows === 1 ? 'renewed' : 'lost';
  } catch (error) {
    if (isContended(error)) return 'locked';
    throw error;
  }
}

/** Another dispatcher may take the backend at once; its tasks go on there. */
export async function releaseBackend(deps: Deps, owner: string, ownership: Ownership): Promise<void> {
  const sql = 'UPDATE backends SET owner = NULL, lease_until = NULL WHERE id = ? AND owner = ? AND epoch = ?';
  await update(deps, sql, [ownership.backendId, owner, ownership.epoch]);
}

/** Reports that the dispatcher lives, which gives it a share of the backends. */
export async function reportAlive(deps: Deps, id: string, ttlMs: number): Promise<void> {
  const sql = `INSERT INTO dispatchers (id, lease_until) VALUES (?, ${longerBy})
    ON DUPLICATE KEY UPDATE lease_until = VALUES(lease_until)`;
  await update(deps, sql, [id, ttlMs * 1_000]);
}

export async function reportGone({ database }: Deps, id: string): Promise<void> {
  await Dispatcher.query(database).deleteById(id);
}

/** Dispatchers whose last report has not expired. */
export async function countAlive({ database }: Deps): Promise<number> {
  return Dispatcher.query(database).whereRaw('lease_until >= NOW(3)').resultSize();
}

/**
 * The age of a lease by this process' own clock. It counts from before the renewal was sent, so a paused process
 * finds its lease older than it is, never younger.
 */
export interface LeaseAge {
  /** Call before the statement is sent, and the result when it succeeded. */
  begin(): () => void;
  /** Whether a POST may be sent now: no other dispatcher can take over before half a lease has passed. */
  isYoung(): boolean;
}

export function createLeaseAge(clock: Pick<Clock, 'monotonicMs'>, ttlMs: number): LeaseAge {
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  return {
    begin() {
      const begunAtMs = clock.monotonicMs();
      return () => {
        renewedAtMs = Math.max(renewedAtMs, begunAtMs);
      };
    },
    isYoung: () => clock.monotonicMs() - renewedAtMs < ttlMs / 2,
  };
}
