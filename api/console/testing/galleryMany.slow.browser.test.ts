import { readFile } from 'node:fs/promises';
import { requireBody } from '@star-graph/api/testing/servers/apiServer';
import { createSound } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();
const { listed, openGallery, tiles } = gallery;

test('chosen pictures come down as a zip of their very bytes', async () => {
  const { page, token } = await openGallery();
  const [first, second] = await listed(token);
  for (const one of [first, second])
    await page.locator(`[data-asset="${one?.id}"]`).getByRole('checkbox').click();
  const download = page.waitForEvent('download');
  await page.getByLabel('Selection').getByRole('button', { name: 'Download' }).click();
  const zip = await readFile(await (await download).path());
  for (const one of [first, second]) {
    const bytes = Buffer.from(await (await fetch(one?.url ?? '')).arrayBuffer());
    expect(bytes.length).toBeGreaterThan(0);
    expect(zip.includes(bytes)).toBe(true);
  }
});

test('a sound that is added by hand is seen by its loudness, and listened to', async () => {
  const { page } = await openGallery();
  const sound = { name: 'tone.mp3', mimeType: 'audio/mpeg', buffer: createSound('mp3') };
  await page.locator('input[type=file][accept*="audio/"]').setInputFiles(sound);
  const tile = page.locator('.tile', { has: page.locator('.sg-waveform path') });
  await tile.getByRole('link').click();
  const length = () => page.locator('audio').evaluate((player: HTMLAudioElement) => player.duration);
  await expect.poll(length).toBeGreaterThan(0);
});

test('a picture is handed to the form of another workflow', async () => {
  const { page } = await openGallery();
  await page.getByRole('link', { name: 'a lighthouse at dusk' }).click();
  await page.getByRole('link', { name: 'Upscale' }).click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/create\/./);
  await expect.poll(() => page.locator('.sg-form img').count()).toBe(1);
  expect(new URL(page.url()).search).toBe('');
});

test('of many pictures those in view are drawn, and stay in place', async () => {
  const { page, uploadId } = await openGallery();
  // In its shape, though its line is not full yet.
  await expect
    .poll(async () => {
      const { width, height } = (await tiles(page).last().boundingBox()) ?? { width: 0, height: 1 };
      return width / height;
    })
    .toBeCloseTo(1.5, 1);
  await gallery.copy(
    uploadId,
    Array.from({ length: 500 }, (_, index) => ({
      width: 400 + ((index * 97) % 800),
      height: 400 + ((index * 61) % 500),
    })),
  );
  await page.reload();
  const scroller = page.locator('.grid');
  const oldest = page.locator(`[data-asset="${uploadId}"]`);
  // Page by page: each is awaited by what it adds.
  while ((await oldest.count()) === 0) {
    const height = await scroller.evaluate((grid) => grid.scrollHeight);
    await expect
      .poll(async () => {
        const grown = await scroller.evaluate((grid) => {
          grid.scrollTo(0, grid.scrollHeight);
          return grid.scrollHeight;
        });
        return grown > height || (await oldest.count()) === 1;
      })
      .toBe(true);
    expect(await tiles(page).count()).toBeLessThan(90);
  }
  expect(await oldest.count()).toBe(1);
  await scroller.evaluate((grid) => grid.scrollTo(0, grid.scrollHeight / 2));
  const middle = await scroller.evaluate((grid) => grid.scrollTop);
  // In one step: until the grid has drawn this place anew, no tile is near its middle, and tiles come and go.
  const id = await page
    .waitForFunction(() => {
      const tile = [...document.querySelectorAll('.tile')].find((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return bottom > innerHeight / 2 && top < innerHeight - 200;
      });
      tile?.querySelector('a')?.click();
      return tile?.getAttribute('data-asset');
    })
    .then((handle) => handle.jsonValue());
  await page.locator('.detail').press('ArrowRight');
  await expect.poll(() => page.url()).not.toContain(id);
  await page.locator('.detail').press('Escape');
  await page.locator('.detail').waitFor({ state: 'detached' });
  expect(await scroller.evaluate((grid) => grid.scrollTop)).toBe(middle);
  // All of them, also those that are not loaded yet.
  await page.reload();
  await tiles(page).first().waitFor();
  await page.keyboard.press('Control+a');
  await page.getByLabel('Selection').getByText('503 selected').waitFor();
});

