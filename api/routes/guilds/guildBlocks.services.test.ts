import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { guildFixture } from '../../testing/servers/guildServer.ts';

// Members have days, and blocks an end.
const clock = createClockFromNoon();
const { api, serviceKey, change, readPolicy, actsOn, profileOf } = guildFixture(clock);

describe('a blocked member', () => {
  const generate = (person: string, guild: string | undefined, quote = '') =>
    api.call(`/api/v1/generate/text2img${quote}`, {
      token: serviceKey.key,
      body: { prompt: 'a fox', steps: 20 },
      headers: {
        ...actFor(person),
        ...(guild === undefined ? {} : { 'star-graph-place': `discord:${guild}` }),
      },
    });
  const later = () => new Date(clock.now().getTime() + 3_600_000).toISOString();

  test('can generate nothing in that server alone, and pays nothing', async () => {
    const [guild, moderator, member, other] = [
      newSnowflake(),
      newSnowflake(),
      newSnowflake(),
      newSnowflake(),
    ];
    await change(guild, moderator, { set: { maxSteps: 30 } });
    const until = later();
    const block = { [member]: { reason: 'spam', by: moderator, until } };
    const blocked = await change(guild, moderator, { block });
    expect(blocked.body).toEqual({ enabled: true, maxSteps: 30, blocks: block });
    for (const refused of [await generate(member, guild), await generate(member, guild, '/quote')]) {
      expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
      expect(refused.body.detail).toContain(`blocked you from using this, until ${until}`);
    }
    const { body: balance } = await api.call('/api/v1/users/balance', {
      token: serviceKey.key,
      headers: actFor(member),
    });
    expect(balance).toMatchObject({ available: 1000, held: 0 });
    for (const [person, place] of [
      [member, newSnowflake()],
      [member, undefined],
      [other, guild],
    ] as const)
      expect((await generate(person, place)).status).toBe(202);
    const lifted = await change(guild, moderator, { unblock: [member] });
    expect(lifted.body).toEqual({ enabled: true, maxSteps: 30 });
    expect((await generate(member, guild)).status).toBe(202);
    const acts = await actsOn(guild);
    const { id } = await profileOf(moderator);
    expect(acts.slice(1).map(({ actorId, data }) => [actorId, data])).toEqual([
      [id, { block, serviceKey: serviceKey.id, before: { blocks: null }, after: { blocks: block } }],
      [
        id,
        { unblock: [member], serviceKey: serviceKey.id, before: { blocks: block }, after: { blocks: null } },
      ],
    ]);
  });

  test('gets requests accepted before the block under their key, and nothing new', async () => {
    const [guild, moderator, member] = [newSnowflake(), newSnowflake(), newSnowflake()];
    const ask = (key: string) =>
      api.call('/api/v1/generate/text2img', {
        token: serviceKey.key,
        body: { prompt: 'a fox', steps: 20 },
        headers: { ...actFor(member), 'star-graph-place': `discord:${guild}`, 'idempotency-key': key },
      });
    const first = await ask('before');
    await change(guild, moderator, { block: { [member]: { reason: 'spam' } } });
    const again = await ask('before');
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    const fresh = await ask('after');
    expect([fresh.status, codeOf(fresh)]).toEqual([403, 'forbidden']);
    const headers = actFor(member);
    const { body } = await api.call('/api/v1/tasks', { token: serviceKey.key, headers });
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([first.body.id]);
  });

  test('returns when the block ends', async () => {
    const [guild, moderator, member, other] = [
      newSnowflake(),
      newSnowflake(),
      newSnowflake(),
      newSnowflake(),
    ];
    const ended = { reason: 'spam', until: new Date(clock.now().getTime() - 1).toISOString() };
    const whole = { blocks: { [member]: ended } };
    expect((await change(guild, moderator, whole, 'PUT')).status).toBe(200);
    expect((await generate(member, guild)).status).toBe(202);
    await change(guild, moderator, { block: { [other]: { reason: 'spam' } } });
    expect((await readPolicy(guild)).blocks).toEqual({ [other]: { reason: 'spam' } });
    const refused = await generate(other, guild);
    expect(refused.body.detail).toContain('until they lift it');
  });

  test('is one of many simultaneous blocks, and none is lost', async () => {
    const [guild, moderator] = [newSnowflake(), newSnowflake()];
    const members = Array.from({ length: 10 }, newSnowflake);
    await Promise.all(
      members.map((member) => change(guild, moderator, { block: { [member]: { reason: 'raid' } } })),
    );
    expect(Object.keys((await readPolicy(guild)).blocks).toSorted()).toEqual(members.toSorted());
  });

  test.each([
    ['without a reason', () => ({ block: { [newSnowflake()]: {} } })],
    ['with an empty reason', () => ({ block: { [newSnowflake()]: { reason: ' ' } } })],
    [
      'until a time gone by',
      () => ({ block: { [newSnowflake()]: { reason: 'x', until: '2020-01-01T00:00:00Z' } } }),
    ],
    ['of nobody', () => ({ block: { me: { reason: 'x' } } })],
    ['in one channel', () => ({ channelId: newSnowflake(), block: { [newSnowflake()]: { reason: 'x' } } })],
  ])('cannot be blocked %s', async (_what, createBody) => {
    const [guild, moderator] = [newSnowflake(), newSnowflake()];
    const answer = await change(guild, moderator, createBody());
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    expect(await readPolicy(guild)).toEqual({ enabled: true });
    expect(await actsOn(guild)).toEqual([]);
  });
});

describe("a server's limit of tasks a day", () => {
  test('lets no more through than its limit, even simultaneously, per server', async () => {
    const [guild, manager, person] = [newSnowflake(), newSnowflake(), newSnowflake()];
    await change(guild, manager, { set: { dailyTasksPerMember: 2 } });
    await profileOf(person);
    const generate = (place: string | undefined, quote = '') =>
      api.call(`/api/v1/generate/text2img${quote}`, {
        token: serviceKey.key,
        body: { prompt: 'a fox', steps: 20 },
        headers: { ...actFor(person), ...(place === undefined ? {} : { 'star-graph-place': place }) },
      });
    const here = `discord:${guild}`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => generate(here)));
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.map((one) => [one.status, codeOf(one)])).toEqual(Array(3).fill([429, 'daily-limit']));
    expect(refused[0]?.body.detail).toContain('your 2 tasks of today');
    const seconds = Number(refused[0]?.headers.get('retry-after'));
    expect(seconds > 0 && seconds <= 86_400).toBe(true);
    // Quotes are not limited.
    expect((await generate(here, '/quote')).status).toBe(200);
    for (const elsewhere of [undefined, `discord:${newSnowflake()}`])
      expect((await generate(elsewhere)).status).toBe(202);
  });
});
