import { randomUUID } from 'node:crypto';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { LedgerEntry, Transfer } from '@star-graph/core/ground/db/models/ledger';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';
import { paidApiFixture, shopFixture, stripeFixture } from '../../testing/servers/paymentServer.ts';

const platform = platformFixture();
const stripe = stripeFixture();
const api = paidApiFixture(platform, stripe, { SIGN_UP_GRANT: '100', SIGN_UP_GRANT_LOCK_DAYS: '0' });
const shop = shopFixture(api);

const reverse = (id: string) => shop.asAdmin(`transfers/${id}/reverse`, { reason: 'by mistake' });
const grant = (person: SignInView, amount: number) =>
  shop.asAdmin(`users/${person.user.id}/credits`, { amount, reason: 'typo', key: randomUUID() });
const give = ({ accessToken: token }: SignInView, to: SignInView, amount: number) =>
  api.call('/api/v1/users/transfers', { token, body: { to: to.user.username, amount, key: randomUUID() } });
const lastOf = async (person: SignInView) =>
  Transfer.query(platform.db.database)
    .where({ userId: person.user.id })
    .orderBy('id', 'desc')
    .first()
    .throwIfNotFound();

test('a grant is undone once by opposite entries, and nothing is changed', async () => {
  const person = await api.signUp();
  await grant(person, 500);
  const { id } = await lastOf(person);
  const before = await LedgerEntry.query(platform.db.database).where({ transferId: id });
  const answers = await Promise.all(Array.from({ length: 5 }, () => reverse(id)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.kind} ${body.amount}`))).toEqual(
    new Set(['200 reversal -500']),
  );
  expect(await shop.balance(person)).toBe(100);
  expect(await LedgerEntry.query(platform.db.database).where({ transferId: id })).toEqual(before);
  const acts = (await shop.asAdmin(`audit?target=transfer:${id}`)).body.items;
  expect(acts).toMatchObject([{ action: 'transfer.reverse', data: { before: { amount: 500 } } }]);
});

test('a gift goes back, on both statements', async () => {
  const [giver, receiver] = [await api.signUp(), await api.signUp()];
  await give(giver, receiver, 40);
  expect((await reverse((await lastOf(giver)).id)).status).toBe(200);
  expect([await shop.balance(giver), await shop.balance(receiver)]).toEqual([100, 100]);
  expect((await shop.history(giver)).slice(0, 2)).toEqual([
    ['reversal', 40],
    ['gift', -40],
  ]);
  expect((await shop.history(receiver)).slice(0, 2)).toEqual([
    ['reversal', -40],
    ['gift', 40],
  ]);
});

test('what was spent meanwhile is not taken below zero', async () => {
  const [giver, receiver, third] = [await api.signUp(), await api.signUp(), await api.signUp()];
  await give(giver, receiver, 40);
  const { id } = await lastOf(giver);
  await give(receiver, third, 120);
  const refused = await reverse(id);
  expect([refused.status, codeOf(refused)]).toEqual([402, 'insufficient-credits']);
  expect([await shop.balance(giver), await shop.balance(receiver)]).toEqual([60, 20]);
});

test('orders, reversals and unknown movements are not reversed', async () => {
  const person = await api.signUp();
  const { id } = (await shop.order(person, { provider: 'outside' })).body;
  await shop.asAdmin(`orders/${id}/confirm`, { reason: 'transfer 17' });
  expect((await reverse((await lastOf(person)).id)).status).toBe(422);
  await grant(person, 7);
  await reverse((await lastOf(person)).id);
  expect((await reverse((await lastOf(person)).id)).status).toBe(422);
  expect((await reverse(randomUUID())).status).toBe(404);
  const { accessToken: token } = person;
  const path = `/api/admin/transfers/${(await lastOf(person)).id}/reverse`;
  expect((await api.call(path, { token, body: { reason: 'mine' } })).status).toBe(403);
});
