import { Task } from '@star-graph/core/ground/db/models/task';
import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from './replies/texts/en.ts';
import type { RunningBot } from './startBot.ts';
import { type BotPlatform, createBotPlatform, eventually, held, released } from './testing/botPlatform.ts';
import { startBotProcess } from './testing/botProcess.ts';
import { type DiscordStandIn, startDiscordStandIn } from './testing/discord/standIn.ts';
import { createMovableClock } from './testing/movableClock.ts';
import {
  actionsOf,
  askedPrice,
  buttonOf,
  fieldsOf,
  finished,
  offering,
  taskIdOf,
  titled,
  titleOf,
} from './testing/reading.ts';

let platform: BotPlatform;
let discord: DiscordStandIn;
let bot: RunningBot;
const clock = createMovableClock();
const ann = { id: '200000000000000001', locale: 'en-US' };
const bob = { id: '200000000000000002', locale: 'en-US' };

beforeAll(async () => {
  platform = await createBotPlatform();
  discord = await startDiscordStandIn({ nowMs: () => clock.now().getTime() });
  bot = await platform.startBot(discord, clock);
});
afterAll(async () => {
  expect(await checkLedger(platform.database)).toMatchObject({ ok: true, imbalance: 0 });
  await bot.stop();
  await discord[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

const small = { size: '256x256', steps: 4 };
test('/imagine defers, shows progress with a preview, and ends in the picture', async () => {
  const channel = discord.addChannel();
  // Slow enough that previews are sent, and held twice until what is shown of it is seen.
  const holdAt = (step: number) => ({ arm: [{ kind: 'hold', step, times: 'always' }] });
  await platform.backend.control({ ...holdAt(5), simulate: { secondsPerStep: 0.4, instant: false } });
  const act = discord.slash(ann, channel, 'imagine', {
    prompt: 'a **fox** @everyone',
    size: '256x256',
    steps: 12,
    seed: 7,
  });
  const shownBeyond = (before: number) =>
    eventually(() => {
      const message = act.message();
      const [, percent] = /▱? (\d+)\s%/.exec(message.embeds[0]?.description ?? '') ?? [];
      expect(message.attachments.map(({ filename }) => filename.split('.')[0])).toEqual(['preview']);
      expect(Number(percent)).toBeGreaterThan(before);
      return Number(percent);
    });
  const first = await shownBeyond(0);
  await platform.backend.control({ ...released, ...holdAt(9) });
  await shownBeyond(first);
  await platform.backend.control({ ...released, simulate: { secondsPerStep: 0, instant: true } });
  await finished(act);
  expect(act.interaction.callback?.type).toBe(5);
  const message = act.message();
  expect(message.attachments.map(({ contentType }) => contentType)).toEqual(['image/png']);
  expect(fieldsOf(message)).toEqual({ By: `<@${ann.id}>`, Cost: expect.stringMatching(/^\d+ credits?$/) });
  expect(message.embeds[0]?.footer?.text).toBe('Stable Diffusion XL · 256 × 256 · 12 steps · seed 7');
  expect(message.embeds[0]?.description).toContain('\\*\\*fox\\*\\*');
  expect(actionsOf(message)).toEqual([
    'upscale',
    'reroll',
    'subtle',
    'strong',
    'edit',
    'animate',
    'inpaint',
    'outpaint',
    'cutout',
    'again',
    'star',
    'delete',
  ]);
});

const readTask = (id: string) => Task.query(platform.database).findById(id).throwIfNotFound();

test('the buttons of a result make tasks with it as parent', async () => {
  const channel = discord.addChannel();
  // A small one, since enlarging is real work here.
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const image = { filename: 'boat.png', contentType: 'image/png', bytes };
  const options = { prompt: 'a boat', image, size: '64x64', steps: 1 };
  const first = await finished(discord.slash(ann, channel, 'img2img', options));
  const parentId = buttonOf(first, 'reroll').split(':')[2];
  for (const [action, workflow] of [
    ['upscale', 'upscale'],
    ['strong', 'img2img'],
    ['reroll', 'img2img'],
  ] as const) {
    const made = await finished(discord.click(ann, channel, first, buttonOf(first, action)));
    expect(await readTask(taskIdOf(made))).toMatchObject({ workflowName: workflow, parentId });
  }
  // Its film would take long here.
  await platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
  discord.click(ann, channel, first, buttonOf(first, 'animate'));
  const { question, yes, cost } = await askedPrice(discord, channel.id);
  expect(cost).toBeGreaterThan(10);
  expect(question.content).toBe(`This costs ${cost} credits. Do you want it?`);
  const films = () => Task.query(platform.database).where({ workflowName: 'img2video' }).resultSize();
  expect(await films()).toBe(0);
  const act = discord.click(ann, channel, question, yes);
  const film = await offering(act, 'cancel');
  expect(await readTask(taskIdOf(film))).toMatchObject({ workflowName: 'img2video', parentId });
  discord.click(ann, channel, film, buttonOf(film, 'cancel'));
  await titled(act, 'Cancelled');
  discord.click(ann, channel, question, yes);
  await eventually(() => {
    const said = [...discord.state.messages.values()].filter(({ channelId }) => channelId === channel.id);
    expect(said.map(({ content }) => content)).toContain(en.alreadyMade);
  });
  expect(await films()).toBe(1);
  await platform.backend.control({ simulate: { secondsPerStep: 0 } });
  expect(titleOf(discord.state.messages.get(first.id) ?? first)).toBe('Done');
});

test('Edit prompt opens the whole prompt, and makes a new task', async () => {
  const channel = discord.addChannel();
  const first = await finished(discord.slash(ann, channel, 'imagine', { prompt: 'a red door', ...small }));
  const id = buttonOf(first, 'edit');
  const click = discord.click(ann, channel, first, id);
  const form = await eventually(() => {
    expect(click.interaction.callback?.type).toBe(9);
    return JSON.stringify(click.interaction.callback?.data);
  });
  expect(form).toContain('a red door');
  expect(form).toContain(`Costs ${fieldsOf(first).Cost}.`);
  const values = { prompt: 'a green door', negative: 'rain' };
  const made = await finished(discord.submit(ann, channel, id, values, first));
  expect(made.embeds[0]?.description).toContain('a green door');
});

test('Cancel ends the task, returns the credits and says so', async () => {
  const channel = discord.addChannel();
  const act = discord.slash(ann, channel, 'imagine', { prompt: 'slow [seconds-per-step:60]', ...small });
  const open = await eventually(() => {
    buttonOf(act.message(), 'cancel');
    return act.message();
  });
  const foreign = discord.click(bob, channel, open, buttonOf(open, 'cancel'));
  await eventually(() => expect(foreign.message().content).toContain('Only the person who started'));
  discord.click(ann, channel, open, buttonOf(open, 'cancel'));
  await titled(act, 'Cancelled');
});

test('Delete removes the message and the files; only for its owner', async () => {
  const channel = discord.addChannel();
  const first = await finished(discord.slash(ann, channel, 'imagine', { prompt: 'a key', ...small }));
  const id = buttonOf(first, 'delete');
  const foreign = discord.click(bob, channel, first, id);
  await eventually(() => expect(foreign.message().content).toContain('Only the person who started'));
  expect(discord.state.messages.has(first.id)).toBe(true);
  discord.click(ann, channel, first, id);
  await eventually(() => expect(discord.state.messages.has(first.id)).toBe(false));
});

test('a private result is visible only to its person until published', async () => {
  const channel = discord.addChannel();
  const act = discord.slash(ann, channel, 'imagine', { prompt: 'a secret', private: true, ...small });
  const first = await finished(act);
  expect(first.ephemeral).toBe(true);
  // Only the owner is told the balance.
  expect(fieldsOf(first).Cost).toMatch(/^\d+ credits? · \d+ left$/);
  discord.click(ann, channel, first, buttonOf(first, 'publish'));
  await eventually(() => {
    const open = [...discord.state.messages.values()].filter(
      (one) => one.channelId === channel.id && !one.ephemeral,
    );
    expect(open.map((one) => [titleOf(one), one.attachments.length])).toEqual([['Done', 1]]);
    expect(JSON.stringify(open[0]?.embeds)).not.toContain('left');
  });
});

test('a bot that was killed in mid-run completes the same message', async () => {
  await using other = await startDiscordStandIn({ nowMs: Date.now });
  const channel = other.addChannel();
  const env = platform.botEnv(other);
  const killed = await startBotProcess(env);
  await platform.backend.control(held);
  const act = other.slash(bob, channel, 'imagine', { prompt: 'a tower', ...small });
  const open = await eventually(() => {
    buttonOf(act.message(), 'cancel');
    return act.message();
  });
  killed.signal('SIGKILL');
  expect(await killed.ended).toBeNull();
  await platform.backend.control(released);
  await using again = await startBotProcess(env);
  const message = await finished(act);
  expect(message.id).toBe(open.id);
  expect(message.attachments).toHaveLength(1);
  // The commands were the same, and Discord limits how often they are written.
  expect(other.state.commandWrites).toBe(1);
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
  again.signal('SIGTERM');
  expect(await again.ended).toBe(0);
});

test('a task that ends while the bot is away is delivered once', async () => {
  await using other = await startDiscordStandIn({ nowMs: Date.now });
  const channel = other.addChannel();
  const env = platform.botEnv(other);
  const killed = await startBotProcess(env);
  await platform.backend.control(held);
  const act = other.slash(bob, channel, 'imagine', { prompt: 'a bridge', ...small });
  const taskId = await eventually(() => buttonOf(act.message(), 'cancel').split(':')[2] ?? '');
  killed.signal('SIGKILL');
  await killed.ended;
  await platform.backend.control(released);
  await eventually(async () =>
    expect((await Task.query(platform.database).findById(taskId))?.status).toBe('succeeded'),
  );
  await using again = await startBotProcess(env);
  const message = await finished(act);
  const { edits } = message;
  again.signal('SIGTERM');
  await again.ended;
  await using third = await startBotProcess(env);
  await eventually(async () => expect((await fetch(`${third.url}/readyz`)).status).toBe(200));
  expect(message.edits).toBe(edits);
});
