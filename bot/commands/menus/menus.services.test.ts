import { createTwoColours } from '@star-graph/core/testing/pictures';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { eventually } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { Person } from '../../testing/discord/payloads.ts';
import type { Act, AttachedFile } from '../../testing/discord/standIn.ts';
import type { StoredChannel, StoredMessage } from '../../testing/discord/state.ts';
import {
  answered,
  askedPrice,
  fieldsOf,
  finished,
  repliedPrivately,
  taskIdOf,
  titled,
} from '../../testing/reading.ts';

let world: BotWorld;
let photo: AttachedFile;
beforeAll(async () => {
  world = await createBotWorld();
  const bytes = await createTwoColours(96, 64).png().toBuffer();
  photo = { filename: 'photo.png', contentType: 'image/png', bytes };
});
afterAll(() => world[Symbol.asyncDispose]());

const small = { size: '256x256', steps: 4 };
const menu = (person: Person, channel: StoredChannel, name: string, message: StoredMessage): Act =>
  world.discord.messageMenu(person, channel, name, world.discord.presentMessage(message));
/** The form that an interaction was answered with. */
const formOf = ({ interaction }: Act) =>
  eventually(() => {
    expect(interaction.callback?.type).toBe(9);
    const { custom_id, ...form } = interaction.callback?.data ?? {};
    return { id: String(custom_id), text: JSON.stringify(form) };
  });
const imagine = (person: Person, channel: StoredChannel, options: object = {}) =>
  finished(world.discord.slash(person, channel, 'imagine', { prompt: 'a fox', ...small, ...options }));

test.each([
  ['Upscale', 'upscale'],
  ['Animate', 'img2video'],
])('%s on any message remakes its picture for the person who asks', async (name, workflow) => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const posted = world.discord.post(bob, channel, [photo]);
  const asked = menu(ann, channel, name, posted);
  const isAsked = name === 'Animate';
  const { question, yes } = isAsked ? await askedPrice(world.discord, channel.id) : {};
  const act = question && yes ? world.discord.click(ann, channel, question, yes) : asked;
  const task = await world.readTask(taskIdOf(await finished(act)));
  expect(task.workflow.name).toBe(workflow);
  expect(task.parentId).toBeUndefined();
  expect((await world.clientOf(ann).listTasks()).items.map(({ id }) => id)).toEqual([task.id]);
  expect((await world.clientOf(bob).listTasks()).items).toEqual([]);
});

test('nobody is asked for a yes to what they cannot pay: what is missing is said instead', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const say = (words: string, options: Parameters<BotWorld['discord']['slash']>[3]) =>
    world.discord.slash(ann, world.discord.addChannel(), words, options);
  const client = world.clientOf(ann);
  const { available } = await client.getBalance();
  await answered(say('gift', { to: { userId: bob.id }, amount: available - 1 }), 'You have 1 left');
  const models = { model: 'Z-Image Turbo', model2: 'Stable Diffusion XL' };
  const posted = world.discord.post(bob, world.discord.addChannel(), [photo]);
  const animate = menu(ann, world.discord.addChannel(), 'Animate', posted);
  for (const act of [animate, say('grid', { prompt: 'a fox', ...models })]) {
    const words = await repliedPrivately(world.discord, act);
    const [, cost] = /costs (\d+) credits/.exec(words) ?? [];
    const shortage = { cost: Number(cost), available: 1, missing: Number(cost) - 1 };
    expect(words).toBe(en.sentences([en.shortage(shortage), en.wayToCredits]));
    const { channelId } = act.interaction;
    const said = [...world.discord.state.messages.values()].filter((one) => one.channelId === channelId);
    expect(JSON.stringify(said)).not.toContain('custom_id');
  }
  expect((await client.listTasks()).items).toEqual([]);
  expect(await client.getBalance()).toMatchObject({ available: 1, held: 0 });
});

test('Upscale continues one’s own task, and otherwise works from a copy', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  // A small one, since enlarging is real work here.
  const options = { prompt: 'a fox', image: photo, size: '64x64', steps: 1 };
  const result = await finished(world.discord.slash(ann, channel, 'img2img', options));
  const own = await world.readTask(taskIdOf(await finished(menu(ann, channel, 'Upscale', result))));
  expect(own.parentId).toBe(taskIdOf(result));
  const foreign = await world.readTask(taskIdOf(await finished(menu(bob, channel, 'Upscale', result))));
  expect(foreign.parentId).toBeUndefined();
  expect(foreign.params.image).not.toBe(own.params.image);
  // The message under the menu is unchanged.
  expect(world.discord.state.messages.get(result.id)?.embeds[0]?.title).toBe('Done');
});

