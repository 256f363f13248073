import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import { noCredentials, type StoredCredentials, sealCredentials } from '../../comfy/storedCredentials.ts';
import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { type Attempt, Backend, filmDeskUrl, type ModelMark, Slot } from '../../ground/db/models/backend.ts';
import { WarmUp } from '../../ground/db/models/warmUp.ts';
import { KeyMissing, type KeyRing } from '../../ground/encryption/keyRing.ts';
import { Problem } from '../../ground/errors.ts';
import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { clearMarks, listMarks } from '../../library/catalogue/modelMarks.ts';
import { parseBackendUrl } from './backendUrl.ts';

/** What a change of the pool needs. */
export interface PoolChangeDeps {
  database: Database;
  clock: Clock;
  wakeSignals: WakeSignals;
  /** Encrypts the credentials of backends. */
  keyRing: KeyRing;
}

/** A taken slot, with how far its attempt is. */
type SlotInUse = Pick<Slot, 'backendId' | 'slot' | 'taskId' | 'attempt'> &
  Pick<Attempt, 'state' | 'startedAt' | 'recalledAt'>;

export interface BackendWithSlots {
  backend: Backend;
  slots: SlotInUse[];
  /** Model files that do not run there. */
  marks: ModelMark[];
  /** The one that waits or runs, or the last one. */
  warmUp?: WarmUp | undefined;
}

type NewBackend = Pick<Backend, 'url' | 'weight' | 'labels' | 'enabled'> & {
  name?: string;
  credentials?: BackendCredentials;
};
type BackendChange = Partial<Pick<Backend, 'name' | 'weight' | 'labels' | 'enabled' | 'draining'>> & {
  /** Null removes them. */
  credentials?: BackendCredentials | null;
};

/** From now on neither the environment nor a source adds or removes it. */
const ofAdministrators = { fromEnvironment: false, discoveredBy: null, missingSince: null };

const unknownBackend = () => new Problem('not-found', 'There is no such GPU server.');

/** Without removed ones, newest first; `beforeId` continues a page. */
export async function listBackends(
  database: Database,
  page: { limit: number; beforeId?: string },
): Promise<BackendWithSlots[]> {
  const query = Backend.query(database).whereNull('removedAt').whereNot({ url: filmDeskUrl });
  query.orderBy('id', 'desc').limit(page.limit);
  if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
  return withSlots(database, await query);
}

/** @throws Problem `not-found`. */
export async function requireBackend(database: Database, id: string): Promise<BackendWithSlots> {
  const servers = Backend.query(database).whereNull('removedAt').whereNot({ url: filmDeskUrl });
  const backend = isId(id) ? await servers.findById(id) : undefined;
  if (!backend) throw unknownBackend();
  const [found] = await withSlots(database, [backend]);
  return found ?? { backend, slots: [], marks: [] };
}

async function withSlots(database: Database, backends: readonly Backend[]): Promise<BackendWithSlots[]> {
  const ids = backends.map(({ id }) => id);
  const slots = ids.length === 0 ? [] : await listSlotsInUse(database, ids);
  const marks = ids.length === 0 ? [] : await listMarks(database, ids);
  const warmUps = ids.length === 0 ? [] : await WarmUp.query(database).findByIds([...ids]);
  const byBackend = Map.groupBy(slots, (slot) => slot.backendId);
  const marksOf = Map.groupBy(marks, (mark) => mark.backendId);
  return backends.map((backend) => ({
    backend,
    slots: byBackend.get(backend.id) ?? [],
    marks: marksOf.get(backend.id) ?? [],
    warmUp: warmUps.find(({ backendId }) => backendId === backend.id),
  }));
}

const listSlotsInUse = async (database: Database, backendIds: readonly string[]): Promise<SlotInUse[]> =>
  await Slot.query(database)
    .whereIn('slots.backendId', backendIds)
    .join('attempts', (on) =>
      on.on('attempts.taskId', 'slots.taskId').andOn('attempts.attempt', 'slots.attempt'),
    )
    .select('slots.backendId', 'slots.slot', 'slots.taskId', 'slots.attempt')
    .select('attempts.state', 'attempts.startedAt', 'attempts.recalledAt')
    .orderBy('slots.slot')
    .castTo<SlotInUse[]>();

/**
 * Adds a backend. A removed one comes back under its old id and keeps its history.
 * @throws Problem `invalid-params` for an invalid address, or one that is in the pool already.
 */
export async function createBackend(
  deps: PoolChangeDeps,
  actor: Actor,
  values: NewBackend,
): Promise<BackendWithSlots> {
  const url = await parseBackendUrl(values.url);
  const id = await inTransaction(deps.database, (trx) =>
    addBackend(deps, trx, actor, { ...values, url }),
  ).catch((error: unknown) => {
    throw isDuplicateEntry(error) ? taken() : error;
  });
  deps.wakeSignals.send('backends');
  return requireBackend(deps.database, id);
}

