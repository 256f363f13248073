import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, held, released } from './testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from './testing/botWorld.ts';
import type { OptionValue } from './testing/discord/commandPayload.ts';
import type { Act } from './testing/discord/standIn.ts';
import type { StoredChannel, StoredMessage } from './testing/discord/state.ts';
import { actionsOf, buttonOf, offering, repliedPrivately, taskIdOf } from './testing/reading.ts';

let world: BotWorld;
let channel: StoredChannel;
const li = { id: '200000000000000901', locale: 'zh-CN' };

beforeAll(async () => {
  world = await createBotWorld(createClockFromNoon());
  channel = world.discord.addChannel();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Names are the same in every language: models, samplers, workflows, formats, units. */
const names =
  /\b(Stable (?:Video )?Diffusion(?: XL)?(?: [\d.]+ Inpainting)?|Flux\.\d(?: dev| Klein)?|Krea \d Turbo|Qwen-Image(?:-Edit)?|Z-Image(?: Turbo)?|LTX-[\d.]+|MiniMax H3|Wan(?:-Animate)?|FireRed(?:-Image-Edit)?|SeedVR2|SDXL|SD|FLUX|text2img|img2img|text2video|img2video|upscale|pose|GPU|APP|Star-Graph|LoRA|PNG|JPEG|WebP|Discord|MB|cfg|v\d+)\b/g;
/** Ids, mentions, times, addresses, and names of people, models and files belong to no language. */
const marks =
  /<[@#&t:][^>]*>|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|https?:\/\/\S+|\S+\.(safetensors|pth|png|webp|mp4|ckpt)\b|\*\*[A-Z0-9-]+\*\*|· \*\*[^*\n]+\*\*(?: · [\w. -]+)?|sg1:\S+|\bperson\d+\b/g;

/** Every visible text of a message, without the parts that are the same in every language. */
function listTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(listTexts);
  if (typeof value !== 'object' || value === null) return [];
  const read = ['content', 'title', 'description', 'name', 'value', 'text', 'label', 'placeholder'];
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === 'string' && read.includes(key) ? [one] : listTexts(one),
  );
}
const englishIn = (shown: unknown): string[] =>
  listTexts(shown).filter((text) => /[A-Za-z]{3,}/.test(text.replace(marks, '').replace(names, '')));

/** The texts of a message; files keep their names. */
const readable = ({ content, embeds, components }: StoredMessage) => [{ content }, embeds, components];
const say = (words: string, options: Record<string, OptionValue> = {}, where = channel) =>
  world.discord.slash(li, where, words, options);
const press = (message: StoredMessage, action: string) =>
  world.discord.click(li, channel, message, buttonOf(message, action));
const done = (act: Act) =>
  eventually(() => {
    expect(act.message().embeds[0]?.title).toBe('完成');
    return act.message();
  });
const refused = (words: string, options: Record<string, OptionValue>) =>
  repliedPrivately(world.discord, say(words, options, world.discord.addChannel()));

test('a Chinese reader never sees English in progress, results, forms and choices', async () => {
  const seen: unknown[] = [];
  await world.platform.backend.control(held);
  const act = say('imagine', { prompt: '一座城堡', size: '256x256', steps: 9 });
  const open = await offering(act, 'cancel');
  await eventually(() => {
    seen.push(structuredClone(readable(act.message())));
    expect(act.message().embeds[0]?.title).toBe('生成中');
  });
  await world.platform.backend.control(released);
  const result = await done(act);
  expect(actionsOf(result)).toEqual([
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
  const edit = press(result, 'edit');
  await eventually(() => expect(edit.interaction.callback?.type).toBe(9));
  const film = await done(say('video', { prompt: '海浪', frames: 2, fps: 4 }));
  const choices = world.discord.autocomplete(li, channel, 'task', 'id', '');
  await eventually(() => expect(choices.interaction.callback?.type).toBe(8));
  const filled = async (words: string, options = {}) => {
    const told = say(words, options);
    await eventually(() => expect(told.message().loading).toBe(false));
    return readable(told.message());
  };
  for (const words of ['balance', 'daily', 'daily', 'history', 'queue', 'models', 'link', 'help', 'task'])
    seen.push(await filled(words));
  seen.push(
    readable(open),
    readable(result),
    readable(film),
    edit.interaction.callback?.data,
    choices.interaction.callback?.data,
    await filled('gift', { to: { userId: '200000000000000902' }, amount: 5 }),
    await filled('task', { id: taskIdOf(result) }),
  );
  expect(seen.flatMap(englishIn)).toEqual([]);
  // There are texts to check.
  expect(seen.flatMap(listTexts).filter((text) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThan(80);
});

test('refusals, failures and cancellations are told in Chinese too', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const text = { filename: 'a.txt', contentType: 'text/plain', bytes: Buffer.from('x') };
  const elsewhere = {
    filename: 'a.png',
    contentType: 'image/png',
    bytes: png,
    url: 'https://a.example/a.png',
  };
  const told = [
    await refused('imagine', { prompt: '一', size: '大' }),
    await refused('imagine', { prompt: '一', model: '没有' }),
    await refused('imagine', { prompt: '一', lora: '没有' }),
    await refused('video', {}),
    await refused('upscale', { image: text }),
    await refused('upscale', { image: elsewhere }),
    await refused('task', { id: 'no such task' }),
    await refused('gift', { to: { userId: li.id }, amount: 5 }),
    await refused('gift', { to: { userId: '200000000000000903' }, amount: 1_000_000 }),
  ];
  world.gate.strike(/^POST .*generate/, { status: 429, code: 'rate-limited', retryAfterSeconds: 60 });
  told.push(await refused('imagine', { prompt: '一' }));
  const failed = say('imagine', { prompt: '一 [fault:error]', size: '256x256', steps: 1 });
  await eventually(() => expect(failed.message().embeds[0]?.title).toBe('失败'));
  await world.platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
  const stopped = say('imagine', { prompt: '一', size: '256x256', steps: 1 });
  const cancel = press(await offering(stopped, 'cancel'), 'cancel');
  await eventually(() => expect(stopped.message().embeds[0]?.title).toBe('已取消'));
  await eventually(() => expect(cancel.message().content).toContain('已取消'));
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
  const other = { ...li, id: '200000000000000904' };
  const reroll = buttonOf(stopped.message(), 'reroll');
  const foreign = world.discord.click(other, world.discord.addChannel(), stopped.message(), reroll);
  told.push(await repliedPrivately(world.discord, foreign));
  const shown = [...told.map((content) => ({ content })), readable(stopped.message())];
  expect(shown.flatMap(englishIn)).toEqual([]);
  // The sentinel that causes the failure is part of the prompt.
  expect(englishIn(readable(failed.message()))).toEqual([expect.stringContaining('fault:error')]);
  expect(told.filter((sentence) => !/\p{Script=Han}/u.test(sentence))).toEqual([]);
});
