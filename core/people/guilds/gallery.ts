import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { GalleryEntry } from '../../ground/db/models/gallery.ts';
import { Task } from '../../ground/db/models/task.ts';
import { Identity } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';

/*
 * Who posts what in the galleries of Discord servers. A post and its row cannot change in one transaction, so a post
 * is claimed before and confirmed afterwards. Between the two it may be claimed again, but only while Discord knows
 * the post by its nonce and makes it once for any number of tries; later it is given up as lost.
 */

/** A claim without a confirmation may be taken over after this. */
const claimMs = 60_000;
/** Discord compares nonces for some minutes; posts have to be made well before. */
const repeatableMs = 120_000;
/** A result that could not be posted for so long, since the server or its channel was closed, is no longer news. */
const newsMs = 24 * 3_600_000;
/** The removal of a deleted result is tried for longer. */
export const withdrawalMs = 7 * newsMs;
const listedAtMost = 100;

interface Deps {
  database: Database;
  clock: Clock;
}

/** Entries that wait to be posted or removed, longest waiting first. */
export async function listGalleryWork({ database, clock }: Deps): Promise<GalleryEntry[]> {
  const nowMs = clock.now().getTime();
  return GalleryEntry.query(database)
    .whereBetween('workAt', [new Date(nowMs - withdrawalMs), new Date(nowMs)])
    .where((wanted) =>
      wanted.where('workAt', '>=', new Date(nowMs - newsMs)).orWhere({ state: 'withdrawing' }),
    )
    .orderBy('workAt')
    .limit(listedAtMost);
}

/** The claimant's job in Discord. */
type GalleryClaim =
  | { work: 'post'; entry: GalleryEntry }
  | { work: 'withdraw'; entry: GalleryEntry }
  | { work: 'none' };

/**
 * Claims an entry for a while, so that no other process does the same.
 * @param gallery.ageRestricted whether the channel is age-restricted: results from such channels go nowhere else.
 * @throws Problem `not-found`.
 */
export async function claimGalleryEntry(
  { database, clock }: Deps,
  entryId: string,
  gallery: { ageRestricted: boolean },
): Promise<GalleryClaim> {
  return inTransaction(database, async (trx) => {
    const entry = await lockEntry(trx, entryId);
    const now = clock.now();
    const isShown = await isStillShown(trx, entry);
    if (entry.state === 'withdrawing' || (entry.state === 'posted' && !isShown))
      return { work: 'withdraw', entry: await take(trx, entry, now, { state: 'withdrawing' }) };
    if ((entry.state !== 'due' && entry.state !== 'claimed') || !entry.workAt || entry.workAt > now)
      return { work: 'none' };
    if (isTooLate(entry, now)) return close(trx, entry, 'lost');
    if (!isShown || (entry.ageRestricted && !gallery.ageRestricted)) return close(trx, entry, 'closed');
    const claimed = { state: 'claimed' as const, claim: entry.claim + 1 };
    const firstClaimedAt = entry.firstClaimedAt ?? now;
    return { work: 'post', entry: await take(trx, entry, now, { ...claimed, firstClaimedAt }) };
  });
}

const isTooLate = ({ firstClaimedAt }: GalleryEntry, now: Date): boolean =>
  firstClaimedAt !== null && now.getTime() - firstClaimedAt.getTime() > repeatableMs;

async function take(
  trx: Transaction,
  entry: GalleryEntry,
  now: Date,
  change: Partial<GalleryEntry>,
): Promise<GalleryEntry> {
  const workAt = new Date(now.getTime() + claimMs);
  return GalleryEntry.query(trx).patchAndFetchById(entry.id, { ...change, workAt });
}

async function close(
  trx: Transaction,
  { id }: GalleryEntry,
  state: 'lost' | 'closed',
): Promise<GalleryClaim> {
  await GalleryEntry.query(trx).findById(id).patch({ state, workAt: null });
  return { work: 'none' };
}

/** The result of a claim. */
type GalleryOutcome =
  | { outcome: 'posted'; channelId: string; messageId: string }
  /** Discord has refused it, so it is not there: try again after so long. */
  | { outcome: 'refused'; claim: number; retryAfterSeconds: number }
  /** The server does not want it there. */
  | { outcome: 'unwanted'; claim: number }
  | { outcome: 'withdrawn' };

