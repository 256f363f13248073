import type { Logger } from 'pino';
import { type Database, isContended } from '../../../ground/db/connect.ts';
import { Backend, filmDeskUrl } from '../../../ground/db/models/backend.ts';
import { untilUnlocked } from '../../../ground/db/untilUnlocked.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { PostPermit } from '../attempt/attempt.ts';
import { leaseLosses, ownedBackends } from '../dispatcherMetrics.ts';
import {
  countAlive,
  createLeaseAge,
  type LeaseAge,
  releaseBackend,
  renewBackends,
  reportAlive,
  takeBackend,
} from '../lease.ts';
import type { BackendOwner } from './backendOwner.ts';
import type { Ownable } from './rebalance.ts';
import { rebalance } from './rebalance.ts';

/**
 * Backends that need an owner: those of the pool, and removed ones whose slots are still taken. A backend that names
 * this dispatcher but is not held by it is free: it was taken, and the answer was lost.
 * @param findHeld what this dispatcher holds; a `leaving` one is no longer its own and not yet free.
 */
async function listOwnable(
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

/** A backend of this dispatcher, and what to undo when it is given up. */
export interface OwnedBackend {
  url: string;
  owner: BackendOwner;
  stopListening: () => Promise<void>;
}

export interface OwnedBackends {
  /** Renews the leases, and drops lost ones. Called every third of a lease; waits for no backend. */
  renew(): Promise<void>;
  /** Reports this dispatcher alive, takes backends, and begins to give some up. Called every third of a lease. */
  share(): Promise<void>;
  /** The backends that take work. */
  list(): readonly OwnedBackend[];
  find(backendId: string): OwnedBackend | undefined;
  /** Leaves all of them so that others can take over at once. They are renewed until then. */
  leaveAll(): Promise<void>;
}

interface Deps {
  /** Whether ffmpeg can be started here. */
  canCutFilms(): Promise<boolean>;
  /** For leases only, so that a renewal never waits behind other work for a connection. */
  leases: Database;
  clock: Clock;
  logger: Logger;
  /** Begins to own a backend that was just taken. */
  open(backend: { id: string; url: string }, epoch: number, permit: PostPermit): OwnedBackend;
}

interface Held extends OwnedBackend {
  age: LeaseAge;
  /** It takes no more work. Its lease is renewed until it was left: a POST may be under way. */
  leaving: Promise<void> | undefined;
}

interface Context extends Deps {
  /** This dispatcher, the owner. */
  dispatcher: string;
  ttlMs: number;
  held: Map<string, Held>;
}

const isFreeDesk = ({ url, isFree }: { url: string; isFree: boolean }): boolean =>
  isFree && url === filmDeskUrl;

export function createOwnedBackends(deps: Deps, dispatcher: string, ttlMs: number): OwnedBackends {
  const context: Context = { ...deps, dispatcher, ttlMs, held: new Map() };
  const { held } = context;
  const database = { database: deps.leases };
  const listTaking = () => [...held.values()].filter(({ leaving }) => leaving === undefined);

  return {
    async renew() {
      let waiting = [...held.values()];
      await untilUnlocked(deps.clock, ttlMs / 6, async () => {
        waiting = await renewSome(context, waiting);
        return waiting.length === 0;
      });
      for (const { owner } of waiting)
        deps.logger.warn(owner.ownership, 'a lease is locked by another transaction and was not renewed');
      ownedBackends.set(held.size);
    },
    async share() {
      await reportAlive(database, dispatcher, ttlMs);
      const listed = await listOwnable(deps.leases, dispatcher, (backendId) => held.get(backendId));
      const isOut = listed.some(isFreeDesk) && !(await deps.canCutFilms());
      // Another dispatcher may have what it takes.
      const backends = isOut ? listed.filter((one) => !isFreeDesk(one)) : listed;
      const byId = new Map(backends.map((backend) => [backend.id, backend]));
      for (const one of listTaking()) {
        const row = byId.get(one.owner.ownership.backendId);
        // Removed, and empty; or moved to another address, and empty.
        if (!row || (row.url !== one.url && !row.isBusy)) void giveUp(context, one);
      }
      const moves = rebalance(backends, await countAlive(database));
      for (const backendId of moves.giveUp) {
        const one = held.get(backendId);
        if (one) void giveUp(context, one);
      }
      const free = moves.take.flatMap((backendId) => byId.get(backendId) ?? []);
      await takeUpTo(context, moves.takeAtMost, free);
      ownedBackends.set(held.size);
    },
    list: listTaking,
    find: (backendId) => listTaking().find(({ owner }) => owner.ownership.backendId === backendId),
    async leaveAll() {
      await Promise.all([...held.values()].map((one) => giveUp(context, one)));
    },
  };
}

/** @returns those that other transactions have locked. */
async function renewSome(context: Context, some: readonly Held[]): Promise<Held[]> {
  const noted = some.map((one) => ({ one, noteRenewed: one.age.begin() }));
  const ownerships = some.map(({ owner }) => owner.ownership);
  const { leases: database, dispatcher, ttlMs } = context;
  const renewals = await renewBackends({ database }, dispatcher, ownerships, ttlMs);
  return noted.flatMap(({ one, noteRenewed }) => {
    const renewal = renewals.get(one.owner.ownership);
    if (renewal === 'renewed') noteRenewed();
    if (renewal === 'lost') drop(context, one);
    return renewal === 'locked' ? [one] : [];
  });
}

function drop(context: Context, one: Held): void {
  const { ownership } = one.owner;
  context.logger.warn(ownership, 'another dispatcher took over a backend');
  leaseLosses.inc({ lease: 'backend' });
  forget(context, one);
  if (one.leaving) return;
  close(one).catch((err: unknown) =>
    context.logger.error({ err, ...ownership }, 'a backend was not left well'),
  );
}

/** A backend that was taken again meanwhile has another entry. */
function forget({ held }: Context, one: Held): void {
  const { backendId } = one.owner.ownership;
  if (held.get(backendId) === one) held.delete(backendId);
}

/** If one cannot be taken now, the next one is tried. */
async function takeUpTo(
  context: Context,
  most: number,
  backends: readonly { id: string; url: string }[],
): Promise<void> {
  let taken = 0;
  for (const backend of backends) {
    if (taken >= most) return;
    try {
      if (await take(context, backend)) taken += 1;
    } catch (err) {
      if (!isContended(err)) throw err;
      context.logger.warn({ err, backendId: backend.id }, 'a backend could not be taken in this round');
    }
  }
}

/** @returns whether it could be taken. */
async function take(context: Context, backend: { id: string; url: string }): Promise<boolean> {
  const { leases: database, dispatcher, ttlMs } = context;
  const age = createLeaseAge(context.clock, ttlMs);
  const noteTaken = age.begin();
  const epoch = await takeBackend({ database }, backend.id, dispatcher, ttlMs);
  if (epoch === undefined) return false;
  noteTaken();
  const permit: PostPermit = {
    isYoung: age.isYoung,
    async renew() {
      await renewSome(context, [one]);
      return context.held.get(backend.id) === one;
    },
  };
  const one: Held = { ...context.open(backend, epoch, permit), age, leaving: undefined };
  context.held.set(backend.id, one);
  context.logger.info({ backendId: backend.id, epoch }, 'took a backend');
  return true;
}

/** A fault on the way leaves a lease that ends by itself. */
function giveUp(context: Context, one: Held): Promise<void> {
  const { leases: database, dispatcher, logger } = context;
  const { ownership } = one.owner;
  one.leaving ??= close(one)
    .then(() => releaseBackend({ database }, dispatcher, ownership))
    .then(() => logger.info(ownership, 'gave a backend up'))
    .catch((err: unknown) => logger.error({ err, ...ownership }, 'a backend was not given up well'))
    .finally(() => forget(context, one));
  return one.leaving;
}

async function close({ owner, stopListening }: OwnedBackend): Promise<void> {
  await Promise.all([stopListening(), owner.leave()]);
}
