import { beforeEach, describe, expect, test } from 'vitest';
import { Webhook, WebhookDelivery } from '../../../ground/db/models/operation.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import {
  addEvents,
  addWebhook,
  createDeliveryDeps,
  enqueue,
  startReceiver,
} from '../../../testing/webhooks.ts';
import { listDeliveries, replayFailed } from './deliveries.ts';
import { deliverDue } from './deliverWebhooks.ts';

const db = databaseFixture();
beforeEach(() => WebhookDelivery.query(db.database).delete());

describe('a receiver that keeps failing', () => {
  const failedDelivery = async (types: number) => {
    const receiver = await startReceiver();
    receiver.status = 500;
    const webhook = await addWebhook(db.database, receiver.url);
    const deps = createDeliveryDeps(db.database);
    await enqueue(
      deps,
      await addEvents(
        db.database,
        webhook.userId,
        ...Array.from({ length: types }, () => 'task_completed' as const),
      ),
    );
    const read = async () => {
      const row = await Webhook.query(db.database).findById(webhook.id);
      if (!row) throw new Error('the webhook vanished');
      return row;
    };
    return { receiver, webhook, deps, read };
  };
  const untilRested = async (deps: ReturnType<typeof createDeliveryDeps>, until: Date | null) =>
    deps.clock.advance(Math.max(0, (until?.getTime() ?? 0) - deps.clock.now().getTime()));

  test('rests after five failures, spends no tries, and is tried with one post', async () => {
    const { receiver, deps, read } = await failedDelivery(12);
    await using _ = receiver;
    expect([await deliverDue(deps), await deliverDue(deps)]).toEqual([4, 4]);
    const failing = await read();
    expect(failing.failures).toBe(8);
    const restMs = (failing.restingUntil?.getTime() ?? 0) - deps.clock.now().getTime();
    expect(restMs).toBe(30_000 * 2 ** 3);
    await deps.clock.advance(restMs - 1);
    expect(await deliverDue(deps)).toBe(0);
    await deps.clock.advance(1);
    expect(await deliverDue(deps)).toBe(1);
    expect((await read()).restingUntil?.getTime()).toBe(deps.clock.now().getTime() + 2 * restMs);
    const tries = (await WebhookDelivery.query(db.database)).map((delivery) => delivery.tries);
    expect(tries.reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  test('gets everything that waits once it is well', async () => {
    const { receiver, deps, read } = await failedDelivery(12);
    await using _ = receiver;
    while ((await deliverDue(deps)) > 0) await deps.clock.advance(0);
    receiver.status = 204;
    receiver.posts = [];
    await untilRested(deps, (await read()).restingUntil);
    expect(await deliverDue(deps)).toBe(1);
    expect(await read()).toMatchObject({ failures: 0, failingSince: null, restingUntil: null });
    await deps.clock.advance(24 * 3_600_000);
    while ((await deliverDue(deps)) > 0) await deps.clock.advance(0);
    expect(new Set(receiver.posts.map(({ headers }) => headers['webhook-id'])).size).toBe(12);
  });

  test('rests an hour at most, and is disabled after five days', async () => {
    const { receiver, deps, read } = await failedDelivery(40);
    await using _ = receiver;
    const began = deps.clock.now().getTime();
    let longestMs = 0;
    for (let row = await read(); row.disabledAt === null; row = await read()) {
      const nowMs = deps.clock.now().getTime();
      longestMs = Math.max(longestMs, (row.restingUntil?.getTime() ?? 0) - nowMs);
      if ((await deliverDue(deps)) === 0) await deps.clock.advance(1_800_000);
    }
    expect(longestMs).toBe(3_600_000);
    expect(deps.clock.now().getTime() - began).toBeGreaterThan(5 * 24 * 3_600_000);
    // Nothing waits for it without end.
    await deps.clock.advance(24 * 3_600_000);
    while ((await deliverDue(deps)) > 0) await deps.clock.advance(0);
    expect(await WebhookDelivery.query(db.database).whereNull('failedAt')).toEqual([]);
  });
});

describe('what was given up', () => {
  const giveUp = async () => {
    const receiver = await startReceiver();
    receiver.status = 410;
    const webhook = await addWebhook(db.database, receiver.url);
    const deps = createDeliveryDeps(db.database);
    await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed', 'task_failed'));
    await deliverDue(deps);
    receiver.status = 204;
    const own = { webhookId: webhook.id, userId: webhook.userId };
    return { receiver, deps, own };
  };

  test('is sent again once, under its old id, however often it is asked for', async () => {
    const { receiver, deps, own } = await giveUp();
    await using _ = receiver;
    // The answer to the first may come before the second is posted, which is then given up unposted.
    const ids = (await WebhookDelivery.query(db.database)).map(({ id }) => id);
    receiver.posts = [];
    const replayed = await Promise.all([replayFailed(deps, own), replayFailed(deps, own)]);
    expect(replayed[0] + replayed[1]).toBe(2);
    expect(await deliverDue(deps)).toBe(2);
    expect(await replayFailed(deps, own)).toBe(0);
    expect(await deliverDue(deps)).toBe(0);
    const sent = receiver.posts.map(({ headers }) => headers['webhook-id']);
    expect(sent.toSorted()).toEqual(ids.toSorted());
  });

  test('is sent again alone where one is named', async () => {
    const { receiver, deps, own } = await giveUp();
    await using _ = receiver;
    const [first, second] = await listDeliveries(db.database, own, { state: 'failed' }, { limit: 10 });
    if (!first || !second) throw new Error('there are two');
    expect(await replayFailed(deps, { ...own, deliveryId: first.id })).toBe(1);
    const waiting = await listDeliveries(db.database, own, { state: 'waiting' }, { limit: 10 });
    const failed = await listDeliveries(db.database, own, { state: 'failed' }, { limit: 10 });
    expect([waiting.map(({ id }) => id), failed.map(({ id }) => id)]).toEqual([[first.id], [second.id]]);
  });

  test('stays where it is for everybody else', async () => {
    const { receiver, deps, own } = await giveUp();
    await using _ = receiver;
    const stranger = await addWebhook(db.database, receiver.url);
    const notFound = { code: 'not-found' };
    const foreign = { ...own, userId: stranger.userId };
    await expect(replayFailed(deps, foreign)).rejects.toMatchObject(notFound);
    await expect(listDeliveries(db.database, foreign, {}, { limit: 10 })).rejects.toMatchObject(notFound);
    const [delivery] = await WebhookDelivery.query(db.database);
    const own2 = { webhookId: stranger.id, userId: stranger.userId };
    await expect(replayFailed(deps, { ...own2, deliveryId: delivery?.id ?? '' })).rejects.toMatchObject(
      notFound,
    );
    expect(await deliverDue(deps)).toBe(0);
  });
});
