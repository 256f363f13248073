import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { type BotWorld, createBotWorld } from '../testing/botWorld.ts';
import type { Act, AttachedFile, SlashOptions } from '../testing/discord/standIn.ts';
import { finished, repliedPrivately } from '../testing/reading.ts';

let world: BotWorld;
let png: Buffer;

beforeAll(async () => {
  world = await createBotWorld();
  png = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Runs a command in its own channel, and checks that only the person was told and nothing was done. */
async function refuses(sentence: string, run: (person: ReturnType<BotWorld['newPerson']>) => Act) {
  const person = world.newPerson();
  const act = run(person);
  expect(await repliedPrivately(world.discord, act)).toContain(sentence);
  const client = world.clientOf(person);
  expect((await client.listTasks()).items).toEqual([]);
  expect(await client.getBalance()).toMatchObject({ available: 1_000, held: 0 });
}

const file = (over: Partial<AttachedFile>): AttachedFile => ({
  filename: 'photo.png',
  contentType: 'image/png',
  bytes: png,
  ...over,
});

test.each<[string, () => Partial<AttachedFile>, string]>([
  ['no picture', () => ({ contentType: 'text/plain' }), en.attachment.type],
  ['of no type at all', () => ({ contentType: '' }), en.attachment.type],
  ['broken', () => ({ bytes: Buffer.from('no picture') }), en.problem['unsupported-media']],
  ['said to be too large', () => ({ claimedBytes: 50_000_001 }), en.attachment.size(50)],
  ['larger than said', () => ({ bytes: Buffer.alloc(50_000_001), claimedBytes: 9 }), en.attachment.size(50)],
  ['cut off on its way', () => ({ sentBytes: 40 }), en.attachment.cut],
  ['gone', () => ({ url: `http://${world.discord.cdnHost}/cdn/1/photo.png` }), en.attachment.gone],
  ['somewhere else', () => ({ url: 'https://pictures.example/photo.png' }), en.attachment.host],
  ['inside', () => ({ url: 'http://169.254.169.254/latest/meta-data' }), en.attachment.host],
  [
    'at the right host by the wrong door',
    () => ({ url: `ftp://${world.discord.cdnHost}/x` }),
    en.attachment.host,
  ],
])('an attachment that is %s is refused privately, without charge', async (_, over, sentence) => {
  await refuses(sentence, (person) =>
    world.discord.slash(person, world.discord.addChannel(), 'upscale', { image: file(over()) }),
  );
});

test.each<[string, Partial<AttachedFile>, string]>([
  ['no video', {}, en.film.type],
  ['a video of a kind that is not taken', { contentType: 'video/quicktime' }, en.film.type],
  ['a video that is too large', { contentType: 'video/mp4', claimedBytes: 50_000_001 }, en.film.size(50)],
  ['a video elsewhere', { contentType: 'video/webm', url: 'https://films.example/a.webm' }, en.film.host],
  ['a picture that calls itself a video', { contentType: 'video/mp4' }, en.badOption('video')],
])('%s is refused privately where a video is wanted, without charge', async (_, over, sentence) => {
  await refuses(sentence, (person) =>
    world.discord.slash(person, world.discord.addChannel(), 'upscale', { video: file(over) }),
  );
});

test('/upscale wants a picture or a video, and not both', async () => {
  const film = file({ contentType: 'video/mp4' });
  for (const options of [{}, { image: file({}), video: film }])
    await refuses('Attach one thing to enlarge', (person) =>
      world.discord.slash(
        person,
        world.discord.addChannel(),
        'upscale',
        options as Record<string, AttachedFile>,
      ),
    );
});

const small = { size: '256x256', steps: 1 };

test.each<[string, Record<string, string | number>, SlashOptions, string]>([
  [
    '6,000 characters',
    { prompt: 'a'.repeat(6_000) },
    { isForged: true },
    en.badOption('prompt (at most 4000 characters)'),
  ],
  ['a size in words', { prompt: 'a', size: 'large' }, {}, en.size],
  [
    'a side beyond everything',
    { prompt: 'a', size: '9999x256' },
    {},
    en.badOption('size (each side 256 to 2048 pixels, in steps of 8)'),
  ],
  [
    'too many pixels in all',
    // Another engine might take it.
    { prompt: 'a', size: '2048x2048', model: 'Stable Diffusion XL' },
    {},
    en.badOption('size (at most 3.14 megapixels)'),
  ],
  ['a forged count', { prompt: 'a', count: 99 }, { isForged: true }, en.badOption('count (1 to 8)')],
  [
    'a forged seed',
    { prompt: 'a', seed: -1 },
    { isForged: true },
    en.badOption(`seed (0 to ${Number.MAX_SAFE_INTEGER})`),
  ],
  [
    'a model nobody offers',
    { prompt: 'a', model: '../../etc/passwd' },
    {},
    en.badOption('model (choose one from the list)'),
  ],
  [
    'a sampler nobody offers',
    { prompt: 'a', sampler: 'no such' },
    {},
    en.badOption('sampler (choose one from the list)'),
  ],
  ['a LoRA nobody offers', { prompt: 'a', lora: 'no such' }, {}, en.badOption('lora')],
])('%s is refused privately with its limit, without charge', async (_, options, more, sentence) => {
  await refuses(sentence, (person) =>
    world.discord.slash(person, world.discord.addChannel(), 'imagine', { ...small, ...options }, more),
  );
});

test.each([
  ['words and a picture', () => ({}), 'What shall the video show?'],
  ['the picture it begins with', () => ({ last: file({}), prompt: 'a fox' }), 'begins with one too'],
])('/video without %s says what it needs', async (_, options, sentence) => {
  await refuses(sentence, (person) =>
    world.discord.slash(
      person,
      world.discord.addChannel(),
      'video',
      options() as Record<string, AttachedFile>,
    ),
  );
});

test('words that no chosen model of films takes are refused privately, without charge', async () => {
  const options = { image: file({}), prompt: 'it turns its head', model: 'Stable Video Diffusion' };
  const limit = en.limit.notTaken('Stable Video Diffusion');
  await refuses(en.badOption(en.limited('prompt', limit)), (person) =>
    world.discord.slash(person, world.discord.addChannel(), 'video', options),
  );
});

test.each([
  ['mentions', '@everyone @here <@200000000000000001> <@&200000000000000002> <#1>'],
  ['markdown', '**bold** __u__ ~~s~~ ||spoiler|| `code` [link](https://evil.example) > quote'],
  ['4,000 characters that all need escaping', '*'.repeat(4_000)],
  ['other scripts', '山水画 العربية עברית हिन्दी 🦊👩‍👩‍👧‍👦 Z̷̢a̶l̵g̷o'],
  ['characters that turn or hide text', 'a\u202Ec\u200Bd'],
])('a prompt of %s is drawn as typed and has no effect', async (_, prompt) => {
  const person = world.newPerson();
  const channel = world.discord.addChannel();
  const message = await finished(world.discord.slash(person, channel, 'imagine', { ...small, prompt }));
  const [task] = (await world.clientOf(person).listTasks()).items;
  expect(task?.params.prompt).toBe(prompt);
  // Only the content can ping, and typed text is never there.
  expect(message.content).toBe('');
  const shown = message.embeds[0]?.description ?? '';
  expect(shown).not.toMatch(/(?<!\\)[*_~|`<[]/);
  expect(shown.length).toBeGreaterThan(0);
});

test('a person without credits learns how to get some', async () => {
  const person = world.newPerson();
  const other = world.newPerson();
  const client = world.clientOf(person);
  await world.clientOf(other).getBalance();
  const { available } = await client.getBalance();
  const body = { to: `discord:${other.id}`, amount: available, key: 'all-of-it', reason: '' };
  await client.giveCredits({ body });
  const act = world.discord.slash(person, world.discord.addChannel(), 'imagine', { ...small, prompt: 'a' });
  const told = await repliedPrivately(world.discord, act);
  expect(told).toContain('/daily');
  expect(told).toContain('/gift');
  expect((await client.listTasks()).items).toEqual([]);
});
