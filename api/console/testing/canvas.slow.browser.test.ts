import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { boundsOf, noTiles, writePixels } from '../app/views/canvas/engine/tiles.ts';
import { button, draw, frameBox, isSaved, isWay, layerNames, promptField, readFrame } from './canvasHand.ts';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

/** What has been painted within the frame. */
async function painted(page: Page) {
  const { bytes, ...size } = await readFrame(page);
  return boundsOf(writePixels(noTiles, { x: 0, y: 0, ...size }, bytes));
}

async function penTo(cdp: CDPSession, type: string, x: number, y: number, force: number): Promise<void> {
  const pen = { pointerType: 'pen', button: 'left', buttons: 1, clickCount: 1 } as const;
  await cdp.send('Input.dispatchMouseEvent', { type, x, y, force, ...pen } as never);
}

test('a page that was overtaken is told, goes on, and loses nothing of either', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await draw(page, [0.2, 0.2], [0.4, 0.2]);
  await page.waitForURL(/\/canvas\/[0-9a-f-]{36}$/);
  await isSaved(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await button(other, 'New layer').click();
  await expect.poll(() => layerNames(other)).toEqual(['Layer 2', 'Layer 1']);
  await isSaved(other);
  await button(page, 'New mask: paint the area to redraw').click();
  await button(page, 'Continue with this one').click();
  await isSaved(page);
  await other.reload();
  await expect.poll(() => layerNames(other)).toEqual(['Mask', 'Layer 1']);
  await button(other, 'Project').click();
  await other.getByRole('menuitem', { name: 'Earlier versions' }).click();
  const kept = other.locator('.canvas-projects li', { hasText: 'from another page' });
  await kept.getByRole('button').click();
  await expect.poll(() => layerNames(other)).toEqual(['Layer 2', 'Layer 1']);
  expect(await painted(other)).toMatchObject({ height: expect.toSatisfy((height) => height > 40) });
});

test('strokes and a discarded result outlive a server that does not answer', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await isWay(page, 'text2img');
  await promptField(page).fill('a lighthouse at dawn');
  await page.locator('[data-field="count"]').getByText('2', { exact: true }).click();
  await button(page, /^Create/).click();
  await page.getByText('1 / 2').waitFor();
  await button(page, 'Discard').click();
  await page.getByText('1 / 1').waitFor();
  await isSaved(page);
  await page.reload();
  await page.getByText('1 / 1').waitFor();
  const isAway = /\/api\/v1\/(projects|assets)/;
  await page.route(isAway, (route) =>
    route.request().method() === 'GET' ? route.continue() : route.abort(),
  );
  await draw(page, [0.2, 0.2], [0.4, 0.2]);
  await button(page, 'Discard').click();
  await page.locator('.canvas-saved[data-state="waiting"][data-kept]').waitFor();
  await page.reload();
  await expect.poll(() => painted(page)).toMatchObject({ width: expect.toSatisfy((width) => width > 150) });
  expect(await page.getByRole('toolbar', { name: 'Results to choose from' }).count()).toBe(0);
  await page.unroute(isAway);
  await isSaved(page);
  // The API ends, and another begins.
  await setup.platform.restartApi(async () => {
    await draw(page, [0.2, 0.6], [0.7, 0.6]);
    await page.locator('.canvas-saved[data-state="waiting"][data-kept]').waitFor();
  });
  await isSaved(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect.poll(() => painted(other)).toEqual(await painted(page));
});

test('what the server would never take is tried once, kept, and saved by the page that comes next', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await draw(page, [0.2, 0.2], [0.4, 0.2]);
  await page.waitForURL(/\/canvas\/[0-9a-f-]{36}$/);
  await isSaved(page);
  const refusal = {
    type: 'urn:star-graph:problem:invalid-params',
    title: 'Wrong values',
    status: 422,
    detail: 'List each group once.',
    errors: [{ pointer: '/document/groups', message: 'List each group once.' }],
  };
  let saves = 0;
  await page.route(/\/api\/v1\/projects\//, (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    saves += 1;
    const contentType = 'application/problem+json';
    return route.fulfill({ status: 422, contentType, body: JSON.stringify(refusal) });
  });
  await draw(page, [0.2, 0.4], [0.5, 0.4]);
  await page.getByRole('alert').getByText('The server doesn’t accept this page’s changes').waitFor();
  await draw(page, [0.2, 0.6], [0.6, 0.6]);
  const drawn = await painted(page);
  await page.locator('.canvas-saved[data-state="stuck"][data-kept]').waitFor();
  expect(saves).toBe(1);
  expect(await findFaults(page)).toEqual([]);
  await page.unrouteAll();
  await button(page, 'Reload').click();
  await isSaved(page);
  expect(await painted(page)).toEqual(drawn);
});

