import { newId } from '@star-graph/core/ground/runtime/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { zhCN } from '../../replies/texts/zhCN.ts';
import { eventually } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import { bits, type Person } from '../../testing/discord/payloads.ts';
import type { StoredChannel, StoredMessage } from '../../testing/discord/state.ts';
import { answered, buttonOf, finished, repliedPrivately, taskIdOf } from '../../testing/reading.ts';
import { listMedia, readTexts } from '../../tracking/messageParts.ts';

let world: BotWorld;
let ann: Person;
let channel: StoredChannel;
let seed = 0;

const small = { size: '256x256', steps: 1 };
const draw = (options: object = {}, person = ann, where = channel) =>
  world.discord.slash(person, where, 'imagine', { prompt: 'a gate', ...small, seed: ++seed, ...options });
const favouritesOf = async (person: Person) =>
  (await world.clientOf(person).listFavourites()).items.map(({ asset }) => asset.id);
const history = (person: Person, options: object = {}) =>
  world.discord.slash(person, channel, 'history', { favourites: true, ...options });

beforeAll(async () => {
  world = await createBotWorld();
  ann = world.newPerson();
  channel = world.discord.addChannel();
});
afterAll(() => world[Symbol.asyncDispose]());

test('⭐ adds and removes a favourite privately, and keeps the message', async () => {
  for (const options of [{}, { private: true }]) {
    const message = await finished(draw(options));
    const { edits } = message;
    const star = () => world.discord.click(ann, channel, message, buttonOf(message, 'star'));
    const [output] = (await world.readTask(taskIdOf(message))).outputs;
    expect((await answered(star(), en.stars.kept)).ephemeral).toBe(true);
    expect(await favouritesOf(ann)).toEqual([output?.id]);
    expect((await answered(star(), en.stars.dropped)).ephemeral).toBe(true);
    expect(await favouritesOf(ann)).toEqual([]);
    expect(message.edits).toBe(edits);
  }
});

test('the chosen picture becomes a favourite, and /history lists only favourites', async () => {
  const cleo = world.newPerson('zh-CN');
  const message = await finished(draw({ count: 2, prompt: 'two gates' }));
  await finished(draw());
  await answered(history(ann), en.stars.none);
  const choice = `sg1:star:${taskIdOf(message)}:1`;
  await answered(world.discord.choose(ann, channel, message, choice), en.stars.kept);
  const [, second] = (await world.readTask(taskIdOf(message))).outputs;
  expect(await favouritesOf(ann)).toEqual([second?.id]);
  const shown = await answered(history(ann), en.stars.title);
  expect([shown.ephemeral, shown.embeds.length]).toEqual([true, 1]);
  expect(shown.embeds[0]?.description).toContain('two gates');
  await answered(history(ann, { page: 2 }), en.stars.noMore(2));
  await answered(history(cleo), zhCN.stars.none);
});

const forged = { isForged: true };
const manager = () => ({ ...world.newPerson(), permissions: '32' });
const press = (person: Person, message: StoredMessage, where = channel) =>
  world.discord.click(person, where, message, buttonOf(message, 'star'), forged);
const inChannel = ({ id }: StoredChannel) =>
  [...world.discord.state.messages.values()].filter(({ channelId }) => channelId === id);
/** A server whose gallery is this channel. */
async function openGallery(galleryStars = 2, more: object = {}, policy: object = {}): Promise<StoredChannel> {
  const gallery = world.discord.addChannel(more);
  await world.setPolicy({ galleryChannelId: gallery.id, galleryStars, ...policy });
  return gallery;
}
const countOn = (message: StoredMessage) =>
  /"label":"(\d+)"/.exec(JSON.stringify(message.components))?.[1] ?? '';
/**
 * Waits until the bot has done all work for the galleries: it checks when it starts, and a stop waits for that. With
 * a moved clock it would take its claim for another process'.
 */
async function looked(): Promise<void> {
  await world.restartBot();
  await world.restartBot();
}