test('a message without a picture is reported privately, and makes no task', async () => {
  const ann = world.newPerson();
  for (const name of ['Upscale', 'Animate', 'Picture to picture…', 'Inpaint…', 'Image info']) {
    const channel = world.discord.addChannel();
    const posted = world.discord.post(ann, world.discord.addChannel(), []);
    expect(await repliedPrivately(world.discord, menu(ann, channel, name, posted))).toContain('no picture');
  }
  expect((await world.clientOf(ann).listTasks()).items).toEqual([]);
});

test('Picture to picture… works on any message, even after message and bot are gone', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const posted = world.discord.post(bob, channel, [photo]);
  const form = await formOf(menu(ann, channel, 'Picture to picture…', posted));
  expect(form.text).toContain('Redraw this picture');
  world.discord.state.messages.delete(posted.id);
  world.discord.state.files.clear();
  await world.restartBot();
  const values = { prompt: 'a red fox', negative: 'rain', denoise: '0,4' };
  const made = await finished(world.discord.submit(ann, channel, form.id, values));
  const task = await world.readTask(taskIdOf(made));
  expect(task).toMatchObject({
    workflow: { name: 'img2img' },
    params: { prompt: 'a red fox', negativePrompt: 'rain', denoise: 0.4 },
  });
  const copy = await world.clientOf(ann).getAsset({ params: { id: String(task.params.image) } });
  expect(copy).toMatchObject({ width: 96, height: 64 });
  const odd = world.discord.submit(ann, channel, form.id, { ...values, denoise: 'much' });
  await answered({ message: () => lastPrivateIn(channel, odd) }, en.badOption(en.field.denoise(0.05, 1)));
});

test('Inpaint… works on any message and redraws only the mask', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const posted = world.discord.post(bob, channel, [photo]);
  const form = await formOf(menu(ann, channel, 'Inpaint…', posted));
  world.discord.state.messages.delete(posted.id);
  world.discord.state.files.clear();
  await world.restartBot();
  const left = { left: 0, top: 0, width: 48, height: 64 };
  const white = await sharp({ create: { width: 48, height: 64, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const black = sharp({ create: { width: 96, height: 64, channels: 3, background: 'black' } });
  const bytes = await black
    .composite([{ input: white, left: 48, top: 0 }])
    .png()
    .toBuffer();
  const values = { prompt: 'a lamp', mask: { filename: 'mask.png', contentType: 'image/png', bytes } };
  const foreign = world.discord.submit(bob, world.discord.addChannel(), form.id, values);
  expect(await repliedPrivately(world.discord, foreign)).toContain(en.problem['not-found']);
  const made = await finished(world.discord.submit(ann, channel, form.id, values));
  const task = await world.readTask(taskIdOf(made));
  expect(task).toMatchObject({ workflow: { name: 'inpaint' }, params: { prompt: 'a lamp' } });
  expect(form.text).toContain(en.price(task.cost));
  // The mask grows by four pixels.
  const kept = { ...left, width: 44 };
  const pixels = (picture: Buffer | undefined) => sharp(picture).removeAlpha().extract(kept).raw().toBuffer();
  expect(await pixels(made.attachments[0]?.bytes)).toEqual(await pixels(photo.bytes));
  expect((await world.clientOf(bob).listTasks()).items).toEqual([]);
});

/** The latest message in the channel that one person alone sees. */
function lastPrivateIn(channel: StoredChannel, { interaction }: Act): StoredMessage {
  const found = [...world.discord.state.messages.values()]
    .filter((one) => one.channelId === channel.id && one.ephemeral && one.id > interaction.id)
    .at(-1);
  if (!found) throw new Error('nobody was told anything alone');
  return found;
}

test('an Picture to picture… form with another’s picture or version repaints nothing', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const posted = world.discord.post(bob, channel, [photo]);
  const { id } = await formOf(menu(bob, channel, 'Picture to picture…', posted));
  const values = { prompt: 'what is there?', negative: '', denoise: '' };
  for (const [form, sentence] of [
    [id, en.problem['not-found']],
    [`sgf1:message:${posted.id}`, en.oldButton],
  ] as const) {
    const sent = world.discord.submit(ann, world.discord.addChannel(), form, values);
    expect(await repliedPrivately(world.discord, sent)).toContain(sentence);
  }
  expect((await world.clientOf(ann).listTasks()).items).toEqual([]);
});

test('while the API is slow, Picture to picture… answers in time with a button', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const posted = world.discord.post(bob, channel, [photo]);
  const { release } = world.gate.stall();
  const act = menu(ann, channel, 'Picture to picture…', posted);
  await eventually(() => expect(act.message()).toMatchObject({ loading: true, ephemeral: true }));
  release();
  const offer = await answered(act, 'I have your picture');
  expect(world.discord.state.missed).toEqual([]);
  const [, id = ''] = /"custom_id":"(sgf1:asset:[^"]*)"/.exec(JSON.stringify(offer.components)) ?? [];
  const form = await formOf(world.discord.click(ann, channel, offer, id));
  const values = { prompt: 'a blue fox', negative: '', denoise: '' };
  const made = await finished(world.discord.submit(ann, channel, form.id, values));
  expect((await world.readTask(taskIdOf(made))).workflow.name).toBe('img2img');
});

