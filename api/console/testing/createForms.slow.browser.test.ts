import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { expect, test } from 'vitest';
import { phone } from './consoleSetup.ts';
import { cardsOf, createButton, drawPng, paintMask, promptField } from './createHand.ts';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();
const listTasks = async ({ accessToken: token }: Person): Promise<TaskView[]> =>
  (await setup.platform.api.call('/api/v1/tasks', { token })).body.items;

test('quick drafts of a form that is not filled in have no price', async () => {
  const { page } = await setup.openSignedIn('/create/text2img');
  await page.clock.install();
  await page.getByRole('button', { name: 'Quick drafts' }).click();
  const dialog = page.getByRole('dialog');
  const make = dialog.getByRole('button', { name: 'Make drafts' });
  await dialog.getByText('Fill in the form first: the drafts are drawn by it.').waitFor();
  // The pause after which a price would be asked for.
  await page.clock.runFor(10_000);
  expect([await make.isDisabled(), await make.textContent()]).toEqual([true, 'Make drafts']);
});

test('axe finds nothing serious, in both languages and themes', async () => {
  // Axe measures colours: what is still fading in would be measured half way.
  const { page, person } = await setup.openSignedIn('/create/inpaint', { reducedMotion: 'reduce' });
  const { accessToken: token } = person;
  const looks = [
    { locale: 'en', colorScheme: 'light' },
    { locale: 'zh-CN', colorScheme: 'dark' },
  ] as const;
  for (const { locale, colorScheme } of looks) {
    await setup.platform.api.call('/api/v1/users/profile', { method: 'PATCH', token, body: { locale } });
    await page.emulateMedia({ colorScheme });
    await page.reload();
    await page.locator(`html[lang="${locale}"] .create-button`).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.locator('.workflow-button').click();
    await page.locator('.workflow-card').first().waitFor();
    expect(await findFaults(page)).toEqual([]);
  }
});

test('words in braces make a task of each, at the price of all that is shown before', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  const { body } = await setup.platform.api.call('/api/v1/generate/text2img/quote', {
    token: person.accessToken,
    body: { prompt: 'a boat' },
  });
  setup.platform.hold();
  await promptField(page).fill('a boat'.concat('{ red| blue}'.repeat(5)));
  await page.getByText('The words in braces make more than 24 prompts. Leave some out.').waitFor();
  await createButton(page).click();
  await promptField(page).fill('a {red|blue} boat{ at night|}');
  await page.getByText('Makes 4 prompts, each a task of its own').waitFor();
  await expect.poll(() => createButton(page).textContent()).toContain(`${body.cost * 4} credits`);
  await createButton(page).click();
  await untilCount(cardsOf(page, 'open'), 4);
  const prompts = (await listTasks(person)).map(({ params }) => params.prompt);
  expect(prompts.toSorted()).toEqual([
    'a blue boat',
    'a blue boat at night',
    'a red boat',
    'a red boat at night',
  ]);
  setup.platform.letGo();
  await page.getByRole('button', { name: 'Earlier prompts' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'a blue boat at night' }).click();
  expect(await promptField(page).inputValue()).toBe('a blue boat at night');
});

test('a name between underscores takes a line of the operator’s list for each prompt, and must be a list', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  const { api } = setup.platform;
  // A name that no other file has: lists are everybody's.
  const path = '/api/admin/wildcards/harbour-light';
  const body = { version: 0, lines: ['a lantern', 'a {green} beacon'] };
  expect((await api.call(path, { token: await api.signInAsAdmin(), method: 'PUT', body })).status).toBe(200);
  setup.platform.hold();
  await promptField(page).fill('a pier with __nothing-such__');
  await page.getByText('There is no list called __nothing-such__ here.').waitFor();
  await createButton(page).click();
  await promptField(page).fill('a {red|blue} pier with __harb');
  await page.getByRole('button', { name: 'harbour-light', exact: true }).click();
  expect(await promptField(page).inputValue()).toBe('a {red|blue} pier with __harbour-light__');
  await page.getByText('__harbour-light__: one of 2, drawn for each prompt').waitFor();
  await createButton(page).click();
  await untilCount(cardsOf(page, 'open'), 2);
  const prompts = (await listTasks(person)).map(({ params }) => String(params.prompt));
  const withoutLines = prompts.map((prompt) => prompt.replace(/ with (a lantern|a {green} beacon)$/, ''));
  expect(withoutLines.toSorted()).toEqual(['a blue pier', 'a red pier']);
  setup.platform.letGo();
});

test('presets are of the account, and those that a browser has kept go along', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  const { accessToken: token } = person;
  const { id } = (await setup.platform.api.call('/api/v1/users/profile', { token })).body;
  const key = `create-presets:${id}:text2img`;
  const kept = { name: 'Old', draft: { values: { prompt: 'an old pier' }, tuning: {} } };
  await page.evaluate(
    ([at, value]) => localStorage.setItem(String(at), String(value)),
    [key, JSON.stringify([kept])],
  );
  await promptField(page).fill('a new pier');
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('button', { name: 'Old', exact: true }).waitFor();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('New');
  await page.keyboard.press('Enter');
  const read = async () => (await setup.platform.api.call('/api/v1/presets', { token })).body;
  await expect.poll(async () => (await read()).items.length).toBe(2);
  expect((await read()).items).toMatchObject([
    { name: 'New', draft: { values: { prompt: 'a new pier' } } },
    { name: 'Old', draft: kept.draft },
  ]);
  expect(await page.evaluate((at) => localStorage.getItem(at), key)).toBeNull();
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('button', { name: 'Old', exact: true }).click();
  await expect.poll(() => promptField(page).inputValue()).toBe('an old pier');
});

test('Create pressed while a mask is on its way sends it once it is there', async () => {
  const { page, person } = await setup.openSignedIn('/create/inpaint');
  await paintMask(page);
  const gate = Promise.withResolvers<void>();
  await page.route('**/api/v1/assets?*', async (route) => {
    await gate.promise;
    await route.continue();
  });
  await promptField(page).fill('A small boat');
  await createButton(page).click();
  await expect
    .poll(() => page.locator('.create-forecast').textContent())
    .toBe('Sent as soon as the picture is uploaded.');
  expect(await page.locator('.create-form [role=alert]').count()).toBe(0);
  expect([await cardsOf(page, 'press').count(), await listTasks(person)]).toEqual([0, []]);
  gate.resolve();
  await expect.poll(async () => (await listTasks(person)).length).toBe(1);
  expect(await listTasks(person)).toMatchObject([
    { workflow: { name: 'inpaint' }, params: { prompt: 'A small boat', mask: expect.any(String) } },
  ]);
});

test('on a phone a form that was filled in from elsewhere opens where something is missing', async () => {
  const { page, person } = await setup.openSignedIn('/', phone);
  const form = new FormData();
  const bytes = await drawPng(page, { width: 320, height: 256 });
  form.set('file', new File([Uint8Array.from(bytes)], 'sea.png', { type: 'image/png' }));
  const upload = { method: 'POST', token: person.accessToken, body: form };
  const { body: sea } = await setup.platform.api.call('/api/v1/assets', upload);
  await page.goto(new URL(`/create/inpaint?input=${sea.id}`, page.url()).href);
  const paint = page.locator('.create-sheet').getByRole('button', { name: /Paint the mask/ });
  await paint.waitFor();
  expect(await paint.isEnabled()).toBe(true);
  // It is painted above the prompt, in one view with it.
  await paint.click();
  await page.getByRole('application').waitFor();
  expect(await page.locator('.phone-bar textarea').isVisible()).toBe(true);
});
