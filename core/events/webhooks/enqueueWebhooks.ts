import type { Database } from '../../db/connect.ts';
import { Webhook, WebhookDelivery } from '../../db/models/operation.ts';
import type { EventRow } from '../../db/models/outboxEvent.ts';
import { User } from '../../db/models/user.ts';
import { livingServiceKeys } from '../../identity/credentials/serviceKeys.ts';
import type { Clock } from '../../runtime/clock.ts';
import { newId } from '../../runtime/ids.ts';
import type { PublishedEvent } from '../outbox/publishEvents.ts';

/**
 * Inserts a delivery for each webhook that wants an event, none for a blocked person. A second call with the same events adds nothing: a webhook
 * and an event have one delivery.
 */
export async function enqueueWebhooks(
  deps: { database: Database; clock: Clock },
  rows: readonly EventRow[],
  present: (rows: readonly EventRow[]) => Promise<PublishedEvent[]>,
): Promise<void> {
  const userIds = [...new Set(rows.map((row) => row.userId))];
  const webhooks = await Webhook.query(deps.database)
    .whereIn('userId', userIds)
    .whereNull('disabledAt')
    .whereIn('userId', User.query(deps.database).select('id').whereIn('id', userIds).whereNull('disabledAt'))
    .where((its) =>
      its.whereNull('serviceKeyId').orWhereIn('serviceKeyId', livingServiceKeys(deps.database)),
    );
  if (webhooks.length === 0) return;
  const byUser = Map.groupBy(webhooks, (webhook) => webhook.userId);
  const wantedBy = ({ userId, type }: EventRow) =>
    (byUser.get(userId) ?? []).filter((webhook) => webhook.types.includes(type));
  const wanted = rows.filter((row) => wantedBy(row).length > 0);
  if (wanted.length === 0) return;
  const dueAt = deps.clock.now();
  const deliveries = (await present(wanted)).flatMap(({ row, json: body }) =>
    wantedBy(row).map(({ id: webhookId }) => ({ id: newId(), webhookId, outboxId: row.id, body, dueAt })),
  );
  await deps
    .database(WebhookDelivery.tableName)
    .insert(deliveries)
    .onConflict(['webhookId', 'outboxId'])
    .ignore();
}