test('the deciding star posts a public result in the gallery once', async () => {
  const gallery = await openGallery(2);
  const message = await finished(draw({ prompt: 'a lamp' }));
  const [bob, cleo] = [world.newPerson(), world.newPerson('zh-CN')];
  const place = `<#${gallery.id}>`;
  await answered(press(bob, message), `${en.gallery.given} ${en.gallery.missing(1, 1, place)}`);
  // The first press is over when the message shows it.
  await eventually(() => expect(countOn(message)).toBe('1'));
  await answered(press(bob, message), `${en.gallery.givenBefore} ${en.gallery.missing(1, 1, place)}`);
  expect(inChannel(gallery)).toEqual([]);
  expect((await answered(press(cleo, message), zhCN.gallery.due(2, place))).ephemeral).toBe(true);
  const [post] = await eventually(() => {
    expect(inChannel(gallery)).toHaveLength(1);
    return inChannel(gallery);
  });
  if (!post) throw new Error('no post');
  const words = readTexts(post);
  expect(words).toMatch(new RegExp(`^a lamp\\n<@${ann.id}>\\n-# .*seed \\d+$`));
  const { params } = await world.readTask(taskIdOf(message));
  expect(words).toContain(`seed ${params.seed}`);
  expect(listMedia(post)).toEqual([{ url: `attachment://${post.attachments[0]?.filename}` }]);
  expect(post?.attachments).toHaveLength(1);
  expect(post?.pinged).toBe(undefined);
  expect(JSON.stringify(post?.components)).toContain(
    `https://discord.com/channels/${world.discord.guildId}/${channel.id}/${message.id}`,
  );
  await eventually(() => expect(countOn(message)).toBe('2'));
  expect(message.attachments).toHaveLength(1);
  await answered(press(world.newPerson(), message), en.gallery.stars(3));
  await looked();
  expect(inChannel(gallery)).toHaveLength(1);
  // A result that its owner deletes leaves the gallery too.
  await answered(world.discord.click(ann, channel, message, buttonOf(message, 'delete')), en.deleted);
  await eventually(() => expect(inChannel(gallery)).toEqual([]));
});

test('an engine’s result is judged by the command that made it', async () => {
  const made = draw({ model: 'Z-Image Turbo', steps: 1 });
  const message = await finished(made);
  expect((await world.readTask(taskIdOf(message))).workflow.name).toBe('z-image');
  const forbidden = await openGallery(1, {}, { commands: ['imagine'], deniedModels: ['Z-Image Turbo'] });
  await answered(press(world.newPerson(), message), en.gallery.due(1, `<#${forbidden.id}>`));
  await looked();
  expect(inChannel(forbidden)).toEqual([]);
  const gallery = await openGallery(1, {}, { commands: ['imagine'] });
  const other = await finished(draw({ model: 'Z-Image Turbo', steps: 1 }));
  await answered(press(world.newPerson(), other), en.gallery.due(1, `<#${gallery.id}>`));
  await eventually(() => expect(inChannel(gallery)).toHaveLength(1));
});

test('a moderator’s Delete also clears the gallery, and keeps the owner’s files', async () => {
  const gallery = await openGallery(1);
  const message = await finished(draw());
  await answered(press(world.newPerson(), message), en.gallery.due(1, `<#${gallery.id}>`));
  await eventually(() => expect(inChannel(gallery)).toHaveLength(1));
  const moderator = { ...world.newPerson(), permissions: String(1n << 13n) };
  const remove = world.discord.click(moderator, channel, message, buttonOf(message, 'delete'));
  await answered(remove, en.messageRemoved);
  await eventually(() => expect(inChannel(gallery)).toEqual([]));
  expect(world.discord.state.messages.has(message.id)).toBe(false);
  expect((await world.readTask(taskIdOf(message))).outputs).toHaveLength(1);
});

test('two bots, simultaneous presses and a lost answer make one post', async () => {
  const gallery = await openGallery(2);
  const message = await finished(draw());
  const second = await world.platform.startBot(world.discord, world.clock);
  const path = new RegExp(`^/channels/${gallery.id}/messages$`);
  world.discord.state.faults.push({ method: 'POST', path, status: 502, afterEffect: true, times: 2 });
  const acts = [world.newPerson(), world.newPerson(), world.newPerson()].map((one) => press(one, message));
  for (const act of acts) await answered(act, ' star');
  await eventually(() => expect(inChannel(gallery)).toHaveLength(1));
  await eventually(() => expect(world.discord.state.faults).toEqual([]));
  await looked();
  await second.stop();
  expect(inChannel(gallery)).toHaveLength(1);
});

