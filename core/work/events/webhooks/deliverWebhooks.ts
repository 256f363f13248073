import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Webhook, WebhookDelivery } from '../../../ground/db/models/operation.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import { User } from '../../../ground/db/models/user.ts';
import { createPace, type Pace } from '../../../ground/runtime/pace.ts';
import { isTracing, openSpan } from '../../../ground/telemetry/spans.ts';
import { formatTraceparent, parseTraceparent } from '../../../ground/telemetry/traceContext.ts';
import { webhookEnds, webhookPosts } from '../metrics.ts';
import { parseEntry, presentStoredEvent } from '../outbox/storedEvent.ts';
import type { PresentTasks } from '../taskPresenter.ts';
import { mostFailures, noteOutcome } from './breaker.ts';
import { enqueueWaiting } from './enqueueWebhooks.ts';
import { type PostDeps, postToWebhook } from './postToWebhook.ts';

interface DeliverDeps extends PostDeps {
  presentTasks: PresentTasks;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Waits between the tries, as Standard Webhooks recommends; after the last one the delivery has failed. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour];
/** The most posts under way to one receiver, so that one that does not answer holds few places. */
const atOncePerWebhook = 4;
/** The most posts under way in all; each is a socket and a body. */
const atOnce = 256;
/** Rows that are read to find some that may be sent. */
const lookedAt = 100;
/** Longer than a post may take: a process that dies in between leaves the delivery to the next. */
const claimMs = minute;
const sweepIntervalMs = second;
/** While nothing is due: a relay in this process stirs it. */
const idleSweepMs = 5 * second;
const gone = 410;

/** How many posts are under way to each webhook. */
type UnderWay = Map<string, number>;

/**
 * Delivers until the signal aborts. Any number of processes do; each delivery is claimed by one. A receiver that does
 * not answer does not delay the deliveries of others. Resolves when no post is under way; never rejects.
 */
export async function deliverWebhooks(
  deps: DeliverDeps,
  signal: AbortSignal,
  pace = createDeliveryPace(deps),
): Promise<void> {
  signal.addEventListener('abort', pace.stop, { once: true });
  const underWay: UnderWay = new Map();
  const running = new Set<Promise<void>>();
  while (!signal.aborted) {
    if (running.size === 0 && (await isNothingDue(deps))) {
      await pace.rest('idle');
      continue;
    }
    const isMore = await enqueueWaiting(deps).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'events could not be given to their webhooks; trying again');
      return false;
    });
    const claimed = await claimDue(deps, underWay, atOnce - running.size).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'webhooks could not be delivered; trying again');
      return [];
    });
    for (const delivery of claimed) {
      const run: Promise<void> = track(deps, underWay, delivery).finally(() => {
        running.delete(run);
        // A free place may take the next delivery.
        pace.wake();
      });
      running.add(run);
    }
    if ((isMore || claimed.length > 0) && running.size < atOnce) continue;
    await pace.rest(undefined);
  }
  await Promise.all(running);
}

export const createDeliveryPace = ({ clock }: Pick<DeliverDeps, 'clock'>): Pace =>
  createPace(clock, { intervalMs: sweepIntervalMs, idleIntervalMs: idleSweepMs });

/** One statement, instead of the claims, tells an idle platform that there is nothing. Unknown counts as something. */
async function isNothingDue({ database, clock }: Pick<DeliverDeps, 'database' | 'clock'>): Promise<boolean> {
  const now = clock.now();
  const [[row]] = (await database
    .raw(
      `SELECT EXISTS (SELECT 1 FROM webhook_events WHERE failed_at IS NULL AND due_at <= ?)
        OR EXISTS (SELECT 1 FROM webhook_deliveries
          WHERE delivered_at IS NULL AND failed_at IS NULL AND due_at <= ?) AS due`,
      [now, now],
    )
    .catch(() => [[undefined]])) as [[{ due: number } | undefined]];
  return row?.due === 0;
}

