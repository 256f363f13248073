import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import {
  type AppealState,
  Quarantine,
  type QuarantineState,
  Report,
} from '../../ground/db/models/quarantine.ts';
import { Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { lockQuarantine, type QuarantineDeps } from './quarantine.ts';

interface IdPage {
  limit: number;
  beforeId?: string;
}

/** The newest first; `beforeId` continues a page. */
export async function listQuarantines(
  database: Database,
  filter: { state?: QuarantineState; appealState?: AppealState },
  page: IdPage,
): Promise<Quarantine[]> {
  const query = Quarantine.query(database).where(filter).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** @throws Problem `not-found`. */
export async function requireQuarantine(database: Database, quarantineId: string): Promise<Quarantine> {
  const found = isId(quarantineId) ? await Quarantine.query(database).findById(quarantineId) : undefined;
  if (!found) throw new Problem('not-found', 'There is no such quarantine.');
  return found;
}

/** What is withheld of a person's, or was removed; the newest first. */
export async function listWithheld(database: Database, userId: string, page: IdPage): Promise<Quarantine[]> {
  const query = Quarantine.query(database)
    .where({ userId })
    .whereNot({ state: 'released' })
    .orderBy('id', 'desc')
    .limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/**
 * The owner's words against what withholds their bytes: once for each time that they are withheld. The same words again
 * change nothing.
 * @throws Problem `not-found`; `forbidden` after the first, and after a removal.
 */
export async function appealQuarantine(
  deps: QuarantineDeps,
  userId: string,
  quarantineId: string,
  text: string,
): Promise<Quarantine> {
  return inTransaction(deps.database, async (trx) => {
    const before = await lockQuarantine(trx, quarantineId);
    if (before.userId !== userId || before.state === 'released')
      throw new Problem('not-found', 'Nothing of yours with this id is withheld.');
    if (before.appeal === text) return before;
    if (before.state === 'removed')
      throw new Problem('forbidden', 'It was removed for good. Write to whoever runs this server.');
    if (before.appeal !== null)
      throw new Problem(
        'forbidden',
        'You have appealed against this decision before. A moderator answers it.',
      );
    const now = deps.clock.now();
    return Quarantine.query(trx).patchAndFetchById(before.id, {
      appeal: text,
      appealState: 'open',
      appealedAt: now,
      version: before.version + 1,
      changedAt: now,
    });
  });
}

/**
 * Refuses new names for withheld bytes. The caller has just inserted assets with these keys and digests in this
 * transaction: a quarantine under way either sees those rows or is waited for here.
 * @throws Problem `content-refused`; nothing may be committed then.
 */
export async function refuseWithheld(
  trx: Transaction,
  assets: readonly { storageKey: string; sha256: string }[],
): Promise<void> {
  const found = await Quarantine.query(trx)
    .whereIn(
      'sha256',
      assets.map(({ sha256 }) => sha256),
    )
    .whereIn('state', ['quarantined', 'removed'])
    .select('id')
    .forShare();
  if (found.length > 0)
    throw new Problem(
      'content-refused',
      'These very bytes were withheld by a moderator of this platform. Use another picture.',
    );
}

/** Whether any of these objects is withheld or was removed. */
export async function isWithheld(database: Database, storageKeys: readonly string[]): Promise<boolean> {
  const found = await Quarantine.query(database)
    .whereIn('storageKey', [...storageKeys])
    .whereNot({ state: 'released' })
    .select('id')
    .first();
  return found !== undefined;
}

/** For joined accounts. */
export async function joinSafety(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  await Quarantine.query(trx).where({ userId: fromId }).patch({ userId: intoId });
  await Report.query(trx).where({ ownerId: fromId }).patch({ ownerId: intoId });
  // What both reported was reported once.
  await trx.raw('UPDATE IGNORE reports SET reporter_id = ? WHERE reporter_id = ?', [intoId, fromId]);
}
