import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';
import { aPackage, paidApiFixture, shopFixture, stripeFixture } from '../../testing/servers/paymentServer.ts';

const platform = platformFixture();
const stripe = stripeFixture();
const api = paidApiFixture(platform, stripe);
const shop = shopFixture(api);

const outside = (key = 'one') => ({ provider: 'outside', key });
const confirm = (id: string) => shop.asAdmin(`orders/${id}/confirm`, { reason: 'transfer 17' });
const refund = (id: string, total: number) =>
  shop.asAdmin(`orders/${id}/refund`, { total, reason: 'asked for' });

describe('a package', () => {
  test('is listed once with its last version, and audited', async () => {
    const id = randomUUID();
    expect((await shop.putPackage({ active: false }, id)).status).toBe(200);
    const changed = await shop.putPackage({ version: 1, active: false, amount: 700 }, id);
    expect(changed.body).toMatchObject({ id, version: 2, amount: 700 });
    const all = (await shop.asAdmin('packages')).body.items;
    expect(all.filter((one: { id: string }) => one.id === id)).toEqual([changed.body]);
    const { accessToken: token } = await api.signUp();
    const { items, providers } = (await api.call('/api/v1/packages', { token })).body;
    expect(items.map((one: { id: string }) => one.id)).toEqual([shop.packageId]);
    expect(providers).toEqual(['stripe', 'outside']);
    const acts = (await shop.asAdmin(`audit?target=package:${id}`)).body.items;
    expect(acts[0]).toMatchObject({ data: { before: { amount: 500 }, after: { amount: 700 } } });
  });

  test('of two changes from one version is changed once', async () => {
    const id = randomUUID();
    const changes = [1, 2, 3, 4].map((amount) => shop.putPackage({ active: false, amount }, id));
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409]);
  });

  test('has a currency that exists and a price that can be paid', async () => {
    for (const wrong of [
      { currency: 'XQZ' },
      { currency: 'eur' },
      { amount: 0 },
      { amount: 2e9 },
      { credits: 0.5 },
    ])
      expect((await shop.putPackage(wrong, randomUUID())).status, JSON.stringify(wrong)).toBe(422);
  });
});

describe('an order that is paid outside', () => {
  test('adds its credits once, however often it is confirmed', async () => {
    const person = await api.signUp();
    const { status, body } = await shop.order(person, outside());
    expect([status, body.state, body.howToPay]).toEqual([201, 'open', expect.stringContaining('DE00')]);
    expect((await shop.order(person, outside())).body.id).toBe(body.id);
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(body.id)));
    expect(answers.map((answer) => [answer.status, answer.body.state])).toEqual(
      Array.from({ length: 5 }, () => [200, 'paid']),
    );
    expect(await shop.history(person)).toEqual([['purchase', 1_000]]);
    const acts = (await shop.asAdmin(`audit?target=order:${body.id}`)).body.items;
    expect(acts).toMatchObject([{ action: 'order.confirm', data: { before: 'open', after: 'paid' } }]);
  });

  test('keeps price and credits when the package changes before it is paid', async () => {
    const id = randomUUID();
    await shop.putPackage({}, id);
    const person = await api.signUp();
    const { body } = await shop.order(person, { ...outside(), packageId: id });
    await shop.putPackage({ version: 1, amount: 1, credits: 999_999 }, id);
    const stale = await shop.order(person, { ...outside('two'), packageId: id });
    expect([stale.status, codeOf(stale)]).toEqual([409, 'changed-meanwhile']);
    expect((await confirm(body.id)).body).toMatchObject({ amount: 500, credits: 1_000 });
    expect(await shop.balance(person)).toBe(1_000);
  });

  test('is seen and confirmed by nobody else', async () => {
    const [person, other] = [await api.signUp(), await api.signUp()];
    const { body } = await shop.order(person, outside());
    const path = `/api/v1/orders/${body.id}`;
    expect((await api.call(path, { token: other.accessToken })).status).toBe(404);
    const tried = await api.call(`/api/admin/orders/${body.id}/confirm`, {
      token: person.accessToken,
      body: { reason: 'please' },
    });
    expect(tried.status).toBe(403);
    expect((await shop.read(person, body.id)).state).toBe('open');
  });

  test('of many at once stays below the limit of unpaid ones', async () => {
    const person = await api.signUp();
    const orders = Array.from({ length: 14 }, (_, n) => shop.order(person, outside(`key-${n}`)));
    const statuses = (await Promise.all(orders)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });

  test('is one for a key, which stands for no other', async () => {
    const person = await api.signUp();
    await shop.order(person, outside());
    expect(codeOf(await shop.order(person, { provider: 'stripe' }))).toBe('idempotency-conflict');
  });
});

