import { Task } from '@star-graph/core/ground/db/models/task';
import { newKeyId } from '@star-graph/core/people/identity/credentials/apiKeys';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { serviceKeyFixture } from '../../testing/servers/fixtures.ts';
import { workFixture } from '../../testing/servers/workServer.ts';

// With the default grants.
const { platform, api } = workFixture({}, createClockFromNoon());
const serviceKey = serviceKeyFixture(api);

/** Credits from an administrator can be given away at once. */
async function earn(userId: string, amount: number): Promise<void> {
  const body = { amount, reason: 'bought', key: `earn-${userId}` };
  const path = `/api/admin/users/${userId}/credits`;
  const answer = await api.call(path, { token: await api.signInAsAdmin(), body });
  expect(answer.status).toBe(200);
}

const profile = '/api/v1/users/profile';

describe('an API key', () => {
  test('speaks for its owner until it is revoked, and is shown once', async () => {
    const { accessToken: token, user } = await api.signUp();
    const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'script' } });
    expect([made.status, made.body.key]).toEqual([201, expect.stringMatching(/^sgk_[a-z0-9]{8}_[\w-]{43}$/)]);
    const { key, id } = made.body;
    expect((await api.call(profile, { token: key })).body.id).toBe(user.id);
    const listed = await api.call('/api/v1/users/api-keys', { token });
    expect(JSON.stringify(listed.body)).not.toContain(key.slice(13));
    const last = key.at(-2) === 'A' ? 'B' : 'A';
    const wrong = [`${key.slice(0, -2)}${last}${key.at(-1)}`, key.replace('sgk', 'sgs'), key.slice(0, -1)];
    for (const token of wrong) expect((await api.call(profile, { token })).status).toBe(401);
    const stranger = await api.signUp();
    const path = `/api/v1/users/api-keys/${id}`;
    expect((await api.call(path, { method: 'DELETE', token: stranger.accessToken })).status).toBe(404);
    expect((await api.call(profile, { token: key })).status).toBe(200);
    expect((await api.call(path, { method: 'DELETE', token })).status).toBe(204);
    expect((await api.call(profile, { token: key })).status).toBe(401);
  });

  test('is one of fifty, and of ended ones the last hundred are known', async () => {
    const { accessToken: token, user } = await api.signUp();
    const make = () => api.call('/api/v1/users/api-keys', { token, body: { name: 'script' } });
    const { id } = (await make()).body;
    const keys = () => platform.db.database('api_keys').where({ userId: user.id });
    const [row] = await keys();
    const copies = (count: number, values: object) =>
      Array.from({ length: count }, (_, n) => ({
        ...row,
        id: newKeyId(),
        createdAt: new Date(row.createdAt.getTime() - 1_000 * (n + 1)),
        ...values,
      }));
    const living = copies(48, {});
    const ended = copies(103, { revokedAt: new Date() });
    await platform.db.database('api_keys').insert([...living, ...ended]);
    expect((await make()).status).toBe(201);
    const refused = await make();
    expect([refused.status, codeOf(refused)]).toEqual([429, 'quota-exceeded']);
    const kept = (await keys().whereNotNull('revokedAt').select('id')).map((one) => one.id);
    expect(kept.toSorted()).toEqual(
      ended
        .slice(0, 100)
        .map((one) => one.id)
        .toSorted(),
    );
    const working = await keys().whereNull('revokedAt').select('id');
    expect(working.map((one) => one.id)).toEqual(
      expect.arrayContaining([id, ...living.map((one) => one.id)]),
    );
  });
});

