import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { eventually } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { Person } from '../../testing/discord/payloads.ts';
import type { Act } from '../../testing/discord/standIn.ts';
import type { StoredChannel } from '../../testing/discord/state.ts';
import { answered, finished, repliedPrivately, taskIdOf, titled } from '../../testing/reading.ts';
import { listWithdrawable } from '../command.ts';
import { commands } from '../commands.ts';

const manageGuild = '32';
let world: BotWorld;
beforeAll(async () => {
  world = await createBotWorld(createClockFromNoon());
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.setPolicy({}));

const newManager = (locale?: string): Person => ({ ...world.newPerson(locale), permissions: manageGuild });
type Options = Parameters<BotWorld['discord']['slash']>[3];
const set = (manager: Person, words: string, options: Options = {}, channel = world.discord.addChannel()) =>
  world.discord.slash(manager, channel, `settings ${words}`, options);
const saved = async (act: Act) => {
  const message = await answered(act, 'Saved.');
  expect(message.ephemeral).toBe(true);
  return message.embeds[0]?.description ?? '';
};
const readPolicy = async () => {
  const { STAR_GRAPH_SERVICE_KEY: token = '' } = world.platform.botEnv(world.discord);
  const path = `/api/v1/guilds/${world.discord.guildId}/policy`;
  return (await world.platform.api.call(path, { token })).body;
};
const imagine = (person: Person, channel: StoredChannel, options: object = {}) =>
  world.discord.slash(person, channel, 'imagine', { prompt: 'a fox', size: '256x256', ...options });

test('a daily limit of two lets two of five simultaneous commands through', async () => {
  const [manager, ann] = [newManager(), world.newPerson()];
  await saved(await set(manager, 'server', { daily: 2 }));
  const acts = Array.from({ length: 5 }, () => imagine(ann, world.discord.addChannel(), { steps: 1 }));
  const told = await eventually(() => {
    const ends = acts.map(({ interaction: { channelId } }) =>
      [...world.discord.state.messages.values()].find(
        (one) => one.channelId === channelId && (one.content !== '' || one.embeds[0]?.title === 'Done'),
      ),
    );
    expect(ends).not.toContain(undefined);
    return ends.map((one) => one?.content);
  });
  expect(told.toSorted()).toEqual(['', '', ...Array(3).fill(en.refused.daily(2))]);
  expect((await world.clientOf(ann).listTasks()).items).toHaveLength(2);
});

test('managers’ settings are saved, shown in words, applied at once, and audited', async () => {
  const [manager, ann] = [newManager(), world.newPerson()];
  const channel = world.discord.addChannel();
  const told = await saved(await set(manager, 'rules', { steps: 8, price: 200 }));
  expect(told).toBe('**Maximum steps:** 8\n**Price:** 200 %');
  expect(await readPolicy()).toEqual({ enabled: true, maxSteps: 8, pricePercent: 200 });
  const refused = imagine(ann, world.discord.addChannel(), { steps: 9 });
  expect(await repliedPrivately(world.discord, refused)).toContain('At most 8 steps');
  const { id } = await world.clientOf(manager).getProfile();
  const acts = await AuditRecord.query(world.platform.database).where({ actorId: id });
  expect(acts.map(({ action, target, data }) => [action, target, data.set])).toEqual([
    ['guild.policy', `guild:${world.discord.guildId}`, { maxSteps: 8, pricePercent: 200 }],
  ]);
  // A default above the limit was not chosen by a person: it is lowered.
  const task = await world.readTask(taskIdOf(await finished(imagine(ann, channel))));
  expect(task.params.steps).toBe(8);
  const quote = await world
    .clientOf(ann)
    .quote('text2img', { prompt: 'a fox', width: 256, height: 256, steps: 8 });
  expect(task.cost).toBe(quote.cost * 2);
  await saved(await set(manager, 'rules', { steps: 0, price: 0, frames: 12, seconds: 3 }));
  expect(await readPolicy()).toEqual({ enabled: true, maxFrames: 12, maxSeconds: 3 });
  const film = (options: object) =>
    world.discord.slash(ann, world.discord.addChannel(), 'video', { prompt: 'a fox', ...options });
  const long = film({ model: 'Stable Video Diffusion', frames: 13 });
  expect(await repliedPrivately(world.discord, long)).toContain('at most 12 frames here');
});

test('a role pays its own price, in buttons too', async () => {
  const manager = newManager();
  const role = '987654321098765432';
  await saved(await set(manager, 'rules', { price: 300, role: { roleId: role } }));
  await titled(await set(manager, 'show'), 'Server settings');
  const patron = { ...world.newPerson(), roles: [role] };
  const channel = world.discord.addChannel();
  const made = await finished(imagine(patron, channel, { steps: 2 }));
  const { cost } = await world.readTask(taskIdOf(made));
  const quote = await world
    .clientOf(patron)
    .quote('text2img', { prompt: 'a fox', width: 256, height: 256, steps: 2 });
  expect(cost).toBe(quote.cost * 3);
  const again = world.discord.click(patron, channel, made, `sg1:reroll:${taskIdOf(made)}:0`);
  expect((await world.readTask(taskIdOf(await finished(again)))).cost).toBe(quote.cost * 3);
});

test('managers do not go below the usual price', async () => {
  const act = set(newManager(), 'rules', { price: 50 });
  expect(await repliedPrivately(world.discord, act)).toContain('You are not allowed');
  expect(await readPolicy()).toEqual({ enabled: true });
});

test('who does not manage the server changes nothing, whatever Discord let through', async () => {
  const ann = world.newPerson();
  for (const words of ['show', 'reset'])
    expect(await repliedPrivately(world.discord, set(ann, words))).toContain('Manage Server permission');
  expect(await repliedPrivately(world.discord, set(ann, 'rules', { steps: 1 }))).toContain('permission');
  expect(await readPolicy()).toEqual({ enabled: true });
});

test('a channel’s rules apply only there, and a reset removes them', async () => {
  const [manager, ann] = [newManager(), world.newPerson()];
  const [quiet, other] = [world.discord.addChannel(), world.discord.addChannel()];
  await answered(set(manager, 'rules', { private: 'always', channel: { channelId: quiet.id } }), 'Saved.');
  expect((await finished(imagine(ann, quiet, { steps: 1 }))).ephemeral).toBe(true);
  expect((await finished(imagine(ann, other, { steps: 1 }))).ephemeral).toBe(false);
  const shown = await titled(set(manager, 'show'), 'Server settings');
  expect(shown.embeds[0]?.fields?.map(({ value }) => value)).toEqual([
    `<#${quiet.id}>\n**Results shown only to whoever asked:** always`,
  ]);
  await answered(set(manager, 'reset', { channel: { channelId: quiet.id } }), 'Saved.');
  expect(await readPolicy()).toEqual({ enabled: true, channels: {} });
  const both = { steps: 1, channel: { channelId: quiet.id }, role: { roleId: '987654321098765432' } };
  expect(await repliedPrivately(world.discord, set(manager, 'rules', both))).toContain('not both');
});

test('a withdrawn command says so, and the others go on', async () => {
  const [manager, ann] = [newManager(), world.newPerson()];
  await saved(set(manager, 'commands', { action: 'remove', command: 'imagine' }));
  const refused = imagine(ann, world.discord.addChannel());
  expect(await repliedPrivately(world.discord, refused)).toContain('not allowed here');
  await answered(world.discord.slash(ann, world.discord.addChannel(), 'balance'), '1000 credits');
  await saved(set(manager, 'commands', { action: 'remove', command: 'balance' }));
  const balance = world.discord.slash(ann, world.discord.addChannel(), 'balance');
  expect(await repliedPrivately(world.discord, balance)).toContain('not allowed here');
  await saved(set(manager, 'commands', { action: 'unset' }));
  expect(await readPolicy()).toEqual({ enabled: true });
});

test('every command but those managers, operators and newcomers need can be withdrawn', () => {
  const withdrawable = listWithdrawable(commands);
  const always = commands
    .filter(({ data, like }) => data.type === 1 && !withdrawable.has(data.name) && typeof like !== 'string')
    .map(({ data }) => data.name);
  expect(always.toSorted()).toEqual(['admin', 'help', 'moderate', 'preferences', 'settings']);
  const likes = commands.flatMap(({ like }) => (like ? [like] : []));
  expect(likes.filter((name) => !withdrawable.has(name))).toEqual([]);
});

test('models, workflows, words, patterns and places are allowed and withdrawn singly', async () => {
  const manager = newManager();
  const channel = world.discord.addChannel();
  const steps: [string, Options, object][] = [
    ['models', { action: 'add', model: 'a.safetensors' }, { models: ['a.safetensors'] }],
    ['models', { action: 'add', model: 'b.safetensors' }, { models: ['a.safetensors', 'b.safetensors'] }],
    ['models', { action: 'remove', model: 'a.safetensors' }, { models: ['b.safetensors'] }],
    ['models', { action: 'unset' }, {}],
    ['models', { action: 'add', list: 'nsfwModels', model: 'c' }, { nsfwModels: ['c'] }],
    ['models', { action: 'remove', list: 'nsfwModels', model: 'c' }, { nsfwModels: [] }],
    ['models', { action: 'unset', list: 'nsfwModels' }, {}],
    ['models', { action: 'add', list: 'deniedModels', model: 'd' }, { deniedModels: ['d'] }],
    ['models', { action: 'remove', list: 'deniedModels', model: 'd' }, { deniedModels: [] }],
    ['models', { action: 'unset', list: 'deniedModels' }, {}],
    ['commands', { action: 'deny', command: 'video' }, { deniedCommands: ['video'] }],
    ['commands', { action: 'undeny', command: 'video' }, { deniedCommands: [] }],
    ['commands', { action: 'unset' }, {}],
    [
      'defaults',
      { model: 'a', size: '512x256' },
      { defaultModel: 'a', defaultSize: { width: 512, height: 256 } },
    ],
    ['defaults', { forget: 'defaultModel' }, { defaultSize: { width: 512, height: 256 } }],
    ['reset', {}, {}],
    ['rules', { private: 'never' }, { private: 'never' }],
    ['reset', {}, {}],
    ['workflows', { action: 'add', workflow: 'ink' }, { workflows: ['ink'] }],
    ['workflows', { action: 'unset' }, {}],
    ['words', { list: 'blockedWords', action: 'add', text: 'grim*' }, { blockedWords: ['grim*'] }],
    ['words', { list: 'blockedWords', action: 'unset' }, {}],
    ['words', { list: 'blockedPatterns', action: 'add', text: 'gr.m' }, { blockedPatterns: ['gr.m'] }],
    ['words', { list: 'blockedPatterns', action: 'remove', text: 'gr.m' }, { blockedPatterns: [] }],
    ['reset', {}, {}],
    ['places', { action: 'add', channel: { channelId: channel.id } }, { channelIds: [channel.id] }],
    ['places', { action: 'unset' }, {}],
    ['places', { action: 'deny', channel: { channelId: channel.id } }, { deniedChannelIds: [channel.id] }],
    ['places', { action: 'undeny', channel: { channelId: channel.id } }, { deniedChannelIds: [] }],
    ['places', { action: 'unset' }, {}],
    ['server', { language: 'zh-CN', daily: 3 }, { locale: 'zh-CN', dailyTasksPerMember: 3 }],
    ['server', { daily: 0 }, { locale: 'zh-CN' }],
  ];
  for (const [words, options, expected] of steps) {
    await saved(set(manager, words, options));
    expect(await readPolicy()).toEqual({ enabled: true, ...expected });
  }
});

test.each<[string, Options, string]>([
  ['rules', {}, 'at least one thing'],
  ['models', { action: 'add' }, 'at least one thing'],
  ['models', { action: 'remove', model: 'a' }, 'Allow something first'],
  ['places', { action: 'remove', role: { roleId: '987654321098765432' } }, 'Allow something first'],
  ['places', { action: 'deny', role: { roleId: '987654321098765432' } }, 'channels can be forbidden'],
  ['words', { list: 'nsfwWords', action: 'add', text: '  ' }, 'at least one thing'],
  ['words', { list: 'blockedPatterns', action: 'add', text: '(?<=a)b' }, 'Some of these values'],
  ['words', { list: 'blockedPatterns', action: 'add', text: '((a{100}){100}){100}' }, 'Some of these values'],
])('/settings %s with %j changes nothing and says why', async (words, options, sentence) => {
  expect(await repliedPrivately(world.discord, set(newManager(), words, options))).toContain(sentence);
  expect(await readPolicy()).toEqual({ enabled: true });
});

test('a policy of thousands of values is still shown', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => String(300_000_000_000_000_000n + BigInt(index)));
  const words = ids.slice(0, 30).map((id) => `${id}${'x'.repeat(40)}`);
  const rules = {
    blockedWords: words,
    nsfwWords: words,
    models: words,
    maxSteps: 9,
    workflows: ids.slice(0, 100),
  };
  await world.setPolicy({
    ...rules,
    channelIds: ids,
    channels: Object.fromEntries(ids.slice(0, 40).map((id) => [id, rules])),
    roles: Object.fromEntries(ids.slice(0, 60).map((id) => [id, { maxSteps: 3 }])),
  });
  const shown = await titled(set(newManager(), 'show'), 'Server settings');
  expect(shown.embeds[0]?.footer?.text).toContain('more channels and roles');
});

