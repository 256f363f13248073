import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import type { Clock } from '../../clock.ts';
import { type Database, inTransaction } from '../../db/connect.ts';
import { Webhook, WebhookDelivery } from '../../db/models/operation.ts';
import { type SendWebhookDeps, sendWebhook } from './sendWebhook.ts';
import { signWebhook } from './signWebhook.ts';

export interface DeliverDeps extends SendWebhookDeps {
  database: Database;
  clock: Clock;
  log: Logger;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Waits between the tries, as Standard Webhooks recommends; after the last one the delivery has failed. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour];
const batchSize = 20;
/** Longer than a post may take: a process that dies in between leaves the delivery to the next. */
const claimMs = minute;
const sweepIntervalMs = second;
const gone = 410;

const posts = new Counter({
  name: 'star_graph_webhook_posts_total',
  help: 'Tries to deliver an event to a webhook',
  labelNames: ['outcome'] as const,
});

/** Delivers until the signal aborts. Any number of processes do; each delivery is claimed by one. Never rejects. */
export async function deliverWebhooks(deps: DeliverDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const delivered = await deliverDue(deps).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'webhooks could not be delivered; trying again');
      return 0;
    });
    if (delivered < batchSize) await deps.clock.sleep(sweepIntervalMs, signal).catch(() => {});
  }
}

/** One round. @returns how many deliveries were tried. */
export async function deliverDue(deps: DeliverDeps): Promise<number> {
  const claimed = await claimDue(deps);
  await Promise.all(claimed.map((delivery) => deliver(deps, delivery)));
  return claimed.length;
}

function claimDue({ database, clock }: DeliverDeps): Promise<WebhookDelivery[]> {
  return inTransaction(database, async (trx) => {
    const now = clock.now();
    const due = await WebhookDelivery.query(trx)
      .whereNull('deliveredAt')
      .whereNull('failedAt')
      .where('dueAt', '<=', now)
      .orderBy('dueAt')
      .limit(batchSize)
      .forUpdate()
      .skipLocked();
    if (due.length === 0) return due;
    const ids = due.map(({ id }) => id);
    const dueAt = new Date(now.getTime() + claimMs);
    await trx(WebhookDelivery.tableName)
      .whereIn('id', ids)
      .update({ dueAt, tries: trx.raw('tries + 1') });
    return due;
  });
}

async function deliver(deps: DeliverDeps, delivery: WebhookDelivery): Promise<void> {
  const { database, clock } = deps;
  const webhook = await Webhook.query(database).findById(delivery.webhookId).whereNull('disabledAt');
  const row = WebhookDelivery.query(database).findById(delivery.id);
  if (!webhook) {
    await row.patch({ failedAt: clock.now() });
    return;
  }
  const status = await post(deps, webhook, delivery);
  if (status !== undefined && status >= 200 && status < 300) {
    posts.inc({ outcome: 'delivered' });
    await row.patch({ deliveredAt: clock.now() });
    return;
  }
  posts.inc({ outcome: 'failed' });
  if (status === gone) await webhook.$query(database).patch({ disabledAt: clock.now() });
  const waitMs = waitsMs[delivery.tries];
  if (status === gone || waitMs === undefined) await row.patch({ failedAt: clock.now() });
  else await row.patch({ dueAt: new Date(clock.now().getTime() + waitMs) });
}

/** @returns the status of the answer; undefined when there was none. */
async function post(
  deps: DeliverDeps,
  webhook: Webhook,
  delivery: WebhookDelivery,
): Promise<number | undefined> {
  const message = { id: delivery.id, sentAt: deps.clock.now(), body: delivery.body };
  const headers = signWebhook(webhook.secret, message);
  try {
    return await sendWebhook(deps, { url: webhook.url, headers, body: delivery.body });
  } catch (error) {
    deps.log.debug({ err: error, webhookId: webhook.id }, 'a webhook did not answer');
    return undefined;
  }
}
