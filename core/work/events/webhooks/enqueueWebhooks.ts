import type { Logger } from 'pino';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Webhook, WebhookDelivery, WebhookEvent } from '../../../ground/db/models/operation.ts';
import { type EventRow, OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { User } from '../../../ground/db/models/user.ts';
import { chunksOfRows } from '../../../ground/db/packet.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { livingServiceKeys } from '../../../people/identity/credentials/serviceKeys.ts';
import { setAsideEvents } from '../metrics.ts';
import { presentEntry } from '../outbox/storedEvent.ts';

interface Deps {
  database: Database;
  clock: Clock;
  log: Logger;
}

/** Events that are read at once. */
const batchSize = 100;
/** After so many an event is set aside: it may be what fails. */
const mostTries = 8;
const firstWaitMs = 30_000;

/**
 * The relay's whole work for webhooks: the numbers of the events that some webhook may want, in the transaction that
 * marks them as sent. What becomes of them there holds up no event.
 */
export async function leaveToWebhooks(
  { clock }: Pick<Deps, 'clock'>,
  trx: Transaction,
  rows: readonly EventRow[],
): Promise<void> {
  const userIds = [...new Set(rows.map((row) => row.userId))];
  const owners: { userId: string }[] = await trx(Webhook.tableName)
    .distinct('userId')
    .whereIn('userId', userIds)
    .whereNull('disabledAt');
  const known = new Set(owners.map(({ userId }) => userId));
  const wanted = rows.filter(({ userId }) => known.has(userId));
  if (wanted.length === 0) return;
  const dueAt = clock.now();
  await trx(WebhookEvent.tableName)
    .insert(wanted.map(({ id }) => ({ outboxId: id, dueAt })))
    .onConflict('outboxId')
    .ignore();
}

/**
 * Makes a delivery for each webhook that wants a waiting event. Events that come for the first time go together; one
 * that failed goes alone, after a wait that doubles, and is set aside after eight tries. Any number of processes may
 * do this at once, and one that dies leaves its events to the next.
 * @returns whether there may be more.
 */
export async function enqueueWaiting(deps: Deps): Promise<boolean> {
  const events = await claim(deps);
  const fresh = events.filter(({ tries }) => tries === 1);
  const failed = await enqueueTogether(deps, fresh).then(
    () => [],
    () => fresh,
  );
  for (const event of [...failed, ...events.filter(({ tries }) => tries > 1)])
    await enqueueTogether(deps, [event]).catch((error: unknown) => noteFailure(deps, event, error));
  return events.length === batchSize;
}

function claim({ database, clock }: Deps): Promise<WebhookEvent[]> {
  return inTransaction(database, async (trx) => {
    const now = clock.now();
    const due = await WebhookEvent.query(trx)
      .whereNull('failedAt')
      .where('dueAt', '<=', now)
      .orderBy('dueAt')
      .limit(batchSize)
      .forUpdate()
      .skipLocked();
    for (const [tries, some] of Map.groupBy(due, (event) => event.tries))
      await WebhookEvent.query(trx)
        .findByIds(some.map(({ outboxId }) => outboxId))
        .patch({ tries: tries + 1, dueAt: new Date(now.getTime() + firstWaitMs * 2 ** tries) });
    for (const event of due) event.tries += 1;
    return due;
  });
}

async function enqueueTogether({ database, clock }: Deps, events: readonly WebhookEvent[]): Promise<void> {
  if (events.length === 0) return;
  const ids = events.map(({ outboxId }) => outboxId);
  await inTransaction(database, async (trx) => {
    const rows = await OutboxEvent.query(trx).findByIds(ids);
    const wantedBy = await findWebhooks(trx, rows);
    const dueAt = clock.now();
    const deliveries = rows.flatMap((row) =>
      wantedBy(row).map(({ id: webhookId }) => {
        const outboxId = row.id;
        return { id: newId(), webhookId, outboxId, body: presentEntry(row), dueAt };
      }),
    );
    // An event that comes a second time adds nothing: a webhook and an event have one delivery.
    for (const some of chunksOfRows(deliveries))
      await trx(WebhookDelivery.tableName).insert(some).onConflict(['webhookId', 'outboxId']).ignore();
    await WebhookEvent.query(trx).findByIds(ids).delete();
  });
}

/** Those that want an event; none of a blocked person, or of a service key that has ended. */
async function findWebhooks(
  trx: Transaction,
  rows: readonly EventRow[],
): Promise<(row: EventRow) => Webhook[]> {
  const userIds = [...new Set(rows.map((row) => row.userId))];
  const webhooks = await Webhook.query(trx)
    .whereIn('userId', userIds)
    .whereNull('disabledAt')
    .whereIn('userId', User.query(trx).select('id').whereIn('id', userIds).whereNull('disabledAt'))
    .where((its) => its.whereNull('serviceKeyId').orWhereIn('serviceKeyId', livingServiceKeys(trx)));
  const byUser = Map.groupBy(webhooks, (webhook) => webhook.userId);
  return ({ userId, type }) => (byUser.get(userId) ?? []).filter((webhook) => webhook.types.includes(type));
}

async function noteFailure(
  { database, clock, log }: Deps,
  { outboxId, tries }: WebhookEvent,
  error: unknown,
): Promise<void> {
  if (tries < mostTries) {
    log.warn(
      { err: error, outboxId },
      'an event could not be given to its webhooks; it is tried again alone',
    );
    return;
  }
  await WebhookEvent.query(database).findById(outboxId).patch({ failedAt: clock.now() });
  setAsideEvents.inc();
  log.error({ err: error, outboxId }, 'an event could not be given to its webhooks; it was set aside');
}