test("Image info tells an owner everything, others the public copy's facts", async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const result = await imagine(ann, channel, { seed: 4711 });
  const [attachment] = result.attachments;
  if (!attachment) throw new Error('the result has no file');
  const elsewhere = world.discord.post(bob, channel, [{ ...attachment, filename: 'found.png' }]);
  for (const [person, message] of [
    [ann, result],
    [bob, result],
    [bob, elsewhere],
  ] as const) {
    const told = await titled(menu(person, channel, 'Image info', message), 'How it was made');
    expect(told.ephemeral).toBe(true);
    expect(told.embeds[0]?.description).toContain('a fox');
    expect(fieldsOf(told)).toMatchObject({
      Seed: '4711',
      Size: '256 × 256',
      Steps: '4',
      Workflow: 'text2img v1',
      By: `<@${ann.id}>`,
      Cost: fieldsOf(result).Cost,
    });
    expect(told.embeds[0]?.footer?.text).toBe(`task ${taskIdOf(result)}`);
  }
});

test('Image info hides person and price of a private result', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const [attachment] = (await imagine(ann, channel, { private: true })).attachments;
  if (!attachment) throw new Error('the result has no file');
  const found = world.discord.post(bob, channel, [attachment]);
  const told = await titled(menu(bob, channel, 'Image info', found), 'How it was made');
  expect(Object.keys(fieldsOf(told))).toEqual(['Model', 'Seed', 'Size', 'Steps', 'Workflow']);
  const other = world.discord.addChannel();
  const foreign = menu(bob, other, 'Image info', world.discord.post(bob, channel, [photo]));
  expect(await repliedPrivately(world.discord, foreign)).toContain('did not make this picture');
});

test('Image info believes no embed that somebody else has written', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const result = await imagine(ann, channel);
  const forged = {
    ...world.discord.post(bob, channel, [photo]),
    embeds: result.embeds,
    components: result.components,
  };
  const act = menu(bob, world.discord.addChannel(), 'Image info', forged);
  expect(await repliedPrivately(world.discord, act)).toContain('did not make this picture');
});

test('Gift credits asks how many and moves them once, despite lost answers', async () => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const form = await formOf(world.discord.userMenu(ann, channel, 'Gift credits', bob));
  world.gate.strike(/POST \/api\/v1\/users\/transfers/, 'lose');
  await answered(world.discord.submit(ann, channel, form.id, { amount: '25' }), '25 credits');
  expect(await world.clientOf(bob).getBalance()).toMatchObject({ available: 1025 });
  const told = await answered(world.discord.submit(ann, channel, form.id, { amount: ' 5 ' }), '5 credits');
  expect([told.ephemeral, told.content]).toEqual([true, expect.stringContaining(`<@${bob.id}>`)]);
  expect(await world.clientOf(bob).getBalance()).toMatchObject({ available: 1030 });
  expect(await world.clientOf(ann).getBalance()).toMatchObject({ available: 970 });
});

test.each(['0', '-5', '1.5', 'ten', '99999999', ''])('a gift of %j credits moves none', async (amount) => {
  const [ann, bob] = [world.newPerson(), world.newPerson()];
  const channel = world.discord.addChannel();
  const act = world.discord.submit(ann, channel, `sgf1:gift:${bob.id}`, { amount });
  await answered(act, 'Check these values');
  expect(await world.clientOf(ann).getBalance()).toMatchObject({ available: 1000 });
});

test('gifts to oneself or a bot are refused before the form', async () => {
  const ann = world.newPerson();
  for (const [target, sentence] of [
    [ann, 'That is you'],
    [{ ...world.newPerson(), isBot: true }, 'Bots cannot receive'],
  ] as const) {
    const act = world.discord.userMenu(ann, world.discord.addChannel(), 'Gift credits', target);
    await answered(act, sentence);
    expect(act.interaction.callback?.type).toBe(4);
  }
});

test('withdrawing a command withdraws its menu, and says so in Chinese', async () => {
  const wen = world.newPerson('zh-CN');
  await world.setPolicy({ commands: ['imagine'] });
  const channel = world.discord.addChannel();
  const posted = world.discord.post(wen, world.discord.addChannel(), [photo]);
  expect(await repliedPrivately(world.discord, menu(wen, channel, 'Upscale', posted))).toMatch(/[一-龥]/);
  const gift = world.discord.submit(wen, channel, `sgf1:gift:${world.newPerson().id}`, { amount: '5' });
  await answered(gift, '不允许');
  await world.setPolicy({});
});
