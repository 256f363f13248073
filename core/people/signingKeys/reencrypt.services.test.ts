import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { Setting, Webhook } from '../../ground/db/models/operation.ts';
import { createKeyRing, type KeyRing } from '../../ground/encryption/keyRing.ts';
import { type SealedColumn, sealedColumns, secretPurposes } from '../../ground/encryption/sealedColumns.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { silentLog } from '../../testing/events.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import {
  addEvents,
  addWebhook,
  createDeliveryDeps,
  enqueue,
  startReceiver,
  webhookSecret,
} from '../../testing/webhooks.ts';
import { deliverDue } from '../../work/events/webhooks/deliverWebhooks.ts';
import { signWebhook } from '../../work/events/webhooks/signWebhook.ts';
import { openWebhookSecret, sealWebhookSecret } from '../../work/events/webhooks/storedSecret.ts';
import { findLastReencryption, reencrypt } from './reencrypt.ts';

const db = databaseFixture();
beforeEach(async () => {
  for (const table of ['webhook_deliveries', 'webhooks', 'seal_keys', Setting.tableName])
    await db.database(table).delete();
});

const key = (kid: string) => ({ kid, secret: randomBytes(32) });
const [older, newer] = [key('2025'), key('2026')];
const [before, both, after] = [createKeyRing([older]), createKeyRing([newer, older]), createKeyRing([newer])];
const { signal } = new AbortController();
const depsWith = (keyRing: KeyRing) => ({
  database: db.database,
  clock: systemClock,
  keyRing,
  log: silentLog,
});
const run = (keyRing = both) => reencrypt(depsWith(keyRing), signal);
const url = 'https://93.184.215.14/';
/** A webhook whose secret a key has encrypted. */
const addSealed = async (ring = before) => {
  const webhook = await addWebhook(db.database, url);
  await webhook.$query(db.database).patch({ secret: sealWebhookSecret(ring, webhook.id, webhookSecret) });
  return webhook.id;
};
const find = (id: string) => Webhook.query(db.database).findById(id).throwIfNotFound();

test.each(secretPurposes)('the secrets of %s are where the list says', async (purpose) => {
  const { table, row, column }: SealedColumn = sealedColumns[purpose];
  const [columns] = await db.database.raw('SHOW COLUMNS FROM ??', [table]);
  const names = columns.map(({ Field }: { Field: string }) => Field);
  expect(names).toEqual(expect.arrayContaining([...row, column]));
  const { Type } = columns.find(({ Field }: { Field: string }) => Field === column);
  expect(Type).toMatch(/^(varchar\(([5-9]\d\d|\d{4,})\)|(medium|long)?text)/);
});

test('every secret gets the first key, and the older one is said unneeded', async () => {
  const ids = [await addSealed(), await addSealed(both)];
  expect(await run()).toMatchObject({
    first: '2026',
    rewritten: 1,
    held: {},
    unreadable: [],
    isComplete: true,
  });
  for (const id of ids) expect(openWebhookSecret(after, await find(id))).toBe(webhookSecret);
  expect(await run()).toMatchObject({ rewritten: 0, held: {} });
  expect(await findLastReencryption(db.database)).toMatchObject({
    first: '2026',
    held: {},
    at: expect.any(String),
  });
});

test('a secret of an earlier release is encrypted, and signs as before', async () => {
  await using receiver = await startReceiver();
  const webhook = await addWebhook(db.database, receiver.url);
  expect(await run(before)).toMatchObject({ rewritten: 1 });
  expect((await find(webhook.id)).secret).toMatch(/^v1\.2025\./);
  const deps = createDeliveryDeps(db.database, before);
  await enqueue(deps, await addEvents(db.database, webhook.userId, 'task_completed'));
  expect(await deliverDue(deps)).toBe(1);
  const [post] = receiver.posts;
  const id = String(post?.headers['webhook-id']);
  const expected = signWebhook(webhookSecret, { id, sentAt: deps.clock.now(), body: post?.body ?? '' });
  expect(post?.headers).toMatchObject(expected);
});

test('a secret that is changed meanwhile keeps the change', async () => {
  const id = await addSealed();
  const changed = 'whsec_changed';
  let isChanged = false;
  const racing: KeyRing = {
    ...both,
    encrypt(plaintext, place) {
      const sealed = both.encrypt(plaintext, place);
      if (place.row === id) isChanged = true;
      return sealed;
    },
  };
  const database = new Proxy(db.database, {
    apply: (target, self, [table]: [string]) => {
      const query = Reflect.apply(target, self, [table]);
      if (table !== 'webhooks' || !isChanged) return query;
      const secret = sealWebhookSecret(before, id, changed);
      const update = query.update.bind(query);
      query.update = async (values: object) => {
        await db.database('webhooks').where({ id }).update({ secret });
        return update(values);
      };
      return query;
    },
  });
  expect(await reencrypt({ ...depsWith(racing), database }, signal)).toMatchObject({
    rewritten: 0,
    held: { 2025: 1 },
  });
  expect(openWebhookSecret(before, await find(id))).toBe(changed);
  expect(await run()).toMatchObject({ rewritten: 1, held: {} });
});

test('a run that was cut off goes on, over many pages', async () => {
  const first = await addSealed();
  const { userId } = await find(first);
  const ids = Array.from({ length: 450 }, () => crypto.randomUUID());
  await db.database('webhooks').insert(
    ids.map((id) => ({
      id,
      userId,
      url,
      types: '[]',
      createdAt: new Date(),
      secret: sealWebhookSecret(before, id, webhookSecret),
    })),
  );
  const stop = new AbortController();
  let left = 100;
  const cut: KeyRing = {
    ...both,
    encrypt(plaintext, place) {
      if (--left === 0) stop.abort();
      return both.encrypt(plaintext, place);
    },
  };
  await expect(reencrypt(depsWith(cut), stop.signal)).rejects.toThrow();
  const rest = (await run())?.rewritten ?? 0;
  expect(rest).toBeGreaterThan(0);
  expect(rest).toBeLessThan(451);
  expect(await db.database('webhooks').where('secret', 'not like', 'v1.2026.%')).toEqual([]);
});

test('a secret whose key is missing is named, and its key said needed', async () => {
  const id = await addSealed();
  expect(await run(after)).toMatchObject({
    rewritten: 0,
    held: { 2025: 1 },
    unreadable: [`webhook.secret ${id}`],
  });
  expect(openWebhookSecret(before, await find(id))).toBe(webhookSecret);
});

test('an out of time run says so and notes nothing', async () => {
  await addSealed();
  expect(await reencrypt(depsWith(both), signal, -1)).toMatchObject({ isComplete: false });
  expect(await findLastReencryption(db.database)).toBeUndefined();
  expect(await run(createKeyRing([]))).toBeUndefined();
});
