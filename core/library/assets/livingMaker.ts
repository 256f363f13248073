import type { Database } from '../../ground/db/connect.ts';
import type { Maker } from '../../ground/db/models/assetShare.ts';
import { ApiKey, Session } from '../../ground/db/models/session.ts';
import { User } from '../../ground/db/models/user.ts';

/** Whether a maker still works: it may have run out, or ended with the service key that let it in. */
export async function isMakerLiving(database: Database, maker: Maker, now: Date): Promise<boolean> {
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