test('names with scripts and right-to-left words stay words', async () => {
  const name = '<script>ran = 1</script><img src=x onerror="ran = 1"> \u202eمدينة في الليل';
  const { page, person } = await gallery.setup.openSignedIn('/gallery', {
    viewport: { width: 390, height: 844 },
  });
  const token = person.accessToken;
  await gallery.make(token, name);
  await expect.poll(async () => (await listed(token)).length).toBe(1);
  const [picture] = await listed(token);
  const { id } = (await gallery.call(token, '/collections', { name })).body;
  await gallery.call(token, `/collections/${id}/additions`, { ids: [picture?.id] });
  const isWhole = async () => {
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  };
  await page.goto(`${gallery.setup.platform.url}/collections`);
  await page.getByText(name, { exact: true }).click();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Details' }).click();
  await expect.poll(() => page.locator('.detail-prompt p').textContent()).toBe(name);
  await isWhole();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(async () => (await listed(token)).length).toBe(0);
  await page.goto(`${gallery.setup.platform.url}/gallery/deleted`);
  await page.getByRole('checkbox', { name: '<script>' }).waitFor();
  await isWhole();
});

test('a collection holds what was put into it, and not what was taken out', async () => {
  const { page } = await openGallery();
  const bar = page.getByLabel('Selection', { exact: true });
  for (const index of [0, 1]) await tiles(page).nth(index).getByRole('checkbox').click();
  await bar.getByRole('button', { name: 'Add to collection' }).click();
  await page.getByRole('menuitem', { name: 'New collection' }).click();
  await page.getByLabel('Name').fill('Winter 雪');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Added to “Winter 雪”').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Collections' }).click();
  await page.getByRole('link', { name: 'Winter 雪' }).click();
  await expect.poll(() => tiles(page).count()).toBe(2);
  await tiles(page).first().getByRole('checkbox').click();
  await bar.getByRole('button', { name: 'Remove from collection' }).click();
  await page.getByText('Removed').waitFor();
  await expect.poll(() => tiles(page).count()).toBe(1);
  await page.reload();
  await expect.poll(() => tiles(page).count()).toBe(1);
});

