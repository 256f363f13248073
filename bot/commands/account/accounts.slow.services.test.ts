import { randomUUID } from 'node:crypto';
import { createClient } from '@star-graph/client/client';
import {
  createSessionCredentials,
  type SessionTokens,
  type TokenStore,
  toSessionTokens,
} from '@star-graph/client/credentials';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { putPreset } from '@star-graph/core/people/identity/accounts/presets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { eventually, held, released } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { OptionValue } from '../../testing/discord/commandPayload.ts';
import type { Person } from '../../testing/discord/payloads.ts';
import { answered, finished, offering, repliedPrivately, taskIdOf, titled } from '../../testing/reading.ts';

let world: BotWorld;
const grant = 1_000;

beforeAll(async () => {
  world = await createBotWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const say = (person: Person, words: string, options: Record<string, OptionValue> = {}) =>
  world.discord.slash(person, world.discord.addChannel(), words, options);
const imagine = (person: Person, prompt = 'a bell') =>
  say(person, 'imagine', { prompt, size: '256x256', steps: 1 });

async function fetchCode(person: Person): Promise<string> {
  const told = await repliedPrivately(world.discord, say(person, 'link'));
  const [, code] = /\*\*([\w-]+)\*\*/.exec(told) ?? [];
  if (code === undefined) throw new Error(`no code in ${told}`);
  return code;
}

/** The client of the browser extension: its session is in a store, and refreshes itself from there. */
function signedInClient(baseUrl: string, signIn: SignInView) {
  let tokens: SessionTokens | undefined = toSessionTokens(signIn);
  const store: TokenStore = {
    load: async () => tokens,
    async save(renewed) {
      tokens = renewed;
    },
  };
  return createClient({ baseUrl, credentials: createSessionCredentials({ baseUrl }, store) });
}

test('a /link code signs the extension in to the same account', async () => {
  const baseUrl = world.platform.api.url;
  const ann = world.newPerson();
  const drawn = await finished(imagine(ann));
  const code = await fetchCode(ann);
  const extension = signedInClient(baseUrl, await createClient({ baseUrl }).link({ body: { code } }));
  expect(await extension.getBalance()).toEqual(await world.clientOf(ann).getBalance());
  const { items } = await extension.listTasks();
  expect(items.map(({ id }) => id)).toEqual([taskIdOf(drawn)]);
  // The same in the other direction.
  const made = await extension.generate('text2img', {
    prompt: 'from a page',
    width: 256,
    height: 256,
    steps: 1,
  });
  await eventually(async () => expect((await world.readTask(made.id)).status).toBe('succeeded'));
  const shown = await finished(say(ann, 'task', { id: made.id }));
  expect(shown.attachments).toHaveLength(1);
  // A code is for one use.
  await expect(createClient({ baseUrl }).link({ body: { code } })).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});

test('settings that a person has kept in the console draw by /imagine, under what is typed', async () => {
  const ann = world.newPerson();
  const { id: userId } = await world.clientOf(ann).getProfile();
  const values = { model: 'Z-Image Turbo', width: 512, height: 256, prompt: 'kept' };
  const draft = { values, tuning: { 'z-image': { steps: 3 } } };
  const keep = (workflow: string, name: string) =>
    putPreset(world.platform.database, userId, { workflow, name, draft: JSON.stringify(draft) });
  const { id } = await keep('text2img', 'Bells');
  await keep('img2img', 'Bells of others');
  const typing = world.discord.autocomplete(ann, world.discord.addChannel(), 'imagine', 'preset', '');
  const choices = await eventually(() => {
    expect(typing.interaction.callback?.type).toBe(8);
    return typing.interaction.callback?.data.choices;
  });
  expect(choices).toEqual([
    { name: 'Draft', value: 'draft' },
    { name: 'Fine', value: 'fine' },
    { name: 'Bells', value: id },
  ]);
  const drawn = await finished(say(ann, 'imagine', { prompt: 'a bell', preset: id, size: '256x256' }));
  const { params, workflow } = await world.readTask(taskIdOf(drawn));
  expect([workflow.name, params]).toEqual([
    'z-image',
    expect.objectContaining({ prompt: 'a bell', steps: 3, width: 256, height: 256 }),
  ]);
  const other = await repliedPrivately(
    world.discord,
    say(ann, 'imagine', { prompt: 'a bell', preset: 'Bells of others' }),
  );
  expect(other).toBe(en.badOption(en.limited(en.option.preset, en.limit.listed)));
});

test("a /link code joins a person's two accounts: credits and tasks", async () => {
  const baseUrl = world.platform.api.url;
  const ann = world.newPerson();
  const drawn = await finished(imagine(ann));
  const { available } = await world.clientOf(ann).getBalance();
  const signIn = await world.platform.api.signUp();
  const own = signedInClient(baseUrl, signIn);
  const before = await own.getBalance();
  const joined = await own.link({ body: { code: await fetchCode(ann) } });
  expect(joined.user.id).toBe(signIn.user.id);
  const sum = before.available + available;
  const after = signedInClient(baseUrl, joined);
  expect((await after.getBalance()).available).toBe(sum);
  expect((await after.listTasks()).items.map(({ id }) => id)).toEqual([taskIdOf(drawn)]);
  expect(await repliedPrivately(world.discord, say(ann, 'balance'))).toBe(en.balance(sum, 0));
});

test('/unlink asks, then gives the person an empty account of their own', async () => {
  const baseUrl = world.platform.api.url;
  const ann = world.newPerson();
  expect(await repliedPrivately(world.discord, say(ann, 'unlink'))).toBe(
    'Your Discord account is linked to no other account.',
  );
  const signIn = await world.platform.api.signUp();
  const own = signedInClient(baseUrl, signIn);
  await own.link({ body: { code: await fetchCode(ann) } });
  const channel = world.discord.addChannel();
  const asked = world.discord.slash(ann, channel, 'unlink', {});
  expect(await repliedPrivately(world.discord, asked)).toContain(
    `You use the account ${signIn.user.username} here. Unlink it?`,
  );
  expect((await world.clientOf(ann).getProfile()).id).toBe(signIn.user.id);
  const pressed = world.discord.click(ann, channel, asked.message(), 'sg1u:unlink');
  await answered(pressed, 'Unlinked.');
  expect(await world.clientOf(ann).getProfile()).toMatchObject({ username: null });
  expect((await world.clientOf(ann).getBalance()).available).toBe(0);
});

test('a direct message tells of a new device, once, and is not tried again where Discord refuses', async () => {
  const baseUrl = world.platform.api.url;
  const signInBy = async (person: Person, agent: string) => {
    const code = await fetchCode(person);
    const headers = { 'content-type': 'application/json', 'user-agent': agent };
    const body = JSON.stringify({ code });
    expect((await fetch(`${baseUrl}/api/v1/auth/link`, { method: 'POST', headers, body })).status).toBe(200);
  };
  const { state } = world.discord;
  const told = () =>
    [...state.messages.values()].filter(({ content }) => content.includes('A new device signed in'));
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const refused = { method: 'POST', path: /^\/users\/@me\/channels$/, status: 403, code: 50007, times: 1 };
  for (const agent of ['first', 'second']) await signInBy(bob, agent);
  state.faults.push(refused);
  world.clock.advance(31_000);
  await eventually(() => expect(state.faults).toEqual([]));
  for (const agent of ['first', 'second']) await signInBy(ann, agent);
  world.clock.advance(31_000);
  const [message, ...others] = await eventually(() => {
    expect(told()).not.toEqual([]);
    return told();
  });
  expect(others).toEqual([]);
  expect(message?.content).toMatch(/A new device signed in \(second\).*from 127\.0\.0\.1/);
  await eventually(async () => expect(await world.platform.database('discord_notices')).toEqual([]));
});

test('accounts are not joined while a task holds credits', async () => {
  const baseUrl = world.platform.api.url;
  const ann = world.newPerson();
  await world.platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
  const act = imagine(ann);
  await offering(act, 'cancel');
  const code = await fetchCode(ann);
  const own = signedInClient(baseUrl, await world.platform.api.signUp());
  await expect(own.link({ body: { code } })).rejects.toMatchObject({ code: 'forbidden' });
  await world.clientOf(ann).cancelTask({ params: { id: taskIdOf(act.message()) } });
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
  await own.link({ body: { code } });
});

test('first use makes the account with its grant, and /balance shows holds', async () => {
  const ann = world.newPerson();
  expect(await repliedPrivately(world.discord, say(ann, 'balance'))).toBe(en.balance(grant, 0));
  await world.platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
  const act = imagine(ann);
  await offering(act, 'cancel');
  const { cost } = await world.readTask(taskIdOf(act.message()));
  expect(cost).toBeGreaterThan(0);
  const told = await repliedPrivately(world.discord, say(ann, 'balance'));
  expect(told).toBe(en.balance(grant - cost, cost));
  await world.clientOf(ann).cancelTask({ params: { id: taskIdOf(act.message()) } });
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
});

test('/daily gives credits, and says when there are more where today’s are collected', async () => {
  const ann = world.newPerson();
  const first = await repliedPrivately(world.discord, say(ann, 'daily'));
  const { available } = await world.clientOf(ann).getBalance();
  expect(available).toBeGreaterThan(grant);
  expect(first).toBe(`You collected today's credits. You now have ${en.credits(available)}.`);
  // The API counts the days, and one could end here.
  world.gate.strike(/^POST \/api\/v1\/users\/daily/, {
    status: 429,
    code: 'quota-exceeded',
    retryAfterSeconds: 5_400,
  });
  const again = await repliedPrivately(world.discord, say(ann, 'daily'));
  expect(again).toBe(`You have already collected today's credits. Come back in ${en.duration(5_400)}.`);
  expect((await world.clientOf(ann).getBalance()).available).toBe(available);
});

test('/gift moves credits to a new person, and tells only the giver', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const told = await repliedPrivately(
    world.discord,
    say(ann, 'gift', { to: { userId: bob.id }, amount: 30 }),
  );
  expect(told).toContain(`You gave 30 credits to person${bob.id.slice(-4)}. You have ${grant - 30} left.`);
  expect((await world.clientOf(bob).getBalance()).available).toBe(grant + 30);
});

test.each<[string, (ann: Person) => Record<string, OptionValue>, string]>([
  ['to oneself', (ann) => ({ to: { userId: ann.id }, amount: 1 }), en.giftToSelf],
  ['to a bot', () => ({ to: { userId: '300000000000099999', isBot: true }, amount: 1 }), en.giftToBot],
  [
    'of more than there is',
    () => ({ to: { userId: '300000000000099998' }, amount: grant + 1 }),
    en.problem['insufficient-credits'],
  ],
])('a gift %s is refused in words, and moves nothing', async (_, options, sentence) => {
  const ann = world.newPerson();
  expect(await repliedPrivately(world.discord, say(ann, 'gift', options(ann)))).toBe(sentence);
  expect((await world.clientOf(ann).getBalance()).available).toBe(grant);
});

test('too few credits are reported privately with price and balance, starting nothing', async () => {
  const log = world.discord.addChannel();
  await world.setPolicy({ logChannelId: log.id });
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  await answered(say(ann, 'gift', { to: { userId: bob.id }, amount: grant }), 'You have 0 left');
  const { cost } = await world
    .clientOf(ann)
    .quote('text2img', { prompt: 'a bell', width: 256, height: 256, steps: 1 });
  expect(await repliedPrivately(world.discord, imagine(ann))).toBe(
    en.sentences([en.shortage({ cost, available: 0, missing: cost }), en.wayToCredits]),
  );
  expect((await world.clientOf(ann).listTasks()).items).toEqual([]);
  // Moderators see the refusal, but no balance.
  const logged = () =>
    JSON.stringify(
      [...world.discord.state.messages.values()].filter(({ channelId }) => channelId === log.id),
    );
  await eventually(() => expect(logged()).toContain(en.problem['insufficient-credits']));
  expect(logged()).not.toContain('you have');
  await world.setPolicy({});
  // If the price cannot be read, the sentence without it is shown.
  world.gate.strike(/^POST .*quote/, { status: 404, code: 'not-found' });
  expect(await repliedPrivately(world.discord, imagine(ann))).toBe(en.problem['insufficient-credits']);
});

test('daily credits cannot be given yet, and /balance says when', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  await answered(say(ann, 'daily'), `${grant + 20}`);
  const refused = say(ann, 'gift', { to: { userId: bob.id }, amount: grant + 1 });
  expect(await repliedPrivately(world.discord, refused)).toBe(en.problem['credits-locked']);
  const told = await repliedPrivately(world.discord, say(ann, 'balance'));
  expect(told).toMatch(
    new RegExp(
      `^You have ${grant + 20} credits\\. You can give away ${grant} of them\\. From <t:\\d+:D>, you can give away 20 more\\.$`,
    ),
  );
});

