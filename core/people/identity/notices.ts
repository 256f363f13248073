import type { Database } from '../../ground/db/connect.ts';
import { EmailAddress } from '../../ground/db/models/email.ts';
import { Identity, User } from '../../ground/db/models/user.ts';
import type { Mailer } from '../../ground/mailer.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { readPreferences } from './accounts/preferences.ts';
import { addDiscordNotice } from './discordNotices.ts';
import { type Notice, writeNotice } from './messages.ts';

interface NoticeDeps {
  database: Database;
  clock: Pick<Clock, 'now'>;
  mailer: Mailer | undefined;
  publicUrl: string;
}

/** Tells a person; an e-mail goes in the background. */
type Teller = (notice: Notice) => Promise<void>;

/**
 * Looks up where to tell a person before a change, which may be of the address itself: at their e-mail address, or by
 * Discord where they have none. @returns undefined where they cannot be told, or want no messages at Discord.
 */
export async function findTeller(deps: NoticeDeps, userId: string): Promise<Teller | undefined> {
  const { database, clock, mailer, publicUrl } = deps;
  const user = await User.query(database).findById(userId);
  if (!user) return undefined;
  const { username, locale } = user;
  const email = mailer && (await EmailAddress.query(database).findById(userId));
  if (mailer && email) {
    const to = { to: email.address, locale, username, url: `${publicUrl}/account/security` };
    return async (notice) => mailer.later((send) => send(writeNotice({ ...to, ...notice, at: clock.now() })));
  }
  const discord = await Identity.query(database)
    .where({ userId, provider: 'discord' })
    .orderBy('createdAt')
    .first();
  if (!discord || (await readPreferences(database, userId)).tellChanges === false) return undefined;
  return (notice) => addDiscordNotice(deps, { userId, subject: discord.subject, locale, ...notice });
}
