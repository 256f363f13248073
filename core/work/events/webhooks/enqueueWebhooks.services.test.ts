import { beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../../../ground/db/connect.ts';
import { Webhook, WebhookDelivery, WebhookEvent } from '../../../ground/db/models/operation.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { recordStatements } from '../../../testing/db/statements.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import {
  addEvents,
  addWebhook,
  createDeliveryDeps,
  enqueue,
  startReceiver,
} from '../../../testing/webhooks.ts';
import { listSetAside, replaySetAside } from './deliveries.ts';
import { deliverDue } from './deliverWebhooks.ts';
import { enqueueWaiting, leaveToWebhooks } from './enqueueWebhooks.ts';

const db = databaseFixture();
beforeEach(() => WebhookDelivery.query(db.database).delete());

const failed = () => 'task_failed' as const;

test('what 20 webhooks are told of 100 long events goes in statements of a megabyte', async () => {
  const first = await addWebhook(db.database, 'https://example.com', ['task_failed']);
  const { id: _id, ...like } = first;
  const others = Array.from({ length: 19 }, () => ({ ...like, id: newId(), types: '["task_failed"]' }));
  await db.database('webhooks').insert(others);
  const deps = createDeliveryDeps(db.database);
  const events = await addEvents(db.database, first.userId, ...Array.from({ length: 100 }, failed));
  await OutboxEvent.query(db.database)
    .where({ userId: first.userId })
    .patch({ data: { text: "'".repeat(4_000) } });
  using statements = recordStatements(new URL(db.url).pathname.slice(1));
  await enqueue(deps, events);
  expect(await WebhookDelivery.query(db.database).resultSize()).toBe(2_000);
  expect(await WebhookEvent.query(db.database)).toEqual([]);
  const lengths = statements.list().map(({ samples }) => samples.slowest.length);
  expect(Math.max(...lengths)).toBeLessThan(1.1 * 1024 * 1024);
});

test('an event that fails is set aside alone, and can be tried again', async () => {
  const webhook = await addWebhook(db.database, 'https://example.com', ['task_failed']);
  const deps = createDeliveryDeps(db.database);
  const events = await addEvents(db.database, webhook.userId, failed(), failed(), failed());
  const bad = events[1]?.id ?? 0;
  await db.database.raw(
    `CREATE TRIGGER refuse_one BEFORE INSERT ON webhook_deliveries FOR EACH ROW
     IF NEW.outbox_id = ${bad} THEN SIGNAL SQLSTATE '45000'; END IF`,
  );
  const enqueued = async () => {
    const rows = await WebhookDelivery.query(db.database).orderBy('outboxId');
    return rows.map(({ outboxId }) => outboxId);
  };
  const good = events.map(({ id }) => id).filter((id) => id !== bad);
  try {
    await enqueue(deps, events);
    expect(await enqueued()).toEqual(good);
    for (let tries = 1; tries < 8; tries++) {
      expect(await WebhookEvent.query(db.database)).toMatchObject([{ outboxId: bad, tries, failedAt: null }]);
      await deps.clock.advance(30_000 * 2 ** (tries - 1));
      await enqueueWaiting(deps);
    }
  } finally {
    await db.database.raw('DROP TRIGGER refuse_one');
  }
  const [setAside] = await WebhookEvent.query(db.database);
  expect(setAside).toMatchObject({ outboxId: bad, tries: 8, failedAt: deps.clock.now() });
  await deps.clock.advance(24 * 3_600_000);
  await enqueueWaiting(deps);
  expect(await enqueued()).toEqual(good);
  expect(await listSetAside(db.database)).toMatchObject([
    { type: 'task_failed', userId: webhook.userId, tries: 8 },
  ]);
  const actor = { id: newId(), serviceKey: null };
  expect([await replaySetAside(deps, actor), await replaySetAside(deps, actor)]).toEqual([1, 0]);
  expect(await listSetAside(db.database)).toEqual([]);
  await enqueueWaiting(deps);
  expect(await enqueued()).toEqual(events.map(({ id }) => id));
});

test('an event that another process has in hand is left to it, and holds up no other', async () => {
  const webhook = await addWebhook(db.database, 'https://example.com', ['task_failed']);
  const deps = createDeliveryDeps(db.database);
  const events = await addEvents(db.database, webhook.userId, failed(), failed());
  const [first, second] = events.map(({ id }) => id);
  await inTransaction(db.database, (trx) => leaveToWebhooks(deps, trx, events));
  const other = await db.database.transaction();
  await other('webhook_events').where({ outboxId: first }).forUpdate();
  const round = enqueueWaiting(deps);
  const untouched = () => WebhookEvent.query(db.database).where({ tries: 0 });
  try {
    await expect.poll(untouched).toMatchObject([{ outboxId: first }]);
  } finally {
    await other.rollback();
    await round;
  }
  expect(await WebhookEvent.query(db.database)).toMatchObject([{ outboxId: first, tries: 0 }]);
  await enqueueWaiting(deps);
  const deliveries = await WebhookDelivery.query(db.database).orderBy('outboxId');
  expect(deliveries.map(({ outboxId }) => outboxId)).toEqual([first, second]);
});

test('a delivery shows its task as it is when it is sent', async () => {
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  const [event] = await addEvents(db.database, webhook.userId, 'task_completed');
  if (!event) throw new Error('there is one');
  await enqueue(deps, [event]);
  const outputs = [{ id: 'now' }];
  const task = { id: event.taskId, status: 'succeeded', outputs, cached: false, cost: 7 };
  expect(await deliverDue({ ...deps, presentTasks: async () => new Map([[event.taskId, task]]) })).toBe(1);
  const [post] = receiver.posts;
  expect(JSON.parse(post?.body ?? '')).toMatchObject({
    type: 'task_completed',
    data: { outputs, cached: false, cost: 7 },
  });
  const [delivery] = await WebhookDelivery.query(db.database);
  expect(delivery?.body).not.toContain('outputs');
});

test('what cannot be presented is given up alone, and is no fault of its receiver', async () => {
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database);
  const [bad] = await addEvents(db.database, webhook.userId, 'task_completed', 'task_failed');
  await enqueue(deps, await OutboxEvent.query(db.database).where({ userId: webhook.userId }));
  const presentTasks = async (ids: readonly string[]) => {
    if (ids.includes(bad?.taskId ?? '')) throw new Error('broken');
    return new Map();
  };
  for (let tries = 1; tries <= 9; tries++) {
    await deliverDue({ ...deps, presentTasks });
    await deps.clock.advance(24 * 3_600_000);
  }
  const rows = await WebhookDelivery.query(db.database).orderBy('outboxId');
  expect(rows).toMatchObject([
    { outboxId: bad?.id, tries: 9, deliveredAt: null, failedAt: expect.any(Date) },
    { tries: 1, deliveredAt: expect.any(Date) },
  ]);
  expect(receiver.posts).toHaveLength(1);
  expect(await Webhook.query(db.database).findById(webhook.id)).toMatchObject({ failures: 0 });
});