/** @param actor null: the platform itself. @param values with the address as `parseBackendUrl` gives it. @returns its id. */
export async function addBackend(
  deps: PoolChangeDeps,
  trx: Transaction,
  actor: Actor | null,
  values: NewBackend,
): Promise<string> {
  const { credentials = null, ...settings } = values;
  const { url } = settings;
  const name = values.name ?? new URL(url).host.slice(0, 64);
  const facts = { ...settings, name, draining: false, removedAt: null };
  const known = await Backend.query(trx).findOne({ url }).forUpdate();
  if (known && !known.removedAt) throw taken();
  const backendId = known?.id ?? newId();
  const row = { ...facts, ...seal(deps.keyRing, backendId, credentials) };
  if (known)
    await Backend.query(trx)
      .findById(backendId)
      .patch({ ...row, ...ofAdministrators, state: 'unknown', stateReason: null, recycleState: null });
  else await Backend.query(trx).insert({ id: backendId, ...row, createdAt: deps.clock.now() });
  await recordAct(deps, trx, {
    ...(actor === null ? { actorId: null } : { actor }),
    action: 'backend.create',
    target: `backend:${backendId}`,
    data: { before: null, after: { ...facts, credentials: credentials?.kind ?? 'none' } },
  });
  return backendId;
}

/** @throws Problem `invalid-params` without a key to encrypt them with. */
function seal(
  keyRing: KeyRing,
  backendId: string,
  credentials: BackendCredentials | null,
): StoredCredentials {
  if (credentials === null) return noCredentials;
  try {
    return sealCredentials(keyRing, backendId, credentials, { fromEnvironment: false });
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    const message = 'Set DATA_KEYS for the API and the dispatchers, restart them, and try again.';
    throw new Problem('invalid-params', 'This platform has no key to keep credentials with.', {
      errors: [{ pointer: '/credentials', message }],
    });
  }
}

const taken = () =>
  new Problem('invalid-params', 'This GPU server is in the pool already.', {
    errors: [{ pointer: '/url', message: 'In the pool already.' }],
  });

/** During a recycle the backend stays drained, and the wish counts for the time after it. */
export const drainingAs = (database: Database, wanted: boolean) => ({
  recycleReturns: database.raw('IF(recycle_state IS NULL, recycle_returns, ?)', [
    !wanted,
  ]) as unknown as boolean,
  draining: database.raw('IF(recycle_state IS NULL, ?, TRUE)', [wanted]) as unknown as boolean,
});

/** @throws Problem `not-found`. */
export async function changeBackend(
  deps: PoolChangeDeps,
  actor: Actor,
  id: string,
  change: BackendChange,
): Promise<BackendWithSlots> {
  await requireBackend(deps.database, id);
  const { credentials, ...settings } = change;
  const patch = {
    ...settings,
    ...(settings.draining === undefined ? {} : drainingAs(deps.database, settings.draining)),
    ...(credentials === undefined ? {} : seal(deps.keyRing, id, credentials)),
  };
  const after = {
    ...settings,
    ...(credentials === undefined ? {} : { credentials: credentials?.kind ?? 'none' }),
  };
  await inTransaction(deps.database, async (trx) => {
    const known = await Backend.query(trx).findById(id).forUpdate().throwIfNotFound();
    const was = { ...known, credentials: known.credentialsKind ?? 'none' };
    const before = Object.fromEntries(Object.entries(was).filter(([name]) => name in after));
    const data = { before, after };
    if (Object.keys(patch).length > 0) await Backend.query(trx).findById(id).patch(patch);
    await recordAct(deps, trx, { actor, action: 'backend.change', target: `backend:${id}`, data });
  });
  deps.wakeSignals.send('slots');
  return requireBackend(deps.database, id);
}

/**
 * Takes a backend out of the pool for good, even if the environment names it. It finishes its tasks, and then its
 * owner leaves it. Its credentials stay until then, and are removed when it is added again. @throws Problem
 * `not-found`.
 */
export async function removeBackend(deps: PoolChangeDeps, actor: Actor, id: string): Promise<void> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    const known = await Backend.query(trx).findById(id).whereNull('removedAt').forUpdate();
    // Another removal was first, and is in the audit.
    if (!known) return;
    // Before the patch, which changes the object too.
    const { url, name, labels, weight, enabled, draining } = known;
    await known.$query(trx).patch({ removedAt: deps.clock.now(), enabled: false, ...ofAdministrators });
    const data = { before: { url, name, labels, weight, enabled, draining }, after: null };
    await recordAct(deps, trx, { actor, action: 'backend.remove', target: `backend:${id}`, data });
  });
  deps.wakeSignals.send('backends');
}

/** Removes the marks of its models, which are then tried again. @throws Problem `not-found`. */
export async function clearUnfitModels(deps: PoolChangeDeps, actor: Actor, id: string): Promise<void> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    const cleared = await clearMarks(trx, id);
    const act = { action: 'backend.clear-unfit-models' as const, target: `backend:${id}` };
    await recordAct(deps, trx, { actor, ...act, data: { cleared } });
  });
  deps.wakeSignals.send('slots');
}
