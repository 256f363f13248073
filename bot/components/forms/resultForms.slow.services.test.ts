import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { eventually, released } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { StoredMessage } from '../../testing/discord/state.ts';
import { answered, buttonOf, finished, taskIdOf } from '../../testing/reading.ts';

let world: BotWorld;
const ann = { id: '200000000000000201', locale: 'en-US' };

beforeAll(async () => {
  world = await createBotWorld();
  // Sizes of files, and previews.
  await world.platform.backend.control({ simulate: { instant: false } });
});
afterAll(() => world[Symbol.asyncDispose]());

const picture = { prompt: 'a harbour', size: '512x512', steps: 1 };
const linkOf = (message: StoredMessage): string | undefined =>
  /"url":"(http[^"]+)"/.exec(JSON.stringify(message.components))?.[1];

async function imagine(attachmentSizeLimit: number, options: object = picture) {
  const channel = world.discord.addChannel();
  const act = world.discord.slash(ann, channel, 'imagine', { ...options }, { attachmentSizeLimit });
  const message = await finished(act);
  const [output] = (await world.readTask(taskIdOf(message))).outputs;
  if (!output) throw new Error('the task has no output');
  return { message, output };
}

test('a result within the limit is the file, without a link', async () => {
  const { message, output } = await imagine(10_000_000);
  const [file] = message.attachments;
  expect(file).toMatchObject({ contentType: 'image/png' });
  expect(file?.bytes).toHaveLength(output.bytes);
  expect(linkOf(message)).toBeUndefined();
});

test('a picture above the limit is smaller, with a link', async () => {
  const { message, output } = await imagine(20_000);
  expect(output.bytes).toBeGreaterThan(20_000);
  const [file] = message.attachments;
  expect(file).toMatchObject({ contentType: 'image/webp' });
  expect(file?.bytes.length).toBeLessThanOrEqual(20_000);
  expect(JSON.stringify(message.embeds)).toContain('This is a smaller copy');
  const whole = await fetch(linkOf(message) ?? '');
  expect(await whole.arrayBuffer()).toHaveProperty('byteLength', output.bytes);
});

test('a result without a fitting copy is a link', async () => {
  const { message, output } = await imagine(1_000);
  expect(message.attachments).toEqual([]);
  expect(JSON.stringify(message.embeds)).toContain('too large for Discord here');
  const whole = await fetch(linkOf(message) ?? '');
  expect(await whole.arrayBuffer()).toHaveProperty('byteLength', output.bytes);
});

test('a film above the limit is encoded smaller, with a link', async () => {
  const channel = world.discord.addChannel();
  const limitBytes = 20_000;
  const options = { prompt: 'waves', frames: 14, fps: 30 };
  const act = world.discord.slash(ann, channel, 'video', options, { attachmentSizeLimit: limitBytes });
  const message = await finished(act);
  const [output] = (await world.readTask(taskIdOf(message))).outputs;
  expect(output?.bytes).toBeGreaterThan(limitBytes);
  const [file] = message.attachments;
  expect(file).toMatchObject({ contentType: 'video/mp4' });
  expect(file?.bytes.length).toBeLessThanOrEqual(limitBytes);
  expect(linkOf(message)).toBeDefined();
});

test('a file that Discord refuses all the same becomes a link', async () => {
  const channel = world.discord.addChannel();
  const limits = { attachmentSizeLimit: 25 * 1_048_576, acceptedBytes: 1_000 };
  const act = world.discord.slash(ann, channel, 'imagine', { ...picture, seed: 3 }, limits);
  const message = await finished(act);
  expect(message.attachments).toEqual([]);
  expect(linkOf(message)).toBeDefined();
  // The whole file, then a file that every channel takes, then no file.
  const refused = world.discord.state.requests.filter(({ path }) => path.includes(act.interaction.token));
  expect(refused.filter(({ status }) => status === 413).length).toBeGreaterThanOrEqual(2);
});