test('a gift whose answer is lost is given once', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  world.gate.strike(/^POST \/api\/v1\/users\/transfers/, 'lose');
  await answered(say(ann, 'gift', { to: { userId: bob.id }, amount: 30 }), `${grant - 30}`);
  expect((await world.clientOf(bob).getBalance()).available).toBe(grant + 30);
});

test('preferences apply everywhere, typed values win, and a re-roll repeats earlier ones', async () => {
  const ann = world.newPerson();
  const set = say(ann, 'preferences set', { size: '320x256', negative: '**rain**' });
  const saved = await answered(set, 'Saved.');
  expect([saved.ephemeral, saved.embeds[0]?.description]).toEqual([
    true,
    '**Size:** 320 × 256\n**Negative prompt:** \\*\\*rain\\*\\*',
  ]);
  const direct = world.discord.addChannel({ guildId: undefined });
  const plain = await finished(world.discord.slash(ann, direct, 'imagine', { prompt: 'a bell', steps: 1 }));
  const chosen = { width: 320, height: 256, negativePrompt: '**rain**' };
  expect((await world.readTask(taskIdOf(plain))).params).toMatchObject(chosen);
  const typed = await finished(imagine(ann));
  expect((await world.readTask(taskIdOf(typed))).params).toMatchObject({ ...chosen, width: 256 });
  await answered(say(ann, 'preferences forget', { what: 'all' }), 'Saved.');
  await titled(say(ann, 'preferences show'), 'Your preferences');
  expect(await world.clientOf(ann).getPreferences()).toEqual({});
  const again = world.discord.click(ann, direct, plain, `sg1:reroll:${taskIdOf(plain)}:0`);
  expect((await world.readTask(taskIdOf(await finished(again)))).params).toMatchObject(chosen);
  const nothing = say(ann, 'preferences set');
  expect(await repliedPrivately(world.discord, nothing)).toContain('at least one thing');
});

