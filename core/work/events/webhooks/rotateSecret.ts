import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { Webhook, WebhookOldSecret } from '../../../ground/db/models/operation.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { isId, newId } from '../../../ground/runtime/ids.ts';
import {
  ifReadable,
  newWebhookSecret,
  openWebhookSecret,
  sealOldSecret,
  sealWebhookSecret,
} from './storedSecret.ts';

/** How long a replaced secret signs beside the new one, so that its receiver has time to learn the new one. */
const oldSecretMs = 24 * 3_600_000;
/** Each is one more signature in every post. */
const mostOldSecrets = 5;

interface RotatedSecret {
  webhook: Webhook;
  /** Shown only here. */
  secret: string;
  oldUntil: Date;
}

/**
 * Gives a webhook a new secret. The old one goes on for a day: what was shown once signs at least so long, also where
 * somebody rotates again since the answer was lost. The webhook's row is the lock: two at once replace one another's.
 * @throws Problem `not-found`, also for another person's; `quota-exceeded` after five times within a day.
 */
export async function rotateSecret(
  { database, clock, keyRing }: { database: Database; clock: Clock; keyRing: KeyRing },
  { id, userId }: { id: string; userId: string },
): Promise<RotatedSecret> {
  return inTransaction(database, async (trx) => {
    const webhook = isId(id)
      ? await Webhook.query(trx).findById(id).where({ userId }).forUpdate()
      : undefined;
    if (!webhook) throw new Problem('not-found', 'There is no such webhook.');
    const now = clock.now();
    const signing = WebhookOldSecret.query(trx).where({ webhookId: id }).where('endsAt', '>', now);
    if ((await signing.resultSize()) >= mostOldSecrets)
      throw new Problem(
        'quota-exceeded',
        `${mostOldSecrets} old secrets of this webhook still sign. Try again when one has ended, a day after its rotation.`,
      );
    const oldUntil = new Date(now.getTime() + oldSecretMs);
    // A secret whose data key is lost signs nothing; a rotation is the way out of that.
    const old = ifReadable(() => openWebhookSecret(keyRing, webhook));
    if (old !== undefined) {
      const oldId = newId();
      const secret = sealOldSecret(keyRing, oldId, old);
      await WebhookOldSecret.query(trx).insert({ id: oldId, webhookId: id, secret, endsAt: oldUntil });
    }
    const secret = newWebhookSecret();
    await Webhook.query(trx)
      .findById(id)
      .patch({ secret: sealWebhookSecret(keyRing, id, secret) });
    return { webhook, secret, oldUntil };
  });
}
