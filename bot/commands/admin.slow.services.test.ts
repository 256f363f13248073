import { Announcement, AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { User } from '@star-graph/core/ground/db/models/user';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { eventually, held, released } from '../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../testing/botWorld.ts';
import type { Person } from '../testing/discord/payloads.ts';
import type { StoredChannel } from '../testing/discord/state.ts';
import { answered, offering, repliedPrivately, titled } from '../testing/reading.ts';

let world: BotWorld;
beforeAll(async () => {
  world = await createBotWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.setPolicy({}));

const accountOf = async (person: Person): Promise<string> => (await world.clientOf(person).getProfile()).id;
/** A Discord user whose account is an administrator's. */
async function createOperator(): Promise<Person> {
  const operator = world.newPerson();
  const { api, adminToken: token } = world.platform;
  const path = `/api/admin/users/${await accountOf(operator)}`;
  expect((await api.call(path, { token, method: 'PATCH', body: { role: 'admin' } })).status).toBe(200);
  return operator;
}
type Options = Parameters<BotWorld['discord']['slash']>[3];
const admin = (operator: Person, words: string, options: Options, channel = world.discord.addChannel()) =>
  world.discord.slash(operator, channel, `admin ${words}`, options);
const actsOn = async (person: Person) => {
  const target = `user:${await User.query(world.platform.database)
    .join('identities', 'identities.userId', 'users.id')
    .where({ 'identities.subject': person.id })
    .first()
    .then((user) => user?.id)}`;
  return AuditRecord.query(world.platform.database).where({ target }).orderBy('id');
};

test('a block ends running work and lasts until lifted', async () => {
  const [operator, ann] = [await createOperator(), world.newPerson()];
  const channel = world.discord.addChannel();
  await world.platform.backend.control(held);
  const picture = { prompt: 'a fox', size: '256x256', steps: 1 };
  const running = world.discord.slash(ann, channel, 'imagine', picture);
  await offering(running, 'cancel');
  const told = await answered(
    admin(operator, 'block', { user: { userId: ann.id }, reason: 'spam' }),
    'is now blocked',
  );
  expect([told.ephemeral, told.content]).toEqual([true, expect.stringContaining(`<@${ann.id}>`)]);
  await titled(running, 'Cancelled');
  await world.platform.backend.control(released);
  const balance = () => world.discord.slash(ann, world.discord.addChannel(), 'balance');
  expect(await repliedPrivately(world.discord, balance())).toContain('You are blocked on Star-Graph');
  const unblock = { user: { userId: ann.id } };
  await answered(admin(operator, 'unblock', unblock), 'no longer blocked');
  await answered(balance(), 'You have 1000 credits');
  const acts = await actsOn(ann);
  const serviceKey = expect.stringMatching(/^[a-z0-9]{8}$/);
  const [free, blocked] = [false, true].map((disabled) => ({ disabled, role: 'user' }));
  expect(acts.map(({ data }) => data)).toEqual([
    { before: free, after: blocked, reason: 'spam', serviceKey },
    { before: blocked, after: free, serviceKey },
  ]);
  expect(new Set(acts.map(({ actorId }) => actorId))).toEqual(new Set([await accountOf(operator)]));
});

test('an unknown person can be blocked and cannot sign up then', async () => {
  const [operator, ann] = [await createOperator(), world.newPerson()];
  await answered(admin(operator, 'block', { user: { userId: ann.id }, reason: 'known' }), 'is now blocked');
  const daily = world.discord.slash(ann, world.discord.addChannel(), 'daily');
  expect(await repliedPrivately(world.discord, daily)).toContain('You are blocked on Star-Graph');
});

test('a grant is paid once despite lost answers, and can be revoked', async () => {
  const [operator, ann] = [await createOperator(), world.newPerson()];
  const grant = (amount: number) =>
    admin(operator, 'grant', { user: { userId: ann.id }, amount, reason: 'contest' });
  world.gate.strike(/POST \/api\/admin\/users\/[^/]+\/credits/, 'lose', 2);
  await answered(grant(50), '1050 credits');
  expect(await world.clientOf(ann).getBalance()).toMatchObject({ available: 1050, held: 0 });
  await answered(grant(-50), '1000 credits');
  expect(await repliedPrivately(world.discord, grant(-1001))).toContain('not have enough credits');
  const acts = await actsOn(ann);
  expect(acts.map(({ data }) => [data.amount, data.reason])).toEqual([
    [50, 'contest'],
    [-50, 'contest'],
  ]);
});

test('only platform administrators act, with any role in Discord', async () => {
  const owner = { ...world.newPerson(), permissions: '8' };
  const ann = world.newPerson();
  await accountOf(ann);
  for (const [words, options] of [
    ['block', { user: { userId: ann.id }, reason: 'x' }],
    ['unblock', { user: { userId: ann.id } }],
    ['grant', { user: { userId: owner.id }, amount: 1_000, reason: 'x' }],
    ['announce', { english: 'hello', chinese: '你好' }],
    ['words', { action: 'list' }],
    ['words', { action: 'add', word: 'fox' }],
  ] as const)
    expect(await repliedPrivately(world.discord, admin(owner, words, options))).toContain(
      'You are not allowed',
    );
  expect(await world.clientOf(owner).getBalance()).toMatchObject({ available: 1000, held: 0 });
  expect(await actsOn(ann)).toEqual([]);
  expect(await Announcement.query(world.platform.database)).toEqual([]);
});

test('an administrator locks no other out from Discord', async () => {
  const [operator, other] = [await createOperator(), await createOperator()];
  const act = admin(operator, 'block', { user: { userId: other.id }, reason: 'coup' });
  expect(await repliedPrivately(world.discord, act)).toContain('You are not allowed');
  expect(await accountOf(other)).toBeTypeOf('string');
});

test('only administrators add, list and remove word rules, privately and for everywhere', async () => {
  const [operator, ann] = [await createOperator(), world.newPerson()];
  const fox = { prompt: 'a fox', size: '256x256', steps: 1 };
  world.gate.strike(/PATCH \/api\/admin\/word-rules/, 'lose');
  const saved = await answered(
    admin(operator, 'words', { action: 'add', word: 'fox*', pattern: 'gr[ae]y' }),
    'Saved.',
  );
  expect([saved.ephemeral, saved.embeds[0]?.description]).toEqual([
    true,
    '**Words:** fox\\*\n**Regular expressions:** gr\\[ae\\]y',
  ]);
  const refused = world.discord.slash(ann, world.discord.addChannel(), 'imagine', fox);
  expect(await repliedPrivately(world.discord, refused)).toBe(en.refused.platformWords);
  const find = async (person: Person) => {
    const act = world.discord.autocomplete(person, world.discord.addChannel(), 'admin words', 'word', 'fo', {
      action: 'remove',
    });
    await eventually(() => expect(act.interaction.callback?.type).toBe(8));
    return act.interaction.callback?.data.choices;
  };
  expect(await find(operator)).toMatchObject([{ name: 'fox*', value: 'fox*' }]);
  expect(await find(ann)).toEqual([]);
  for (const [options, sentence] of [
    [{ action: 'add' }, en.adminWords.nothing],
    [{ action: 'add', pattern: '(a)\\1' }, en.adminWords.bad],
  ] as const)
    expect(await repliedPrivately(world.discord, admin(operator, 'words', options))).toBe(sentence);
  await answered(admin(operator, 'words', { action: 'remove', word: 'fox*', pattern: 'gr[ae]y' }), 'Saved.');
  const listed = await titled(admin(operator, 'words', { action: 'list' }), en.adminWords.title);
  expect([listed.ephemeral, listed.embeds[0]?.description]).toEqual([true, en.adminWords.none]);
  const acts = await AuditRecord.query(world.platform.database).where({ target: 'settings:words' });
  expect(new Set(acts.map(({ actorId }) => actorId))).toEqual(new Set([await accountOf(operator)]));
  expect(acts.every(({ data }) => typeof data.serviceKey === 'string')).toBe(true);
});

const postedIn = (channel: StoredChannel) =>
  [...world.discord.state.messages.values()].filter(({ channelId }) => channelId === channel.id);

test('an announcement reaches managers who want it, in the server’s language', async () => {
  const operator = await createOperator();
  const [news, other] = [world.discord.addChannel(), world.discord.addChannel()];
  const manager = { ...world.newPerson(), permissions: '32' };
  const choice = { announcements: { channelId: news.id }, language: 'zh-CN' };
  await answered(
    world.discord.slash(manager, world.discord.addChannel(), 'settings server', choice),
    'Saved.',
  );
  // The stand-in refuses a text that could ping.
  const text = { english: 'Hello @everyone', chinese: '大家好 @everyone' };
  await answered(admin(operator, 'announce', text), 'Announced');
  await eventually(() => expect(postedIn(news).map(({ content }) => content)).toEqual(['大家好 @everyone']));
  expect(postedIn(other)).toEqual([]);
  const [kept] = await Announcement.query(world.platform.database);
  expect(kept?.message).toEqual({ en: 'Hello @everyone', 'zh-CN': '大家好 @everyone' });
});

test('an announcement never reaches another server’s channel, and failures harm nothing', async () => {
  const operator = await createOperator();
  const elsewhere = world.discord.addChannel({ guildId: '999999999999999999' });
  await world.setPolicy({ announcementChannelId: elsewhere.id });
  const known = world.discord.state.requests.length;
  await answered(admin(operator, 'announce', { english: 'one', chinese: '一' }), 'Announced');
  const gone = world.discord.addChannel();
  await world.setPolicy({ announcementChannelId: gone.id });
  world.discord.state.channels.delete(gone.id);
  await answered(admin(operator, 'announce', { english: 'two', chinese: '二' }), 'Announced');
  const posts = () =>
    world.discord.state.requests
      .slice(known)
      .filter(({ method, path }) => method === 'POST' && path.startsWith('/channels/'));
  await eventually(() => expect(posts().map(({ path }) => path)).toEqual([`/channels/${gone.id}/messages`]));
  expect(postedIn(elsewhere)).toEqual([]);
  await answered(world.discord.slash(operator, world.discord.addChannel(), 'balance'), 'credits');
});
