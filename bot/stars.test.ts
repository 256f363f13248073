import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { en } from './replies/en.ts';
import { zhCN } from './replies/zhCN.ts';
import { type BotWorld, createBotWorld } from './testing/botWorld.ts';
import type { Person } from './testing/discord/payloads.ts';
import type { StoredChannel } from './testing/discord/state.ts';
import { answered, buttonOf, finished, taskIdOf } from './testing/reading.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

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

test('⭐ keeps a result for its owner and lets it go again, says so to them alone, and changes nothing of the message', async () => {
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

test('of several pictures the one that is chosen is kept, and /history shows what is kept and no more', async () => {
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