test('an unavailable default model is skipped and named beside the finished picture', async () => {
  const ann = world.newPerson();
  await world.clientOf(ann).patchPreferences({ body: { model: '*gone*.safetensors' } });
  const made = await finished(imagine(ann));
  expect((await world.readTask(taskIdOf(made))).params.model).not.toContain('gone');
  expect(JSON.stringify(made.embeds[0]?.fields)).toContain('used another: \\\\*gone\\\\*.safetensors.');
});

const messagesIn = (channelId: string) =>
  [...world.discord.state.messages.values()].filter((one) => one.channelId === channelId);

/** A task that takes longer than a person waits for. */
async function takeLong(person: Person, options: Record<string, OptionValue>) {
  await world.platform.backend.control(held);
  const act = say(person, 'imagine', { prompt: 'a bell', size: '256x256', steps: 4, ...options });
  await offering(act, 'cancel');
  world.clock.advance(15_000);
  await world.platform.backend.control(released);
  await finished(act);
  return act.interaction.channelId;
}

test('a person who wants mentions gets one after a long task', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  for (const isPrivate of [false, true]) {
    const channelId = await takeLong(ann, {
      ping: true,
      private: isPrivate,
      prompt: `a bell for <@${bob.id}>`,
    });
    await eventually(() => {
      const pings = messagesIn(channelId).filter(({ pinged }) => pinged);
      expect(pings.map(({ content, pinged, ephemeral }) => [content, pinged, ephemeral])).toEqual([
        [`<@${ann.id}> Your result is ready.`, [ann.id], isPrivate],
      ]);
    });
  }
});

