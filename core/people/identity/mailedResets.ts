import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { EmailAddress } from '../../ground/db/models/email.ts';
import { User } from '../../ground/db/models/user.ts';
import type { Mailer } from '../../ground/mailer.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { createReset } from './accounts/passwordResets.ts';
import { writePasswordReset } from './messages.ts';

const lifeMs = 3_600_000;

/**
 * Sends a link for a new password, if the address is somebody's who has a password. All of it happens after the answer:
 * neither its words nor its time tell whether anybody has the address.
 */
export function mailPasswordReset(
  deps: { database: Database; clock: Clock; publicUrl: string },
  mailer: Mailer,
  email: string,
): void {
  mailer.later(async (send) => {
    const known = await EmailAddress.query(deps.database).findOne({ address: email });
    if (!known) return;
    const made = await inTransaction(deps.database, async (trx) => {
      const user = await User.query(trx).findById(known.userId).whereNull('disabledAt').forUpdate();
      // Under the lock: the address may be removed at this moment.
      const owned = await EmailAddress.query(trx).findOne({ userId: known.userId, address: email });
      if (!user || user.username === null || !owned) return undefined;
      return { user, ...(await createReset(deps, trx, user.id, lifeMs)) };
    });
    if (!made) return;
    const { username, locale } = made.user;
    const url = `${deps.publicUrl}/reset-password#${made.token}`;
    await send(writePasswordReset({ to: email, locale, username, url }));
  });
}
