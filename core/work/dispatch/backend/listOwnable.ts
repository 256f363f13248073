import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { Ownable } from './rebalance.ts';

/**
 * Backends that need an owner: those of the pool, and removed ones whose slots are still taken. A backend that names
 * this dispatcher but is not held by it is free: it was taken, and the answer was lost.
 * @param findHeld what this dispatcher holds; a `leaving` one is no longer its own and not yet free.
 */
export async function listOwnable(
  database: Database,
  owner: string,
  findHeld: (backendId: string) => { leaving: unknown } | undefined,
): Promise<(Ownable & { url: string })[]> {
  const busy = 'EXISTS (SELECT 1 FROM slots WHERE slots.backend_id = backends.id)';
  const rows = await Backend.query(database)
    .select('id', 'url', 'owner')
    .select(database.raw('(owner IS NULL OR lease_until IS NULL OR lease_until < NOW(3)) AS is_free'))
    .select(database.raw(`${busy} AS is_busy`))
    .whereRaw(`(removed_at IS NULL OR ${busy})`)
    .orderBy('id')
    .castTo<{ id: string; url: string; owner: string | null; isFree: number; isBusy: number }[]>();
  return rows.map((row) => {
    const held = findHeld(row.id);
    const isOwn = row.owner === owner;
    return {
      id: row.id,
      url: row.url,
      isFree: !held && (isOwn || Number(row.isFree) === 1),
      isMine: isOwn && held !== undefined && held.leaving === undefined,
      isBusy: Number(row.isBusy) === 1,
    };
  });
}