test('a task mentions no one who did not ask, unless overridden', async () => {
  const ann = world.newPerson();
  const quick = say(ann, 'imagine', { prompt: 'a bell', size: '256x256', steps: 1, ping: true });
  await finished(quick);
  const unwished = await takeLong(ann, {});
  await answered(say(ann, 'preferences set', { ping: true }), 'Saved.');
  const declined = await takeLong(ann, { ping: false });
  // Earlier mentions would have been sent by now.
  const wished = await takeLong(ann, {});
  await eventually(() => expect(messagesIn(wished).filter(({ pinged }) => pinged)).toHaveLength(1));
  for (const channelId of [quick.interaction.channelId, unwished, declined])
    expect(messagesIn(channelId).filter(({ pinged }) => pinged)).toEqual([]);
});

test('the operators’ words are refused everywhere, in the person’s own language', async () => {
  const { api, adminToken: token } = world.platform;
  const put = (blockedWords: string[]) =>
    api.call('/api/admin/word-rules', { token, method: 'PUT', body: { blockedWords } });
  await put(['grim']);
  try {
    const [ann, wen] = [world.newPerson(), world.newPerson('zh-CN')];
    const direct = world.discord.addChannel({ guildId: undefined });
    const foreign = world.discord.addChannel({ guildId: undefined, reachable: false });
    for (const channel of [direct, foreign]) {
      const act = world.discord.slash(ann, channel, 'imagine', { prompt: 'a grim bell' });
      expect(await repliedPrivately(world.discord, act)).toContain('this service does not allow');
    }
    expect(await repliedPrivately(world.discord, imagine(wen, 'a grim bell'))).toContain('运营者不允许');
    for (const person of [ann, wen]) expect((await world.clientOf(person).listTasks()).items).toEqual([]);
  } finally {
    await put([]);
  }
});