test('a post with lost answers is claimed again, and made once', async () => {
  const gallery = await openGallery(1);
  const made = await finished(draw());
  const path = new RegExp(`^/channels/${gallery.id}/messages$`);
  world.discord.state.faults.push({ method: 'POST', path, status: 500, afterEffect: true, times: 4 });
  press(world.newPerson(), made);
  await eventually(() => expect(world.discord.state.faults).toEqual([]));
  const { database } = world.platform;
  await database('gallery_entries')
    .where({ taskId: taskIdOf(made) })
    .update({ workAt: new Date(Date.now() - 1) });
  await looked();
  await eventually(async () =>
    expect(
      await database('gallery_entries')
        .where({ taskId: taskIdOf(made) })
        .first('state'),
    ).toEqual({
      state: 'posted',
    }),
  );
  expect(inChannel(gallery)).toHaveLength(1);
});

test('private results and blocked members never reach the gallery', async () => {
  const bob = world.newPerson();
  const until = '2100-01-01T00:00:00.000Z';
  const [blocked, blockedLater] = [world.newPerson(), world.newPerson()];
  const gallery = await openGallery(1, {}, { blocks: { [blocked.id]: { until, reason: 'spam' } } });
  const hidden = await finished(draw({ private: true }));
  expect(await repliedPrivately(world.discord, press(bob, hidden, world.discord.addChannel()))).toBe(
    en.notYours,
  );
  const before = new Set(world.discord.state.messages.keys());
  await answered(world.discord.click(ann, channel, hidden, buttonOf(hidden, 'publish')), en.published);
  const published = [...world.discord.state.messages.values()].find(
    ({ id, ephemeral }) => !before.has(id) && !ephemeral,
  );
  if (!published) throw new Error('nothing was published');
  const told = repliedPrivately(world.discord, press(blocked, published, world.discord.addChannel()));
  expect(await told).toContain('have blocked you here');
  await looked();
  expect(inChannel(gallery)).toEqual([]);
  press(bob, published);
  await eventually(() => expect(inChannel(gallery)).toHaveLength(1));
  const theirs = await finished(draw({}, blockedLater));
  const block = { until, reason: 'spam' };
  const strict = await openGallery(1, {}, { blocks: { [blockedLater.id]: block } });
  await answered(press(bob, theirs), en.gallery.due(1, `<#${strict.id}>`));
  await looked();
  expect(inChannel(strict)).toEqual([]);
});

test('an age-restricted result goes only into an age-restricted gallery', async () => {
  const adults = world.discord.addChannel({ nsfw: true });
  const open = await openGallery(1);
  const message = await finished(draw({}, ann, adults));
  await answered(press(world.newPerson(), message, adults), en.gallery.due(1, `<#${open.id}>`));
  await looked();
  expect(inChannel(open)).toEqual([]);
  const closed = await openGallery(1, { nsfw: true });
  const other = await finished(draw({}, ann, adults));
  press(world.newPerson(), other, adults);
  await eventually(() => expect(inChannel(closed)).toHaveLength(1));
  expect(inChannel(open)).toEqual([]);
});

test('a channel without permission is refused, and later reported to moderators', async () => {
  const mute = world.discord.addChannel({ denied: bits.send | bits.attach });
  await world.setPolicy({});
  const set = (gallery: StoredChannel) =>
    world.discord.slash(manager(), world.discord.addChannel(), 'settings server', {
      gallery: { channelId: gallery.id },
      stars: 1,
    });
  await answered(set(mute), en.gallery.lacks('Send Messages, Attach Files', `<#${mute.id}>`));
  const gallery = world.discord.addChannel();
  const saved = await answered(set(gallery), en.policySaved);
  expect(saved.embeds[0]?.description).toContain(en.policy.galleryStars(`<#${gallery.id}>`, 1));
  const log = world.discord.addChannel();
  await world.setPolicy({ galleryChannelId: gallery.id, galleryStars: 1, logChannelId: log.id });
  gallery.denied = bits.send;
  const message = await finished(draw());
  press(world.newPerson(), message);
  await eventually(() =>
    expect(JSON.stringify(inChannel(log))).toContain(en.gallery.cannotPost(`<#${gallery.id}>`)),
  );
  expect(inChannel(gallery)).toEqual([]);
});

