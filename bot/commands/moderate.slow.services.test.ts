import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../testing/botWorld.ts';
import { moderatorRoleId, type Person } from '../testing/discord/payloads.ts';
import type { StoredChannel } from '../testing/discord/state.ts';
import { answered, buttonOf, finished, repliedPrivately, taskIdOf, titled } from '../testing/reading.ts';

const [moderateMembers, manageGuild] = ['1099511627776', '32'];
const hourMs = 3_600_000;
let world: BotWorld;
beforeAll(async () => {
  world = await createBotWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.setPolicy({}));

const newModerator = (permissions = moderateMembers, locale?: string): Person => ({
  ...world.newPerson(locale),
  permissions,
});
type Options = Parameters<BotWorld['discord']['slash']>[3];
const moderate = (
  person: Person,
  words: string,
  options: Options = {},
  channel = world.discord.addChannel(),
) => world.discord.slash(person, channel, `moderate ${words}`, options);
const imagine = (person: Person, channel: StoredChannel) =>
  world.discord.slash(person, channel, 'imagine', { prompt: 'a fox', size: '256x256', steps: 1 });
const serviceKey = () => world.platform.botEnv(world.discord).STAR_GRAPH_SERVICE_KEY ?? '';
const policyPath = () => `/api/v1/guilds/${world.discord.guildId}/policy`;
const readPolicy = async () => (await world.platform.api.call(policyPath(), { token: serviceKey() })).body;
const tasksOf = async (person: Person) => (await world.clientOf(person).listTasks()).items.length;

test('a blocked member’s commands and buttons fail only in that server', async () => {
  const [moderator, ann, bob] = [newModerator(), world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const made = await finished(imagine(ann, channel));
  const block = { member: { userId: ann.id }, reason: 'spam', for: 24 };
  const told = await answered(moderate(moderator, 'block', block), 'is now blocked in this server until');
  expect(told.ephemeral).toBe(true);
  const { blocks } = await readPolicy();
  const { until } = blocks[ann.id];
  expect(Date.parse(until) - world.clock.now().getTime()).toBeGreaterThan(23 * hourMs);
  expect(blocks).toEqual({ [ann.id]: { reason: 'spam', by: moderator.id, until } });
  const sentence = `blocked you here until <t:${Math.floor(Date.parse(until) / 1_000)}:f>`;
  const refused = () => repliedPrivately(world.discord, imagine(ann, world.discord.addChannel()));
  expect(await refused()).toContain(sentence);
  const elsewhere = world.discord.addChannel();
  const reroll = world.discord.click(ann, elsewhere, made, buttonOf(made, 'reroll'));
  expect(await repliedPrivately(world.discord, reroll)).toContain(sentence);
  expect(await tasksOf(ann)).toBe(1);
  const secret = world.discord.click(
    ann,
    world.discord.addChannel(),
    made,
    `sg1:publish:${taskIdOf(made)}:0`,
    { isForged: true },
  );
  expect(await repliedPrivately(world.discord, secret)).toContain(sentence);
  await finished(imagine(bob, channel));
  await finished(imagine(ann, world.discord.addChannel({ guildId: undefined })));
  await answered(
    moderate(moderator, 'unblock', { member: { userId: ann.id } }),
    'no longer blocked in this server',
  );
  await finished(imagine(ann, channel));
  expect(await readPolicy()).toEqual({ enabled: true });
  const { id } = await world.clientOf(moderator).getProfile();
  const acts = await AuditRecord.query(world.platform.database).where({ actorId: id }).orderBy('id');
  expect(acts.map(({ target, data }) => [target, data.block ?? data.unblock])).toEqual([
    [`guild:${world.discord.guildId}`, blocks],
    [`guild:${world.discord.guildId}`, [ann.id]],
  ]);
});

test('another process’s block applies at once, in the person’s language', async () => {
  const wen = world.newPerson('zh-CN');
  // The bot still has the earlier policy.
  await finishedIn('完成', imagine(wen, world.discord.addChannel()));
  const body = { block: { [wen.id]: { reason: 'spam' } } };
  const made = await world.platform.api.call(policyPath(), { method: 'PATCH', token: serviceKey(), body });
  expect(made.status).toBe(200);
  const told = await repliedPrivately(world.discord, imagine(wen, world.discord.addChannel()));
  expect(told).toBe('本服务器的管理员已封禁您。若有误，请询问他们。');
  expect(await tasksOf(wen)).toBe(1);
});
const finishedIn = (title: string, act: ReturnType<typeof imagine>) => titled(act, title);

test('who moderates nobody blocks nobody, whatever Discord let through', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const member = { userId: bob.id };
  for (const [words, options] of [
    ['block', { member, reason: 'x' }],
    ['unblock', { member }],
    ['list', {}],
  ] as const)
    expect(await repliedPrivately(world.discord, moderate(ann, words, options))).toContain('Timeout Members');
  expect(await readPolicy()).toEqual({ enabled: true });
});

test('only managers can block moderators, and bots cannot be blocked', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const member = { userId: bob.id, roles: [moderatorRoleId] };
  const refused = moderate(newModerator(), 'block', { member, reason: 'x' });
  expect(await repliedPrivately(world.discord, refused)).toContain('Only people who can manage the server');
  const bot = moderate(newModerator(), 'block', { member: { userId: ann.id, isBot: true }, reason: 'x' });
  expect(await repliedPrivately(world.discord, bot)).toContain('Bots cannot use me');
  expect(await readPolicy()).toEqual({ enabled: true });
  await answered(
    moderate(newModerator(manageGuild), 'block', { member, reason: 'x' }),
    'until you unblock them',
  );
  expect(Object.keys((await readPolicy()).blocks)).toEqual([bob.id]);
});