test('a link is made once what was drawn is saved, however quick one is', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  const held = Promise.withResolvers<void>();
  const taken: string[] = [];
  await page.route(/\/api\/v1\/projects\/[0-9a-f-]{36}(\/link)?$/, async (route) => {
    const asked = route.request();
    const what = asked.url().endsWith('/link') ? 'link' : 'save';
    if (asked.method() === 'PUT' && what === 'save') await held.promise;
    if (asked.method() === 'PUT') taken.push(what);
    await route.continue();
  });
  await draw(page, [0.2, 0.2], [0.4, 0.2]);
  await page.waitForURL(/\/canvas\/[0-9a-f-]{36}$/);
  await button(page, 'Project').click();
  await page.getByRole('menuitem', { name: 'Share' }).click();
  await button(page, 'Create link').click();
  await page.locator('button[aria-busy=true]').waitFor();
  held.resolve();
  await page.getByRole('textbox', { name: 'Link', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('You’re drawing').waitFor();
  expect(taken.slice(0, taken.indexOf('link'))).toContain('save');
  await isSaved(page);
});

test('two people draw in turns, see each other’s strokes, and who slept keeps theirs apart', async () => {
  const { page: ann } = await setup.openSignedIn('/canvas');
  await draw(ann, [0.2, 0.2], [0.4, 0.2]);
  await ann.waitForURL(/\/canvas\/[0-9a-f-]{36}$/);
  await button(ann, 'Project').click();
  await ann.getByRole('menuitem', { name: 'Share' }).click();
  await button(ann, 'Create link').click();
  const link = await ann.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
  expect(await findFaults(ann)).toEqual([]);
  await ann.keyboard.press('Escape');
  await ann.getByText('You’re drawing').waitFor();
  const { page: ben, person } = await setup.openSignedIn(link.slice(setup.platform.url.length));
  await button(ben, 'Join').click();
  await ben.getByText('is drawing').waitFor();
  await expect.poll(() => painted(ben)).toEqual(await painted(ann));
  await draw(ben, [0.2, 0.8], [0.4, 0.8]);
  await draw(ann, [0.2, 0.4], [0.5, 0.4]);
  await expect.poll(() => painted(ben)).toEqual(await painted(ann));
  await ann.getByText(`Here: you, ${person.username}`).waitFor();
  expect(await findFaults(ben)).toEqual([]);
  await button(ann, 'Stop drawing').click();
  await ben.getByRole('button', { name: 'Draw', exact: true }).click();
  await ben.getByText('You’re drawing').waitFor();
  const before = await painted(ben);
  await draw(ben, [0.2, 0.6], [0.6, 0.6]);
  expect(await painted(ben)).not.toEqual(before);
  await isSaved(ben);
  await ann.getByText(`${person.username} is drawing`).waitFor();
  await expect.poll(() => painted(ann)).toEqual(await painted(ben));
  // He sleeps for longer than a turn outlasts, and she draws on.
  await ben.context().setOffline(true);
  const { database } = setup.platform;
  const id = ann.url().split('/').at(-1);
  const draws = (page: Page) => page.getByRole('button', { name: 'Draw', exact: true });
  await expect
    .poll(async () => {
      await database('projects')
        .where({ id })
        .update({ turnAt: new Date(Date.now() - 60_000) });
      return draws(ann).isVisible();
    })
    .toBe(true);
  await draws(ann).click();
  await ann.getByText('You’re drawing').waitFor();
  await draw(ann, [0.3, 0.9], [0.7, 0.9]);
  await isSaved(ann);
  const hers = await painted(ann);
  await draw(ben, [0.8, 0.1], [0.8, 0.3]);
  const his = await painted(ben);
  await ben.context().setOffline(false);
  await ben.getByText('Your turn ended before this was saved').waitFor();
  await button(ben, 'Save a copy').click();
  // Until the copy is read, the project of the old address is shown, and closes its menus when it goes.
  await expect.poll(() => ben.getByLabel('Project name').inputValue()).toBe('Untitled copy');
  await isSaved(ben);
  expect(await painted(ben)).toEqual(his);
  await ann.reload();
  await ann.locator('.canvas-turn').waitFor();
  await expect.poll(() => painted(ann)).toEqual(hers);
});

test('what is selected is filled, cut, pasted and made a mask, and nothing else', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await button(page, 'Select a rectangle').click();
  await draw(page, [0.25, 0.25], [0.5, 0.5]);
  await button(page, 'Selection').click();
  await page.getByRole('menuitem', { name: 'Fill with colour' }).click();
  const filled = await painted(page);
  expect(filled).toMatchObject({ width: expect.toSatisfy((width) => width > 200 && width < 300) });
  await page.getByRole('application').focus();
  await page.keyboard.press('ControlOrMeta+x');
  expect(await painted(page)).toBeUndefined();
  await page.keyboard.press('ControlOrMeta+v');
  await expect.poll(() => layerNames(page)).toEqual(['Layer 1 copy', 'Layer 1']);
  expect(await painted(page)).toEqual(filled);
  await button(page, 'Selection').click();
  await page.getByRole('menuitem', { name: 'Make a mask' }).click();
  await expect.poll(() => layerNames(page)).toEqual(['Mask', 'Layer 1 copy', 'Layer 1']);
  await page.keyboard.press('ControlOrMeta+d');
  await button(page, 'Selection').waitFor({ state: 'detached' });
  await button(page, 'Project').click();
  const [psd] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save the layers as PSD' }).click(),
  ]);
  const buffer = await readFile(await psd.path());
  const files = page.locator('input[type="file"]');
  await files.setInputFiles({ name: 'a.psd', mimeType: '', buffer });
  const names = ['Mask', 'Mask', 'Layer 1 copy', 'Layer 1 copy', 'Layer 1'];
  await expect.poll(() => layerNames(page)).toEqual(names);
  expect(await painted(page)).toEqual(filled);
  await files.setInputFiles({ name: 'b.psd', mimeType: '', buffer: buffer.subarray(0, 600) });
  await page.getByText('This file can’t be read').waitFor();
  expect(await layerNames(page)).toEqual(names);
});

