import { clearMarks, listMarks } from '../catalogue/modelMarks.ts';
import type { Clock } from '../clock.ts';
import { type Database, inTransaction, isDuplicateEntry } from '../db/connect.ts';
import { Backend, type ModelMark, Slot } from '../db/models/backend.ts';
import { Problem } from '../errors.ts';
import type { Bell } from '../events/bell.ts';
import { isId, newId } from '../ids.ts';
import { recordAct } from './audit.ts';
import { parseBackendUrl } from './backendUrl.ts';

interface Deps {
  database: Database;
  clock: Clock;
  bell: Bell;
}

export interface BackendWithSlots {
  backend: Backend;
  slots: Slot[];
  /** Model files that were found not to run there. */
  marks: ModelMark[];
}

export type NewBackend = Pick<Backend, 'url' | 'weight' | 'labels' | 'enabled'> & { name?: string };
export type BackendChange = Partial<Pick<Backend, 'name' | 'weight' | 'labels' | 'enabled' | 'draining'>>;

const unknownBackend = () => new Problem('not-found', 'There is no such GPU server.');

/** Those that were not removed, newest first; `beforeId` continues a page. */
export async function listBackends(
  database: Database,
  page: { limit: number; beforeId?: string },
): Promise<BackendWithSlots[]> {
  const query = Backend.query(database).whereNull('removedAt').orderBy('id', 'desc').limit(page.limit);
  if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
  return withSlots(database, await query);
}

/** @throws Problem `not-found`. */
export async function requireBackend(database: Database, id: string): Promise<BackendWithSlots> {
  const backend = isId(id) ? await Backend.query(database).findById(id).whereNull('removedAt') : undefined;
  if (!backend) throw unknownBackend();
  const [found] = await withSlots(database, [backend]);
  return found ?? { backend, slots: [], marks: [] };
}

async function withSlots(database: Database, backends: readonly Backend[]): Promise<BackendWithSlots[]> {
  const ids = backends.map(({ id }) => id);
  const slots = ids.length === 0 ? [] : await Slot.query(database).whereIn('backendId', ids).orderBy('slot');
  const marks = ids.length === 0 ? [] : await listMarks(database, ids);
  const byBackend = Map.groupBy(slots, (slot) => slot.backendId);
  const marksOf = Map.groupBy(marks, (mark) => mark.backendId);
  return backends.map((backend) => ({
    backend,
    slots: byBackend.get(backend.id) ?? [],
    marks: marksOf.get(backend.id) ?? [],
  }));
}

/**
 * Adds a backend; one that was removed comes back under its old id, so that its past stays its own.
 * @throws Problem `invalid-params` for an address that is none or is in the pool already.
 */
export async function createBackend(
  deps: Deps,
  actorId: string,
  values: NewBackend,
): Promise<BackendWithSlots> {
  const url = await parseBackendUrl(values.url);
  const facts = { ...values, url, name: values.name ?? new URL(url).host, draining: false, removedAt: null };
  const id = await inTransaction(deps.database, async (trx) => {
    const known = await Backend.query(trx).findOne({ url }).forUpdate();
    if (known && !known.removedAt) throw taken();
    const backendId = known?.id ?? newId();
    if (known)
      await Backend.query(trx)
        .findById(backendId)
        .patch({ ...facts, state: 'unknown', fromEnvironment: false });
    else await Backend.query(trx).insert({ id: backendId, ...facts, createdAt: deps.clock.now() });
    await recordAct(deps, trx, {
      actorId,
      action: 'backend.create',
      target: `backend:${backendId}`,
      data: facts,
    });
    return backendId;
  }).catch((error: unknown) => {
    throw isDuplicateEntry(error) ? taken() : error;
  });
  deps.bell.ring('slots');
  return requireBackend(deps.database, id);
}

const taken = () =>
  new Problem('invalid-params', 'This GPU server is in the pool already.', {
    errors: [{ pointer: '/url', message: 'In the pool already.' }],
  });

/** @throws Problem `not-found`. */
export async function changeBackend(
  deps: Deps,
  actorId: string,
  id: string,
  change: BackendChange,
): Promise<BackendWithSlots> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    if (Object.keys(change).length > 0) await Backend.query(trx).findById(id).patch(change);
    await recordAct(deps, trx, { actorId, action: 'backend.change', target: `backend:${id}`, data: change });
  });
  deps.bell.ring('slots');
  return requireBackend(deps.database, id);
}

/**
 * Takes a backend out of the pool, for good, also where the environment names it: it finishes what it has, and then
 * its owner lets go of it. @throws Problem `not-found`.
 */
export async function removeBackend(deps: Deps, actorId: string, id: string): Promise<void> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    await Backend.query(trx)
      .findById(id)
      .whereNull('removedAt')
      .patch({ removedAt: deps.clock.now(), enabled: false, fromEnvironment: false });
    await recordAct(deps, trx, { actorId, action: 'backend.remove', target: `backend:${id}` });
  });
  deps.bell.ring('slots');
}

/** What was found not to run there is tried again. @throws Problem `not-found`. */
export async function clearUnfitModels(deps: Deps, actorId: string, id: string): Promise<void> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    const cleared = await clearMarks(trx, id);
    const act = { action: 'backend.clear-unfit-models', target: `backend:${id}` };
    await recordAct(deps, trx, { actorId, ...act, data: { cleared } });
  });
  deps.bell.ring('slots');
}
