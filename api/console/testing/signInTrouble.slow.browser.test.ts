import { expect, test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

test('a sign-in that is refused says why, and keeps what was typed', async () => {
  const person = await setup.platform.signUp();
  const page = await setup.open('/');
  await page.locator('input[autocomplete^=username]').fill(person.username);
  await page.locator('input[type=password]').fill('something else here');
  await page.locator('button[type=submit]').click();
  await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/^Wrong user name/);
  expect(await page.locator('input[autocomplete^=username]').inputValue()).toBe(person.username);
  await signIn(page, person);
});

test('a view whose script does not come says so, and comes with another try', async () => {
  const { page } = await setup.openSignedIn('/queue');
  await page.route('**/console/GalleryView*.js', (route) => route.abort('connectionrefused'));
  await page.getByRole('link', { name: 'Gallery' }).click();
  const again = page.locator('main').getByRole('button', { name: 'Try again' });
  await again.waitFor();
  expect(new URL(page.url()).pathname).toBe('/gallery');
  await page.unrouteAll();
  await again.click();
  await page.locator('main').getByRole('heading', { name: 'Gallery' }).waitFor({ state: 'attached' });
});

test('the page speaks the language of the browser, then of the account', async () => {
  const page = await setup.open('/', { locale: 'zh-CN' });
  await expect.poll(() => page.locator('button[type=submit]').textContent()).toBe('登录');
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
});