test('a group is moved and hidden as one, outlives a reload, and comes back from a PSD', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await draw(page, [0.2, 0.2], [0.4, 0.2]);
  await button(page, 'New layer').click();
  await draw(page, [0.3, 0.4], [0.5, 0.4]);
  const before = await painted(page);
  await page.locator('.canvas-layer-name', { hasText: 'Layer 1' }).click({ modifiers: ['Shift'] });
  await page.getByRole('button', { name: 'Group', exact: true }).click();
  const grouped = ['Group', 'Layer 2', 'Layer 1'];
  await expect.poll(() => layerNames(page)).toEqual(grouped);
  await page.getByRole('application').focus();
  await page.keyboard.press('v');
  await page.keyboard.press('Shift+ArrowRight');
  expect(await painted(page)).toEqual({ ...before, x: (before?.x ?? 0) + 10 });
  await button(page, 'Hide Group').click();
  expect(await painted(page)).toBeUndefined();
  await button(page, 'Show Group').click();
  expect(await findFaults(page)).toEqual([]);
  await button(page, 'Fold Group').click();
  await expect.poll(() => layerNames(page)).toEqual(['Group']);
  await isSaved(page);
  await page.reload();
  await expect.poll(() => layerNames(page)).toEqual(['Group']);
  await button(page, 'Unfold Group').click();
  await button(page, 'Project').click();
  const [psd] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save the layers as PSD' }).click(),
  ]);
  const buffer = await readFile(await psd.path());
  await button(page, 'More for Group').click();
  await page.getByRole('menuitem', { name: 'Merge the group' }).click();
  await expect.poll(() => layerNames(page)).toEqual(['Group']);
  await page.locator('input[type="file"]').setInputFiles({ name: 'a.psd', mimeType: '', buffer });
  await expect.poll(() => layerNames(page)).toEqual([...grouped, 'Group']);
  expect(await painted(page)).toEqual({ ...before, x: (before?.x ?? 0) + 10 });
});

test('a layer snaps to a guide that was drawn out of the ruler, but not with Alt', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  await draw(page, [0.3, 0.3], [0.5, 0.3]);
  const stage = await page.getByRole('application').boundingBox();
  const box = await frameBox(page);
  await page.mouse.move((stage?.x ?? 0) + 10, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  const mark = button(page, /^Guide at/);
  const guide = Number((await mark.getAttribute('aria-label'))?.replaceAll(/\D/g, ''));
  const before = (await painted(page))?.x ?? 0;
  // To some pixels beside it.
  const by = (guide - before) / 1_024 + 4 / box.width;
  await button(page, 'Move the layer').click();
  await draw(page, [0.4, 0.3], [0.4 + by, 0.3]);
  expect((await painted(page))?.x).toBe(guide);
  await button(page, 'Undo').click();
  await page.keyboard.down('Alt');
  await draw(page, [0.4, 0.3], [0.4 + by, 0.3]);
  await page.keyboard.up('Alt');
  expect((await painted(page))?.x).toBeGreaterThan(guide);
  await isSaved(page);
  await page.reload();
  await mark.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await button(page, `Guide at ${guide + 10}`).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await mark.press('Delete');
  await mark.waitFor({ state: 'detached' });
});

