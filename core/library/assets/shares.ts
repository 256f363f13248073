import { randomBytes } from 'node:crypto';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import type { Maker } from '../../ground/db/models/assetShare.ts';
import { AssetShare } from '../../ground/db/models/assetShare.ts';
import { ApiKey, Session } from '../../ground/db/models/session.ts';
import { Task } from '../../ground/db/models/task.ts';
import { User } from '../../ground/db/models/user.ts';
import { hashSecret } from '../../ground/encryption/secrets.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { findShareOwner } from '../../ground/storage/keys.ts';
import { isShownInCollection } from '../../people/safety/shownInCollections.ts';
import { requireAsset, unknownAsset } from './assets.ts';
import { type CopyDeps, storeSharedCopy } from './sharedCopy.ts';

/** Whether a maker still works: it may have run out, or ended with the service key that let it in. */
async function isMakerLiving(database: Database, maker: Maker, now: Date): Promise<boolean> {
  const [kind, id = ''] = maker.split(':');
  const found =
    kind === 'key'
      ? await ApiKey.query(database).findById(id).whereNull('revokedAt')
      : await Session.query(database).findById(id).whereNull('revokedAt');
  if (!found || (found.expiresAt !== null && found.expiresAt <= now)) return false;
  const { userId, serviceKeyId } = found;
  if (!(await User.query(database).findById(userId).whereNull('disabledAt').select('id'))) return false;
  return serviceKeyId === null || isMakerLiving(database, `key:${serviceKeyId}`, now);
}

/*
 * Whoever has the link sees a copy of the asset, and the prompt if its owner wants so. Of the token only a hash is
 * stored. The copy is stored before the row names it, so a process that dies in between leaves an object for the sweep.
 */

const sharesPerPerson = 100;

interface Deps {
  database: Database;
  clock: Clock;
}

/**
 * Makes a link. A repeat makes another one.
 * @param by whose it is, and what it ends with.
 * @throws Problem `not-found`; `quota-exceeded`.
 */
export async function shareAsset(
  deps: Deps & CopyDeps,
  by: Pick<AssetShare, 'userId' | 'madeBy'>,
  assetId: string,
  wish: { hours: number; showsPrompt: boolean },
  signal: AbortSignal,
): Promise<{ share: AssetShare; token: string }> {
  const { database, clock } = deps;
  const { userId, madeBy } = by;
  const asset = await requireAsset(database, assetId, userId);
  await requireFree(database, userId, clock.now());
  const id = newId();
  const mime = await storeSharedCopy(deps, asset, id, signal);
  if (mime === undefined) throw unknownAsset();
  const token = randomBytes(16).toString('base64url');
  const share = await inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's links are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const now = clock.now();
    await requireFree(trx, userId, now);
    await requireAsset(trx, assetId, userId);
    return AssetShare.query(trx).insertAndFetch({
      id,
      userId,
      assetId,
      mime,
      tokenHash: hashSecret(token),
      showsPrompt: wish.showsPrompt,
      madeBy,
      createdAt: now,
      expiresAt: new Date(now.getTime() + wish.hours * 3_600_000),
    });
  });
  return { share, token };
}

async function requireFree(database: Database | Transaction, userId: string, now: Date): Promise<void> {
  const open = await AssetShare.query(database).where({ userId }).where('expiresAt', '>', now).resultSize();
  if (open >= sharesPerPerson)
    throw new Problem(
      'quota-exceeded',
      `You have ${sharesPerPerson} links. Withdraw one that you no longer need.`,
    );
}

/** Those that still work, the newest first; `beforeId` continues a page. */
export async function listShares(
  { database, clock }: Deps,
  userId: string,
  filter: { assetId?: string },
  page: { limit: number; beforeId?: string },
): Promise<AssetShare[]> {
  const query = AssetShare.query(database)
    .where({ userId, ...filter })
    .where('expiresAt', '>', clock.now())
    .orderBy('id', 'desc')
    .limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** From now on the link leads nowhere. A sweep removes the copy. @throws Problem `not-found`. */
export async function withdrawShare(database: Database, shareId: string, userId: string): Promise<void> {
  const deleted = isId(shareId)
    ? await AssetShare.query(database).where({ id: shareId, userId }).delete()
    : 0;
  if (deleted === 0) throw new Problem('not-found', 'There is no such link.');
}

export interface OpenShare {
  share: AssetShare;
  asset: Asset;
  /** Only if its owner shows it. */
  prompt: string | undefined;
}

/** What a link leads to; undefined if it expired, was withdrawn or never was, and while its asset is shown to nobody. */
export async function openShare({ database, clock }: Deps, token: string): Promise<OpenShare | undefined> {
  const share = await AssetShare.query(database).findOne({ tokenHash: hashSecret(token) });
  const asset = share && (await findShown(database, share, clock.now()));
  if (!asset) return undefined;
  const task =
    share.showsPrompt && asset.taskId !== null
      ? await Task.query(database).findById(asset.taskId)
      : undefined;
  const prompt = task?.params.prompt;
  return { share, asset, prompt: typeof prompt === 'string' ? prompt : undefined };
}

/** Whether a link that works, or a collection with members, shows the copy under this key. */
export async function isShared({ database, clock }: Deps, storageKey: string): Promise<boolean> {
  const id = findShareOwner(storageKey) ?? '';
  const share = await AssetShare.query(database).findById(id);
  if (!share) return isShownInCollection(database, id);
  return (await findShown(database, share, clock.now())) !== undefined;
}

/** The links of somebody who is blocked, whose account is deleted, or whose key that made it has ended show nothing. */
async function findShown(
  database: Database,
  { assetId, userId, expiresAt, madeBy }: AssetShare,
  now: Date,
): Promise<Asset | undefined> {
  if (expiresAt <= now) return undefined;
  const owner = await User.query(database).findById(userId).select('disabledAt');
  if (owner?.disabledAt !== null) return undefined;
  if (madeBy !== null && !(await isMakerLiving(database, madeBy, now))) return undefined;
  return Asset.query(database).findById(assetId).whereNull('deletedAt').whereNull('quarantinedAt');
}
