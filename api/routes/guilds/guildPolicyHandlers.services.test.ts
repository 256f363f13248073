import { AuditRecord, GuildPolicyRecord } from '@star-graph/core/ground/db/models/operation';
import { User } from '@star-graph/core/ground/db/models/user';
import { describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { guildFixture, policyPath } from '../../testing/servers/guildServer.ts';

const { platform, api, serviceKey, change, readPolicy, actsOn, profileOf } = guildFixture();

/** A Discord user whose account is an administrator's. */
async function createOperator(): Promise<string> {
  const operator = newSnowflake();
  const { id } = await profileOf(operator);
  const body = { role: 'admin' };
  const token = await api.signInAsAdmin();
  expect((await api.call(`/api/admin/users/${id}`, { token, method: 'PATCH', body })).status).toBe(200);
  return operator;
}

describe("a change of a server's policy", () => {
  test('changes only the named values, and is audited with its author', async () => {
    const [guild, channel, role, manager] = [newSnowflake(), newSnowflake(), newSnowflake(), newSnowflake()];
    await change(guild, manager, { set: { maxSteps: 20, private: true }, add: { models: ['a', 'b'] } });
    await change(guild, manager, { channelId: channel, set: { maxSteps: 30 } });
    await change(guild, manager, { roleId: role, add: { commands: ['imagine'] } });
    const last = { unset: ['private'], remove: { models: ['a'] }, add: { models: ['b', 'c'] } };
    const answer = await change(guild, manager, last);
    const expected = {
      enabled: true,
      maxSteps: 20,
      models: ['b', 'c'],
      channels: { [channel]: { maxSteps: 30 } },
      roles: { [role]: { commands: ['imagine'] } },
    };
    expect([answer.status, answer.body]).toEqual([200, expected]);
    expect(await readPolicy(guild)).toEqual(expected);
    const acts = await actsOn(guild);
    expect(new Set(acts.map(({ actorId }) => actorId))).toEqual(new Set([(await profileOf(manager)).id]));
    expect(acts.map(({ data }) => data).at(-1)).toEqual({
      ...last,
      serviceKey: serviceKey.id,
      before: { private: true, models: ['a', 'b'] },
      after: { private: null, models: ['b', 'c'] },
    });
    expect(acts).toHaveLength(4);
  });

  test('removes a place with its last rule; an emptied list allows nothing', async () => {
    const [guild, channel, manager] = [newSnowflake(), newSnowflake(), newSnowflake()];
    await change(guild, manager, { channelId: channel, set: { spoiler: true } });
    await change(guild, manager, { add: { workflows: ['upscale'] } });
    await change(guild, manager, { channelId: channel, unset: ['spoiler'] });
    await change(guild, manager, { remove: { workflows: ['upscale'] } });
    expect(await readPolicy(guild)).toEqual({ enabled: true, workflows: [], channels: {} });
  });

  test('twenty at once are all made', async () => {
    const [guild, manager] = [newSnowflake(), newSnowflake()];
    const words = Array.from({ length: 20 }, (_, index) => `word${index}`);
    const answers = await Promise.all(
      words.map((word) => change(guild, manager, { add: { blockedWords: [word] } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await readPolicy(guild)).blockedWords.toSorted()).toEqual(words.toSorted());
    const record = await GuildPolicyRecord.query(platform.db.database).findById(guild);
    expect(record?.revision).toBe(20);
  });

  test.each([
    ['a pattern that could run away', { add: { blockedPatterns: ['(a)\\1'] } }],
    ['a pattern that is none', { set: { blockedPatterns: ['('] } }],
    ['a channel and a role at once', { channelId: '1'.repeat(18), roleId: '2'.repeat(18), set: {} }],
    ["a server's rule for a channel", { channelId: '1'.repeat(18), set: { dailyTasksPerMember: 1 } }],
    ['a percentage with a fraction', { set: { pricePercent: 150.5 } }],
    ['a price of nothing', { set: { pricePercent: 0 } }],
    ['a star inside a word', { add: { blockedWords: ['a*b'] } }],
    ['an unknown list', { add: { words: ['a'] } }],
    ['a list that would be too long', { add: { blockedPatterns: Array.from('abcdefghijklmnopqrstu') } }],
  ])('with %s is refused, and changes and records nothing', async (_what, body) => {
    const [guild, manager] = [newSnowflake(), newSnowflake()];
    await change(guild, manager, { set: { maxSteps: 9 } });
    const answer = await change(guild, manager, body);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    expect(await readPolicy(guild)).toEqual({ enabled: true, maxSteps: 9 });
    expect(await actsOn(guild)).toHaveLength(1);
  });

  test('with too many patterns for a server is refused, wherever they are', async () => {
    const [guild, manager] = [newSnowflake(), newSnowflake()];
    const patterns = Array.from({ length: 20 }, (_, index) => `pattern${index}`);
    const some = Object.fromEntries(
      Array.from({ length: 10 }, () => [newSnowflake(), { blockedPatterns: patterns }]),
    );
    expect((await change(guild, manager, { roles: some }, 'PUT')).status).toBe(200);
    const more = { channelId: newSnowflake(), add: { blockedPatterns: ['one more'] } };
    expect((await change(guild, manager, more)).status).toBe(422);
    expect(await readPolicy(guild)).toEqual({ enabled: true, roles: some });
  });

  test('is for service keys alone, and audited', async () => {
    const guild = newSnowflake();
    const { accessToken } = await api.signUp();
    const body = { set: { maxSteps: 1 } };
    for (const token of [accessToken, await api.signInAsAdmin()])
      expect((await api.call(policyPath(guild), { token, method: 'PATCH', body })).status).toBe(403);
    expect(await GuildPolicyRecord.query(platform.db.database).findById(guild)).toBeUndefined();
    await api.call(policyPath(guild), { token: serviceKey.key, method: 'PUT', body: { maxCount: 2 } });
    expect(await actsOn(guild)).toMatchObject([{ actorId: null, data: { serviceKey: serviceKey.id } }]);
  });
});

describe('the price at a place', () => {
  const generate = (person: string, place: string, quote = '', token = serviceKey.key) =>
    api.call(`/api/v1/generate/text2img${quote}`, {
      token,
      body: { prompt: 'a fox', steps: 20 },
      headers: { ...(token === serviceKey.key ? actFor(person) : {}), 'star-graph-place': place },
    });

  test('follows role, then channel, then server; quote, hold and task agree', async () => {
    const [guild, channel, role, manager] = [newSnowflake(), newSnowflake(), newSnowflake(), newSnowflake()];
    const elsewhere = newSnowflake();
    await change(guild, manager, { set: { pricePercent: 150 } });
    await change(guild, manager, { channelId: channel, set: { pricePercent: 250 } });
    await change(guild, manager, { roleId: role, set: { pricePercent: 100 } });
    const base = (await generate(manager, `discord:${newSnowflake()}`, '/quote')).body.cost;
    expect(base).toBeGreaterThan(0);
    for (const [place, percent] of [
      [`discord:${guild}`, 150],
      [`discord:${guild};channel=${elsewhere}`, 150],
      [`discord:${guild};channel=${elsewhere},${channel}`, 250],
      [`discord:${guild};channel=${channel};role=${elsewhere},${role}`, 100],
    ] as const) {
      const person = newSnowflake();
      const quoted = await generate(person, place, '/quote');
      const accepted = await generate(person, place);
      expect([quoted.status, accepted.status]).toEqual([200, 202]);
      const cost = Math.ceil((base * percent) / 100);
      expect([quoted.body.cost, accepted.body.cost]).toEqual([cost, cost]);
      const balance = await api.call('/api/v1/users/balance', {
        token: serviceKey.key,
        headers: actFor(person),
      });
      expect(balance.body).toMatchObject({ available: 1000 - cost, held: cost });
    }
  });

  test('below the usual one needs a platform administrator, and survives managers’ changes', async () => {
    const [guild, manager] = [newSnowflake(), newSnowflake()];
    const cheap = { set: { pricePercent: 50 } };
    const whole = { enabled: true, roles: { [newSnowflake()]: { pricePercent: 99 } } };
    for (const [body, method] of [
      [cheap, 'PATCH'],
      [whole, 'PUT'],
    ] as const) {
      const refused = await change(guild, manager, body, method);
      expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
    }
    expect(await GuildPolicyRecord.query(platform.db.database).findById(guild)).toBeUndefined();
    expect(await actsOn(guild)).toEqual([]);
    expect((await change(guild, await createOperator(), cheap)).status).toBe(200);
    expect((await change(guild, manager, { set: { maxSteps: 20 } })).body.pricePercent).toBe(50);
    expect((await change(guild, manager, { set: { pricePercent: 49 } })).status).toBe(403);
    expect((await change(guild, manager, { set: { pricePercent: 60 } })).status).toBe(200);
  });

  test('is never set by the service key itself, neither lower nor higher', async () => {
    const [guild, manager] = [newSnowflake(), newSnowflake()];
    await change(guild, manager, { set: { pricePercent: 150, maxSteps: 30 } });
    const bySelf = (body: object, method = 'PATCH') =>
      api.call(`/api/v1/guilds/${guild}/policy`, { method, token: serviceKey.key, body });
    for (const one of [
      bySelf({ set: { pricePercent: 50 } }),
      bySelf({ set: { pricePercent: 200 } }),
      bySelf({ unset: ['pricePercent'] }),
      bySelf({ roleId: newSnowflake(), set: { pricePercent: 1 } }),
      bySelf({ enabled: true }, 'PUT'),
    ])
      expect([(await one).status, codeOf(await one)]).toEqual([403, 'forbidden']);
    const other = await bySelf({ set: { maxSteps: 20 } });
    expect(other.body).toMatchObject({ pricePercent: 150, maxSteps: 20 });
  });

  test.each(['discord:1', 'discord:123456789012345678;role=x', '123456789012345678'])(
    'at %j is no price, and nothing is accepted',
    async (place) => {
      const person = newSnowflake();
      const answer = await generate(person, place);
      expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
      expect((await profileOf(person)).id).toBeTypeOf('string');
    },
  );

  test('is named by service keys alone', async () => {
    const { accessToken } = await api.signUp();
    const answer = await generate('', `discord:${newSnowflake()}`, '', accessToken);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
  });
});

describe('an administrator in Discord', () => {
  const asOperator = (operator: string, path: string, body?: unknown, method?: string) =>
    api.call(`/api/admin/${path}`, {
      token: serviceKey.key,
      headers: actFor(operator),
      ...(body === undefined ? {} : { body }),
      ...(method === undefined ? {} : { method }),
    });

  test('finds, blocks, unblocks and grants credits through a service key, all audited', async () => {
    const [operator, person] = [await createOperator(), newSnowflake()];
    const { id } = await profileOf(person);
    const found = await asOperator(operator, `users?identity=discord:${person}`);
    expect(found.body.items.map((one: { id: string }) => one.id)).toEqual([id]);
    expect((await asOperator(operator, `users?identity=discord:${newSnowflake()}`)).body.items).toEqual([]);
    const grant = { amount: 5, reason: 'contest', key: 'discord:1' };
    for (let time = 0; time < 2; time++)
      expect((await asOperator(operator, `users/${id}/credits`, grant)).body.available).toBe(1005);
    const block = { disabled: true, reason: 'spam' };
    expect((await asOperator(operator, `users/${id}`, block, 'PATCH')).status).toBe(200);
    const headers = actFor(person);
    expect((await api.call('/api/v1/users/balance', { token: serviceKey.key, headers })).status).toBe(403);
    await asOperator(operator, `users/${id}`, { disabled: false }, 'PATCH');
    expect((await api.call('/api/v1/users/balance', { token: serviceKey.key, headers })).status).toBe(200);
    const acts = await AuditRecord.query(platform.db.database)
      .where({ target: `user:${id}` })
      .orderBy('id');
    expect(acts.map(({ action, data }) => [action, data.reason])).toEqual([
      ['user.credits', 'contest'],
      ['user.change', 'spam'],
      ['user.change', undefined],
    ]);
    expect(new Set(acts.map(({ actorId }) => actorId))).toEqual(new Set([(await profileOf(operator)).id]));
  });

  test('makes no administrator, locks none out, and reaches nothing else', async () => {
    const [operator, other] = [await createOperator(), await createOperator()];
    const ordinary = await profileOf(newSnowflake());
    const { id: otherId } = await profileOf(other);
    for (const [id, body] of [
      [ordinary.id, { role: 'admin' }],
      [otherId, { disabled: true }],
    ]) {
      const answer = await asOperator(operator, `users/${id}`, body, 'PATCH');
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    }
    for (const path of ['backends', 'service-keys', 'audit', 'settings', `users/${otherId}`, 'tasks'])
      expect((await asOperator(operator, path)).status).toBe(403);
    expect((await asOperator(operator, 'service-keys', { name: 'mine' })).status).toBe(403);
    const rows = await User.query(platform.db.database).findByIds([ordinary.id, otherId]);
    expect(rows.map(({ role, disabledAt }) => [role, disabledAt]).toSorted()).toEqual([
      ['admin', null],
      ['user', null],
    ]);
  });

  test('is nobody whose account is none, whatever the key', async () => {
    const person = newSnowflake();
    const { id } = await profileOf(newSnowflake());
    for (const [path, body, method] of [
      [`users/${id}`, { disabled: true }, 'PATCH'],
      [`users/${id}/credits`, { amount: 5, reason: 'x', key: 'x' }, 'POST'],
      ['announcements', { message: { en: 'a', 'zh-CN': '一' } }, 'POST'],
    ] as const)
      expect((await asOperator(person, path, body, method)).status).toBe(403);
  });
});
