import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { Task } from '@star-graph/core/ground/db/models/task';
import { User } from '@star-graph/core/ground/db/models/user';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { type Call, codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const env = { SIGN_UP_GRANT: '1000', SIGN_UP_GRANT_LOCK_DAYS: '3' };
const api = apiFixture(platform, env, { clock: createClockFromNoon() });
let serviceKey: string;
let admin: string;
/** Of the task that these tests ask for. */
let price: number;
let guild: string;
let role: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
  serviceKey = (await addServiceKey(api)).key;
  price = (await generate(newSnowflake(), undefined, '/quote')).body.cost;
});
beforeEach(async () => {
  [guild, role] = [newSnowflake(), newSnowflake()];
  await asBot(`guilds/${guild}/policy`, {
    method: 'PATCH',
    body: { roleId: role, set: { sharedCreditsPerDay: 2 * price } },
  });
});

const asBot = (path: string, call: Call = {}, person?: string, place?: string) =>
  api.call(`/api/v1/${path}`, {
    ...call,
    token: serviceKey,
    headers: {
      ...(person === undefined ? {} : actFor(person)),
      ...(place === undefined ? {} : { 'star-graph-place': place }),
    },
  });
const withRole = () => `discord:${guild};role=${role}`;
const generate = (person: string, place: string | undefined, quote = '') =>
  asBot(`generate/text2img${quote}`, { body: { prompt: 'a fox', steps: 20 } }, person, place);
const own = async (person: string) => (await asBot('users/balance', {}, person)).body;
const shared = async (person?: string, place?: string) =>
  (await asBot(`guilds/${guild}/credits`, {}, person, place)).body;
const change = (body: object, token = admin) =>
  api.call(`/api/admin/guilds/${guild}/credits`, { token, body });
const fill = async (amount: number) =>
  expect((await change({ amount, reason: 'contest', key: newSnowflake() })).status).toBe(200);

