import { randomUUID } from 'node:crypto';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Identity } from '@star-graph/core/ground/db/models/user';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { adminPassword, codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const env = {
  SIGN_UP_GRANT: '1000',
  SIGN_UP_GRANT_LOCK_DAYS: '0',
  GIFTS_PER_DAY: '100',
  DAILY_GRANT: '40',
  SERVICE_GIFTS_PER_DAY: '150',
};
const api = apiFixture(platform, env, { clock: createClockFromNoon() });

const give = (
  { accessToken: token }: SignInView,
  to: SignInView,
  amount: number,
  key = randomUUID() as string,
) => api.call('/api/v1/users/transfers', { token, body: { to: to.user.username, amount, key } });
const balance = async ({ accessToken: token }: SignInView): Promise<number> =>
  (await api.call('/api/v1/users/balance', { token })).body.available;

test('gifts at once never give away more than a day allows', async () => {
  const [giver, friend] = [await api.signUp(), await api.signUp()];
  const answers = await Promise.all(Array.from({ length: 8 }, () => give(giver, friend, 30)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  const refused = answers.filter(({ status }) => status !== 200);
  for (const answer of refused) {
    expect([answer.status, codeOf(answer)]).toEqual([429, 'quota-exceeded']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect([await balance(giver), await balance(friend)]).toEqual([910, 1_090]);
  expect((await give(giver, friend, 10)).status).toBe(200);
  expect((await give(giver, friend, 1)).status).toBe(429);
});

test('a repeated gift is counted once, and a refused one not at all', async () => {
  const [giver, friend] = [await api.signUp(), await api.signUp()];
  const key = randomUUID();
  for (let n = 0; n < 3; n++) expect((await give(giver, friend, 60, key)).status).toBe(200);
  expect((await give(giver, friend, 41)).status).toBe(429);
  expect((await give(giver, friend, 40)).status).toBe(200);
  expect(await balance(giver)).toBe(900);
});

test('a key gives, collects and redeems no more than its day allows, and its person may', async () => {
  const [giver, friend] = [await api.signUp(), await api.signUp()];
  const admin = await api.signInAsAdmin();
  const batch = { name: 'Thanks', credits: 30, codes: 1, usesPerCode: 1 };
  const [code] = (await api.call('/api/admin/vouchers', { token: admin, body: batch })).body.list;
  const made = { name: 'k', creditsPerDay: 45 };
  const { key } = (await api.call('/api/v1/users/api-keys', { token: giver.accessToken, body: made })).body;
  const byKey = { ...giver, accessToken: key };
  const repeated = randomUUID();
  for (let n = 0; n < 3; n++) expect((await give(byKey, friend, 20, repeated)).status).toBe(200);
  const redeem = (token: string) => api.call('/api/v1/vouchers/redeem', { token, body: { code } });
  const claim = (token: string) => api.call('/api/v1/users/daily', { token, method: 'POST' });
  for (const refused of [await give(byKey, friend, 26), await redeem(key), await claim(key)])
    expect([refused.status, codeOf(refused)]).toEqual([429, 'daily-limit']);
  expect([await balance(giver), await balance(friend)]).toEqual([980, 1_020]);
  expect((await give(byKey, friend, 25)).status).toBe(200);
  expect((await redeem(giver.accessToken)).body).toEqual({ credits: 30 });
  expect((await claim(giver.accessToken)).status).toBe(200);
  expect(await balance(giver)).toBe(985 + 40);
});

test('the next day counts anew', async () => {
  const [giver, friend] = [await api.signUp(), await api.signUp()];
  await give(giver, friend, 100);
  const row = platform.db.database('balances').where({ userId: giver.user.id });
  await row.clone().update({ giftsDay: '2020-01-01' });
  expect((await give(giver, friend, 100)).status).toBe(200);
  expect(await row.clone().first('gifted')).toEqual({ gifted: 100 });
});

test('all people together give away no more through a service key than a day allows', async () => {
  const [{ key: token }, friend] = [await addServiceKey(api), await api.signUp()];
  const { user: admin } = (
    await api.call('/api/v1/auth/login', { body: { username: 'admin', password: adminPassword } })
  ).body;
  const operator = newSnowflake();
  const identity = { provider: 'discord', subject: operator, userId: admin.id, createdAt: new Date() };
  await Identity.query(platform.db.database).insert(identity);
  const through = (person: string, path: string, body: object) =>
    api.call(path, { token, headers: actFor(person), body: { key: randomUUID(), reason: 'x', ...body } });
  const giveTo = (person: string, amount: number) =>
    through(person, '/api/v1/users/transfers', { to: friend.user.username, amount });
  const answers = await Promise.all(Array.from({ length: 8 }, () => giveTo(newSnowflake(), 40)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  const guild = newSnowflake();
  const others = [
    giveTo(newSnowflake(), 31),
    through(newSnowflake(), `/api/v1/guilds/${guild}/credits`, { amount: 31 }),
    through(operator, `/api/admin/users/${friend.user.id}/credits`, { amount: 31 }),
    through(operator, `/api/admin/guilds/${guild}/credits`, { amount: 31 }),
  ];
  for (const refused of await Promise.all(others))
    expect([refused.status, codeOf(refused)]).toEqual([429, 'quota-exceeded']);
  expect(await balance(friend)).toBe(1_120);
  expect((await through(operator, `/api/admin/guilds/${guild}/credits`, { amount: 30 })).status).toBe(200);
  // Taking credits away needs no limit, and who signs in has their own.
  expect((await through(operator, `/api/admin/guilds/${guild}/credits`, { amount: -30 })).status).toBe(200);
  expect((await give(friend, await api.signUp(), 100)).status).toBe(200);
});
