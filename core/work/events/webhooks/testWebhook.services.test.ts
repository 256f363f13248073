import { expect, test } from 'vitest';
import { Webhook, WebhookDelivery } from '../../../ground/db/models/operation.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { isPublicAddress } from '../../../ground/runtime/publicAddress.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { addWebhook, createDeliveryDeps, startReceiver, webhookSecret } from '../../../testing/webhooks.ts';
import { testWebhook } from './testWebhook.ts';
import { isSignedNow } from './verifyWebhook.ts';

const db = databaseFixture();

async function addTested(changes: Partial<Webhook> = {}) {
  const receiver = await startReceiver();
  const { id, userId } = await addWebhook(db.database, receiver.url);
  await Webhook.query(db.database).findById(id).patch(changes);
  const read = () => Webhook.query(db.database).findById(id);
  return { receiver, deps: createDeliveryDeps(db.database), own: { webhookId: id, userId }, read };
}

test('a test is one signed message, which leaves no delivery', async () => {
  const { receiver, deps, own } = await addTested();
  await using _ = receiver;
  expect(await testWebhook(deps, own)).toEqual({ isTaken: true, status: 204, tookMs: expect.any(Number) });
  const [post, ...rest] = receiver.posts;
  expect(rest).toEqual([]);
  if (!post) throw new Error('nothing came');
  expect(JSON.parse(post.body)).toEqual({
    type: 'webhook_test',
    webhookId: own.webhookId,
    createdAt: deps.clock.now().toISOString(),
  });
  const headerOf = (name: string) => String(post.headers[name]);
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(headerOf);
  const received = {
    id: id ?? '',
    timestamp: timestamp ?? '',
    signatures: signatures ?? '',
    body: post.body,
  };
  expect(isSignedNow(webhookSecret, received, deps.clock.now())).toBe(true);
  expect(await WebhookDelivery.query(db.database).where({ webhookId: own.webhookId })).toEqual([]);
});

const down = { failures: 9, failingSince: new Date(0), disabledAt: new Date(1_000) };

test('a webhook that was disabled is enabled by a test that is taken', async () => {
  const { receiver, deps, own, read } = await addTested({
    ...down,
    restingUntil: new Date(2_000_000_000_000),
  });
  await using _ = receiver;
  await testWebhook(deps, own);
  const well = { failures: 0, failingSince: null, restingUntil: null, disabledAt: null };
  expect(await read()).toMatchObject(well);
});

test.each([
  ['refused', 503, { isTaken: false, status: 503 }],
  ['gone', 410, { isTaken: false, status: 410 }],
  ['led elsewhere', 302, { isTaken: false, status: 302 }],
])('a test that is %s changes nothing', async (_what, status, outcome) => {
  const { receiver, deps, own, read } = await addTested(down);
  await using _ = receiver;
  receiver.status = status;
  const before = await read();
  expect(await testWebhook(deps, own)).toMatchObject(outcome);
  expect(await read()).toEqual(before);
  expect(receiver.posts).toHaveLength(1);
});

test('a test reaches no address of a private network, and says that nobody answered', async () => {
  const { receiver, deps, own, read } = await addTested();
  await using _ = receiver;
  const before = await read();
  const answer = await testWebhook({ ...deps, isAllowedAddress: isPublicAddress }, own);
  expect(answer).toMatchObject({ isTaken: false, status: undefined });
  expect(receiver.posts).toEqual([]);
  expect(await read()).toEqual(before);
});

test('nobody else tests a webhook, nor its owner once its service key has ended', async () => {
  const { receiver, deps, own, read } = await addTested();
  await using _ = receiver;
  const foreign = { ...own, userId: newId() };
  await expect(testWebhook(deps, foreign)).rejects.toMatchObject({ code: 'not-found' });
  await Webhook.query(db.database).findById(own.webhookId).patch({ serviceKeyId: 'endedkey' });
  const before = await read();
  await expect(testWebhook(deps, own)).rejects.toMatchObject({ code: 'forbidden' });
  expect(receiver.posts).toEqual([]);
  expect(await read()).toEqual(before);
});
