import { createFilm } from '@star-graph/core/testing/pictures';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { phone } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

const call = (token: string, path: string, body?: unknown) =>
  setup.platform.api.call(`/api/v1${path}`, { token, body });

const listFilms = async (token: string) => (await call(token, '/assets?media=video')).body.items;

/** A person with a film of six seconds with sound, which stands open. */
async function openFilm(options: BrowserContextOptions = {}) {
  const { page, person } = await setup.openSignedIn('/gallery', options);
  const token = person.accessToken;
  const form = new FormData();
  const source = 'testsrc=size=320x192:rate=8:duration=6';
  const film = createFilm([source, 'sine=frequency=220:duration=6']);
  form.append('file', new Blob([new Uint8Array(film)], { type: 'video/mp4' }), 'film.mp4');
  await call(token, '/assets', form);
  await expect.poll(() => listFilms(token)).toHaveLength(1);
  const [{ id }] = await listFilms(token);
  await openStrip(page, id);
  return { page, token, id };
}

async function openStrip(page: Page, id: string): Promise<void> {
  await page.goto(`${setup.platform.url}/gallery/${id}`);
  await page.getByRole('button', { name: 'Edit the film' }).click();
  await strip(page).waitFor();
}

const strip = (page: Page) => page.locator('.film-strip');
const press = (page: Page, name: string) => strip(page).getByRole('button', { name }).click();
const set = (page: Page, name: string, value: number) =>
  strip(page).getByRole('slider', { name }).fill(String(value));

test('a film of twelve seconds is made of three parts, one of which goes on from the last frame', async () => {
  const { page, token, id } = await openFilm();
  await press(page, 'Extend');
  await page.waitForURL(/\/create\//);
  await page.locator('[data-field="image"] img.sg-slot-picture').waitFor();
  const [picture] = (await call(token, '/assets?media=image&kind=output')).body.items;
  expect(picture).toMatchObject({ mime: 'image/png', width: 320, height: 192 });
  const workflow = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
  const made = await call(token, `/generate/${workflow}`, { image: picture.id, frames: 14, fps: 7 });
  expect(made.status).toBe(202);
  const films = () => listFilms(token);
  await expect.poll(async () => (await films()).length, { timeout: 120_000 }).toBe(2);

  await openStrip(page, id);
  await set(page, 'Ends at', 5);
  await page.locator('.detail-stage video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 2;
  });
  await press(page, 'Split here');
  expect(await strip(page).locator('.film-part').count()).toBe(2);
  await strip(page).locator('.film-part').nth(1).press('Enter');
  await set(page, 'Ends at', 4);
  await strip(page).getByText('0.5×').click();
  await press(page, 'Add a film');
  await press(page, 'Add film 1');
  await strip(page).getByText('0.25×').click();
  // Two seconds, two at half the speed, and what was made at a quarter of it.
  const [extension] = await films();
  const last = Math.min(6, (extension.durationMs / 1_000) * 4);
  await set(page, 'Ends at', last / 4);
  await strip(page)
    .getByText(/in all/)
    .waitFor();
  expect(await findFaults(page)).toEqual([]);
  await press(page, 'Make the film');
  await strip(page).getByRole('link', { name: 'Open result 1' }).click();
  const result = (await films())[0];
  expect(result).toMatchObject({ width: 320, height: 192, fps: 8 });
  expect(Math.abs(result.durationMs - (2 + 4 + last) * 1_000)).toBeLessThan(150);
  expect(result.durationMs).toBeGreaterThan(11_850);
  expect(result.sound.codec).toBe('aac');
  const { body: origin } = await call(token, `/assets/${id}/children`);
  expect(origin.items.map((one: { id: string }) => one.id)).toContain(result.id);
});

test.each([
  ['the keyboard', {}],
  ['a finger', phone],
])('the ends of a film become pictures by %s', async (_, options) => {
  const { page, token } = await openFilm(options);
  const button = strip(page).getByRole('button', { name: 'First and last frame' });
  const boxes = ['.detail-tools', '.detail-stage video'].map((one) => page.locator(one).boundingBox());
  const [tools, player] = await Promise.all(boxes);
  // The player's own bar is at its foot.
  const [foot, end] = [tools, player].map((box) => (box?.y ?? 0) + (box?.height ?? 0)) as [number, number];
  expect(end - foot).toBeGreaterThan(64);
  if ('hasTouch' in options) await button.tap();
  else await button.press('Enter');
  await strip(page).getByRole('link', { name: 'Open result 2' }).waitFor();
  const pictures = (await call(token, '/assets?media=image&kind=output')).body.items;
  expect(pictures).toMatchObject([
    { mime: 'image/png', width: 320 },
    { mime: 'image/png', width: 320 },
  ]);
  expect(await findFaults(page)).toEqual([]);
});
