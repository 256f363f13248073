import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SignInView } from '../../contract/auth/signIn.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, {
  SIGN_UP_GRANT: '1000',
  SIGN_UP_GRANT_LOCK_DAYS: '0',
  GIFTS_PER_DAY: '100',
});

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

test('the next day counts anew', async () => {
  const [giver, friend] = [await api.signUp(), await api.signUp()];
  await give(giver, friend, 100);
  const row = platform.db.database('balances').where({ userId: giver.user.id });
  await row.clone().update({ giftsDay: '2020-01-01' });
  expect((await give(giver, friend, 100)).status).toBe(200);
  expect(await row.clone().first('gifted')).toEqual({ gifted: 100 });
});