test('models and workflows are searched while they are typed', async () => {
  const { discord } = world;
  const act = discord.autocomplete(
    newManager(),
    discord.addChannel(),
    'settings workflows',
    'workflow',
    'img',
  );
  const values = await eventually(() => {
    const { type, data = {} } = act.interaction.callback ?? {};
    expect(type).toBe(8);
    return (data.choices as { value: string }[]).map(({ value }) => value);
  });
  expect(values).toEqual(expect.arrayContaining(['img2img', 'img2video', 'text2img']));
  expect(values.filter((value) => !value.includes('img'))).toEqual([]);
});

test('a manager who reads Chinese reads the policy in Chinese', async () => {
  const manager = newManager('zh-CN');
  const saved = await answered(set(manager, 'rules', { spoiler: true }), '已保存');
  expect(saved.embeds[0]).toMatchObject({ title: '服务器设置', description: '**结果标记为剧透：**是' });
  const listed = await answered(set(manager, 'commands', { action: 'remove', command: 'gift' }), '已保存');
  expect(listed.embeds[0]?.description).toContain('**命令：**/绘图、/图生图、/局部重绘、/扩图、/放大');
  const named = await answered(set(manager, 'workflows', { action: 'add', workflow: 'text2img' }), '已保存');
  expect(named.embeds[0]?.description).toMatch(/\*\*工作流：\*\*[^a-z*]+$/m);
});

test('a server can forbid private results, but direct messages stay private', async () => {
  const [manager, ann] = [newManager(), world.newPerson()];
  const open = world.discord.addChannel();
  await saved(set(manager, 'rules', { private: 'never' }));
  const wish = imagine(ann, world.discord.addChannel(), { private: true });
  expect(await repliedPrivately(world.discord, wish)).toContain('Private results are not allowed here');
  const made = await finished(imagine(ann, open, { steps: 1 }));
  expect(made.ephemeral).toBe(false);
  // An earlier private message: its buttons make no further private result.
  made.ephemeral = true;
  const again = world.discord.click(ann, world.discord.addChannel(), made, `sg1:reroll:${taskIdOf(made)}:0`);
  expect(await repliedPrivately(world.discord, again)).toContain('Private results are not allowed here');
  expect((await world.clientOf(ann).listTasks()).items).toHaveLength(1);
  const direct = world.discord.addChannel({ guildId: undefined });
  expect((await finished(imagine(ann, direct, { private: true, steps: 1 }))).ephemeral).toBe(true);
  await saved(set(manager, 'rules', { private: 'choice' }));
  expect((await finished(imagine(ann, open, { private: true, steps: 1 }))).ephemeral).toBe(true);
});
