import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { PermissionFlagsBits } from 'discord.js';
import { expect, test, vi } from 'vitest';
import { eventually, held, released } from '../botPlatform.ts';
import { createBotWorld } from '../botWorld.ts';
import { askedPrice, buttonOf, offering, taskIdOf } from '../reading.ts';
import type { OptionValue } from './commandPayload.ts';
import { drawSheet, type Form } from './drawMessage.ts';
import type { Person } from './payloads.ts';
import type { Act } from './standIn.ts';
import type { StoredChannel, StoredMessage } from './state.ts';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

/** Set to get sheets of all that the bot sends, to be looked at: dark and light, both languages, and as on a phone. */
const sheetsDir = process.env.SHEETS_DIR;
const perSheet = 12;

test.runIf(sheetsDir).each(['en-US', 'zh-CN'])('every kind of message is drawn, in %s', async (locale) => {
  await using world = await createBotWorld();
  const { discord, platform, gate } = world;
  const ann: Person = {
    ...world.newPerson(locale),
    permissions: String(PermissionFlagsBits.ManageGuild | PermissionFlagsBits.ModerateMembers),
  };
  const names = { [ann.id]: 'ann' };
  const seen: { command: string; shown: StoredMessage | Form }[] = [];
  const channel = discord.addChannel();
  const bytes = await createTwoColours(320, 256).png().toBuffer();
  const photo = { filename: 'photo.png', contentType: 'image/png', bytes };
  const prompt = locale === 'zh-CN' ? '黎明的灯塔，浪打礁石' : 'a lighthouse at dawn, waves on the rocks';
  const small = { prompt, size: '384x256', steps: 4 };
  const say = (words: string, options: Record<string, OptionValue> = {}, where = channel, who = ann) =>
    discord.slash(who, where, words, options);
  const keep = (command: string, shown: StoredMessage | Form) =>
    seen.push({ command, shown: structuredClone(shown) });
  /** The end of what was asked, in whatever message it comes. */
  const ends = (channelOf: StoredChannel, before: ReadonlySet<string>) =>
    vi.waitFor(
      () => {
        const found = [...discord.state.messages.values()].filter(
          (one) => one.channelId === channelOf.id && !before.has(one.id) && !one.loading,
        );
        const done = found.find((one) => !buttonIn(one, 'cancel') && !one.content.endsWith('…'));
        if (!done) throw new Error('no end');
        return done;
      },
      { timeout: 60_000, interval: 50 },
    );
  const buttonIn = (message: StoredMessage, action: string) =>
    JSON.stringify(message.components).includes(`sg1:${action}:`);
  /** Keeps the answer of an act, or says on the sheet that none came. */
  async function take(command: string, act: () => Act, where = channel): Promise<StoredMessage | undefined> {
    const before = new Set(discord.state.messages.keys());
    const { interaction } = act();
    try {
      const message = await ends(where, before);
      // What is drawn of it later, such as the card of a sample, comes with it.
      keep(command, message);
      return message;
    } catch (error) {
      const { callback } = interaction;
      if (callback?.type === 9) keep(command, callback.data as unknown as Form);
      else seen.push({ command, shown: { title: `MISSING: ${error}`, components: [] } });
      return undefined;
    }
  }
  const form = async (command: string, act: Act) => {
    await eventually(() => expect(act.interaction.callback?.type).toBe(9));
    keep(command, act.interaction.callback?.data as unknown as Form);
  };
  const press = (message: StoredMessage, action: string) => () =>
    discord.click(ann, channel, message, buttonOf(message, action));

  try {
    await walk();
  } catch (error) {
    seen.push({
      command: 'BROKE OFF',
      shown: { title: String(error instanceof Error ? error.stack : error), components: [] },
    });
  }
  for (let start = 0; start < seen.length; start += perSheet) {
    const part = seen.slice(start, start + perSheet);
    for (const isDark of [false, true]) {
      const picture = await drawSheet(part, names, { isDark, width: 560, columns: 3 });
      const name = `${locale}-${String(start / perSheet).padStart(2, '0')}${isDark ? '-dark' : ''}.png`;
      await writeFile(join(sheetsDir ?? '', name), picture);
    }
    const phone = await drawSheet(part, names, { isDark: true, width: 360, columns: 4 });
    await writeFile(
      join(sheetsDir ?? '', `${locale}-${String(start / perSheet).padStart(2, '0')}-phone.png`),
      phone,
    );
  }
  expect(seen.length).toBeGreaterThan(60);

  async function walk() {
    // In line, running with a preview, and its end.
    await platform.backend.control({ ...held, simulate: { secondsPerStep: 0.2, instant: false } });
    const first = say('imagine', { ...small, steps: 12 });
    await offering(first, 'cancel');
    const lines = [say('imagine', small), say('imagine', small), say('imagine', small)];
    const last = lines.at(-1) ?? first;
    await offering(last, 'cancel');
    await take('/queue', () => say('queue'));
    keep('/imagine (in line)', last.message());
    await platform.backend.control({ ...released, arm: [{ kind: 'hold', step: 9, times: 'always' }] });
    await eventually(() => expect(first.message().embeds[0]?.description).toMatch(/[3-8]\d\s%/));
    keep('/imagine (running)', first.message());
    await platform.backend.control(released);
    const result = await ends(
      channel,
      new Set([...discord.state.messages.keys()].filter((id) => id !== first.message().id)),
    );
    keep('/imagine (done)', result);
    await Promise.all(
      lines.map((line) => eventually(() => expect(buttonIn(line.message(), 'cancel')).toBe(false))),
    );
    const four = await take('/imagine count 4', () => say('imagine', { ...small, count: 4 }));
    const hidden = await take('/imagine private', () => say('imagine', { ...small, private: true }));
    if (hidden) await take('Publish', press(hidden, 'publish'));
    await take('/img2img', () => say('img2img', { prompt, image: photo, steps: 2 }));
    const film = await take('/video', () => say('video', { prompt, frames: 8, fps: 8 }));
    await take('/video with words alone', () => say('video', { prompt, model: 'Wan 2.2', seconds: 1 }));
    await take('/upscale', () => say('upscale', { image: photo }));
    await take('/describe', () => say('describe', { image: photo }));
    await take('/expand', () => say('expand', { prompt }));
    for (const workflow of ['ace-step', 'hunyuan3d']) await runIt(workflow);

    async function runIt(workflow: string) {
      const { items } = await world.clientOf(ann).listWorkflows({ query: { limit: 100 } });
      const found = items.find(({ name }) => name === workflow);
      if (!found) return;
      const needs = JSON.stringify(found.params).includes('"x-asset"');
      const task = needs
        ? undefined
        : await world
            .clientOf(ann)
            .generate(workflow, { prompt })
            .catch(() => undefined);
      if (!task) {
        const opened = say('run', { workflow, ...(needs ? { image: photo } : {}) });
        await eventually(() => expect(opened.interaction.callback).toBeDefined());
        await eventually(() => expect(opened.message().loading).toBe(false));
        keep(`/run ${workflow}`, opened.message());
        const [, id = ''] =
          /"custom_id":"(sgf1:run:[^"]*)"/.exec(JSON.stringify(opened.message().components)) ?? [];
        await form(`/run ${workflow}: the form`, discord.click(ann, channel, opened.message(), id));
        await take(`/run ${workflow}`, () => discord.submit(ann, channel, id, { prompt }));
        return;
      }
      await eventually(async () => expect((await world.readTask(task.id)).status).toBe('succeeded'));
      await take(`/task ${workflow}`, () => say('task', { id: task.id }));
    }

    await form('/run text2img: the form', say('run', { workflow: 'text2img' }));
    await form('Edit', press(result, 'edit')());
    await form('Redraw a part', press(result, 'inpaint')());
    await form('Extend', press(result, 'outpaint')());
    await take('Again with…', press(result, 'again'));
    await take('Image info', () =>
      discord.messageMenu(ann, channel, 'Image info', discord.presentMessage(result)),
    );
    await take('⭐', press(result, 'star'));
    if (film) await take('⭐ on a film', press(film, 'star'));
    if (four) await take('Again with… of four', press(four, 'again'));

    // Ends that nobody wished for.
    await take('/imagine (failed)', () => say('imagine', { ...small, prompt: `${prompt} [fault:error]` }));
    await take('/imagine (out of memory)', () =>
      say('imagine', { ...small, prompt: `${prompt} [fault:oom]` }),
    );
    await platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
    const stopped = say('imagine', small);
    await take('Cancel', press(await offering(stopped, 'cancel'), 'cancel'));
    await eventually(() => expect(buttonIn(stopped.message(), 'cancel')).toBe(false));
    keep('/imagine (cancelled)', stopped.message());
    await platform.backend.control({ simulate: { secondsPerStep: 0, instant: false } });

    // Commands about the person and the server.
    for (const words of [
      'balance',
      'daily',
      'buy',
      'history',
      'models',
      'help',
      'link',
      'unlink',
      'preferences show',
      'settings show',
      'moderate list',
      'task',
    ])
      await take(`/${words}`, () => say(words));
    await platform.api.call(`/api/admin/packages/${crypto.randomUUID()}`, {
      method: 'PUT',
      token: platform.adminToken,
      body: {
        version: 0,
        credits: 1_000,
        amount: 500,
        currency: 'EUR',
        active: true,
        name: { en: 'A thousand', 'zh-CN': '一千积分' },
      },
    });
    const shop = await take('/buy (packages)', () => say('buy'));
    const [order] = /sg1b:[^"]+:outside/.exec(JSON.stringify(shop?.components)) ?? [];
    if (shop && order) await take('a package', () => discord.click(ann, channel, shop, order));
    const bob = world.newPerson(locale);
    await take('/gift', () => say('gift', { to: { userId: bob.id }, amount: 5 }));
    await take('/share', () => say('share', { amount: 5 }));
    await take('/preferences set', () => say('preferences set', { size: '512x512' }));
    await take('/settings rules', () => say('settings rules', { megapixels: 0.5, steps: 20, seconds: 4 }));
    await take('/settings words', () =>
      say('settings words', { list: 'blockedWords', action: 'add', text: 'grim' }),
    );
    await take('/settings show (rules)', () => say('settings show'));
    await take('/moderate block', () =>
      say('moderate block', { member: { userId: bob.id }, reason: 'spam', for: 1 }),
    );
    await take('/moderate list', () => say('moderate list'));
    world.clock.advance(31_000);
    // Refusals.
    const elsewhere = () => discord.addChannel();
    const refusedBy = async (
      command: string,
      words: string,
      options: Record<string, OptionValue>,
      who = ann,
    ) => {
      const where = elsewhere();
      await take(command, () => say(words, options, where, who), where);
    };
    await refusedBy('/imagine with a blocked word', 'imagine', { ...small, prompt: 'a grim bell' });
    await refusedBy('/imagine above the limits', 'imagine', { ...small, size: '1024x1024' });
    await refusedBy('/imagine of somebody blocked', 'imagine', small, bob);
    await world.setPolicy({});
    await refusedBy('/imagine size large', 'imagine', { prompt, size: 'large' });
    await refusedBy('/imagine, a model of none', 'imagine', { prompt, model: 'none' });
    await refusedBy('/video without anything', 'video', {});
    await refusedBy('/video with a last picture alone', 'video', { last: photo });
    await refusedBy('/upscale without anything', 'upscale', {});
    await refusedBy('/task of nobody', 'task', { id: 'no such task' });
    await refusedBy('/gift too much', 'gift', { to: { userId: bob.id }, amount: 1_000_000 });
    for (const code of [
      'rate-limited',
      'queue-full',
      'quota-exceeded',
      'no-backend',
      'content-refused',
      'workflow-unavailable',
    ] as const) {
      gate.strike(/^POST .*generate/, { status: 429, code, retryAfterSeconds: 60 } as never);
      await refusedBy(`/imagine: ${code}`, 'imagine', small);
      gate.calm();
    }
    const animate = discord.click(ann, channel, result, buttonOf(result, 'animate'));
    void animate;
    keep('Animate: the price', (await askedPrice(discord, channel.id)).question);
    await take('/grid', () => say('grid', { prompt, model: 'Z-Image Turbo', model2: 'Stable Diffusion XL' }));
    await take('somebody else presses', () =>
      discord.click(world.newPerson(locale), channel, result, buttonOf(result, 'reroll')),
    );

    // A party and a gallery.
    const partyRoom = discord.addChannel();
    const theme = locale === 'zh-CN' ? '潮汐与船' : 'boats and tides';
    await take('/party', () => say('party', { theme, minutes: 5 }, partyRoom), partyRoom);
    const drawn = [];
    for (const seed of [1, 2, 3]) {
      const before = new Set(discord.state.messages.keys());
      say('imagine', { ...small, seed }, partyRoom);
      drawn.push(await ends(partyRoom, before));
    }
    for (const [index, one] of drawn.entries()) one.reactions = { '👍': index + 1 };
    const known = new Set(discord.state.messages.keys());
    world.clock.advance(5 * 60_000 + 1_000);
    keep('/party: its end', await ends(partyRoom, known));
    const gallery = discord.addChannel();
    await world.setPolicy({
      galleryChannelId: gallery.id,
      galleryStars: 1,
      ...(locale === 'zh-CN' ? { locale: 'zh-CN' } : {}),
    } as never);
    const fan = world.newPerson(locale);
    const starred = discord.click(fan, channel, result, buttonOf(result, 'star'));
    await eventually(() => expect(starred.message().loading).toBe(false));
    keep('⭐ of somebody else', starred.message());
    keep('the gallery', await ends(gallery, new Set()));

    // Pairs: in a server without an entry in Explore, of what people published, and when there are no more.
    await take('/rate in this server', () => say('rate', {}, channel, fan));
    for (const message of drawn.slice(0, 2)) {
      const [output] = (await world.readTask(taskIdOf(message))).outputs;
      const asset = await platform.database('assets').where({ id: output?.id }).first('id', 'userId');
      const published = { id: newId(), assetId: asset.id, userId: asset.userId, createdAt: new Date() };
      await platform.database('publications').insert(published);
    }
    const direct = discord.addChannel({ guildId: undefined });
    const pair = await take('/rate', () => say('rate', {}, direct, fan), direct);
    const [better] = /sg1v:[0-9a-f-]{36}:[0-9a-f-]{36}/.exec(JSON.stringify(pair?.components)) ?? [];
    if (pair && better) await take('/rate: no more', () => discord.click(fan, direct, pair, better), direct);
  }
});
