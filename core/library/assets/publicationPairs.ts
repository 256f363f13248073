import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { GalleryEntry } from '../../ground/db/models/gallery.ts';
import { Publication, PublicationPair } from '../../ground/db/models/publication.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { choosePair, eloChange } from './choosePair.ts';
import { findShown, type ShownPublication } from './publications.ts';

/*
 * Which of two pictures is better. The platform chooses the two, so that nobody votes for a picture as often as they
 * like. A pair is one row of a person from the offer on; the answer fills it in once, and changes both ratings in the
 * same transaction. A process that dies in between leaves an open pair, which is offered again.
 */

const pairsPerDay = 100;

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

export interface PairWish {
  /** Of this server's gallery; default: of all. */
  community?: string;
  /** Of a gallery: leave out what was shown in a channel for adults. */
  generalOnly: boolean;
}

export interface OfferedPair {
  id: string;
  first: ShownPublication;
  second: ShownPublication;
}

/**
 * Two pictures of others that the person was never asked about; the open pair of before, while both are shown.
 * @returns undefined where there are not two.
 * @throws Problem `quota-exceeded`.
 */
export async function offerPair(
  { database, clock }: Deps,
  userId: string,
  wish: PairWish,
): Promise<OfferedPair | undefined> {
  const candidates = await listCandidates(database, userId, wish);
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's pairs are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const byId = new Map(candidates.map((shown) => [shown.publication.id, shown]));
    const before = await PublicationPair.query(trx)
      .where({ userId, guildId: wish.community ?? null })
      .whereNull('answeredAt')
      .orderBy('createdAt', 'desc')
      .first();
    const now = clock.now();
    if (before) {
      const pair = await findPair(trx, userId, before);
      const isFit =
        !wish.community || !wish.generalOnly || (byId.has(before.firstId) && byId.has(before.secondId));
      if (pair && isFit) return pair;
      // What is not shown any more is not asked for again.
      await PublicationPair.query(trx).findById(before.id).whereNull('answeredAt').patch({ answeredAt: now });
    }
    const today = new Date(now);
    today.setUTCHours(0, 0, 0, 0);
    const asked = await PublicationPair.query(trx)
      .where({ userId })
      .where('createdAt', '>=', today)
      .resultSize();
    if (asked >= pairsPerDay)
      throw new Problem(
        'quota-exceeded',
        `You have compared ${pairsPerDay} pairs today. Come back tomorrow.`,
      );
    const known = await listKnown(trx, userId, [...byId.keys()]);
    const chosen = choosePair(
      candidates.map(({ publication }) => publication),
      known,
    );
    if (!chosen) return undefined;
    const [firstId = '', secondId = ''] = chosen.toSorted();
    const [first, second] = [byId.get(firstId), byId.get(secondId)];
    if (!first || !second) return undefined;
    const id = newId();
    const guildId = wish.community ?? null;
    const open = { betterId: null, createdAt: now, answeredAt: null };
    await PublicationPair.query(trx).insert({ id, userId, firstId, secondId, guildId, ...open });
    return { id, first, second };
  });
}

const fewestCompared = 60;
const bestRated = 40;
const ofGallery = 200;

/** Pictures of others that are shown now: those that were compared least, and the best for them to be measured by. */
async function listCandidates(
  database: Database,
  userId: string,
  { community, generalOnly }: PairWish,
): Promise<ShownPublication[]> {
  const others = () => Publication.query(database).whereNot({ userId });
  let rows: Publication[];
  if (community === undefined) {
    const fewest = await others().orderBy(['comparisons', 'id']).limit(fewestCompared);
    const best = await others().orderBy('rating', 'desc').orderBy('id', 'desc').limit(bestRated);
    rows = [...new Map([...fewest, ...best].map((row) => [row.id, row])).values()];
  } else {
    const entries = await GalleryEntry.query(database)
      .select('assetId')
      .where({ guildId: community, state: 'posted' })
      .modify((query) => void (generalOnly && query.where({ ageRestricted: false })))
      .orderBy('id', 'desc')
      .limit(ofGallery);
    const assetIds = entries.map(({ assetId }) => assetId);
    rows = assetIds.length === 0 ? [] : await others().whereIn('assetId', assetIds);
  }
  const shown = await findShown(database, userId, rows, community);
  return shown.filter(({ asset }) => mediaKindOf(asset.mime) === 'image');
}

/** The pairs of these that the person was asked about, as `first second`. */
async function listKnown(
  trx: Transaction,
  userId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await PublicationPair.query(trx)
    .select('firstId', 'secondId')
    .where({ userId })
    .whereIn('firstId', ids)
    .whereIn('secondId', ids);
  return new Set(rows.map(({ firstId, secondId }) => `${firstId} ${secondId}`));
}

/** Undefined where one of them is not shown any more. */
async function findPair(
  database: Database | Transaction,
  userId: string,
  { id, firstId, secondId, guildId }: PublicationPair,
): Promise<OfferedPair | undefined> {
  const rows = await Publication.query(database).findByIds([firstId, secondId]).orderBy('id');
  const [first, second] = await findShown(database, userId, rows, guildId ?? undefined);
  return first && second && { id, first, second };
}

/**
 * Says which is better, once; undefined: neither. A repeat, and a second opinion, change nothing.
 * @returns what counts.
 * @throws Problem `not-found` for a pair of somebody else, and where one of the two is not shown any more;
 * `invalid-params` for a picture of another pair.
 */
export async function answerPair(
  { database, clock }: Deps,
  userId: string,
  pairId: string,
  betterId: string | undefined,
): Promise<string | null> {
  const pair = isId(pairId)
    ? await PublicationPair.query(database).findOne({ id: pairId, userId })
    : undefined;
  if (!pair) throw new Problem('not-found', 'You were not asked about this pair. Ask for another.');
  const { firstId, secondId, answeredAt } = pair;
  if (betterId !== undefined && betterId !== firstId && betterId !== secondId)
    throw new Problem('invalid-params', 'Choose one of the two pictures of this pair, or neither.');
  if (answeredAt) return pair.betterId;
  if (!(await findPair(database, userId, pair)))
    throw new Problem('not-found', 'One of the two is no longer shown. Ask for another pair.');
  return inTransaction(database, async (trx) => {
    // Locked in the order of their ids, so that nobody waits for somebody who waits.
    const [first, second] = await Publication.query(trx)
      .findByIds([firstId, secondId])
      .orderBy('id')
      .forUpdate();
    const answered = await PublicationPair.query(trx)
      .findById(pairId)
      .whereNull('answeredAt')
      .patch({ betterId: betterId ?? null, answeredAt: clock.now() });
    if (answered === 0) return (await PublicationPair.query(trx).findById(pairId))?.betterId ?? null;
    if (betterId === undefined || !first || !second) return null;
    const [better, worse] = betterId === firstId ? [first, second] : [second, first];
    const change = eloChange(better.rating, worse.rating);
    await trx('publications').where({ id: better.id }).increment({ rating: change, comparisons: 1 });
    await trx('publications').where({ id: worse.id }).increment({ rating: -change, comparisons: 1 });
    return betterId;
  });
}
