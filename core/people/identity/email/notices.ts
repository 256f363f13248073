import type { Database } from '../../../ground/db/connect.ts';
import { EmailAddress } from '../../../ground/db/models/email.ts';
import { User } from '../../../ground/db/models/user.ts';
import type { Mailer } from '../../../ground/mailer.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type AccountChange, writeNotice } from './messages.ts';

interface NoticeDeps {
  database: Database;
  clock: Pick<Clock, 'now'>;
  mailer: Mailer | undefined;
  publicUrl: string;
}

/**
 * Looks up whom to tell before a change, which may be of the address itself. @returns tells them after it, in the
 * background; undefined where no message can be sent.
 */
export async function findTeller(
  { database, clock, mailer, publicUrl }: NoticeDeps,
  userId: string,
): Promise<((change: AccountChange, from: string) => void) | undefined> {
  if (!mailer) return undefined;
  const email = await EmailAddress.query(database).findById(userId);
  const user = email && (await User.query(database).findById(userId));
  if (!email || !user) return undefined;
  const { username, locale } = user;
  return (change, from) =>
    mailer.later((send) =>
      send(
        writeNotice({
          ...{ to: email.address, locale, username, change, from },
          ...{ at: clock.now(), url: `${publicUrl}/account/security` },
        }),
      ),
    );
}
