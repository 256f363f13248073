import { createTwoColours } from '@star-graph/core/testing/pictures';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { eventually } from '../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../testing/botWorld.ts';
import type { OptionValue } from '../testing/discord/commandPayload.ts';
import type { Person } from '../testing/discord/payloads.ts';
import type { StoredChannel, StoredMessage } from '../testing/discord/state.ts';
import { actionsOf, answered, finished, offering, repliedPrivately, taskIdOf } from '../testing/reading.ts';
import { listMedia, readTexts } from '../tracking/messageParts.ts';
import { commands } from './commands.ts';
import { rank, toChoice } from './options/complete.ts';

let world: BotWorld;
let person: Person;
let channel: StoredChannel;
let photo: { filename: string; contentType: string; bytes: Buffer };

beforeAll(async () => {
  world = await createBotWorld();
  const bytes = await sharp({ create: { width: 320, height: 256, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  photo = { filename: 'photo.jpg', contentType: 'image/jpeg', bytes };
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  person = world.newPerson();
  channel = world.discord.addChannel();
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
});

const say = (words: string, options: Record<string, OptionValue> = {}) =>
  world.discord.slash(person, channel, words, options);
const small = { size: '256x256', steps: 1 };
const told = async (words: string, options: Record<string, OptionValue> = {}) => {
  const act = world.discord.slash(person, world.discord.addChannel(), words, options);
  await eventually(() => expect(act.message()).toMatchObject({ loading: false, ephemeral: true }));
  return act.message();
};
/** Waits for the thumbnail of a result, which is made after the result. */
const thumbnailed = (message: StoredMessage) =>
  eventually(async () => {
    const task = await world.clientOf(person).getTask({ params: { id: taskIdOf(message) } });
    expect(task.outputs[0]?.thumbnailUrl).toBeDefined();
    return message;
  });
const finishedPrivately = (act: ReturnType<typeof say>) =>
  eventually(() => expect(act.message()).toMatchObject({ loading: false, ephemeral: true }));
const choicesOf = async (words: string, option: string, typed: string) =>
  (await offeredBy(words, option, typed)).map(({ value }) => value);
async function offeredBy(words: string, option: string, typed: string) {
  const act = world.discord.autocomplete(person, channel, words, option, typed);
  return eventually(() => {
    expect(act.interaction.callback?.type).toBe(8);
    return act.interaction.callback?.data.choices as { name: string; value: string }[];
  });
}

test('/img2img repaints the picture it is given, which is copied at once', async () => {
  const message = await finished(say('img2img', { prompt: 'a boat', image: photo, denoise: 0.3, steps: 1 }));
  const { params, workflow } = await world.readTask(taskIdOf(message));
  expect(workflow.name).toBe('img2img');
  expect(params).toMatchObject({ prompt: 'a boat', denoise: 0.3 });
  const copy = await world.clientOf(person).getAsset({ params: { id: String(params.image) } });
  expect(copy).toMatchObject({ width: 320, height: 256, mime: 'image/jpeg' });
  expect(message.attachments).toHaveLength(1);
});

test('/img2img of several pictures runs an engine that looks at all of them', async () => {
  const more = { image2: photo, image4: photo };
  const message = await finished(say('img2img', { prompt: 'both boats', image: photo, ...more }));
  const { params, workflow } = await world.readTask(taskIdOf(message));
  expect(workflow.name).toMatch(/edit/);
  expect(params).toMatchObject({ image2: expect.any(String), image3: expect.any(String) });
  expect(params).not.toHaveProperty('image4');
});

test('a style goes behind the words, its result comes by direct message, and loses its background', async () => {
  expect(await offeredBy('imagine', 'style', 'waterc')).toEqual([
    { name: 'Watercolour', value: 'watercolour' },
  ]);
  const options = { prompt: 'a boat', ...small, negative: 'rain', style: 'watercolour', dm: true };
  const message = await finished(say('imagine', options));
  const { params } = await world.readTask(taskIdOf(message));
  expect(params.prompt).toMatch(/^a boat, watercolour on rough paper/);
  expect(params.negativePrompt).toBe('rain, photograph, hard lines');
  const letters = () =>
    [...world.discord.state.messages.values()].filter(
      ({ channelId, embeds }) => channelId === `9${person.id.slice(1)}` && embeds[0]?.title === 'Done',
    );
  await eventually(() => expect(letters()).toHaveLength(1));
  expect(letters()[0]?.attachments).toHaveLength(1);
  expect(taskIdOf(letters()[0] ?? message)).toBe(taskIdOf(message));
  const cut = await finished(
    world.discord.click(person, channel, message, `sg1:cutout:${taskIdOf(message)}:0`),
  );
  const made = await world.readTask(taskIdOf(cut));
  expect([made.workflow.name, made.parentId]).toEqual(['remove-background', taskIdOf(message)]);
  expect(actionsOf(cut)).not.toContain('cutout');
  expect(letters()).toHaveLength(1);
  const unknown = world.discord.slash(person, world.discord.addChannel(), 'imagine', {
    prompt: 'a boat',
    style: 'nonsense',
  });
  expect(await repliedPrivately(world.discord, unknown)).toBe(
    en.badOption(en.limited('style', en.limit.listed)),
  );
});

test('/grid draws one prompt with each model after one price, and once', async () => {
  const prompt = 'a **fox**, \\o/ and `more`';
  await finishedPrivately(say('preferences set', { size: '256x256' }));
  const asked = (options: object) =>
    world.discord.slash(person, world.discord.addChannel(), 'grid', { prompt, ...options });
  const twice = asked({ model: 'z-image', model2: 'Z-Image Turbo' });
  expect(await repliedPrivately(world.discord, twice)).toContain('Choose each model once.');
  const options = { model: 'Z-Image Turbo', model2: 'Stable Diffusion XL', style: 'Watercolour' };
  const question = await told('grid', { prompt, ...options });
  const client = world.clientOf(person);
  const [cost] = /\d+(?= credits)/.exec(question.content) ?? [];
  const [yes = ''] = /sg1g:[^"]+/.exec(JSON.stringify(question.components)) ?? [];
  expect((await client.listTasks()).items).toEqual([]);
  const press = () => world.discord.click(person, channel, question, yes);
  press();
  const tasks = await eventually(async () => {
    const { items } = await client.listTasks();
    expect(items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    return items;
  });
  expect(tasks.map(({ workflow }) => workflow.name).toSorted()).toEqual(['text2img', 'z-image']);
  const look = (await client.listStyles()).items.find(({ name }) => name === 'watercolour')?.words;
  const drawn = `${prompt}, ${look}`;
  expect(tasks.map(({ params }) => params.prompt)).toEqual([drawn, drawn]);
  expect(tasks.reduce((sum, task) => sum + task.cost, 0)).toBe(Number(cost));
  const results = () =>
    [...world.discord.state.messages.values()].filter(
      ({ channelId, embeds, ephemeral }) =>
        channelId === channel.id && embeds[0]?.title === 'Done' && !ephemeral,
    );
  await eventually(() =>
    expect(results().map(taskIdOf).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted()),
  );
  const again = world.discord.click(person, world.discord.addChannel(), question, yes);
  expect(await repliedPrivately(world.discord, again)).toBe(en.alreadyMade);
  expect((await client.listTasks()).items).toHaveLength(2);
});

test('/party puts the pictures with the most reactions together at its end, once', async () => {
  const posts = (title: string) =>
    [...world.discord.state.messages.values()].filter(
      ({ channelId, content }) => channelId === channel.id && content.includes(title),
    );
  const begun = () => posts('Until <t:')[0];
  say('party', { theme: 'boats *and* tides', minutes: 5 });
  const begin = await eventually(() => {
    const message = begun();
    if (!message) throw new Error('no party');
    return message;
  });
  expect(begin).toMatchObject({
    ephemeral: false,
    content: expect.stringContaining('## 🎉 boats \\*and\\* tides\n'),
  });
  const second = world.discord.slash(person, channel, 'party', { theme: 'tides' });
  await eventually(() => {
    const told = [...world.discord.state.messages.values()].filter(({ content }) =>
      content.includes('The party goes on'),
    );
    expect(told.map(({ ephemeral }) => ephemeral)).toEqual([true]);
  });
  expect(second.interaction.callback?.type).toBe(5);
  const [yes = ''] = /sg1p:[^"]+/.exec(JSON.stringify(begin.components)) ?? [];
  const early = world.discord.click(person, world.discord.addChannel(), begin, yes);
  expect(await repliedPrivately(world.discord, early)).toContain('The party goes on until');
  const drawn = [
    await finished(say('imagine', { prompt: 'one', ...small })),
    await finished(say('imagine', { prompt: 'two', ...small })),
    await finished(say('imagine', { prompt: 'three', ...small, private: true })),
  ];
  const [one, two] = drawn;
  if (!one || !two) throw new Error('nothing drawn');
  one.reactions = { '👍': 1 };
  two.reactions = { '👍': 2, '🎉': 1 };
  // A bot that dies once the post is there leaves the message as it was, with its button.
  const path = new RegExp(`^/channels/${channel.id}/messages/${begin.id}$`);
  world.discord.state.faults.push({ method: 'PATCH', path, status: 400, code: 50035, times: 1 });
  world.clock.advance(5 * 60_000 + 1_000);
  const bests = () =>
    [...world.discord.state.messages.values()].filter(
      (message) =>
        message.channelId === channel.id && JSON.stringify(message.components).includes(': the best'),
    );
  const best = await eventually(() => {
    const [post] = bests();
    if (!post) throw new Error('nothing is put together');
    return post;
  });
  const [, gallery, lines] = best.components as { items?: object[]; content?: string }[];
  expect(lines?.content?.split('\n')).toEqual([
    expect.stringMatching(new RegExp(`^1\\\\. 2 reactions · <@${person.id}> · .*${two.id}\\)$`)),
    expect.stringMatching(new RegExp(`^2\\\\. 1 reaction · .*${one.id}\\)$`)),
  ]);
  expect(gallery?.items).toHaveLength(2);
  const sizes = best.attachments.map(async ({ bytes }) => (await sharp(bytes).metadata()).width);
  expect(await Promise.all(sizes)).toEqual([256, 256]);
  await eventually(() => expect(world.discord.state.faults).toEqual([]));
  // Minutes later Discord knows the nonce no more.
  world.discord.state.nonces.clear();
  await answered(world.discord.click(person, channel, begin, yes), 'Here they are.');
  expect(begin).toMatchObject({ components: [], content: expect.stringContaining('The best are below.') });
  const late = world.discord.click(person, world.discord.addChannel(), begin, yes, { isForged: true });
  expect(await repliedPrivately(world.discord, late)).toBe(en.oldButton);
  expect(bests()).toHaveLength(1);
});

test('/video of a picture and words runs an engine that takes both', async () => {
  const message = await finished(
    say('video', { image: photo, prompt: 'the boat sails away', seconds: 0.4, style: 'watercolour' }),
  );
  const { params, workflow } = await world.readTask(taskIdOf(message));
  expect(workflow.name).toBe('ltx23-img2video');
  const prompt = expect.stringMatching(/^the boat sails away, ./);
  expect(params).toMatchObject({ prompt, image: expect.any(String), frames: 9 });
});

test('a preferred engine draws, with a preset of its own', async () => {
  await finishedPrivately(say('preferences set', { model: 'Z-Image Turbo' }));
  const message = await finished(say('imagine', { prompt: 'a boat', size: '256x256', preset: 'draft' }));
  const { params, workflow } = await world.readTask(taskIdOf(message));
  expect([workflow.name, params.steps]).toEqual(['z-image', 4]);
  expect(JSON.stringify(message.embeds)).not.toContain('No GPU server offers');
});

test('/inpaint scales a mask to its picture, and refuses another shape', async () => {
  const half = await sharp({ create: { width: 80, height: 128, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const maskOf = async (width: number, height: number) => ({
    filename: 'mask.png',
    contentType: 'image/png',
    bytes: await sharp({ create: { width, height, channels: 3, background: 'black' } })
      .composite([{ input: half, left: 0, top: 0 }])
      .png()
      .toBuffer(),
  });
  const options = { prompt: 'a door', image: photo, steps: 1 };
  const message = await finished(say('inpaint', { ...options, mask: await maskOf(160, 128), grow: 0 }));
  const { params, workflow } = await world.readTask(taskIdOf(message));
  expect(workflow.name).toBe('inpaint');
  expect(params).toMatchObject({ prompt: 'a door', growMask: 0 });
  const mask = await world.clientOf(person).getAsset({ params: { id: String(params.mask) } });
  expect(mask).toMatchObject({ width: 320, height: 256, mime: 'image/png' });
  const refused = world.discord.slash(person, world.discord.addChannel(), 'inpaint', {
    ...options,
    mask: await maskOf(160, 160),
  });
  expect(await repliedPrivately(world.discord, refused)).toBe(en.mask.size(160, 160, 320, 256));
  expect((await world.clientOf(person).listTasks()).items).toHaveLength(1);
});

test('/outpaint extends a picture, keeps its pixels, and refuses an invalid amount', async () => {
  const bytes = await createTwoColours(96, 64).png().toBuffer();
  const image = { filename: 'boat.png', contentType: 'image/png', bytes };
  const options = { prompt: 'a bay', image, steps: 1 };
  const message = await finished(say('outpaint', { ...options, amount: '50%' }));
  const { params, workflow, outputs } = await world.readTask(taskIdOf(message));
  expect(workflow.name).toBe('outpaint');
  expect(params).toMatchObject({ left: 48, top: 32, right: 48, bottom: 32, feathering: 24 });
  expect(outputs).toMatchObject([{ width: 192, height: 128 }]);
  const drawn = sharp(message.attachments[0]?.bytes).removeAlpha();
  // A quarter of its shorter side is soft.
  const middle = { left: 16, top: 16, width: 64, height: 32 };
  const own = await sharp(bytes).extract(middle).raw().toBuffer();
  const at = { ...middle, left: 48 + 16, top: 32 + 16 };
  expect(await drawn.clone().extract(at).raw().toBuffer()).toEqual(own);
  const edges = await drawn.clone().extract({ left: 0, top: 0, width: 192, height: 32 }).stats();
  // Neither left empty nor the picture's own.
  expect(Math.max(...edges.channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
  const right = await finished(say('outpaint', { ...options, direction: 'right', amount: '40px' }));
  expect((await world.readTask(taskIdOf(right))).outputs).toMatchObject([{ width: 136, height: 64 }]);
  for (const [amount, sentence] of [
    ['a lot', en.outpaint.amount(200, 4096)],
    ['200%', en.badOption(en.limited('amount', en.limit.result('480', '320')))],
  ] as const) {
    const refused = world.discord.slash(person, world.discord.addChannel(), 'outpaint', {
      ...options,
      amount,
    });
    expect(await repliedPrivately(world.discord, refused)).toContain(sentence);
  }
  expect((await world.clientOf(person).listTasks()).items).toHaveLength(2);
});

test('/upscale enlarges the picture as often as is asked', async () => {
  const tiny = await sharp({ create: { width: 64, height: 32, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const image = { filename: 'tiny.png', contentType: 'image/png', bytes: tiny };
  const message = await finished(say('upscale', { image, scale: 4 }));
  const { width, height } = await sharp(message.attachments[0]?.bytes).metadata();
  expect([width, height]).toEqual([256, 128]);
  expect(actionsOf(message)).not.toContain('edit');
});

test.each(['openpose', 'canny', 'depth'])('/pose follows the picture by %s', async (control) => {
  const message = await finished(
    say('pose', { prompt: 'a dancer', image: photo, control, strength: 0.8, steps: 1 }),
  );
  const task = await world.readTask(taskIdOf(message));
  expect(task.workflow.name).toBe('pose');
  expect(task.params).toMatchObject({ control, strength: 0.8 });
});

test('/video makes a film of a picture, and one of words', async () => {
  const film = { frames: 2, fps: 4 };
  const fromPicture = await finished(say('video', { image: photo, ...film }));
  const fromWords = await finished(say('video', { prompt: 'a tide', ...film }));
  const tasks = await Promise.all([fromPicture, fromWords].map((one) => world.readTask(taskIdOf(one))));
  expect(tasks.map(({ workflow }) => workflow.name)).toEqual(['img2video', 'text2video']);
  for (const { attachments } of [fromPicture, fromWords])
    expect(attachments.map(({ contentType }) => contentType)).toEqual(['video/mp4']);
});

test('/task finds one’s own tasks only, by id or the latest', async () => {
  const first = await finished(say('imagine', { prompt: 'one', ...small }));
  const second = await finished(say('imagine', { prompt: 'two', ...small }));
  const latest = await finished(say('task'));
  expect(taskIdOf(latest)).toBe(taskIdOf(second));
  const found = await finished(say('task', { id: taskIdOf(first).toUpperCase() }));
  expect(taskIdOf(found)).toBe(taskIdOf(first));
  const id = taskIdOf(first);
  person = world.newPerson();
  expect((await told('task', { id })).content).toBe(en.problem['not-found']);
  expect((await told('task')).content).toBe(en.noTasks);
  expect(await choicesOf('task', 'id', '')).toEqual([]);
});

test('/task searches one’s own tasks by their words, states and ids', async () => {
  const first = await finished(say('imagine', { prompt: 'a lighthouse', ...small }));
  const second = await finished(say('imagine', { prompt: 'a windmill', ...small }));
  expect(await choicesOf('task', 'id', 'WIND')).toEqual([taskIdOf(second)]);
  expect(await choicesOf('task', 'id', taskIdOf(first))).toEqual([taskIdOf(first)]);
  expect(await choicesOf('task', 'id', 'done')).toEqual([taskIdOf(second), taskIdOf(first)]);
});

test('/history lists what was made, /queue what waits, to the person alone', async () => {
  const drawn = await thumbnailed(await finished(say('imagine', { prompt: 'an oak', ...small })));
  await world.platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
  const act = say('imagine', { prompt: 'an elm', ...small });
  const open = await offering(act, 'cancel');
  const history = await told('history');
  expect(history.content).toBe(`**${en.historyTitle}**`);
  const [elm, oak] = history.embeds;
  expect(history.embeds).toHaveLength(2);
  expect(elm?.description).toContain('an elm');
  expect(elm?.thumbnail).toBeUndefined();
  const link = `https://discord.com/channels/${world.discord.guildId}/${channel.id}/${drawn.id}`;
  expect(oak?.description).toMatch(/^\*\*Done\*\* · Text to picture · <t:\d+:R> · \d+ credits?\nan oak\n/);
  expect(oak?.description).toContain(`[${en.jump}](${link})`);
  const [thumbnail] = history.attachments;
  expect(oak?.thumbnail?.url).toBe(`attachment://${thumbnail?.filename}`);
  expect(await sharp(thumbnail?.bytes).metadata()).toMatchObject({ format: 'webp' });
  const queue = await told('queue');
  expect(queue.content).toMatch(/^[01] working, [01] waiting; 1 of 1 GPU servers online\./);
  expect(queue.embeds.map(({ description }) => description)).toEqual([expect.stringContaining('an elm')]);
  const pause = (pausedAt: Date | null) => world.platform.database('leader').update({ pausedAt });
  await pause(new Date());
  await eventually(async () =>
    expect((await told('queue')).content).toContain('The queue is paused by the operator.'),
  );
  // Its message says so, and no longer once the queue goes on.
  const held = await offering(say('imagine', { prompt: 'a yew', ...small }), 'cancel');
  await eventually(() => expect(JSON.stringify(held.embeds)).toContain(en.progress.paused));
  await pause(null);
  await eventually(() => expect(JSON.stringify(held.embeds)).not.toContain(en.progress.paused));
  for (const one of [held, open]) await world.clientOf(person).cancelTask({ params: { id: taskIdOf(one) } });
});

test('/models shows each model as a card, and typing finds each file', async () => {
  const shown = await told('models');
  const cards = readTexts(shown);
  expect(cards).toContain('Model · **Stable Diffusion XL** · SDXL');
  expect(cards).toMatch(/^\*\*Z-Image Turbo\*\* · Pictures · from 1 credit\nDraws pictures/m);
  expect(cards).toMatch(/^\*\*Wan 2\.2\*\* · Videos · from 1 credit\n/m);
  expect(cards).toMatch(/^-# Showing \d+ of \d+\. /m);
  expect(listMedia(shown)).toEqual([]);
  // Discord refuses what it does not know: the words come all the same.
  world.discord.state.faults.push({
    method: 'PATCH',
    path: /^\/webhooks/,
    status: 400,
    code: 50035,
    times: 1,
  });
  const plain = await told('models');
  expect([plain.isOfParts, plain.content.includes('**Z-Image Turbo**')]).toEqual([undefined, true]);
  const sdxl = { name: 'Stable Diffusion XL · SDXL', value: 'sd_xl_base_1.0.safetensors' };
  for (const typed of ['sd_xl_base', 'stable diffusion xl'])
    expect(await offeredBy('imagine', 'model', typed)).toContainEqual(expect.objectContaining(sdxl));
});

test('/models shows the person’s latest public result with a model', async () => {
  await thumbnailed(await finished(say('imagine', { prompt: 'a secret', ...small, private: true })));
  expect(listMedia(await told('models'))).toEqual([]);
  const older = await thumbnailed(await finished(say('imagine', { prompt: 'older', ...small })));
  const latest = await thumbnailed(await finished(say('imagine', { prompt: 'latest', ...small })));
  const shown = await told('models');
  expect(listMedia(shown)).toEqual([{ url: `attachment://${shown.attachments[0]?.filename}` }]);
  expect(readTexts(shown)).toContain('your latest: latest');
  expect(readTexts(shown)).toContain(latest.id);
  expect(readTexts(shown)).not.toContain(older.id);
  // Other people see none of it.
  person = world.newPerson();
  expect(listMedia(await told('models'))).toEqual([]);
});

test('a picture that its place veils is shown in no list', async () => {
  await world.setPolicy({ channels: { [channel.id]: { spoiler: true } } });
  await thumbnailed(await finished(say('imagine', { prompt: 'veiled', ...small })));
  for (const words of ['history', 'models']) {
    const { embeds, attachments } = await told(words);
    expect([attachments.length, embeds.filter(({ thumbnail }) => thumbnail).length]).toEqual([0, 0]);
  }
  await world.setPolicy({});
});

test('/help names every command there is, in one message', async () => {
  const shown = (await told('help')).embeds[0]?.description ?? '';
  const slashNames = commands.flatMap(({ data }) => ('description' in data ? [data.name] : []));
  expect(slashNames.filter((name) => !shown.includes(`**/${name}**`))).toEqual([]);
  expect(shown).toContain('/daily');
});

test('choices end at 25, and a search finds the rest', async () => {
  const some = await choicesOf('imagine', 'sampler', '');
  expect(some).toHaveLength(25);
  const sampler = 'uni_pc_bh2';
  expect(some).not.toContain(sampler);
  expect(await choicesOf('imagine', 'sampler', 'BH2')).toEqual([sampler]);
  const message = await finished(say('imagine', { prompt: 'a', ...small, sampler }));
  expect((await world.readTask(taskIdOf(message))).params.sampler).toBe(sampler);
});

test('choices follow the place’s rules, and submitted values are checked again', async () => {
  const all = await choicesOf('imagine', 'model', '');
  const [allowed = '', forbidden = ''] = all;
  expect(forbidden).not.toBe('');
  await world.setPolicy({ models: [allowed] });
  // Choices use the last known data while it is read again.
  await eventually(async () => expect(await choicesOf('imagine', 'model', '')).toEqual([allowed]));
  const act = say('imagine', { prompt: 'a', ...small, model: forbidden });
  expect(await repliedPrivately(world.discord, act)).toBe(en.refused.model);
  await world.setPolicy({});
  expect((await world.clientOf(person).listTasks()).items).toEqual([]);
});

test('a search ranks names by their beginning, then words, then the rest', () => {
  const many = Array.from({ length: 60 }, (_, index) => `lora-${String(index).padStart(2, '0')}`);
  const found = (names: string[], typed: string) => rank(names.map(toChoice), typed).map(({ name }) => name);
  expect(found(many, '')).toHaveLength(25);
  expect(found(many, '59')).toEqual(['lora-59']);
  expect(found(['xfoxx', 'a fox', 'Foxy', 'cat'], ' fox')).toEqual(['Foxy', 'a fox', 'xfoxx']);
  expect(found(['a'.repeat(101)], 'a')).toEqual([]);
});

test('a command of another version is answered in words', async () => {
  world.discord.state.commands.push({ name: 'vanished', description: 'Was here' });
  expect(await repliedPrivately(world.discord, say('vanished'))).toBe(en.oldCommand);
  world.discord.state.commands.pop();
});