test('where results are veiled, previews and later edits are too', async () => {
  const channel = world.discord.addChannel();
  await world.setPolicy({ channels: { [channel.id]: { spoiler: true } } });
  // Slow enough that previews are sent, and held there until one is seen.
  const halfway = { arm: [{ kind: 'hold', step: 5, times: 'always' }] };
  await world.platform.backend.control({ ...halfway, simulate: { secondsPerStep: 0.4 } });
  const act = world.discord.slash(ann, channel, 'imagine', { prompt: 'a veil', size: '256x256', steps: 12 });
  await eventually(() => {
    expect(act.message().attachments.map(({ filename }) => filename)).toEqual(['SPOILER_preview.jpg']);
    expect(act.message().embeds[0]?.image).toBeUndefined();
  });
  await world.platform.backend.control({ ...released, simulate: { secondsPerStep: 0 } });
  const first = await finished(act);
  const again = await finished(world.discord.click(ann, channel, first, buttonOf(first, 'reroll')));
  const shown = await finished(world.discord.slash(ann, channel, 'task', { id: taskIdOf(first) }));
  for (const { attachments, embeds } of [first, again, shown]) {
    expect(attachments.map(({ filename }) => filename)).toEqual([expect.stringMatching(/^SPOILER_/)]);
    expect(embeds[0]?.image).toBeUndefined();
  }
});

test('a private result is published by the rules of the place, and only if Discord takes it', async () => {
  const channel = world.discord.addChannel();
  await world.setPolicy({});
  const act = world.discord.slash(ann, channel, 'imagine', {
    ...picture,
    prompt: 'a grim tale',
    private: true,
  });
  const secret = await finished(act);
  const publics = () =>
    [...world.discord.state.messages.values()].filter(
      (one) => one.channelId === channel.id && !one.ephemeral,
    );
  await world.setPolicy({ blockedWords: ['grim'], spoiler: true });
  const refused = world.discord.click(ann, channel, secret, buttonOf(secret, 'publish'));
  await answered(refused, 'words that are not allowed here');
  expect(publics()).toEqual([]);
  await world.setPolicy({ spoiler: true });
  const fault = { method: 'POST', path: /^\/webhooks\//, status: 400, code: 50035, times: 1 };
  world.discord.state.faults.push(fault);
  const failed = world.discord.click(ann, channel, secret, buttonOf(secret, 'publish'));
  await answered(failed, en.unexpected);
  const visibility = async () => {
    const params = { id: taskIdOf(secret) };
    return (await world.clientOf(ann).getTask({ params })).meta.visibility;
  };
  expect([await visibility(), publics()]).toEqual(['private', []]);
  const click = world.discord.click(ann, channel, secret, buttonOf(secret, 'publish'));
  await answered(click, 'Published.');
  const [open] = publics();
  expect(open?.attachments[0]?.filename).toMatch(/^SPOILER_/);
  expect(open?.embeds[0]?.image).toBeUndefined();
  expect(await visibility()).toBe('public');
});

test('a private result that was deleted is not published', async () => {
  const channel = world.discord.addChannel();
  await world.setPolicy({});
  const options = { ...picture, prompt: 'a quiet tale', private: true };
  const secret = await finished(world.discord.slash(ann, channel, 'imagine', options));
  const client = world.clientOf(ann);
  const { outputs } = await client.getTask({ params: { id: taskIdOf(secret) } });
  for (const { id } of outputs) await client.deleteAsset({ params: { id } });
  await answered(world.discord.click(ann, channel, secret, buttonOf(secret, 'publish')), en.outcome.deleted);
  const shown = [...world.discord.state.messages.values()].filter(
    (one) => one.channelId === channel.id && !one.ephemeral,
  );
  expect(shown).toEqual([]);
  const task = await client.getTask({ params: { id: taskIdOf(secret) } });
  expect(task.meta.visibility).toBe('private');
});

test('words for age-restricted channels pass only there', async () => {
  const open = world.discord.addChannel();
  const restricted = world.discord.addChannel({ nsfw: true });
  await world.setPolicy({ nsfwWords: ['nude'] });
  const drawn = await finished(
    world.discord.slash(ann, restricted, 'imagine', { ...picture, prompt: 'a nude' }),
  );
  expect(drawn.attachments).toHaveLength(1);
  const first = await finished(world.discord.slash(ann, open, 'imagine', { ...picture, seed: 9 }));
  const values = { prompt: 'a nude', negative: '' };
  const edit = world.discord.submit(ann, open, buttonOf(first, 'edit'), values, first);
  await eventually(() => {
    const told = [...world.discord.state.messages.values()].find(
      (one) => one.channelId === open.id && one.ephemeral,
    );
    expect(told?.content).toContain('only in age-restricted channels');
  });
  // The place that was kept for the result is gone again.
  await eventually(() => expect(() => edit.message()).toThrow());
});