/** One round: sends what may be sent now, and waits for it. @returns how many deliveries were tried. */
export async function deliverDue(deps: DeliverDeps): Promise<number> {
  const underWay: UnderWay = new Map();
  const claimed = await claimDue(deps, underWay, atOnce);
  await Promise.all(claimed.map((delivery) => track(deps, underWay, delivery)));
  return claimed.length;
}

async function track(deps: DeliverDeps, underWay: UnderWay, delivery: WebhookDelivery): Promise<void> {
  const { webhookId } = delivery;
  underWay.set(webhookId, (underWay.get(webhookId) ?? 0) + 1);
  try {
    await deliver(deps, delivery);
  } catch (error) {
    deps.log.warn({ err: error, webhookId }, 'what became of a delivery could not be noted; it comes again');
  } finally {
    const rest = (underWay.get(webhookId) ?? 1) - 1;
    if (rest === 0) underWay.delete(webhookId);
    else underWay.set(webhookId, rest);
  }
}

/** The oldest due deliveries, for each webhook as many as it has places. */
function claimDue(
  { database, clock }: DeliverDeps,
  underWay: UnderWay,
  most: number,
): Promise<WebhookDelivery[]> {
  if (most <= 0) return Promise.resolve([]);
  const full = [...underWay].filter(([, count]) => count >= atOncePerWebhook).map(([id]) => id);
  return inTransaction(database, async (trx) => {
    const now = clock.now();
    const due = await WebhookDelivery.query(trx)
      .whereNull('deliveredAt')
      .whereNull('failedAt')
      .where('dueAt', '<=', now)
      .whereNotIn('webhookId', full)
      .whereNotExists(
        trx(Webhook.tableName)
          .whereRaw('webhooks.id = webhook_deliveries.webhook_id')
          .where('restingUntil', '>', now),
      )
      .orderBy(['dueAt', 'id'])
      .limit(lookedAt)
      .forUpdate()
      .skipLocked();
    const failing = await listFailing(trx, due);
    const taken = new Map(underWay);
    const claimed = due
      .filter(({ webhookId }) => {
        const count = (taken.get(webhookId) ?? 0) + 1;
        taken.set(webhookId, count);
        return count <= (failing.has(webhookId) ? 1 : atOncePerWebhook);
      })
      .slice(0, most);
    if (claimed.length === 0) return claimed;
    const ids = claimed.map(({ id }) => id);
    const dueAt = new Date(now.getTime() + claimMs);
    await trx(WebhookDelivery.tableName)
      .whereIn('id', ids)
      .update({ dueAt, tries: trx.raw('tries + 1') });
    return claimed;
  });
}

/** The receivers that are on trial. */
async function listFailing(trx: Transaction, due: readonly WebhookDelivery[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(due.map(({ webhookId }) => webhookId))];
  const rows = await Webhook.query(trx).whereIn('id', ids).where('failures', '>=', mostFailures).select('id');
  return new Set(rows.map(({ id }) => id));
}

async function deliver(deps: DeliverDeps, delivery: WebhookDelivery): Promise<void> {
  const { database, clock } = deps;
  // A blocked person gets nothing, not even what was due before.
  const webhook = await Webhook.query(database)
    .findById(delivery.webhookId)
    .whereNull('disabledAt')
    .whereNotExists(
      User.query(database).whereColumn('users.id', 'webhooks.userId').whereNotNull('users.disabledAt'),
    );
  const row = WebhookDelivery.query(database).findById(delivery.id);
  if (!webhook) {
    await row.patch({ failedAt: clock.now() });
    return;
  }
  const body = await present(deps, delivery);
  if (body === undefined) {
    await tryLater(deps, delivery, {});
    return;
  }
  const startedMs = performance.now();
  const status = await inDelivery(database, delivery, (traced) =>
    postToWebhook(deps, webhook, { id: delivery.id, body, headers: traced }),
  );
  const lastTry = { lastStatus: status ?? null, lastTriedAt: clock.now() };
  const isDelivered = status !== undefined && status >= 200 && status < 300;
  const outcome = isDelivered ? 'delivered' : status === undefined ? 'unanswered' : 'refused';
  webhookPosts.observe({ outcome }, (performance.now() - startedMs) / 1_000);
  if (status === undefined) await putOff(deps, webhook.id);
  await noteOutcome(deps, webhook.id, isDelivered);
  if (isDelivered) {
    await row.patch({ ...lastTry, deliveredAt: clock.now() });
    webhookEnds.inc({ outcome: 'delivered' });
    return;
  }
  if (status === gone) await webhook.$query(database).patch({ disabledAt: clock.now() });
  await tryLater(deps, delivery, lastTry, status !== gone);
}

