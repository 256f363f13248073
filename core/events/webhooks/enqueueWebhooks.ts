import type { Database } from '../../db/connect.ts';
import { Webhook, WebhookDelivery } from '../../db/models/operation.ts';
import { livingServiceKeys } from '../../identity/credentials/serviceKeys.ts';
import type { Clock } from '../../runtime/clock.ts';
import { newId } from '../../runtime/ids.ts';
import type { PublishedEvent } from '../outbox/relay.ts';

/**
 * Inserts a delivery for each webhook that wants an event. A second call with the same events adds nothing: a webhook
 * and an event have one delivery.
 */
export async function enqueueWebhooks(
  deps: { database: Database; clock: Clock },
  published: readonly PublishedEvent[],
): Promise<void> {
  const userIds = [...new Set(published.map(({ row }) => row.userId))];
  const webhooks = await Webhook.query(deps.database)
    .whereIn('userId', userIds)
    .whereNull('disabledAt')
    .where((its) =>
      its.whereNull('serviceKeyId').orWhereIn('serviceKeyId', livingServiceKeys(deps.database)),
    );
  if (webhooks.length === 0) return;
  const byUser = Map.groupBy(webhooks, (webhook) => webhook.userId);
  const dueAt = deps.clock.now();
  const deliveries = published.flatMap(({ row, json }) =>
    (byUser.get(row.userId) ?? [])
      .filter((webhook) => webhook.types.includes(row.type))
      .map((webhook) => ({ id: newId(), webhookId: webhook.id, outboxId: row.id, body: json, dueAt })),
  );
  if (deliveries.length === 0) return;
  await deps
    .database(WebhookDelivery.tableName)
    .insert(deliveries)
    .onConflict(['webhookId', 'outboxId'])
    .ignore();
}
