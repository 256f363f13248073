import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cardsOf, createButton, paintMask, promptField } from './createHand.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

const listTasks = async ({ accessToken: token }: Person): Promise<TaskView[]> =>
  (await setup.platform.api.call('/api/v1/tasks', { token })).body.items;

/** Pixels of the result on the stage; 0 until there is one. */
const shownWidth = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLImageElement>('img.stage-result')?.naturalWidth ?? 0);

/** What the API says where no GPU server is left. */
const noBackend = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: 'urn:star-graph:problem:no-backend',
    title: 'No GPU server is available',
    status: 503,
    detail: 'No GPU server is ready at the moment.',
    instance: '/',
  }),
};

/** The pixels of an asset. */
async function readPicture(page: Page, { accessToken: token }: Person, id: string) {
  const { body } = await setup.platform.api.call(`/api/v1/assets/${id}`, { token });
  return await page.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    return { width, height, data: [...(context?.getImageData(0, 0, width, height).data ?? [])] };
  }, String(body.url));
}

test('a reload loses neither the form nor presses without an answer', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  // No event tells of the task either: only the key of the press can keep it one.
  await page.routeWebSocket(/./, () => undefined);
  await page.reload();
  let tries = 0;
  const arrived = Promise.withResolvers<void>();
  await page.route('**/api/v1/generate/text2img', async (route) => {
    tries += 1;
    // The first press arrives and its answer does not; for the second one there is no server.
    if (tries > 1) return route.fulfill(noBackend);
    await route.fetch();
    arrived.resolve();
    await route.abort('connectionreset');
  });
  setup.platform.hold();
  // Right-to-left words and a script are words and nothing else.
  const prompt = 'שלום <script>alert(1)</script> pier';
  await promptField(page).fill('A pier at night');
  await createButton(page).click();
  await arrived.promise;
  expect(await listTasks(person)).toHaveLength(1);
  await promptField(page).fill(prompt);
  await page.getByText('3:2', { exact: true }).click();
  const before = tries;
  await createButton(page).click();
  await page.getByText('It’s saved and will be sent as soon as a server is ready.').waitFor();
  expect(tries).toBeGreaterThan(before);
  await page.reload();
  await page.unroute('**/api/v1/generate/text2img');
  await untilCount(cardsOf(page, 'open'), 2);
  await untilCount(cardsOf(page, 'press'), 0);
  setup.platform.letGo();
  expect(await promptField(page).inputValue()).toBe(prompt);
  expect(await page.getByRole('radio', { name: '3:2' }).isChecked()).toBe(true);
  expect((await listTasks(person)).map(({ params }) => params.prompt)).toEqual([prompt, 'A pier at night']);
});

test('what is painted on a picture is what the repaint changes, and no picture of its own', async () => {
  const { page, person } = await setup.openSignedIn('/create/inpaint');
  const side = await paintMask(page);
  await promptField(page).fill('A small boat');
  await createButton(page).click();
  await expect.poll(() => shownWidth(page)).toBeGreaterThan(0);
  // The mask is still there to be changed, for another try.
  await page.getByRole('toolbar').getByRole('button', { name: 'Edit mask' }).click();
  await page.getByText(/of the picture$/).waitFor();
  const [task] = await listTasks(person);
  const mask = await readPicture(page, person, String(task?.params.mask));
  expect([mask.width, mask.height]).toEqual([side.width, side.height]);
  const at = (x: number, y: number) => mask.data[(y * side.width + x) * 4];
  expect([at(160, 128), at(4, 4), at(315, 250)]).toEqual([255, 0, 0]);
  const { body } = await setup.platform.api.call('/api/v1/assets', { token: person.accessToken });
  const listed = (body.items as { id: string }[]).map(({ id }) => id);
  expect(listed).toContain(task?.params.image);
  expect(listed).not.toContain(task?.params.mask);
});