describe('a service key', () => {
  test('acts for a Discord user, whose account it creates at first use', async () => {
    const snowflake = newSnowflake();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.call(profile, { token: serviceKey.key, headers: actFor(snowflake) }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({
      username: null,
      role: 'user',
      identities: [{ provider: 'discord', subject: snowflake }],
    });
    const balance = await api.call('/api/v1/users/balance', {
      token: serviceKey.key,
      headers: actFor(snowflake),
    });
    expect(balance.body).toMatchObject({ available: 100, held: 0 });
    const task = await api.call('/api/v1/generate/text2img', {
      token: serviceKey.key,
      headers: actFor(snowflake),
      body: { prompt: 'a fox' },
    });
    const row = await Task.query(platform.db.database).findById(task.body.id);
    expect(row).toMatchObject({ userId: answers[0]?.body.id, apiKeyId: serviceKey.id });
  });

  test('is nobody by itself, and administers nothing', async () => {
    expect((await api.call(profile, { token: serviceKey.key })).status).toBe(403);
    expect((await api.call('/api/admin/users', { token: serviceKey.key })).status).toBe(403);
    const headers = actFor(newSnowflake());
    expect((await api.call('/api/admin/users', { token: serviceKey.key, headers })).status).toBe(403);
  });

  test('is the only credential that may act for somebody', async () => {
    const { accessToken } = await api.signUp();
    const key = (await api.call('/api/v1/users/api-keys', { token: accessToken, body: { name: 'k' } })).body
      .key;
    for (const token of [accessToken, key]) {
      const answer = await api.call(profile, { token, headers: actFor(newSnowflake()) });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    }
    expect((await api.call(profile, { headers: actFor(newSnowflake()) })).status).toBe(401);
    const odd = await api.call(profile, {
      token: serviceKey.key,
      headers: { 'star-graph-act-for': 'discord:1 OR 1' },
    });
    expect(odd.status).toBe(422);
  });

  test('keeps the policy of a Discord server, which nobody else may read', async () => {
    const path = `/api/v1/guilds/${newSnowflake()}/policy`;
    expect((await api.call(path, { token: serviceKey.key })).body).toEqual({ enabled: true });
    const policy = { enabled: true, dailyTasksPerMember: 5, workflows: ['upscale'] };
    for (const body of [{ enabled: false }, policy])
      expect((await api.call(path, { token: serviceKey.key, method: 'PUT', body })).body).toEqual(body);
    expect((await api.call(path, { token: serviceKey.key })).body).toEqual(policy);
    expect((await api.call(path, { token: (await api.signUp()).accessToken })).status).toBe(403);
  });
});

describe('a link code', () => {
  const codeFor = async (snowflake: string) =>
    (
      await api.call('/api/v1/users/link-codes', {
        token: serviceKey.key,
        headers: actFor(snowflake),
        body: '',
      })
    ).body.code;
  const use = (code: string, token?: string) =>
    api.call('/api/v1/auth/link', { body: { code }, ...(token === undefined ? {} : { token }) });

  test('signs another program in to the same account, once', async () => {
    const snowflake = newSnowflake();
    const code = await codeFor(snowflake);
    const answers = await Promise.all([use(code.toLowerCase().replaceAll('-', ' ')), use(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const signedIn = answers.find(({ status }) => status === 200)?.body;
    const seen = await api.call(profile, { token: signedIn.accessToken });
    expect(seen.body.identities).toEqual([{ provider: 'discord', subject: snowflake, displayName: null }]);
    expect((await use('AAAA-AAAA-AAAA')).status).toBe(401);
  });

  test('joins the Discord account to another: credits, tasks and identity become one', async () => {
    const snowflake = newSnowflake();
    const discord = await api.call(profile, { token: serviceKey.key, headers: actFor(snowflake) });
    const person = await api.signUp();
    const joined = await use(await codeFor(snowflake), person.accessToken);
    expect(joined.body.user.id).toBe(person.user.id);
    const asDiscord = await api.call(profile, { token: serviceKey.key, headers: actFor(snowflake) });
    expect(asDiscord.body.id).toBe(person.user.id);
    expect(asDiscord.body.id).not.toBe(discord.body.id);
    const balance = await api.call('/api/v1/users/balance', { token: person.accessToken });
    expect(balance.body).toMatchObject({ available: 200, held: 0 });
  });

  test('joins no account with unfinished tasks or a name, and stays valid', async () => {
    const snowflake = newSnowflake();
    const headers = actFor(snowflake);
    const body = { prompt: 'a fox' };
    const task = await api.call('/api/v1/generate/text2img', { token: serviceKey.key, headers, body });
    const code = await codeFor(snowflake);
    const person = await api.signUp();
    expect((await use(code, person.accessToken)).status).toBe(403);
    await api.call(`/api/v1/tasks/${task.body.id}`, { token: serviceKey.key, headers, method: 'DELETE' });
    expect((await use(code, person.accessToken)).status).toBe(200);
    const named = await api.call('/api/v1/users/link-codes', { token: person.accessToken, body: '' });
    const stranger = await api.signUp();
    expect((await use(named.body.code, stranger.accessToken)).status).toBe(403);
  });
});

describe('credits', () => {
  test('from sign-up and daily grants cannot be given away', async () => {
    const receiver = await api.signUp();
    for (let n = 0; n < 2; n++) {
      const { accessToken: token } = await api.signUp();
      await api.call('/api/v1/users/daily', { token, body: '' });
      const balance = await api.call('/api/v1/users/balance', { token });
      expect(balance.body).toMatchObject({ available: 120, giftable: 0, nextGiftable: { amount: 100 } });
      const body = { to: receiver.user.username, amount: 1, key: 'all' };
      const given = await api.call('/api/v1/users/transfers', { token, body });
      expect([given.status, codeOf(given)]).toEqual([403, 'credits-locked']);
      expect(given.body.detail).toMatch(/^You can give away 0 of your 120 credits now, and 100 more from 20/);
    }
    const balance = await api.call('/api/v1/users/balance', { token: receiver.accessToken });
    expect(balance.body.available).toBe(100);
  });

  test('granted free can be given away if the operator allows it', async () => {
    const lockless = { SIGN_UP_GRANT_LOCK_DAYS: '0', DAILY_GRANT_LOCK_DAYS: '0' };
    await using generous = await startTestApi(platform, lockless);
    const [giver, receiver] = [await generous.signUp(), await generous.signUp()];
    const body = { to: receiver.user.username, amount: 100, key: 'all' };
    const given = await generous.call('/api/v1/users/transfers', { token: giver.accessToken, body });
    expect(given.body).toEqual({ available: 0, held: 0, debt: 0, giftable: 0 });
  });

  test('of the day are given once', async () => {
    const { accessToken: token } = await api.signUp();
    const claim = () => api.call('/api/v1/users/daily', { token, body: '' });
    const answers = await Promise.all([claim(), claim(), claim()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429]);
    expect((await api.call('/api/v1/users/balance', { token })).body.available).toBe(120);
  });

  test('can be given to another person, once a key, within the balance', async () => {
    const [giver, receiver] = [await api.signUp(), await api.signUp()];
    await earn(giver.user.id, 100);
    const give = (amount: number, key: string, to = receiver.user.username) =>
      api.call('/api/v1/users/transfers', { token: giver.accessToken, body: { to, amount, key } });
    expect((await give(30, 'one')).body).toMatchObject({ available: 170, held: 0, giftable: 70 });
    expect((await give(30, 'one')).body).toMatchObject({ available: 170, held: 0, giftable: 70 });
    const beyondFree = await give(71, 'two');
    expect([beyondFree.status, codeOf(beyondFree)]).toEqual([403, 'credits-locked']);
    expect((await give(171, 'two')).status).toBe(402);
    expect((await give(-5, 'three')).status).toBe(422);
    expect((await give(1, 'four', giver.user.username)).status).toBe(422);
    expect((await give(1, 'five', 'nobody-here')).status).toBe(404);
    const balance = await api.call('/api/v1/users/balance', { token: receiver.accessToken });
    expect(balance.body.available).toBe(130);
    const statement = await api.call('/api/v1/users/history', { token: giver.accessToken });
    expect(statement.body.items[0]).toMatchObject({ kind: 'gift', amount: -30 });
  });
});