/** After the last try it is given up: a dead letter. */
async function tryLater(
  { database, clock }: DeliverDeps,
  delivery: WebhookDelivery,
  lastTry: Partial<WebhookDelivery>,
  mayTry = true,
): Promise<void> {
  const row = WebhookDelivery.query(database).findById(delivery.id);
  const waitMs = mayTry ? waitsMs[delivery.tries] : undefined;
  if (waitMs !== undefined) {
    await row.patch({ ...lastTry, dueAt: new Date(clock.now().getTime() + waitMs) });
    return;
  }
  await row.patch({ ...lastTry, failedAt: clock.now() });
  webhookEnds.inc({ outcome: 'given-up' });
}

/** The event with its task as it is now, and links that work. @returns undefined where that fails: it counts as a try. */
async function present(deps: DeliverDeps, { id, body }: WebhookDelivery): Promise<string | undefined> {
  try {
    const fact = parseEntry(body);
    const tasks = await deps.presentTasks([fact.taskId]);
    return JSON.stringify(presentStoredEvent(fact, tasks.get(fact.taskId)));
  } catch (error) {
    deps.log.warn({ err: error, deliveryId: id }, 'what a webhook is to be told could not be presented');
    return undefined;
  }
}

/** The other deliveries to a receiver that is away need not be read until it may be back. */
async function putOff({ database, clock }: DeliverDeps, webhookId: string): Promise<void> {
  const now = clock.now();
  await WebhookDelivery.query(database)
    .where({ webhookId })
    .whereNull('deliveredAt')
    .whereNull('failedAt')
    .where('dueAt', '<=', now)
    .patch({ dueAt: new Date(now.getTime() + (waitsMs[0] ?? 0)) });
}

/**
 * One try to deliver, as a span of the trace of the task that it tells of. The receiver is told of it by `traceparent`.
 * Where it goes is not: the address is the person's.
 * @param send resolves with the status of the answer; undefined when there was none
 */
async function inDelivery(
  database: Database,
  delivery: Pick<WebhookDelivery, 'id' | 'outboxId'>,
  send: (headers: Record<string, string>) => Promise<number | undefined>,
): Promise<number | undefined> {
  const parent = isTracing() ? await findTaskSpan(database, delivery) : undefined;
  if (!parent) return send({});
  const span = openSpan({
    name: 'deliver webhook',
    kind: 'client',
    parent,
    attributes: {
      'http.request.method': 'POST',
      'messaging.operation.name': 'deliver',
      'messaging.message.id': delivery.id,
    },
  });
  const status = await span.run(() => send({ traceparent: formatTraceparent(span.context) }));
  span.end({
    attributes: status === undefined ? {} : { 'http.response.status_code': status },
    error: status === undefined ? 'no answer' : status >= 400 ? String(status) : undefined,
  });
  return status;
}

/** Nothing for an event that was deleted since: only its webhook is late. */
async function findTaskSpan(database: Database, { outboxId }: Pick<WebhookDelivery, 'outboxId'>) {
  const row = await OutboxEvent.query(database)
    .findById(outboxId)
    .join('tasks', 'tasks.id', 'outbox.taskId')
    .select('tasks.traceparent')
    .castTo<Pick<Task, 'traceparent'> | undefined>();
  return parseTraceparent(row?.traceparent);
}
