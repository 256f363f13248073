import { startDiscordClient } from '@star-graph/api/testing/servers/discordClient';
import { startDiscordServer } from '@star-graph/api/testing/servers/discordServer';
import { startPlatform } from '@star-graph/api/testing/servers/runningPlatform';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { type BrowserContextOptions, chromium, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phone } from './consoleSetup.ts';
import { recordPages } from './describePages.ts';

const parts = new AsyncDisposableStack();
const channelId = '700000000000000001';
const guildId = '800000000000000001';
let walk: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  walk = await start();
}, 240_000);
afterAll(() => parts.disposeAsync());

/** The platform with the Activity, Discord's servers, its client and its proxy, and a browser that finds them. */
async function start() {
  const discord = parts.use(await startDiscordServer());
  discord.channels.add(channelId);
  const platform = parts.use(await startPlatform({ env: discord.env, isDrawing: true }));
  const client = parts.use(await startDiscordClient(discord.facts, platform.url));
  const args = ['--no-sandbox', ...client.browserArgs];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  parts.defer(() => browser.close());
  const roomOf = (id: string) => {
    if (!discord.facts.instances.has(id))
      discord.facts.instances.set(id, { channelId, guildId, users: new Set() });
    return id;
  };
  return {
    discord,
    client,
    platform,
    /** Somebody who opens the Activity in a room of that name. */
    async open(
      person: { id: string; name: string; locale?: string },
      room: string,
      options: BrowserContextOptions = {},
      watch: (page: Page) => void = () => {},
    ) {
      discord.facts.roles.set(person.id, []);
      const window = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en', ...options });
      window.setDefaultTimeout(120_000);
      recordPages(window);
      const page = await window.newPage();
      watch(page);
      const refused: string[] = [];
      page.on('console', (said) => {
        if (/Content Security Policy|Refused to/i.test(said.text())) refused.push(said.text());
      });
      await page.goto(client.addressOf(person, roomOf(room)));
      return { page, frame: page.frameLocator('iframe'), refused };
    },
  };
}

const ann = { id: '300000000000000001', name: 'Ann' };
const bob = { id: '300000000000000002', name: 'Bob' };

const left = (page: Page) => page.evaluate(() => Reflect.get(window, 'left') as string[]);
const goTo = (frame: FrameLocator, name: string) =>
  frame.getByRole('navigation').getByRole('link', { name }).click();

async function make(frame: FrameLocator, prompt: string): Promise<void> {
  await frame.locator('textarea[name="prompt"]').fill(prompt);
  await frame.locator('.create-button').click();
}

