import { startSmtpServer } from '@star-graph/core/testing/services/smtpServer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';

const parts = new AsyncDisposableStack();
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let setup: ConsoleSetup;
beforeAll(async () => {
  smtp = parts.use(await startSmtpServer());
  setup = parts.use(
    await startConsole({ isDrawing: true, env: { SMTP_URL: smtp.url, SMTP_TLS: 'optional' } }),
  );
});
afterAll(() => parts.disposeAsync());

test('an e-mail address counts once the link that went to it is opened', async () => {
  const { page, person } = await setup.openSignedIn('/account');
  const address = `${person.username}@example.com`;
  await page.getByRole('button', { name: 'Add an address' }).click();
  const dialog = page.getByRole('dialog', { name: 'E-mail address' });
  await dialog.getByLabel('E-mail address').fill('no address');
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Send link' }).click();
  await dialog.getByText('Write an address such as ada@example.com.').waitFor();
  await dialog.getByLabel('E-mail address').fill(address);
  await dialog.getByRole('button', { name: 'Send link' }).click();
  await page.getByText('Waiting for confirmation').waitFor();
  expect(await page.getByText('Verified').count()).toBe(0);
  const { text } = await smtp.mailTo(address, 1);
  const link = /https?:\S+#\S+/.exec(text)?.[0] ?? '';
  const other = await page.context().newPage();
  await other.goto(link);
  await other.getByRole('button', { name: 'Confirm' }).click();
  await other.getByText('This address is yours now.').waitFor();
  await page.getByRole('button', { name: 'I’ve opened it' }).click();
  await page.getByText('Verified').waitFor();
  await page.getByText(address, { exact: true }).waitFor();
});