describe("a server's shared credits", () => {
  test('pay for a member with the role', async () => {
    const person = newSnowflake();
    await fill(10 * price);
    const share = { perDay: 2 * price, left: 2 * price };
    const quote = await generate(person, withRole(), '/quote');
    expect(quote.body.sharedCredits).toEqual({ ...share, available: 10 * price, pays: true });
    const { body: task } = await generate(person, withRole());
    expect(task).toMatchObject({ cost: price, payer: { guildId: guild } });
    expect(await own(person)).toMatchObject({ available: 1_000, held: 0 });
    const member = { perDay: 2 * price, left: price };
    expect(await shared(person, withRole())).toEqual({ available: 9 * price, held: price, member });
    const elsewhere = await asBot(`guilds/${newSnowflake()}/credits`, {}, person, withRole());
    expect(elsewhere.body).toEqual({ available: 0, held: 0 });
    const { body: statement } = await asBot(`guilds/${guild}/credits/history`);
    expect(statement.items).toMatchObject([
      { kind: 'hold', amount: -price, taskId: task.id, memberId: person },
      { kind: 'grant', amount: 10 * price, reason: 'contest' },
    ]);
    expect(statement.items[1].memberId).toBeUndefined();
    const cancelled = await asBot(`tasks/${task.id}`, { method: 'DELETE' }, person);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', charged: 0, payer: { guildId: guild } });
    expect(await shared(person, withRole())).toMatchObject({ available: 10 * price, held: 0, member: share });
    expect(await own(person)).toMatchObject({ available: 1_000, held: 0 });
  });

  test('are used up to the greatest allowance, and then the person pays', async () => {
    const person = newSnowflake();
    await fill(100 * price);
    const everybody = { set: { sharedCreditsPerDay: 1 } };
    await asBot(`guilds/${guild}/policy`, { method: 'PATCH', body: everybody });
    const lesser = newSnowflake();
    const roleRule = { roleId: lesser, set: { sharedCreditsPerDay: price } };
    await asBot(`guilds/${guild}/policy`, { method: 'PATCH', body: roleRule });
    expect((await shared(person, `discord:${guild}`)).member).toEqual({ perDay: 1, left: 1 });
    const place = `discord:${guild};role=${role},${lesser}`;
    const tasks = await Promise.all([1, 2, 3, 4].map(() => generate(person, place)));
    expect(tasks.filter(({ body }) => body.payer !== undefined)).toHaveLength(2);
    expect(await own(person)).toMatchObject({ available: 1_000 - 2 * price, held: 2 * price });
    const quote = await generate(person, place, '/quote');
    expect(quote.body.sharedCredits).toMatchObject({ perDay: 2 * price, left: 0, pays: false });
  });

  test.each([
    ['in another server', () => `discord:${newSnowflake()};role=${role}`],
    ['in a private message', () => undefined],
    ['without the role', () => `discord:${guild}`],
  ])('do not pay %s', async (_where, placeOf) => {
    const person = newSnowflake();
    await fill(10 * price);
    const place = placeOf();
    expect((await generate(person, place, '/quote')).body.sharedCredits).toBeUndefined();
    expect((await generate(person, place)).body.payer).toBeUndefined();
    expect(await shared(person, place)).toEqual({ available: 10 * price, held: 0 });
    expect(await own(person)).toMatchObject({ available: 1_000 - price, held: price });
  });

  test('do not pay for non-delegates, blocked members or a disabled bot', async () => {
    const person = newSnowflake();
    await fill(10 * price);
    const { accessToken: token } = await api.signUp();
    const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } })).body;
    for (const credential of [token, key, admin]) {
      const headers = { 'star-graph-place': withRole() };
      const body = { prompt: 'a fox', steps: 20 };
      const answer = await api.call('/api/v1/generate/text2img', { token: credential, headers, body });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    }
    const block = { [person]: { reason: 'spam' } };
    await asBot(`guilds/${guild}/policy`, { method: 'PATCH', body: { block } });
    expect((await generate(person, withRole())).status).toBe(403);
    expect((await shared(person, withRole())).member).toBeUndefined();
    await asBot(`guilds/${guild}/policy`, { method: 'PATCH', body: { set: { enabled: false } } });
    const other = newSnowflake();
    expect((await generate(other, withRole())).body.payer).toBeUndefined();
    expect(await shared()).toEqual({ available: 10 * price, held: 0 });
    expect(await Task.query(platform.db.database).where({ payerGuildId: guild })).toEqual([]);
  });

  test('are given by people, once per key, and never from free credits', async () => {
    const person = newSnowflake();
    const { id } = (await asBot('users/profile', {}, person)).body;
    const give = (amount: number, key: string) =>
      asBot(`guilds/${guild}/credits`, { body: { amount, key } }, person);
    const locked = await give(1, 'free');
    expect([locked.status, codeOf(locked)]).toEqual([403, 'credits-locked']);
    const grant = { amount: 50, reason: 'prize', key: newSnowflake() };
    await api.call(`/api/admin/users/${id}/credits`, { token: admin, body: grant });
    for (let time = 0; time < 2; time++)
      expect((await give(50, 'present')).body).toMatchObject({
        giver: { available: 1_000, giftable: 0 },
        guild: { available: 50, held: 0 },
      });
    const nobody = await asBot(`guilds/${guild}/credits`, { body: { amount: 1, key: 'nobody' } });
    expect([nobody.status, codeOf(nobody)]).toEqual([403, 'forbidden']);
    for (const token of [admin, (await api.signUp()).accessToken]) {
      const body = { amount: 1, key: 'browser' };
      expect((await api.call(`/api/v1/guilds/${guild}/credits`, { token, body })).status).toBe(403);
      expect((await api.call(`/api/v1/guilds/${guild}/credits`, { token })).status).toBe(403);
      expect((await api.call(`/api/v1/guilds/${guild}/credits/history`, { token })).status).toBe(403);
    }
    const { items } = (await asBot(`guilds/${guild}/credits/history`)).body;
    expect(items).toMatchObject([{ kind: 'gift', amount: 50, memberId: person }]);
  });

  test('are granted only by the platform’s administrators, who are recorded', async () => {
    const person = newSnowflake();
    const { id } = (await asBot('users/profile', {}, person)).body;
    const body = { amount: 20, reason: 'contest', key: newSnowflake() };
    const asPerson = () =>
      api.call(`/api/admin/guilds/${guild}/credits`, {
        token: serviceKey,
        body,
        headers: actFor(person),
      });
    expect((await asPerson()).status).toBe(403);
    expect((await change(body, serviceKey)).status).toBe(403);
    expect(await shared()).toEqual({ available: 0, held: 0 });
    await User.query(platform.db.database).findById(id).patch({ role: 'admin' });
    await platform.redis.empty();
    for (let time = 0; time < 2; time++) expect((await asPerson()).body).toEqual({ available: 20, held: 0 });
    const { items } = (await asBot(`guilds/${guild}/credits/history`)).body;
    expect(items).toEqual([expect.not.objectContaining({ memberId: person })]);
    const tooMuch = await change({ amount: -21, reason: 'mistake', key: newSnowflake() });
    expect([tooMuch.status, codeOf(tooMuch)]).toEqual([402, 'insufficient-credits']);
    const acts = await AuditRecord.query(platform.db.database).where({
      target: `guild:${guild}`,
      actorId: id,
    });
    expect(acts).toMatchObject([{ action: 'guild.credits', data: { amount: 20, reason: 'contest' } }]);
  });

  test('have allowances for roles and for everybody, and none for a channel', async () => {
    const policy = `guilds/${guild}/policy`;
    const set = { sharedCreditsPerDay: 5 };
    const refused = await asBot(policy, { method: 'PATCH', body: { channelId: newSnowflake(), set } });
    expect([refused.status, codeOf(refused)]).toEqual([422, 'invalid-params']);
    expect((await asBot(policy, { method: 'PATCH', body: { set } })).body).toEqual({
      enabled: true,
      sharedCreditsPerDay: 5,
      roles: { [role]: { sharedCreditsPerDay: 2 * price } },
    });
  });
});
