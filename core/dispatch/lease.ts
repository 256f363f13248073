import type { ResultSetHeader } from 'mysql2';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { Backend, Dispatcher } from '../db/models/backend.ts';

/*
 * Ownership is a row with an owner, an epoch and a time until which it is good. Each move is one conditional UPDATE
 * that uses the database's clock alone, so the clocks of the dispatchers do not matter. Taking raises the epoch; an
 * owner that was paused and lost the row still has the old one, and everything it writes afterwards is refused.
 *
 * A lease that ran out and that nobody took is still its owner's: renewing it goes on where it was.
 */

interface Deps {
  database: Database;
}

const longerBy = 'NOW(3) + INTERVAL ? MICROSECOND';
const isFree = '(owner IS NULL OR lease_until IS NULL OR lease_until < NOW(3))';

/** LAST_INSERT_ID(x) hands the new epoch back with the update that made it. */
const takeSql = (table: 'leader' | 'backends') =>
  `UPDATE ${table} SET epoch = LAST_INSERT_ID(epoch + 1), owner = ?, lease_until = ${longerBy}
   WHERE id = ? AND ${isFree}`;

async function update(
  { database }: Deps,
  sql: string,
  values: readonly (string | number)[],
): Promise<ResultSetHeader> {
  const [result] = (await database.raw(sql, values)) as [ResultSetHeader];
  return result;
}

async function take(
  deps: Deps,
  table: 'leader' | 'backends',
  id: string | number,
  owner: string,
  ttlMs: number,
): Promise<number | undefined> {
  const { affectedRows, insertId } = await update(deps, takeSql(table), [owner, ttlMs * 1_000, id]);
  return affectedRows === 1 ? insertId : undefined;
}

/** @returns the epoch, or undefined while another dispatcher leads. */
export const takeLeadership = (deps: Deps, owner: string, ttlMs: number): Promise<number | undefined> =>
  take(deps, 'leader', 1, owner, ttlMs);

/** @returns false when another dispatcher took over. */
export async function renewLeadership(
  deps: Deps,
  leader: { owner: string; epoch: number },
  ttlMs: number,
): Promise<boolean> {
  const sql = `UPDATE leader SET lease_until = ${longerBy} WHERE id = 1 AND owner = ? AND epoch = ?`;
  return (await update(deps, sql, [ttlMs * 1_000, leader.owner, leader.epoch])).affectedRows === 1;
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

/** @returns the epoch, or undefined while another dispatcher owns the backend. */
export const takeBackend = (
  deps: Deps,
  backendId: string,
  owner: string,
  ttlMs: number,
): Promise<number | undefined> => take(deps, 'backends', backendId, owner, ttlMs);

/** Renews all of a dispatcher's backends at once. @returns those that it does not own any more. */
export async function renewBackends(
  deps: Deps,
  owner: string,
  ownerships: readonly Ownership[],
  ttlMs: number,
): Promise<Ownership[]> {
  if (ownerships.length === 0) return [];
  const pairs = ownerships.map(() => '(?, ?)').join(', ');
  const sql = `UPDATE backends SET lease_until = ${longerBy} WHERE owner = ? AND (id, epoch) IN (${pairs})`;
  const values = ownerships.flatMap(({ backendId, epoch }) => [backendId, epoch]);
  const { affectedRows } = await update(deps, sql, [ttlMs * 1_000, owner, ...values]);
  if (affectedRows === ownerships.length) return [];
  const owned = await Backend.query(deps.database).select('id', 'epoch').where({ owner });
  return ownerships.filter(
    ({ backendId, epoch }) => !owned.some((row) => row.id === backendId && row.epoch === epoch),
  );
}

/** Another dispatcher may take the backend at once; its tasks go on there. */
export async function releaseBackend(deps: Deps, owner: string, ownership: Ownership): Promise<void> {
  const sql = 'UPDATE backends SET owner = NULL, lease_until = NULL WHERE id = ? AND owner = ? AND epoch = ?';
  await update(deps, sql, [ownership.backendId, owner, ownership.epoch]);
}

/** Tells that the dispatcher lives, which gives it a share of the backends. */
export async function reportAlive(deps: Deps, id: string, ttlMs: number): Promise<void> {
  const sql = `INSERT INTO dispatchers (id, lease_until) VALUES (?, ${longerBy})
    ON DUPLICATE KEY UPDATE lease_until = VALUES(lease_until)`;
  await update(deps, sql, [id, ttlMs * 1_000]);
}

export async function reportGone({ database }: Deps, id: string): Promise<void> {
  await Dispatcher.query(database).deleteById(id);
}

/** Dispatchers whose last report is still good. */
export async function countAlive({ database }: Deps): Promise<number> {
  return Dispatcher.query(database).whereRaw('lease_until >= NOW(3)').resultSize();
}

/**
 * How long ago, by this process' own clock, its leases were last renewed: counted from before the renewal was sent,
 * so a process that was paused meanwhile finds its leases older than they are, never younger.
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
