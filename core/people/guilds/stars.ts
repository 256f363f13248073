import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { GalleryEntry } from '../../ground/db/models/gallery.ts';
import { Task } from '../../ground/db/models/task.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';

/** A star that a member of a Discord server gives to a result that a message shows. */
interface Star {
  guildId: string;
  userId: string;
  taskId: string;
  /** Its place among the existing outputs. */
  index: number;
  /** The message. */
  channelId: string;
  messageId: string;
  /** The channel is for adults. */
  ageRestricted: boolean;
}

interface Starred {
  /** How many people in this server gave one. */
  stars: number;
  /** This person had given none yet. */
  isNew: boolean;
  /** It is to be posted in the gallery. */
  isDue: boolean;
}

/**
 * Gives a star, once for each person. Only the star that reaches the needed number makes the result due in the
 * gallery.
 * @param needed how many stars that takes.
 * @throws Problem `not-found` for a missing or private result; `forbidden` for one's own.
 */
export async function giveStar(
  deps: { database: Database; clock: Clock },
  star: Star,
  needed: number,
): Promise<Starred> {
  const asset = await requireShown(deps.database, star);
  const { guildId, userId } = star;
  const once = () =>
    inTransaction(deps.database, async (trx) => {
      const createdAt = deps.clock.now();
      const entry = await lockEntry(trx, star, asset.id, createdAt);
      const known = await trx('stars').where({ guildId, assetId: asset.id, userId }).first('userId');
      if (known === undefined) await trx('stars').insert({ guildId, assetId: asset.id, userId, createdAt });
      const [counted] = await trx('stars').where({ guildId, assetId: asset.id }).count({ stars: '*' });
      const stars = Number(counted?.stars);
      const isDue = entry.state === 'open' && stars >= needed;
      await GalleryEntry.query(trx)
        .findById(entry.id)
        .patch({
          ageRestricted: Boolean(entry.ageRestricted) || star.ageRestricted,
          ...(isDue ? { state: 'due' as const, workAt: createdAt } : {}),
        });
      return { stars, isNew: known === undefined, isDue };
    });
  try {
    return await once();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another transaction was first: now there is an entry to wait for.
    return once();
  }
}

async function requireShown(database: Database, { taskId, index, userId }: Star): Promise<Asset> {
  const task = isId(taskId)
    ? await Task.query(database).findById(taskId).select('userId', 'meta')
    : undefined;
  const outputs =
    task?.meta.visibility === 'public'
      ? await Asset.query(database)
          .where({ taskId })
          .whereNull('deletedAt')
          .whereNull('quarantinedAt')
          .orderBy('position')
      : [];
  const asset = outputs[index];
  if (!task || !asset) throw new Problem('not-found', 'There is no such result in public.');
  if (task.userId === userId)
    throw new Problem('forbidden', 'Stars are for the results of others. Keep your own as a favourite.');
  return asset;
}

/** Stars for the same result in the same server come one after another here. */
async function lockEntry(
  trx: Transaction,
  { guildId, taskId, channelId, messageId, ageRestricted }: Star,
  assetId: string,
  createdAt: Date,
): Promise<GalleryEntry> {
  const entry = await GalleryEntry.query(trx).findOne({ guildId, assetId }).forUpdate();
  if (entry) return entry;
  return GalleryEntry.query(trx).insertAndFetch({
    id: newId(),
    guildId,
    assetId,
    taskId,
    state: 'open',
    ageRestricted,
    sourceChannelId: channelId,
    sourceMessageId: messageId,
    createdAt,
  });
}

/** For joined accounts: a star given with both counts once. */
export async function joinStars(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  await trx.raw('UPDATE IGNORE stars SET user_id = ? WHERE user_id = ?', [intoId, fromId]);
  await trx('stars').where({ userId: fromId }).delete();
}