describe('a refund', () => {
  const buy = async () => {
    const person = await api.signUp();
    const { body } = await shop.order(person, outside());
    await confirm(body.id);
    return { person, id: body.id as string };
  };
  const spend = (person: Awaited<ReturnType<typeof buy>>['person'], amount: number, to: string) =>
    api.call('/api/v1/users/transfers', {
      token: person.accessToken,
      body: { to, amount, key: randomUUID() },
    });

  test('takes its share of the credits once, however often it is asked for', async () => {
    const { person, id } = await buy();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refund(id, 200)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 200));
    expect(await shop.history(person)).toEqual([
      ['refund', -400],
      ['purchase', 1_000],
    ]);
    await refund(id, 500);
    expect(await shop.balance(person)).toBe(0);
    expect(await shop.read(person, id)).toMatchObject({ state: 'paid', refunded: 500, takenBack: 1_000 });
    expect((await refund(id, 501)).status).toBe(422);
    expect((await refund(id, 100)).status).toBe(422);
  });

  test('of spent credits leaves a debt that the next ones pay', async () => {
    const { person, id } = await buy();
    const friend = await api.signUp();
    await spend(person, 700, friend.user.username ?? '');
    await refund(id, 500);
    const token = person.accessToken;
    const own = async () => (await api.call('/api/v1/users/balance', { token })).body;
    expect(await own()).toMatchObject({ available: 0, debt: 700 });
    const asAdmin = { token: await api.signInAsAdmin() };
    const shown = await api.call(`/api/admin/users/${person.user.id}`, asAdmin);
    expect(shown.body.balance).toEqual({ available: 0, held: 0, debt: 700 });
    const next = (await shop.order(person, outside('two'))).body.id;
    await confirm(next);
    expect(await shop.balance(person)).toBe(300);
    expect((await shop.history(person))[0]).toEqual(['debt', -700]);
    expect(await own()).toMatchObject({ available: 300, debt: 0 });
  });

  test('leaves a debt that gifts and grants pay, and nothing is given while it stands', async () => {
    const { person, id } = await buy();
    const friend = await api.signUp();
    await spend(person, 1_000, friend.user.username ?? '');
    await refund(id, 500);
    expect((await spend(friend, 400, person.user.username ?? '')).status).toBe(200);
    await shop.asAdmin(`users/${person.user.id}/credits`, {
      amount: 100,
      reason: 'sorry',
      key: randomUUID(),
    });
    expect(await shop.balance(person)).toBe(0);
    const refused = await spend(person, 1, friend.user.username ?? '');
    expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
      402,
      'insufficient-credits',
      expect.stringContaining('You owe 500 credits'),
    ]);
    expect((await spend(friend, 600, person.user.username ?? '')).status).toBe(200);
    expect(await shop.balance(person)).toBe(100);
    expect((await spend(person, 1, friend.user.username ?? '')).status).toBe(200);
  });

  test('and a gift at once never take the last credit twice', async () => {
    const { person, id } = await buy();
    const friend = await api.signUp();
    await Promise.all([
      refund(id, 500),
      ...Array.from({ length: 4 }, () => spend(person, 500, friend.user.username ?? '')),
    ]);
    // `platformFixture` adds up the books. What the friend has, the person owes.
    expect(await shop.balance(person)).toBe(0);
    expect([0, 500, 1_000]).toContain(await shop.balance(friend));
  });
});

test('a package whose numbers are the largest is refunded to the last credit', async () => {
  const id = randomUUID();
  const largest = { credits: 1_000_000_000, amount: 999_999_999 };
  await shop.putPackage({ ...aPackage, ...largest }, id);
  const person = await api.signUp();
  const order = (await shop.order(person, { ...outside(), packageId: id })).body;
  await confirm(order.id);
  expect((await refund(order.id, 999_999_998)).body.takenBack).toBe(999_999_998);
  expect((await refund(order.id, 999_999_999)).body.takenBack).toBe(1_000_000_000);
  expect(await shop.balance(person)).toBe(0);
});
