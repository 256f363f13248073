import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { Webhook, webhooksPerPerson } from '../../../ground/db/models/operation.ts';
import { User } from '../../../ground/db/models/user.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import { findAddresses } from '../../../ground/runtime/checkedLookup.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { isId, newId } from '../../../ground/runtime/ids.ts';
import { isPublicAddress } from '../../../ground/runtime/publicAddress.ts';
import { holdServiceKey } from '../../../people/identity/credentials/serviceKeys.ts';
import type { EventType } from '../event.ts';
import { newWebhookSecret, sealWebhookSecret } from './storedSecret.ts';

/**
 * Registers a webhook for a person's events. Earlier events are not sent.
 * @returns the row, and its secret, which is shown only here.
 * @throws Problem `invalid-params` for an address that is not on the public internet; `quota-exceeded` at the limit.
 */
export async function createWebhook(
  deps: { database: Database; clock: Clock; keyRing: KeyRing },
  webhook: { userId: string; url: string; types: readonly EventType[]; serviceKeyId: string | null },
): Promise<{ webhook: Webhook; secret: string }> {
  const { userId, types, serviceKeyId } = webhook;
  // Before the transaction: a name server may be slow.
  const url = await parseWebhookUrl(webhook.url);
  return inTransaction(deps.database, async (trx) => {
    // The account's row is the lock under which the person's webhooks are counted.
    const owner = await User.query(trx).findById(userId).select('id').forUpdate();
    invariant(owner, `user ${userId} vanished`);
    await holdServiceKey(trx, serviceKeyId);
    if ((await Webhook.query(trx).where({ userId }).resultSize()) >= webhooksPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${webhooksPerPerson} webhooks. Delete one that you no longer use.`,
      );
    const id = newId();
    const secret = newWebhookSecret();
    const made = await Webhook.query(trx).insertAndFetch({
      id,
      userId,
      url,
      secret: sealWebhookSecret(deps.keyRing, id, secret),
      types: [...new Set(types)],
      createdAt: deps.clock.now(),
      serviceKeyId,
    });
    return { webhook: made, secret };
  });
}

/** Newest first, disabled ones included. */
export async function listWebhooks(database: Database, userId: string): Promise<Webhook[]> {
  return Webhook.query(database).where({ userId }).orderBy('id', 'desc').limit(webhooksPerPerson);
}

/** Its deliveries go with it. @throws Problem `not-found`, also for another person's. */
export async function deleteWebhook(
  database: Database,
  { id, userId }: { id: string; userId: string },
): Promise<void> {
  const deleted = isId(id) ? await Webhook.query(database).delete().where({ id, userId }) : 0;
  if (deleted === 0) throw new Problem('not-found', 'There is no such webhook.');
}

const mostCharacters = 500;

const wrongUrl = (message: string) =>
  new Problem('invalid-params', 'Events cannot be sent to this address. See the errors.', {
    errors: [{ pointer: '/url', message }],
  });

/**
 * Refuses addresses that are known to be wrong when a webhook is registered. Each delivery checks again, on the
 * address that it connects to.
 * @throws Problem `invalid-params`.
 */
async function parseWebhookUrl(text: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw wrongUrl('Give an http or https address.');
  if (url.username !== '' || url.password !== '') throw wrongUrl('Leave user name and password out.');
  url.hash = '';
  if (url.href.length > mostCharacters) throw wrongUrl(`Use at most ${mostCharacters} characters.`);
  const addresses = await findAddresses(url);
  if (addresses.length === 0) throw wrongUrl('This name was not found. Check it, or try again later.');
  // Any of them: we cannot choose which one is connected to.
  if (!addresses.every(isPublicAddress)) throw wrongUrl('Give an address on the public internet.');
  return url.href;
}
