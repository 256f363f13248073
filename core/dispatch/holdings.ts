import type { Logger } from 'pino';
import type { Database } from '../db/connect.ts';
import { Backend } from '../db/models/backend.ts';
import type { PostPermit } from './attempt.ts';
import {
  countAlive,
  type LeaseAge,
  releaseBackend,
  renewBackends,
  reportAlive,
  takeBackend,
} from './lease.ts';
import { ownedBackends } from './metrics.ts';
import type { Owner } from './owner.ts';
import { type Ownable, shareMoves } from './share.ts';

/** A backend of this dispatcher, and what to undo when it is not any more. */
export interface Holding {
  url: string;
  owner: Owner;
  stopListening: () => Promise<void>;
}

export interface Holdings {
  /** Reports alive, renews, takes and gives up. Called every third of a lease. */
  round(): Promise<void>;
  list(): readonly Holding[];
  find(backendId: string): Holding | undefined;
  /** For one backend's attempts. */
  permitFor(backendId: string): PostPermit;
  /** Leaves all of them so that others can take over at once. */
  leaveAll(): Promise<void>;
}

interface Deps {
  /** For leases alone, so that a renewal never waits behind other work for a connection. */
  leases: Database;
  logger: Logger;
  leaseAge: LeaseAge;
  /** Begins to own a backend that was just taken. */
  open(backend: { id: string; url: string }, epoch: number): Holding;
}

export function createHoldings(deps: Deps, owner: string, ttlMs: number): Holdings {
  const database = { database: deps.leases };
  const holdings = new Map<string, Holding>();

  /** All at once, so that one age serves for all. @returns whether this one is still owned. */
  async function renew(backendId?: string): Promise<boolean> {
    const noteRenewed = deps.leaseAge.begin();
    const ownerships = [...holdings.values()].map((holding) => holding.owner.ownership);
    const lost = await renewBackends(database, owner, ownerships, ttlMs);
    noteRenewed();
    for (const ownership of lost) {
      deps.logger.warn(ownership, 'another dispatcher took over a backend');
      const holding = holdings.get(ownership.backendId);
      // Taken again meanwhile, it is another holding.
      if (holding?.owner.ownership.epoch === ownership.epoch) drop(ownership.backendId, holding);
    }
    return backendId === undefined || holdings.has(backendId);
  }

  function drop(backendId: string, holding: Holding): void {
    holdings.delete(backendId);
    close(holding).catch((err: unknown) =>
      deps.logger.error({ err, backendId }, 'a backend was not left well'),
    );
  }

  async function take(backend: { id: string; url: string }): Promise<void> {
    const epoch = await takeBackend(database, backend.id, owner, ttlMs);
    if (epoch === undefined) return;
    deps.logger.info({ backendId: backend.id, epoch }, 'took a backend');
    holdings.set(backend.id, deps.open(backend, epoch));
  }

  async function giveUp(backendId: string): Promise<void> {
    const holding = holdings.get(backendId);
    if (!holding) return;
    holdings.delete(backendId);
    await close(holding);
    await releaseBackend(database, owner, holding.owner.ownership);
    deps.logger.info({ backendId }, 'gave a backend up');
  }

  return {
    async round() {
      await reportAlive(database, owner, ttlMs);
      await renew();
      const backends = await listOwnable(deps.leases, owner);
      const byId = new Map(backends.map((backend) => [backend.id, backend]));
      const mine = [...holdings].map(([backendId, { url }]) => ({ backendId, url }));
      for (const { backendId, url } of mine) {
        const row = byId.get(backendId);
        // Removed, and empty; or moved to another address, and empty.
        if (!row || (row.url !== url && !row.isBusy)) await giveUp(backendId);
      }
      const moves = shareMoves(backends, await countAlive(database));
      for (const backendId of moves.giveUp) await giveUp(backendId);
      for (const backendId of moves.take) {
        const row = byId.get(backendId);
        if (row && !holdings.has(backendId)) await take(row);
      }
      ownedBackends.set(holdings.size);
    },
    list: () => [...holdings.values()],
    find: (backendId) => holdings.get(backendId),
    permitFor: (backendId) => ({ isYoung: () => deps.leaseAge.isYoung(), renew: () => renew(backendId) }),
    async leaveAll() {
      await Promise.all([...holdings.keys()].map((backendId) => giveUp(backendId)));
    },
  };
}

async function close({ owner, stopListening }: Holding): Promise<void> {
  await Promise.all([stopListening(), owner.leave()]);
}

/** Backends that somebody has to own: those of the pool, and removed ones whose slots are still taken. */
async function listOwnable(database: Database, owner: string): Promise<(Ownable & { url: string })[]> {
  const busy = 'EXISTS (SELECT 1 FROM slots WHERE slots.backend_id = backends.id)';
  const rows = await Backend.query(database)
    .select('id', 'url', 'owner')
    .select(database.raw('(owner IS NULL OR lease_until IS NULL OR lease_until < NOW(3)) AS is_free'))
    .select(database.raw(`${busy} AS is_busy`))
    .whereRaw(`(removed_at IS NULL OR ${busy})`)
    .orderBy('id')
    .castTo<{ id: string; url: string; owner: string | null; isFree: number; isBusy: number }[]>();
  return rows.map((row) => ({
    id: row.id,
    url: row.url,
    isFree: Number(row.isFree) === 1,
    isMine: row.owner === owner,
    isBusy: Number(row.isBusy) === 1,
  }));
}
