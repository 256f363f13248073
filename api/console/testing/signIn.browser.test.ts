import { expect, test } from 'vitest';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

test('who signs in stays signed in, and no script reads the token of it', async () => {
  const { page, person } = await setup.openSignedIn('/queue');
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  await page.reload();
  await page.locator('nav.rail').waitFor();
  expect(new URL(page.url()).pathname).toBe('/queue');
  const seen = await page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, location.href]),
  );
  expect(seen).not.toMatch(/eyJ|refresh/i);
  expect(refused).toEqual([]);
  const cookies = await page.context().cookies();
  expect(cookies).toEqual([
    expect.objectContaining({ httpOnly: true, sameSite: 'Strict', path: '/api/v1/auth' }),
  ]);
  expect(cookies[0]?.value).not.toContain(person.accessToken);
});

test('the link of a start signs in whoever opens it first, and leaves the address', async () => {
  const { username, accessToken: token } = await setup.platform.signUp();
  const call = { method: 'POST', token };
  const { body } = await setup.platform.api.call('/api/v1/users/link-codes', call);
  const link = `/#welcome=${body.code}`;
  const { page } = await setup.openSignedIn();
  const used = page.waitForResponse((response) => response.url().endsWith('/auth/link'));
  await page.evaluate((hash) => {
    location.hash = hash;
  }, link.slice(1));
  expect((await (await used).json()).user.username).toBe(username);
  expect(page.url()).not.toContain('welcome');
  const own = await page.evaluate(async () => {
    const headers = { 'Content-Type': 'application/json', 'Star-Graph-Session': 'cookie' };
    const answer = await fetch('/api/v1/auth/refresh', { method: 'POST', headers, body: '{}' });
    return (await answer.json()).user.username;
  });
  expect(own).toBe(username);
  const late = await setup.open(link);
  await expect.poll(() => late.getByRole('alert').textContent()).toContain('npm start prints a new one');
  expect(late.url()).not.toContain('welcome');
});

test('a first visit asks for no session, and runs without a fault', async () => {
  const page = await (await setup.browser.newContext()).newPage();
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(setup.platform.url);
  await page.locator('button[type=submit]').waitFor();
  await page.waitForLoadState('networkidle');
  expect(faults).toEqual([]);
});
