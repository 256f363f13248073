import { randomBytes, randomUUID } from 'node:crypto';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { signWebhook } from '@star-graph/core/work/events/webhooks/signWebhook';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';
import {
  paidApiFixture,
  shopFixture,
  shopSecret,
  stripeFixture,
} from '../../testing/servers/paymentServer.ts';

const platform = platformFixture();
const stripe = stripeFixture();
const api = paidApiFixture(platform, stripe);
const shop = shopFixture(api);

const nameOf = ({ user }: SignInView) => user.username ?? '';
const sale = (person: SignInView, change: object = { credits: 70 }) =>
  JSON.stringify({ to: nameOf(person), reason: 'bundle 7', ...change });
const post = (body: string, headers: Record<string, string>) =>
  api.call('/api/payments/shop', { body, headers });
const sign = (body: string, id: string = randomUUID(), sentAt = new Date(), key = shopSecret) =>
  signWebhook(key, { id, sentAt, body });

test('a sale of another shop is credited once, however often its message comes', async () => {
  const person = await api.signUp();
  const [body, id] = [sale(person), randomUUID()];
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(body, sign(body, id))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(answers.filter((answer) => answer.body.isNew)).toHaveLength(1);
  expect(await shop.history(person)).toEqual([['purchase', 70]]);
});

test('a sale names a package, whose credits at that moment count', async () => {
  const person = await api.signUp();
  const packageId = randomUUID();
  await shop.putPackage({}, packageId);
  const [body, id] = [sale(person, { packageId }), randomUUID()];
  expect((await post(body, sign(body, id))).body).toEqual({ isNew: true });
  await shop.putPackage({ version: 1, credits: 5 }, packageId);
  expect((await post(body, sign(body, id))).body).toEqual({ isNew: false });
  expect(await shop.balance(person)).toBe(1_000);
});

test('a message that is forged, changed, old or from the future credits nothing', async () => {
  const person = await api.signUp();
  const body = sale(person);
  const id = randomUUID();
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  const other = `whsec_${randomBytes(32).toString('base64')}`;
  const { 'webhook-id': _, ...withoutId } = sign(body, id);
  const tries = [
    post(body, {}),
    post(body, withoutId),
    post(body, sign(body, id, new Date(), other)),
    post(body.replace('70', '71'), sign(body, id)),
    post(body, { ...sign(body, id), 'webhook-id': randomUUID() }),
    post(body, sign(body, id, minutes(-6))),
    post(body, sign(body, id, minutes(6))),
    post(body, {
      ...sign(body, id, minutes(-6)),
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
    }),
  ];
  for (const answer of await Promise.all(tries))
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
  expect(await shop.balance(person)).toBe(0);
});

test('one of several signatures is enough while a secret changes', async () => {
  const person = await api.signUp();
  const body = sale(person);
  const headers = sign(body);
  headers['webhook-signature'] = `v1,${randomBytes(32).toString('base64')} ${headers['webhook-signature']}`;
  expect((await post(body, headers)).body).toEqual({ isNew: true });
});

test('an id that was used stands for no other sale', async () => {
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const id = randomUUID();
  const first = sale(ann);
  await post(first, sign(first, id));
  for (const body of [sale(bob), sale(ann, { credits: 71 })])
    expect(codeOf(await post(body, sign(body, id)))).toBe('idempotency-conflict');
  expect([await shop.balance(ann), await shop.balance(bob)]).toEqual([70, 0]);
});

test('a sale to nobody, of no package or beyond the largest amount is refused', async () => {
  const person = await api.signUp();
  const statuses: number[] = [];
  for (const change of [
    { credits: 1, to: 'nobody-here' },
    { packageId: randomUUID() },
    { credits: 1_000_000_001 },
    { credits: -1 },
    { credits: 1, packageId: randomUUID() },
  ]) {
    const body = sale(person, change);
    statuses.push((await post(body, sign(body))).status);
  }
  expect(statuses).toEqual([404, 404, 422, 422, 422]);
  expect(await shop.balance(person)).toBe(0);
});
