import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  setup = parts.use(
    await startConsole({ isDrawing: true, env: { SDAPI_PORT: '0', GRAPH_PORT: '0', GRAPH_DOOR: 'user' } }),
  );
});
afterAll(() => parts.disposeAsync());

const statusFor = async (token: string) =>
  (await setup.platform.api.call('/api/v1/users/balance', { token })).status;

test.each([
  { words: 'A1111 API', hint: 'Pictures through the A1111 API', scope: 'sdapi' },
  { words: 'ComfyUI API', hint: 'Graphs through the ComfyUI API', scope: 'graph' },
])('a key made to $words opens that door alone, and may stand in an address', async (door) => {
  const { page, person } = await setup.openSignedIn('/account/keys');
  await page.getByLabel('Name').fill('Tavern');
  await page.getByText(door.words, { exact: true }).click();
  await page.getByText(door.hint).waitFor();
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.getByText('or append it to the address').waitFor();
  const key = await page.getByLabel('Key: Tavern').inputValue();
  expect(await statusFor(key)).toBe(403);
  // As it was promised in the form.
  await page.getByRole('row').filter({ hasText: 'Tavern' }).getByText('in 3 months').waitFor();
  const { username, password } = person;
  const { call } = setup.platform.api;
  const { accessToken: token } = (await call('/api/v1/auth/login', { body: { username, password } })).body;
  expect((await call('/api/v1/users/api-keys', { token })).body.items).toMatchObject([
    { name: 'Tavern', scopes: [door.scope] },
  ]);
});

test('a key is offered for open doors alone', async () => {
  const { call, signInAsAdmin } = setup.platform.api;
  const token = await signInAsAdmin();
  const { version } = (await call('/api/admin/settings', { token })).body;
  const body = { version, values: { GRAPH_DOOR: 'moderator' } };
  expect((await call('/api/admin/settings', { token, method: 'PATCH', body })).status).toBe(200);
  const { page } = await setup.openSignedIn('/account/keys');
  await page.getByText('A1111 API', { exact: true }).waitFor();
  expect(await page.getByText('ComfyUI API', { exact: true }).count()).toBe(0);
});
