import { type Actor, noteKeyOf, recordAct } from '../../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Webhook, WebhookDelivery, WebhookEvent } from '../../../ground/db/models/operation.ts';
import type { EventRow } from '../../../ground/db/models/outboxEvent.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { isId } from '../../../ground/runtime/ids.ts';
import { livingServiceKeys } from '../../../people/identity/credentials/serviceKeys.ts';
import { closeBreaker } from './breaker.ts';

/**
 * - `waiting`: it is sent when it is due;
 * - `delivered`: the receiver took it;
 * - `failed`: given up, and kept for a week: a dead letter.
 */
type DeliveryState = 'waiting' | 'delivered' | 'failed';

export const stateOfDelivery = ({ deliveredAt, failedAt }: WebhookDelivery): DeliveryState =>
  deliveredAt !== null ? 'delivered' : failedAt !== null ? 'failed' : 'waiting';

interface Page {
  limit: number;
  beforeId?: string;
}

/** Newest first. @throws Problem `not-found`, also for another person's webhook. */
export async function listDeliveries(
  database: Database,
  { webhookId, userId }: { webhookId: string; userId: string },
  filter: { state?: DeliveryState },
  page: Page,
): Promise<WebhookDelivery[]> {
  await requireOwn(database, webhookId, userId);
  return pageOf(database, filter.state, page).where({ webhookId });
}

export type DeadLetter = WebhookDelivery & { url: string; userId: string };

/** Everybody's deliveries that were given up, newest first, with the receiver and its owner; without what they say. */
export async function listDeadLetters(database: Database, page: Page): Promise<DeadLetter[]> {
  return pageOf(database, 'failed', page)
    .join('webhooks', 'webhooks.id', 'webhook_deliveries.webhookId')
    .select('webhook_deliveries.*', 'webhooks.url', 'webhooks.userId')
    .castTo<DeadLetter[]>();
}

function pageOf(database: Database, state: DeliveryState | undefined, { limit, beforeId }: Page) {
  const query = WebhookDelivery.query(database).orderBy('webhook_deliveries.id', 'desc').limit(limit);
  if (beforeId !== undefined) query.where('webhook_deliveries.id', '<', beforeId);
  if (state === 'delivered') query.whereNotNull('deliveredAt');
  if (state === 'failed') query.whereNull('deliveredAt').whereNotNull('failedAt');
  if (state === 'waiting') query.whereNull('deliveredAt').whereNull('failedAt');
  return query;
}

interface Deps {
  database: Database;
  clock: Clock;
}

/**
 * Sends again what was given up: all of a webhook, or one. They have all their tries again, under their old ids, so
 * that a receiver which got one after all knows it. Its breaker closes, and it is enabled again if it was disabled. A
 * repeat finds nothing more to do.
 * @returns how many will be sent.
 * @throws Problem `not-found`, also for another person's; `forbidden` where the webhook's service key has ended.
 */
export async function replayFailed(
  deps: Deps,
  { webhookId, userId, deliveryId }: { webhookId: string; userId: string; deliveryId?: string },
): Promise<number> {
  return inTransaction(deps.database, async (trx) => {
    const webhook = await requireOwn(trx, webhookId, userId);
    return replay(deps, trx, webhook, deliveryId);
  });
}

/** The same for an administrator, with its audit line. @throws Problem as `replayFailed`. */
export async function replayDeadLetter(deps: Deps, actor: Actor, deliveryId: string): Promise<number> {
  return inTransaction(deps.database, async (trx) => {
    const delivery = isId(deliveryId) ? await WebhookDelivery.query(trx).findById(deliveryId) : undefined;
    const webhook = delivery && (await Webhook.query(trx).findById(delivery.webhookId));
    if (!delivery || !webhook) throw new Problem('not-found', 'There is no such delivery.');
    const replayed = await replay(deps, trx, webhook, deliveryId);
    if (replayed > 0)
      await recordAct(deps, trx, {
        actorId: actor.id,
        action: 'webhook.replay',
        target: `webhook:${webhook.id}`,
        data: { deliveryId, before: { state: 'failed' }, after: { state: 'waiting' }, ...noteKeyOf(actor) },
      });
    return replayed;
  });
}

/** Events that were set aside since their webhooks could not be told of them, the last first. */
export const listSetAside = async (database: Database): Promise<SetAsideEvent[]> =>
  WebhookEvent.query(database)
    .join('outbox', 'outbox.id', 'webhookEvents.outboxId')
    .select('webhookEvents.outboxId', 'webhookEvents.tries', 'webhookEvents.failedAt')
    .select('outbox.type', 'outbox.taskId', 'outbox.userId')
    .whereNotNull('webhookEvents.failedAt')
    .orderBy('webhookEvents.failedAt', 'desc')
    .limit(mostSetAside)
    .castTo<SetAsideEvent[]>();

const mostSetAside = 100;
type SetAsideEvent = WebhookEvent & Pick<EventRow, 'type' | 'taskId' | 'userId'>;

/** Tries all of them again, each alone. @returns how many. */
export async function replaySetAside({ database, clock }: Deps, actor: Actor): Promise<number> {
  return inTransaction(database, async (trx) => {
    const replayed = await WebhookEvent.query(trx)
      .whereNotNull('failedAt')
      .patch({ failedAt: null, tries: 1, dueAt: clock.now() });
    if (replayed > 0)
      await recordAct({ clock }, trx, {
        actorId: actor.id,
        action: 'webhook.replay',
        target: 'webhook-events',
        data: { replayed, before: { state: 'failed' }, after: { state: 'waiting' }, ...noteKeyOf(actor) },
      });
    return replayed;
  });
}

async function replay(
  { clock }: Deps,
  trx: Transaction,
  webhook: Webhook,
  deliveryId?: string,
): Promise<number> {
  await requireLivingKey(trx, webhook);
  const failed = WebhookDelivery.query(trx)
    .where({ webhookId: webhook.id })
    .whereNull('deliveredAt')
    .whereNotNull('failedAt');
  if (deliveryId !== undefined) {
    const isTheirs = await WebhookDelivery.query(trx).findById(deliveryId).where({ webhookId: webhook.id });
    if (!isTheirs) throw new Problem('not-found', 'There is no such delivery.');
    failed.where({ id: deliveryId });
  }
  const replayed = await failed.patch({ failedAt: null, tries: 0, dueAt: clock.now() });
  if (replayed > 0) await closeBreaker(trx, webhook.id);
  return replayed;
}

/**
 * Somebody else may have had the key. It is locked, since its end disables what came from it.
 * @throws Problem `forbidden` where the webhook's service key has ended.
 */
export async function requireLivingKey(trx: Transaction, { serviceKeyId }: Webhook): Promise<void> {
  const isEnded =
    serviceKeyId !== null &&
    (await livingServiceKeys(trx).where({ 'apiKeys.id': serviceKeyId }).forShare()).length === 0;
  if (isEnded)
    throw new Problem('forbidden', 'The service key that this webhook came from has ended. Make a new one.');
}

/** @throws Problem `not-found`, also for another person's. */
export async function requireOwn(
  database: Database | Transaction,
  id: string,
  userId: string,
): Promise<Webhook> {
  const webhook = isId(id) ? await Webhook.query(database).findOne({ id, userId }) : undefined;
  if (!webhook) throw new Problem('not-found', 'There is no such webhook.');
  return webhook;
}
