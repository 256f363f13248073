import { readFile } from 'node:fs/promises';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import { totpCode } from '@star-graph/core/testing/totpApp';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
beforeAll(async () => {
  // Browsers make no passkey for an address in numbers.
  setup = await startConsole({ isDrawing: true, host: 'localhost' });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const factorsOf = async ({ accessToken: token }: Person) =>
  (await setup.platform.api.call('/api/v1/auth/second-factor', { token })).body;
const login = async ({ username, password }: Person) =>
  setup.platform.api.call('/api/v1/auth/login', { body: { username, password } });

/** They close by the button alone, so they are no plain dialog. */
const codesOf = (page: Page) => page.getByRole('alertdialog', { name: 'Your recovery codes' });
const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });

/** Through the console, with the secret that it shows. */
async function setUpApp(page: Page, person: Person) {
  await page.getByRole('button', { name: 'Set up app' }).click();
  const dialog = dialogOf(page, 'Set up app');
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('img', { name: 'QR code for the app' }).waitFor();
  const secret = (await dialog.getByLabel('Key', { exact: true }).inputValue()).replaceAll(' ', '');
  await dialog.getByLabel('Code from the app').fill(totpCode(secret));
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  const shown = codesOf(page);
  await shown.waitFor();
  return { shown, codes: await shown.getByRole('listitem').allTextContents() };
}

/** A device of the browser that makes passkeys and recognises its person. */
async function addAuthenticator(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** With a name, and the password of the person. */
async function addPasskey(page: Page, person: Person, name: string) {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = dialogOf(page, 'Add a passkey');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await codesOf(page).getByRole('button', { name: 'I’ve saved them' }).click();
  await page.getByRole('row').filter({ hasText: name }).waitFor();
}

test('an app that is set up here is asked for at the next sign-in', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  const { shown, codes } = await setUpApp(page, person);
  expect(codes).toHaveLength(10);
  const download = page.waitForEvent('download');
  await shown.getByRole('button', { name: 'Download' }).click();
  const saved = await readFile(await (await download).path(), 'utf8');
  expect(saved.trim().split('\n')).toEqual(codes);
  await shown.getByRole('button', { name: 'I’ve saved them' }).click();
  await page.getByText('10 left').waitFor();
  expect((await login(person)).body.type).toContain('second-factor-needed');
});

test('an app is removed by a recovery code, and not by the password alone', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  const { shown, codes } = await setUpApp(page, person);
  await shown.getByRole('button', { name: 'I’ve saved them' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  const dialog = dialogOf(page, 'Remove the app?');
  await dialog.getByLabel('Your password').fill(person.password);
  expect(await dialog.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Second-factor code').fill('AAAA-AAAA-AAAA-AAAA');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await dialog.getByText('This recovery code is wrong or was used. Try another.').waitFor();
  expect((await login(person)).status).toBe(403);
  await dialog.getByLabel('Second-factor code').fill(codes[0] ?? '');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Set up app' }).waitFor();
  expect((await login(person)).status).toBe(200);
});

test('a passkey added here signs in alone', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  await addAuthenticator(page);
  await addPasskey(page, person, 'my phone');
  await page.goto(`${setup.platform.url}/account`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.locator('nav.rail').waitFor();
  await page.getByRole('heading', { name: person.username }).waitFor();
});

test('a passkey proves its own removal in place of a code', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  await addAuthenticator(page);
  await addPasskey(page, person, 'my phone');
  expect((await login(person)).status).toBe(403);
  await page.getByRole('row').filter({ hasText: 'my phone' }).getByRole('button', { name: 'Remove' }).click();
  const dialog = dialogOf(page, 'Remove the passkey my phone?');
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('Passkey removed').waitFor();
  const signedIn = await login(person);
  expect(signedIn.status).toBe(200);
  expect(await factorsOf({ ...person, accessToken: signedIn.body.accessToken })).toMatchObject({
    totp: false,
    passkeys: [],
    recoveryCodesLeft: 0,
  });
});

test('new recovery codes end the earlier ones', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  const { shown, codes } = await setUpApp(page, person);
  await shown.getByRole('button', { name: 'I’ve saved them' }).click();
  await page.getByRole('button', { name: 'Create new codes' }).click();
  const dialog = dialogOf(page, 'Create new recovery codes?');
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByLabel('Second-factor code').fill(codes[0] ?? '');
  await dialog.getByRole('button', { name: 'Create new codes' }).click();
  await codesOf(page).waitFor();
  const made = await codesOf(page).getByRole('listitem').allTextContents();
  expect(made).toHaveLength(10);
  expect(made.filter((code) => codes.includes(code))).toEqual([]);
  const { ticket } = (await login(person)).body;
  const finishBy = async (code: string | undefined) =>
    (
      await setup.platform.api.call('/api/v1/auth/login/second-step', {
        body: { ticket, proof: { kind: 'recovery', code } },
      })
    ).status;
  expect(await finishBy(codes[1])).toBe(401);
  expect(await finishBy(made[1])).toBe(200);
});