test('who has too few credits is led to what they cost, and orders once', async () => {
  const { platform, discord } = world;
  const person = world.newPerson();
  const none = await repliedPrivately(discord, say(person, 'buy'));
  expect(none).toContain('No credits are sold here.');
  const packageId = randomUUID();
  const put = (amount: number, version: number) =>
    platform.api.call(`/api/admin/packages/${packageId}`, {
      method: 'PUT',
      token: platform.adminToken,
      body: {
        version,
        credits: 1_000,
        amount,
        currency: 'EUR',
        active: true,
        name: { en: 'A thousand', 'zh-CN': '一千积分' },
      },
    });
  expect((await put(500, 0)).status).toBe(200);
  const rich = world.newPerson();
  await answered(say(person, 'gift', { to: { userId: rich.id }, amount: grant }), 'You have 0 left');
  const gift = say(person, 'gift', { to: { userId: rich.id }, amount: 1 });
  expect(await repliedPrivately(discord, gift)).toBe(en.problem['insufficient-credits']);
  expect(JSON.stringify(gift.message().components)).toContain('sg1b:list');
  const channel = discord.addChannel();
  const poor = discord.slash(person, channel, 'imagine', { prompt: 'a bell' });
  expect(await repliedPrivately(discord, poor)).toContain('and you have 0.');
  const [refusal] = [...discord.state.messages.values()].filter(({ channelId }) => channelId === channel.id);
  if (!refusal) throw new Error('no refusal');
  const list = await answered(discord.click(person, channel, refusal, 'sg1b:list'), 'Credits to buy');
  expect(list.content).toContain('**A thousand** · 1000 credits · €5.00');
  const yes = `sg1b:${packageId}:1:outside`;
  for (const _time of [1, 2]) {
    const told = await answered(discord.click(person, channel, list, yes), 'A thousand');
    expect(told.content).toMatch(
      /for €5\.00\. Pay until <t:\d+:f>.*\nSend it to DE00 0000\.\n`[0-9a-f-]{36}`$/s,
    );
  }
  const orders = await platform.database('orders').where({ packageId });
  expect(orders.map(({ state, credits }) => [state, credits])).toEqual([['open', 1_000]]);
  expect((await put(900, 1)).status).toBe(200);
  const again = await answered(say(person, 'buy'), 'Credits to buy');
  expect((await put(1_000, 2)).status).toBe(200);
  const late = discord.click(person, discord.addChannel(), again, `sg1b:${packageId}:2:outside`);
  expect(await repliedPrivately(discord, late)).toContain('The price has changed meanwhile.');
  expect(await platform.database('orders').where({ packageId })).toHaveLength(1);
});