/** Records the result of a claim; a report about an earlier state changes nothing. @throws Problem `not-found`. */
export async function settleGalleryEntry(
  { database, clock }: Deps,
  entryId: string,
  settled: GalleryOutcome,
): Promise<void> {
  await inTransaction(database, async (trx) => {
    const entry = await lockEntry(trx, entryId);
    const change = await changeAfter(trx, entry, settled, clock.now());
    if (change) await GalleryEntry.query(trx).findById(entry.id).patch(change);
  });
}

async function changeAfter(
  trx: Transaction,
  entry: GalleryEntry,
  settled: GalleryOutcome,
  now: Date,
): Promise<Partial<GalleryEntry> | undefined> {
  if (settled.outcome === 'withdrawn')
    return entry.state === 'withdrawing' ? { state: 'closed', workAt: null } : undefined;
  if (settled.outcome === 'posted') {
    const { channelId, messageId } = settled;
    if (entry.state !== 'claimed' && entry.state !== 'lost') return undefined;
    // It may have been deleted while it was posted.
    return (await isStillShown(trx, entry))
      ? { state: 'posted', channelId, messageId, workAt: null }
      : { state: 'withdrawing', channelId, messageId, workAt: now };
  }
  if (entry.state !== 'claimed' || settled.claim !== entry.claim) return undefined;
  if (settled.outcome === 'unwanted') return { state: 'closed', workAt: null };
  // The result of an earlier claim is unknown: the nonce holds, or the post is given up.
  if (now.getTime() - (entry.firstClaimedAt?.getTime() ?? 0) >= claimMs) return undefined;
  const workAt = new Date(now.getTime() + settled.retryAfterSeconds * 1_000);
  return { state: 'due', firstClaimedAt: null, workAt };
}

/** The asset exists, its task was made in public or published, and no moderator took it out. */
async function isStillShown(
  trx: Transaction,
  { assetId, taskId, removedAt }: GalleryEntry,
): Promise<boolean> {
  if (removedAt !== null) return false;
  const asset = await Asset.query(trx)
    .findById(assetId)
    .whereNull('deletedAt')
    .whereNull('quarantinedAt')
    .select('id')
    .forShare();
  const task = await Task.query(trx).findById(taskId).select('meta');
  return asset !== undefined && task?.meta.visibility === 'public';
}

async function lockEntry(trx: Transaction, entryId: string): Promise<GalleryEntry> {
  const entry = isId(entryId) ? await GalleryEntry.query(trx).findById(entryId).forUpdate() : undefined;
  if (!entry) throw new Problem('not-found', 'There is no such entry.');
  return entry;
}

/** For an asset that was just deleted or withheld: its messages must go, and no new one is made. A post under way finds it gone. */
export async function withdrawAsset(trx: Transaction, assetId: string, now: Date): Promise<void> {
  await withdraw(trx, { assetId }, now);
}

/** Takes the results of a task out of a server's gallery for good. Nothing happens to the results themselves. */
export async function withdrawTask(
  { database, clock }: Deps,
  task: { guildId: string; taskId: string },
): Promise<void> {
  await inTransaction(database, async (trx) => {
    const removedAt = clock.now();
    await GalleryEntry.query(trx).where(task).whereNull('removedAt').patch({ removedAt });
    await withdraw(trx, task, removedAt);
  });
}

async function withdraw(trx: Transaction, of: Partial<GalleryEntry>, now: Date): Promise<void> {
  const entries = () => GalleryEntry.query(trx).where(of);
  await entries().where({ state: 'posted' }).patch({ state: 'withdrawing', workAt: now });
  await entries().whereIn('state', ['open', 'due']).patch({ state: 'closed', workAt: null });
}

/** How many people in that server gave a star. */
export async function countStars(
  database: Database,
  { guildId, assetId }: Pick<GalleryEntry, 'guildId' | 'assetId'>,
): Promise<number> {
  const [counted] = await database('stars').where({ guildId, assetId }).count({ stars: '*' });
  return Number(counted?.stars);
}

/** The Discord id of a person; undefined without one. */
export async function findMaker(database: Database, userId: string): Promise<string | undefined> {
  const identity = await Identity.query(database).where({ userId, provider: 'discord' }).first();
  return identity?.subject;
}