test('what is drawn part by part while one pans and paints is what is drawn at once', async () => {
  const { page } = await setup.openSignedIn('/canvas');
  const plane = page.locator('canvas.canvas-plane');
  /** What has changed is drawn with the next frame of the screen. */
  const shown = () =>
    plane.evaluate(async (canvas) => {
      await new Promise((drawn) => requestAnimationFrame(drawn));
      return (canvas as HTMLCanvasElement).toDataURL();
    });
  const widthOf = () => plane.evaluate((canvas) => (canvas as HTMLCanvasElement).width);
  await draw(page, [0.2, 0.2], [0.8, 0.6]);
  await button(page, 'Select a rectangle').click();
  await draw(page, [0.3, 0.1], [0.7, 0.9]);
  await button(page, 'Move the view').click();
  await draw(page, [0.5, 0.5], [0.3, 0.41]);
  await page.getByRole('button', { name: 'Brush', exact: true }).click();
  await draw(page, [0.8, 0.2], [0.2, 0.7]);
  await button(page, 'Move the view').click();
  await draw(page, [0.3, 0.4], [0.52, 0.63]);
  await page.getByRole('button', { name: 'Eraser', exact: true }).click();
  await draw(page, [0.2, 0.5], [0.8, 0.5]);
  const inParts = await shown();
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const whole = await widthOf();
  await page.setViewportSize({ width: width - 40, height });
  await expect.poll(widthOf).toBeLessThan(whole);
  await page.setViewportSize({ width, height });
  await expect.poll(widthOf).toBe(whole);
  expect((await shown()) === inParts).toBe(true);
});

test('pen, keys and fingers paint and move as they should', async () => {
  const { page } = await setup.openSignedIn('/canvas', { hasTouch: true });
  const box = await frameBox(page);
  const cdp = await page.context().newCDPSession(page);
  const stroke = async (force: number) => {
    const y = box.y + box.height / 2;
    await penTo(cdp, 'mousePressed', box.x + 100, y, force);
    for (const x of [150, 200]) await penTo(cdp, 'mouseMoved', box.x + x, y, force);
    await penTo(cdp, 'mouseReleased', box.x + 200, y, force);
    const found = await painted(page);
    await button(page, 'Undo').click();
    return found?.height ?? 0;
  };
  const [light, full] = [await stroke(0.2), await stroke(1)];
  expect(light).toBeGreaterThan(0);
  expect(full).toBeGreaterThan(light * 2);
  expect(await painted(page)).toBeUndefined();
  const finger = (id: number, x: number, y: number) => ({ id, x: box.x + x, y: box.y + y });
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    points: { id: number; x: number; y: number }[],
  ) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  await touch('touchStart', [finger(0, 200, 200)]);
  await touch('touchStart', [finger(0, 200, 200), finger(1, 300, 200)]);
  await touch('touchMove', [finger(0, 150, 200), finger(1, 350, 200)]);
  await touch('touchEnd', []);
  await expect.poll(async () => (await frameBox(page)).width).toBeGreaterThan(box.width * 1.5);
  expect(await painted(page)).toBeUndefined();
  await button(page, 'Show the frame').click();
  await page.getByRole('application').focus();
  await page.keyboard.press('b');
  for (let step = 0; step < 12; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.down('Enter');
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.up('Enter');
  const byKeys = await painted(page);
  expect(byKeys?.width).toBeGreaterThan(byKeys?.height ?? 1_000);
});

test('a picture of the gallery becomes a layer that fills its frame', async () => {
  const { page, person } = await setup.openSignedIn('/queue');
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 512);
    canvas.getContext('2d')?.fillRect(0, 0, 640, 512);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  });
  const body = new FormData();
  body.append('file', new Blob([Uint8Array.from(bytes)], { type: 'image/png' }), 'a.png');
  const { api } = setup.platform;
  const asset = (await api.call('/api/v1/assets', { token: person.accessToken, body })).body;
  await page.goto(`${setup.platform.url}/gallery/${asset.id}`);
  await button(page, 'Open on the canvas').click();
  await expect.poll(() => layerNames(page)).toEqual(['Picture', 'Layer 1']);
  await expect.poll(() => painted(page)).toEqual({ x: 0, y: 0, width: 640, height: 512 });
  await expect.poll(() => page.locator('[data-way]').getAttribute('data-way')).toBe('img2img');
});