test('collections go into each other by drag and by a menu, and back by the path', async () => {
  const { page, token, uploadId } = await openGallery();
  const create = async (name: string) => (await gallery.call(token, '/collections', { name })).body.id;
  const [travel, winter, snow] = [await create('Travel'), await create('Winter'), await create('Snow')];
  const parents = async () => {
    const { items } = (await gallery.call(token, '/collections')).body;
    return Object.fromEntries(
      items.map(({ id, parentId = null }: { id: string; parentId?: string | null }) => [id, parentId]),
    );
  };
  await page.goto(`${gallery.setup.platform.url}/collections`);
  const place = (name: string) => page.getByRole('link', { name });
  await place('Winter').dragTo(place('Travel'));
  await page.getByText('“Winter” moved into “Travel”').waitFor();
  expect(await parents()).toMatchObject({ [winter]: travel, [travel]: null });
  await page.getByRole('button', { name: 'Undo' }).click();
  await place('Winter').waitFor();
  expect(await parents()).toMatchObject({ [winter]: null });
  // By keys alone.
  for (const [name, into] of [
    ['Snow', 'Winter'],
    ['Winter', 'Travel'],
  ] as const) {
    await page.getByRole('button', { name: `Move “${name}”` }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').click();
    await page.getByRole('option', { name: into, exact: true }).click();
    await dialog.getByRole('button', { name: 'Move' }).press('Enter');
    await page.getByText(`“${name}” moved into “${into}”`).waitFor();
  }
  expect(await parents()).toMatchObject({ [snow]: winter, [winter]: travel });
  await page.goto(`${gallery.setup.platform.url}/collections/${winter}`);
  const path = page.getByRole('navigation', { name: 'Where this collection is' });
  await path.getByRole('link', { name: 'Travel' }).waitFor();
  await place('Snow').dragTo(path.getByRole('link', { name: 'Travel' }));
  await page.getByText('“Snow” moved into “Travel”').waitFor();
  expect(await parents()).toMatchObject({ [snow]: travel });
  await path.getByRole('link', { name: 'Travel' }).click();
  await gallery.call(token, `/collections/${travel}/additions`, { ids: [uploadId] });
  await page.reload();
  await tiles(page).locator('a').dragTo(place('Snow'));
  await page.getByText('Added to “Travel / Snow”').waitFor();
  expect((await gallery.call(token, `/assets?collection=${snow}`)).body.items).toMatchObject([
    { id: uploadId },
  ]);
});

test('a published result is found, liked and remixed by others, and what they make keeps its parent', async () => {
  const { page, token } = await openGallery();
  const { id } = (await gallery.call(token, '/users/profile')).body;
  await page.getByRole('link', { name: 'a red fox in the snow' }).click();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('link', { name: 'Explore · 0' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unpublish' }).waitFor();
  const other = await gallery.setup.openSignedIn(`/explore?person=${id}`);
  await other.page.getByRole('link', { name: 'a red fox in the snow' }).click();
  await other.page.getByRole('button', { name: '0 likes' }).click();
  await other.page.getByRole('button', { name: '1 like' }).waitFor();
  await other.page.getByRole('link', { name: 'Remix' }).click();
  const prompt = other.page.getByLabel('Prompt', { exact: true });
  await expect.poll(() => prompt.inputValue()).toBe('a red fox in the snow');
  await prompt.press('Control+Enter');
  const made = async () => (await gallery.call(other.person.accessToken, '/tasks')).body.items[0];
  await expect.poll(made).toMatchObject({ params: { seed: 3 }, parentId: expect.any(String) });
  await other.page.goto(`${gallery.setup.platform.url}/create?prompt=a+paper+boat`);
  await expect.poll(() => prompt.inputValue()).toBe('a paper boat');
});

test('the list of tasks tells wait, time and price, and what has no words by what it does', async () => {
  const { page, token, uploadId } = await openGallery();
  const { body: task } = await gallery.call(token, '/generate/upscale', { image: uploadId });
  await page.goto(`${gallery.setup.platform.url}/queue`);
  const row = page.locator(`[data-task="${task.id}"]`);
  await row.getByText('Upscale · 192 × 128').waitFor();
  await row.getByText(/^Waited .+ · took .+/).waitFor();
  await row.getByTitle(/^\d+ credits?$/).waitFor();
  expect(await row.locator('img').count()).toBe(1);
});

test('the remix of an enlarged picture begins with that picture in a form that takes words', async () => {
  const { token, uploadId } = await openGallery();
  const { id: taskId } = (await gallery.call(token, '/generate/upscale', { image: uploadId })).body;
  await gallery.setup.platform.untilEnded(token, taskId);
  const [output] = (await gallery.call(token, `/tasks/${taskId}`)).body.outputs;
  const { id } = (await gallery.call(token, `/assets/${output.id}/publication`, undefined, 'PUT')).body;
  const other = await gallery.setup.openSignedIn(`/explore/${id}`);
  await other.page.getByRole('link', { name: 'Remix' }).click();
  await other.page.getByText('The picture is in a form that takes one.').waitFor();
  await other.page.locator('[data-field="image"] img.sg-slot-picture').waitFor();
  const prompt = other.page.getByLabel('Prompt', { exact: true });
  await prompt.fill('in the snow');
  await prompt.press('Control+Enter');
  const made = async () => (await gallery.call(other.person.accessToken, '/tasks')).body.items[0];
  await expect.poll(made).toMatchObject({ workflow: { name: 'img2img' }, parentId: taskId });
});

test('the remix of a film that was made from a picture begins with its first frame', async () => {
  const { token, uploadId } = await openGallery();
  const values = { image: uploadId, frames: 4 };
  const { id: taskId } = requireBody(await gallery.call(token, '/generate/img2video', values));
  await gallery.setup.platform.untilEnded(token, taskId);
  const [output] = (await gallery.call(token, `/tasks/${taskId}`)).body.outputs;
  const { id } = (await gallery.call(token, `/assets/${output.id}/publication`, undefined, 'PUT')).body;
  const other = await gallery.setup.openSignedIn(`/create?remix=${id}`);
  await other.page.getByText(/first frame of the video/).waitFor();
  await other.page.waitForURL('**/create/img2video');
  await other.page.locator('[data-field="image"] img.sg-slot-picture').waitFor();
  const [picture] = (await gallery.call(other.person.accessToken, '/assets')).body.items;
  expect(picture).toMatchObject({ width: output.width, height: output.height, kind: 'input' });
});