test('people in a channel draw in Discord, see each other’s pictures on one wall, and post theirs', async () => {
  const [atAnn, atBob] = [await walk.open(ann, 'i-walk'), await walk.open(bob, 'i-walk')];
  await goTo(atBob.frame, 'Wall');
  await atBob.frame.getByText('Nothing here yet').waitFor();
  await atAnn.frame.getByText('Everybody in this Activity sees what you make here').waitFor();
  // The notice takes nothing of the view below it.
  const isWhole = (button: Element) => button.getBoundingClientRect().bottom <= innerHeight;
  await expect.poll(() => atAnn.frame.locator('.create-button').evaluate(isWhole)).toBe(true);
  await make(atAnn.frame, 'a lighthouse at dawn');
  // The picture comes through the proxy, too.
  const seen = atBob.frame.locator('.wall-item', { hasText: 'Ann' }).locator('img').last();
  await seen.waitFor();
  await expect.poll(() => seen.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect.poll(() => atBob.frame.getByText('a lighthouse at dawn').count()).toBe(1);
  // Only its maker may post it.
  await expect.poll(() => atBob.frame.getByRole('button', { name: 'Post to the channel' }).count()).toBe(0);
  await goTo(atAnn.frame, 'Wall');
  // Bob came after her page had asked who is here.
  await goTo(atBob.frame, 'Create');
  await make(atBob.frame, 'a red boat');
  await atAnn.frame.locator('.wall-item', { hasText: 'a red boat' }).getByText('Bob').waitFor();
  await atAnn.frame.getByRole('button', { name: 'Post to the channel' }).click();
  await atAnn.frame.getByText('Posted to the channel', { exact: true }).waitFor();
  expect(walk.discord.posted).toMatchObject([{ channelId, files: [expect.stringMatching(/\.png$/)] }]);
  await goTo(atAnn.frame, 'Canvas');
  await atAnn.frame.locator('canvas').first().waitFor();
  expect([...atAnn.refused, ...atBob.refused]).toEqual([]);
  expect(await atAnn.frame.getByText('Something went wrong').count()).toBe(0);
});

test('a film, a sound, a text and a 3D model are seen on the wall, opened through the proxy, and posted', async () => {
  const room = 'i-kinds';
  const cleo = { id: '300000000000000004', name: 'Cleo' };
  const tokens: string[] = [];
  const { page, frame, refused } = await walk.open(cleo, room, {}, (page) =>
    page.on('request', (request) => {
      const { authorization = '' } = request.headers();
      if (authorization.startsWith('Bearer ')) tokens.push(authorization.slice('Bearer '.length));
    }),
  );
  await frame.locator('.create-button').waitFor();
  // Made as the page makes it: a form of each is walked elsewhere.
  const call = (path: string, body: object) =>
    walk.platform.api.call(path, { token: tokens.at(-1) ?? '', body });
  const file = new FormData();
  const png = await createTwoColours(64, 64).png().toBuffer();
  file.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'thing.png');
  const { id: image } = (await call('/api/v1/assets', file)).body;
  const wishes = {
    'ltx23-text2video': { prompt: 'waves', width: 512, height: 320, frames: 25 },
    'ace-step': { prompt: 'quiet piano', seconds: 5 },
    'expand-prompt': { prompt: 'a fox in the snow' },
    hunyuan3d: { image },
  };
  for (const [name, wish] of Object.entries(wishes))
    expect([name, (await call(`/api/v1/generate/${name}`, { ...wish, meta: { room } })).status]).toEqual([
      name,
      202,
    ]);
  await goTo(frame, 'Wall');
  const item = (inside: string) => frame.locator('.wall-item', { has: page.locator(inside) });
  const shown = {
    film: frame.locator('.wall-item', { hasText: 'waves' }),
    sound: item('.sg-waveform path'),
    text: item('[data-media="text"]').filter({ hasText: 'a fox in the snow' }),
    body: item('.sg-kind-poster'),
  };
  for (const one of Object.values(shown)) await one.waitFor();
  const isSeen = (picture: HTMLImageElement) =>
    picture.naturalWidth > 0 && picture.checkVisibility({ opacityProperty: true });
  await expect.poll(() => shown.body.locator('.sg-kind-poster').evaluate(isSeen)).toBe(true);
  for (const one of Object.values(shown)) {
    await one.getByRole('button', { name: 'Post to the channel' }).click();
    await frame.getByText('Posted to the channel', { exact: true }).last().waitFor();
  }
  const parts = (message: Record<string, unknown>) =>
    (message.components as { components: { type: number }[] }[])[0]?.components.map(({ type }) => type);
  await expect
    .poll(() =>
      walk.discord.posted
        .filter(({ message }) => JSON.stringify(message).includes(cleo.id))
        .map(({ files, message }) => [files[0]?.split('.').at(-1), parts(message)?.[0]]),
    )
    .toEqual([
      ['mp4', 12],
      ['mp3', 13],
      ['txt', 13],
      ['glb', 13],
    ]);
  // Each opens in the gallery's page, by the proxy.
  const open = async (one: keyof typeof shown) => {
    await goTo(frame, 'Wall');
    await shown[one].getByRole('button').first().click();
  };
  await open('sound');
  const sound = frame.locator('audio');
  await expect.poll(() => sound.evaluate((player: HTMLAudioElement) => player.duration)).toBeGreaterThan(4);
  await open('text');
  await frame.locator('.sg-words').filter({ hasText: 'a fox in the snow' }).waitFor();
  await open('body');
  await frame.locator('.sg-body[data-loaded]').waitFor();
  await open('film');
  const film = frame.locator('video').first();
  await expect.poll(() => film.evaluate((player: HTMLVideoElement) => player.duration)).toBeGreaterThan(0.5);
  expect(refused).toEqual([]);
});

test('what the Activity has not opens outside, where Discord asks first', async () => {
  const { page, frame } = await walk.open(ann, 'i-links');
  await frame.locator('.rail-credits').click();
  await expect.poll(() => left(page)).toEqual([`${walk.platform.url}/account/credits`]);
  await expect.poll(() => frame.locator('.create-button').count()).toBe(1);
});

test('who does not agree is told why, and gets in by agreeing', async () => {
  walk.client.consent.isGiven = false;
  const { frame } = await walk.open(bob, 'i-consent');
  await frame.getByText('Star-Graph has to know who you are').waitFor();
  walk.client.consent.isGiven = true;
  await frame.getByRole('button', { name: 'Try again' }).click();
  await frame.locator('.create-button').waitFor();
});

test('the page speaks the language that the person has in Discord, on a phone as well', async () => {
  const chen = { id: '300000000000000003', name: '陈', locale: 'zh-CN' };
  const { frame, page } = await walk.open(chen, 'i-chinese', { ...phone, colorScheme: 'dark' });
  await goTo(frame, '作品墙');
  await frame.getByText('在此展示我的作品').waitFor();
  const isWide = await page
    .frames()
    .at(-1)
    ?.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(isWide).toBe(false);
});