test('Publish is not repeated when its effect is unknown', async () => {
  await world.setPolicy({});
  const where = world.discord.addChannel();
  const hidden = await finished(draw({ private: true }, ann, where));
  world.discord.state.faults.push({
    method: 'POST',
    path: /^\/webhooks\//,
    status: 502,
    afterEffect: true,
    times: 1,
  });
  await answered(
    world.discord.click(ann, where, hidden, buttonOf(hidden, 'publish')),
    en.gallery.publishedUnknown,
  );
  expect(inChannel(where).filter(({ ephemeral }) => !ephemeral)).toHaveLength(1);
});

test('/rate shows two published pictures of this server’s gallery, and each answer counts once', async () => {
  const { database } = world.platform;
  const explore = (policy: object = {}) => openGallery(1, {}, { exploreName: 'Harbour', ...policy });
  const rate = async (who: Person, where = world.discord.addChannel()) => {
    const act = world.discord.slash(who, where, 'rate');
    return {
      where,
      message: await eventually(() => {
        expect(act.message().loading).toBe(false);
        return act.message();
      }),
    };
  };
  const bob = world.newPerson();
  await openGallery();
  expect((await rate(bob)).message.content).toContain('This server shows no gallery in Explore.');
  await explore();
  expect((await rate(bob)).message.content).toContain('There are no two pictures left');
  const shown = [
    await finished(draw({ prompt: 'left gate' })),
    await finished(draw({ prompt: 'right gate' })),
  ];
  const ids = await Promise.all(
    shown.map(async (message) => {
      const [output] = (await world.readTask(taskIdOf(message))).outputs;
      await eventually(async () => {
        const task = await world.clientOf(ann).getTask({ params: { id: taskIdOf(message) } });
        expect(task.outputs[0]?.thumbnailUrl).toBeDefined();
      });
      const asset = await database('assets').where({ id: output?.id }).first('id', 'userId', 'taskId');
      const { id: assetId, userId, taskId } = asset;
      const id = newId();
      await database('publications').insert({ id, userId, assetId, createdAt: new Date() });
      const { guildId } = world.discord;
      const source = { sourceChannelId: channel.id, sourceMessageId: message.id, createdAt: new Date() };
      await database('gallery_entries').insert({
        id: newId(),
        guildId,
        assetId,
        taskId,
        state: 'posted',
        ...source,
      });
      return id;
    }),
  );
  const { message, where } = await rate(bob);
  expect(message).toMatchObject({ ephemeral: true, isOfParts: true });
  expect(listMedia(message)).toHaveLength(2);
  expect(readTexts(message)).toMatch(/Which is better\?[\s\S]*(left|right) gate[\s\S]*(left|right) gate/);
  const [better = ''] = /sg1v:[0-9a-f-]{36}:[0-9a-f-]{36}/.exec(JSON.stringify(message.components)) ?? [];
  const pressed = () => world.discord.click(bob, where, message, better);
  pressed();
  await eventually(() =>
    expect(
      inChannel(where)
        .map(({ content }) => content)
        .join(),
    ).toContain('no two pictures'),
  );
  expect(inChannel(where)).not.toContain(message);
  const rows = await database('publications')
    .whereIn('id', ids)
    .orderBy('rating')
    .select('id', 'rating', 'comparisons');
  expect(rows.map(({ rating, comparisons }) => [rating, comparisons])).toEqual([
    [1_484, 1],
    [1_516, 1],
  ]);
  expect(better.endsWith(rows[1]?.id)).toBe(true);
  // Pictures of its own are shown to nobody, and what was closed to no one.
  expect((await rate(ann)).message.content).toContain('There are no two pictures left');
  await explore({ exploreName: undefined });
  expect((await rate(world.newPerson())).message.content).toContain('shows no gallery in Explore');
  await explore({ spoiler: true });
  const veiled = await rate(world.newPerson());
  expect(JSON.stringify(veiled.message.components).match(/"spoiler":true/g)).toHaveLength(2);
  await world.setPolicy({});
});