test('moderators see every block’s person, time, author and reason', async () => {
  const [moderator, ann, bob] = [newModerator(), world.newPerson(), world.newPerson()];
  await titled(moderate(moderator, 'list'), 'Blocked members');
  const reason = '**rude** @everyone';
  await answered(
    moderate(moderator, 'block', { member: { userId: ann.id }, reason, for: 1 }),
    'is now blocked',
  );
  await answered(
    moderate(moderator, 'block', { member: { userId: bob.id }, reason: 'raid' }),
    'is now blocked',
  );
  const shown = await titled(moderate(moderator, 'list'), 'Blocked members');
  const [first, second] = (shown.embeds[0]?.description ?? '').split('\n');
  expect(first).toMatch(
    new RegExp(`^<@${ann.id}> · until <t:\\d+:f> · by <@${moderator.id}> · \\\\\\*\\\\\\*rude.*@everyone$`),
  );
  expect(second).toBe(`<@${bob.id}> · until unblocked · by <@${moderator.id}> · raid`);
  const none = moderate(moderator, 'unblock', { member: { userId: world.newPerson().id } });
  expect(await repliedPrivately(world.discord, none)).toContain('is not blocked');
});

const logged = (channel: StoredChannel, count: number) =>
  eventually(() => {
    const posts = [...world.discord.state.messages.values()].filter((one) => one.channelId === channel.id);
    const embeds = posts.flatMap((post) => post.embeds);
    expect(embeds).toHaveLength(count);
    expect(posts.flatMap(({ attachments }) => attachments)).toEqual([]);
    return embeds.map(({ title, description, fields = [] }) => ({
      title,
      description,
      ...Object.fromEntries(fields.map(({ name, value }) => [name, value])),
    }));
  });

test('moderators read every request and refusal, without links to private results', async () => {
  const [manager, ann] = [newModerator(manageGuild), world.newPerson()];
  const log = world.discord.addChannel();
  await answered(
    world.discord.slash(manager, world.discord.addChannel(), 'settings server', {
      log: { channelId: log.id },
    }),
    'Saved.',
  );
  const channel = world.discord.addChannel();
  const ask = (options: Options, where = channel) =>
    world.discord.slash(ann, where, 'imagine', { prompt: 'a fox', size: '256x256', steps: 1, ...options });
  const made = await finished(ask({ prompt: '**a** <@1> fox' }));
  await finished(ask({ private: true }));
  await world.setPolicy({
    logChannelId: log.id,
    blockedWords: ['grim'],
    maxSteps: 3,
    commands: ['imagine'],
  });
  const [words, steps] = [world.discord.addChannel(), world.discord.addChannel()];
  await repliedPrivately(world.discord, ask({ prompt: 'grim' }, words));
  await repliedPrivately(world.discord, ask({ steps: 9 }, steps));
  await repliedPrivately(world.discord, world.discord.slash(ann, world.discord.addChannel(), 'daily'));
  const by = { By: `<@${ann.id}>`, Command: '/imagine', Channel: `<#${channel.id}>` };
  const url = `https://discord.com/channels/${world.discord.guildId}/${channel.id}/${made.id}`;
  expect(await logged(log, 5)).toEqual([
    { title: 'Request', description: '\\*\\*a\\*\\* \\<@1\\> fox', ...by, Message: `[Open](${url})` },
    { title: 'Request', description: 'a fox', ...by, Message: 'shown only to them' },
    {
      title: 'Refused',
      description: 'grim',
      ...by,
      Channel: `<#${words.id}>`,
      'What they were told': expect.stringContaining('words that are not allowed'),
    },
    {
      title: 'Refused',
      description: 'a fox',
      ...by,
      Channel: `<#${steps.id}>`,
      'What they were told': expect.stringContaining('At most 3 steps'),
    },
    expect.objectContaining({ title: 'Refused', Command: '/daily' }),
  ]);
});

test('a missing log channel loses no task and is left alone', async () => {
  const ann = world.newPerson();
  const log = world.discord.addChannel();
  await world.setPolicy({ logChannelId: log.id });
  const path = new RegExp(`/channels/${log.id}/messages$`);
  world.discord.state.faults.push({ method: 'POST', path, status: 404, code: 10_003, times: 1 });
  const tries = () => world.discord.state.requests.filter((one) => path.test(one.path));
  await finished(imagine(ann, world.discord.addChannel()));
  await eventually(() => expect(tries().map(({ status }) => status)).toEqual([404]));
  await finished(imagine(ann, world.discord.addChannel()));
  world.clock.advance(10 * 60_000);
  await finished(imagine(ann, world.discord.addChannel()));
  await logged(log, 1);
  expect(tries()).toHaveLength(2);
});
