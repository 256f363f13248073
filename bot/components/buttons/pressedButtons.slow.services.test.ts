import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { eventually } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { AttachedFile } from '../../testing/discord/commandPayload.ts';
import type { Person } from '../../testing/discord/payloads.ts';
import type { StoredChannel, StoredMessage } from '../../testing/discord/state.ts';
import {
  actionsOf,
  answered,
  buttonOf,
  customIdsOf,
  finished,
  offering,
  repliedPrivately,
  taskIdOf,
} from '../../testing/reading.ts';
import { actions } from './customId.ts';

let world: BotWorld;
let ann: Person;
let channel: StoredChannel;
let result: StoredMessage;
let photo: AttachedFile;

const small = { size: '256x256', steps: 1 };
const draw = (options: object = {}) =>
  world.discord.slash(ann, channel, 'imagine', { prompt: 'a gate', ...small, ...options });
const click = (person: Person, message: StoredMessage, action: string, where = channel) =>
  world.discord.click(person, where, message, buttonOf(message, action));
/** Discord’s client would not send these: the message does not offer them, or no longer. */
const forged = { isForged: true };
const countTasks = async (person: Person) => (await world.clientOf(person).listTasks()).items.length;

beforeAll(async () => {
  world = await createBotWorld();
  ann = world.newPerson();
  channel = world.discord.addChannel();
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  photo = { filename: 'photo.png', contentType: 'image/png', bytes };
  result = await finished(draw());
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.platform.backend.control({ simulate: { secondsPerStep: 0 } }));

test('each of several pictures can be enlarged', async () => {
  // Small ones, since enlarging is real work here.
  const options = { prompt: 'a gate', image: photo, size: '64x64', count: 3, steps: 1 };
  const message = await finished(world.discord.slash(ann, channel, 'img2img', options));
  expect(actionsOf(message).filter((action) => action === 'upscale')).toHaveLength(3);
  const third = customIdsOf(message)[2] ?? '';
  const enlarged = await finished(world.discord.click(ann, channel, message, third));
  const [source] = (await world.readTask(taskIdOf(message))).outputs.slice(2);
  expect((await world.readTask(taskIdOf(enlarged))).params).toMatchObject({ image: source?.id, scale: 2 });
  // The other actions on one of them are in the list.
  const choice = `sg1:subtle:${taskIdOf(message)}:1`;
  const varied = await finished(world.discord.choose(ann, channel, message, choice));
  const { outputs } = await world.readTask(taskIdOf(message));
  expect(await world.readTask(taskIdOf(varied))).toMatchObject({
    workflow: { name: 'img2img' },
    params: { image: outputs[1]?.id },
    parentId: taskIdOf(message),
  });
});

test('a subtle variation keeps more of the picture than a strong one', async () => {
  const denoises: unknown[] = [];
  for (const action of ['subtle', 'vary', 'strong']) {
    const id = `sg1:${action}:${taskIdOf(result)}:0`;
    const made = await finished(world.discord.click(ann, channel, result, id, forged));
    const { params, parentId } = await world.readTask(taskIdOf(made));
    expect(parentId).toBe(taskIdOf(result));
    denoises.push(params.denoise);
  }
  expect(denoises).toEqual([0.35, 0.5, 0.7]);
});

test("another person's choice from a result's list changes nothing", async () => {
  const message = await finished(draw({ count: 2, seed: 15 }));
  const bob = world.newPerson();
  const elsewhere = world.discord.addChannel();
  const choice = `sg1:animate:${taskIdOf(message)}:1`;
  const told = await repliedPrivately(world.discord, world.discord.choose(bob, elsewhere, message, choice));
  expect(told).toBe(en.notYours);
  expect(await countTasks(bob)).toBe(0);
});

test.each(actions.filter((action) => !['edit', 'inpaint', 'outpaint', 'open'].includes(action)))(
  'another person who presses %s is refused, and nothing changes',
  async (action) => {
    const bob = world.newPerson();
    const elsewhere = world.discord.addChannel();
    const { edits } = result;
    const id = `sg1:${action}:${taskIdOf(result)}:0`;
    const told = await repliedPrivately(
      world.discord,
      world.discord.click(bob, elsewhere, result, id, forged),
    );
    expect(told).toBe(en.notYours);
    expect(await countTasks(bob)).toBe(0);
    expect((await world.readTask(taskIdOf(result))).status).toBe('succeeded');
    expect(world.discord.state.messages.get(result.id)).toBe(result);
    expect(result.edits).toBe(edits);
  },
);

test("another person's Edit prompt is refused before the form", async () => {
  const bob = world.newPerson();
  const pressed = () =>
    world.discord.click(bob, world.discord.addChannel(), result, buttonOf(result, 'edit'));
  expect(await repliedPrivately(world.discord, pressed())).toBe(en.notYours);
  const { release } = world.gate.stall();
  const whileSlow = await repliedPrivately(world.discord, pressed()).finally(release);
  expect(whileSlow).toBe(en.notYours);
  const elsewhere = world.discord.addChannel();
  const values = { prompt: 'mine now', negative: '' };
  const sent = world.discord.submit(bob, elsewhere, buttonOf(result, 'edit'), values, result);
  expect(await repliedPrivately(world.discord, sent)).toBe(en.notYours);
  expect(await countTasks(bob)).toBe(0);
});

test('a forged Delete takes only a message of that task', async () => {
  const bob = world.newPerson();
  const drawn = world.discord.slash(bob, world.discord.addChannel(), 'imagine', { prompt: 'a', ...small });
  const own = taskIdOf(await finished(drawn));
  const posted = world.discord.post(ann, channel, [photo]);
  for (const person of [bob, { ...bob, permissions: String(1n << 13n) }])
    for (const message of [result, posted]) {
      const where = world.discord.addChannel();
      const act = world.discord.click(person, where, message, `sg1:delete:${own}:0`, forged);
      expect(await repliedPrivately(world.discord, act)).toBe(en.oldButton);
    }
  expect(world.discord.state.messages.get(result.id)).toBe(result);
  expect(world.discord.state.messages.get(posted.id)).toBe(posted);
  const id = (await world.readTask(own)).outputs[0]?.id ?? '';
  expect(await world.clientOf(bob).getAsset({ params: { id } })).toMatchObject({ id });
});

test('Redraw a part changes only the masked part, only for its owner', async () => {
  const form = click(ann, result, 'inpaint');
  await eventually(() => expect(form.interaction.callback?.type).toBe(9));
  const customId = String(form.interaction.callback?.data.custom_id);
  const white = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const bytes = await sharp({ create: { width: 256, height: 256, channels: 3, background: 'black' } })
    .composite([{ input: white, left: 32, top: 32 }])
    .png()
    .toBuffer();
  const mask = { filename: 'mask.png', contentType: 'image/png', bytes };
  const bob = world.newPerson();
  const values = { prompt: 'a lamp', mask };
  const sent = world.discord.submit(bob, world.discord.addChannel(), customId, values, result);
  expect(await repliedPrivately(world.discord, sent)).toBe(en.notYours);
  expect(await countTasks(bob)).toBe(0);
  const made = await finished(world.discord.submit(ann, channel, customId, values, result));
  const [source] = (await world.readTask(taskIdOf(result))).outputs;
  const { cost } = await world.readTask(taskIdOf(made));
  expect(JSON.stringify(form.interaction.callback?.data)).toContain(en.price(cost));
  expect(await world.readTask(taskIdOf(made))).toMatchObject({
    workflow: { name: 'inpaint' },
    params: { prompt: 'a lamp', image: source?.id },
    parentId: taskIdOf(result),
  });
  const corner = (picture: Buffer | undefined) =>
    sharp(picture).removeAlpha().extract({ left: 200, top: 200, width: 40, height: 40 }).raw().toBuffer();
  expect(await corner(made.attachments[0]?.bytes)).toEqual(await corner(result.attachments[0]?.bytes));
});

test('Extend draws on beside the picture, private where it was private', async () => {
  const bob = world.newPerson();
  const pressed = world.discord.click(bob, world.discord.addChannel(), result, buttonOf(result, 'outpaint'));
  expect(await repliedPrivately(world.discord, pressed)).toBe(en.notYours);
  const own = await finished(draw({ prompt: 'a lake', private: true }));
  const form = click(ann, own, 'outpaint');
  await eventually(() => expect(form.interaction.callback?.type).toBe(9));
  const { custom_id: customId, components } = form.interaction.callback?.data ?? {};
  expect(JSON.stringify(components)).toContain('a lake');
  const send = (values: Record<string, string | string[]>, where = channel) =>
    world.discord.submit(ann, where, String(customId), { prompt: 'a bay', ...values }, own);
  const elsewhere = world.discord.addChannel();
  const odd = send({ direction: ['up'], amount: 'a lot' }, elsewhere);
  expect(await repliedPrivately(world.discord, odd)).toBe(en.outpaint.amount(200, 4096));
  const made = await finished(send({ direction: ['right'], amount: '50%' }));
  expect(made.ephemeral).toBe(true);
  const [source] = (await world.readTask(taskIdOf(own))).outputs;
  const usual = { image: source?.id, prompt: 'a bay', left: 64, top: 64, right: 64, bottom: 64 };
  const { cost } = await world.clientOf(ann).quote('outpaint', usual);
  expect(JSON.stringify(components)).toContain(en.usualPrice(cost));
  expect(await world.readTask(taskIdOf(made))).toMatchObject({
    workflow: { name: 'outpaint' },
    params: { prompt: 'a bay', image: source?.id, left: 0, top: 0, right: 128, bottom: 0 },
    parentId: taskIdOf(own),
  });
  const kept = { left: 0, top: 0, width: 256 - 24, height: 256 };
  const left = (picture: Buffer | undefined) => sharp(picture).removeAlpha().extract(kept).raw().toBuffer();
  expect(await left(made.attachments[0]?.bytes)).toEqual(await left(own.attachments[0]?.bytes));
});

test('two simultaneous clicks make one task, and the second learns so', async () => {
  const before = await countTasks(ann);
  const first = click(ann, result, 'reroll');
  const second = click(ann, result, 'reroll');
  await answered(second, en.alreadyOnIt);
  expect(second.message().ephemeral).toBe(true);
  await finished(first);
  expect(await countTasks(ann)).toBe(before + 1);
});

test('two clicks on Cancel end and settle one task', async () => {
  await world.platform.backend.control({ simulate: { secondsPerStep: 3_600 } });
  const before = await world.clientOf(ann).getBalance();
  const open = await offering(draw({ seed: 6 }), 'cancel');
  // The message may have changed by the second click, and a client that is behind still shows the button.
  const id = buttonOf(open, 'cancel');
  for (let time = 0; time < 2; time++)
    await answered(world.discord.click(ann, channel, open, id, forged), 'Cancelled');
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
  const [task] = (await world.clientOf(ann).listTasks()).items;
  const { charged = Number.NaN, cost = Number.NaN } = task ?? {};
  expect(await world.clientOf(ann).getBalance()).toMatchObject({
    available: before.available - charged,
    held: 0,
  });
  await answered(
    world.discord.click(ann, channel, open, id, forged),
    `${en.cancelled} ${en.refund(charged, cost)}`,
  );
});

test('Cancel on a task that has ended meanwhile shows its result', async () => {
  const id = `sg1:cancel:${taskIdOf(result)}:0`;
  const shown = await finished(world.discord.click(ann, channel, result, id, forged));
  expect(shown.attachments).toHaveLength(1);
  expect(shown.ephemeral).toBe(true);
});

test('a button works after a restart, and after a year', async () => {
  world.clock.advance(365 * 24 * 3_600_000);
  await world.restartBot();
  const again = await finished(click(ann, result, 'reroll'));
  expect((await world.readTask(taskIdOf(again))).parentId).toBe(taskIdOf(result));
});

test.each([
  ['of another version', (id: string) => id.replace('sg1:', 'sg0:')],
  ['of another kind', (id: string) => id.replace(':reroll:', ':explode:')],
  ['that leads elsewhere', () => 'sg1:reroll:../../admin:0'],
  ['of nothing', () => 'x'],
])('a button %s is answered privately and does nothing', async (_, forge) => {
  const before = await countTasks(ann);
  const elsewhere = world.discord.addChannel();
  const act = world.discord.click(ann, elsewhere, result, forge(buttonOf(result, 'reroll')), forged);
  expect(await repliedPrivately(world.discord, act)).toBe(en.oldButton);
  expect(await countTasks(ann)).toBe(before);
});

test('a form of another version is answered in words', async () => {
  const elsewhere = world.discord.addChannel();
  const old = world.discord.submit(ann, elsewhere, `sg0:edit:${taskIdOf(result)}:0`, { prompt: 'a' }, result);
  expect(await repliedPrivately(world.discord, old)).toBe(en.oldButton);
  const other = world.discord.addChannel();
  const beyond = world.discord.click(ann, other, result, `sg1:upscale:${taskIdOf(result)}:9`, forged);
  expect(await repliedPrivately(world.discord, beyond)).toBe(en.noPicture);
});

test('Edit prompt opens in time while the API is slow', async () => {
  const message = await finished(draw({ prompt: 'two *stars* & a [moon]' }));
  const { release } = world.gate.stall();
  const opened = click(ann, message, 'edit');
  await eventually(() => expect(opened.interaction.callback?.type).toBe(9));
  release();
  expect(JSON.stringify(opened.interaction.callback?.data)).toContain('two *stars* & a [moon]');
  expect(world.discord.state.missed).toEqual([]);
});

test('Delete by its owner takes the files too', async () => {
  const message = await finished(draw({ seed: 8 }));
  const { outputs } = await world.readTask(taskIdOf(message));
  await answered(click(ann, message, 'delete'), en.deleted);
  expect(world.discord.state.messages.has(message.id)).toBe(false);
  const [file] = outputs;
  await expect(world.clientOf(ann).getAsset({ params: { id: file?.id ?? '' } })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test("a moderator's Delete takes the message and keeps the files", async () => {
  const moderator = { ...world.newPerson(), permissions: String(1n << 13n) };
  const message = await finished(draw({ seed: 9 }));
  const { outputs } = await world.readTask(taskIdOf(message));
  await answered(click(moderator, message, 'delete'), en.messageRemoved);
  expect(world.discord.state.messages.has(message.id)).toBe(false);
  const [file] = outputs;
  expect(await world.clientOf(ann).getAsset({ params: { id: file?.id ?? '' } })).toMatchObject({
    id: file?.id,
  });
});

test('Open and the launch command open the Activity, where the API has it', async () => {
  const { discord, gate, clock, platform } = world;
  const { body: status } = await platform.api.call('/api/public/status');
  const activity = { applicationId: '1', url: platform.api.url, filesFrom: platform.api.url };
  const answer = { ...status, activity };
  expect(actionsOf(result)).not.toContain('open');
  gate.strike(/^GET \/api\/public\/status/, { answer }, Number.POSITIVE_INFINITY);
  gate.strike(/^PUT \/api\/v1\/rooms/, { answer: {} }, Number.POSITIVE_INFINITY);
  // Longer than the bot remembers that it was off.
  clock.advance(31_000);
  discord.state.hasActivities = true;
  const countPrepared = () => gate.requests.filter((one) => one === 'PUT /api/v1/rooms').length;
  const before = countPrepared();
  const shown = await finished(draw());
  expect(actionsOf(shown)).toContain('open');
  const pressed = click(ann, shown, 'open');
  await eventually(() => expect(pressed.interaction.callback?.type).toBe(12));
  const launched = discord.launch(ann, channel);
  await eventually(() => expect(launched.interaction.callback?.type).toBe(12));
  const here = { personId: ann.id, channelId: channel.id };
  expect(discord.state.launches).toEqual([here, here]);
  expect(countPrepared()).toBe(before + 2);
  // Discord opens none in some places: the person is told so.
  discord.state.hasActivities = false;
  const refused = click(ann, shown, 'open');
  await eventually(() =>
    expect(refused.interaction.callback?.data).toMatchObject({ content: en.activityRefused, flags: 64 }),
  );
  gate.calm();
});
