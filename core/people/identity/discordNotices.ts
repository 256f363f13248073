import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { DiscordNotice } from '../../ground/db/models/discordNotice.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import type { Notice } from './messages.ts';

/*
 * A message and its row cannot change in one transaction. A row that was handed out is due again after a while, unless
 * the bot says that it is done with it: then it goes. After some tries it is left, and retention deletes it.
 */

const mostTries = 5;
const handedAtOnce = 50;
/** After the first try; doubled for each further one. */
const retryMs = 60_000;
/** A message about yesterday warns nobody. */
export const noticeLifeMs = 24 * 3_600_000;

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

export async function addDiscordNotice(
  { database, clock }: Deps,
  { from, ...notice }: Notice & Pick<DiscordNotice, 'userId' | 'subject' | 'locale'>,
): Promise<void> {
  const at = clock.now();
  await DiscordNotice.query(database).insert({
    ...notice,
    id: newId(),
    address: from,
    at,
    dueAt: at,
    tries: 0,
  });
}

/** Deletes those that were sent, or can never be, and hands out what is due: each to one bot at a time. */
export async function takeDiscordNotices(
  { database, clock }: Deps,
  done: readonly string[],
): Promise<DiscordNotice[]> {
  return inTransaction(database, async (trx) => {
    if (done.length > 0)
      await DiscordNotice.query(trx)
        .findByIds([...done])
        .delete();
    const now = clock.now();
    const due = await DiscordNotice.query(trx)
      .where('dueAt', '<=', now)
      .where('at', '>', new Date(now.getTime() - noticeLifeMs))
      .where('tries', '<', mostTries)
      .orderBy('dueAt')
      .limit(handedAtOnce)
      .forUpdate()
      .skipLocked();
    for (const { id, tries } of due)
      await DiscordNotice.query(trx)
        .findById(id)
        .patch({ tries: tries + 1, dueAt: new Date(now.getTime() + retryMs * 2 ** tries) });
    return due;
  });
}
