import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Webhook, WebhookDelivery, WebhookOldSecret } from '../../../ground/db/models/operation.ts';
import { createKeyRing, type KeyRing } from '../../../ground/encryption/keyRing.ts';
import { reencrypt } from '../../../people/signingKeys/reencrypt.ts';
import { silentLog } from '../../../testing/events.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import {
  addEvents,
  addWebhook,
  createDeliveryDeps,
  enqueue,
  startReceiver,
  webhookSecret,
} from '../../../testing/webhooks.ts';
import { deliverDue } from './deliverWebhooks.ts';
import { rotateSecret } from './rotateSecret.ts';
import { signWebhook } from './signWebhook.ts';

const db = databaseFixture();

const dayMs = 24 * 3_600_000;
const key = (kid: string) => ({ kid, secret: randomBytes(32) });
const [older, newer] = [key('2025'), key('2026')];

/** A webhook with a receiver, and the signatures of the next post to it. */
async function setUp(keyRing: KeyRing = createKeyRing([older])) {
  await WebhookDelivery.query(db.database).delete();
  const receiver = await startReceiver();
  const { id, userId } = await addWebhook(db.database, receiver.url);
  const deps = createDeliveryDeps(db.database, keyRing);
  const rotate = async (ring = keyRing) =>
    (await rotateSecret({ ...deps, keyRing: ring }, { id, userId })).secret;
  const post = async (ring = keyRing) => {
    receiver.posts = [];
    await enqueue(deps, await addEvents(db.database, userId, 'task_completed'));
    expect(await deliverDue({ ...deps, keyRing: ring })).toBe(1);
    const [sent] = receiver.posts;
    const message = {
      id: String(sent?.headers['webhook-id']),
      sentAt: deps.clock.now(),
      body: sent?.body ?? '',
    };
    const signaturesBy = (...secrets: string[]) => signWebhook(secrets, message)['webhook-signature'];
    return { signatures: sent?.headers['webhook-signature'], signaturesBy };
  };
  return { id, userId, deps, rotate, post, [Symbol.asyncDispose]: receiver[Symbol.asyncDispose] };
}

test('a replaced secret signs beside the new one for a day, not longer', async () => {
  await using webhook = await setUp();
  const secret = await webhook.rotate();
  await webhook.deps.clock.advance(dayMs - 1);
  const last = await webhook.post();
  expect(last.signatures).toBe(last.signaturesBy(secret, webhookSecret));
  await webhook.deps.clock.advance(1);
  const later = await webhook.post();
  expect(later.signatures).toBe(later.signaturesBy(secret));
});

test('secrets of rotations at once all sign, and so does the first', async () => {
  await using webhook = await setUp();
  const shown = await Promise.all([1, 2, 3, 4].map(() => webhook.rotate()));
  expect(new Set(shown).size).toBe(4);
  const { signatures, signaturesBy } = await webhook.post();
  const expected = [webhookSecret, ...shown].map((secret) => signaturesBy(secret));
  expect(String(signatures).split(' ').toSorted()).toEqual(expected.toSorted());
});

test('five old secrets sign at most; a sixth rotation changes nothing', async () => {
  await using webhook = await setUp();
  for (let n = 0; n < 5; n++) await webhook.rotate();
  const before = await Webhook.query(db.database).findById(webhook.id);
  await expect(webhook.rotate()).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(await Webhook.query(db.database).findById(webhook.id)).toEqual(before);
  await webhook.deps.clock.advance(dayMs);
  await expect(webhook.rotate()).resolves.toMatch(/^whsec_/);
});

test('a replaced secret is encrypted, and moves to a new data key', async () => {
  await using webhook = await setUp();
  const secret = await webhook.rotate();
  const old = WebhookOldSecret.query(db.database).where({ webhookId: webhook.id });
  expect(await old.clone()).toMatchObject([{ secret: expect.stringMatching(/^v1\.2025\./) }]);
  const { clock } = webhook.deps;
  const both = { database: db.database, clock, log: silentLog, keyRing: createKeyRing([newer, older]) };
  expect(await reencrypt(both, new AbortController().signal)).toMatchObject({ held: {} });
  const { signatures, signaturesBy } = await webhook.post(createKeyRing([newer]));
  expect(signatures).toBe(signaturesBy(secret, webhookSecret));
});

test('a secret whose data key is lost is replaced by one that signs', async () => {
  await using webhook = await setUp();
  await webhook.rotate();
  const lost = createKeyRing([newer]);
  const secret = await webhook.rotate(lost);
  const { signatures, signaturesBy } = await webhook.post(lost);
  expect(signatures).toBe(signaturesBy(secret));
});

test('a deleted webhook takes its old secrets along', async () => {
  await using webhook = await setUp();
  await webhook.rotate();
  await Webhook.query(db.database).deleteById(webhook.id);
  expect(await WebhookOldSecret.query(db.database).where({ webhookId: webhook.id })).toEqual([]);
});
