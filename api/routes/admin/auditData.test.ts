import { beforeAll, expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let token: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
});

const asAdmin = (path: string, body?: unknown, method?: string) =>
  api.call(`/api/admin/${path}`, {
    token,
    ...(body === undefined ? {} : { body }),
    ...(method ? { method } : {}),
  });
/** What the acts on a target say, oldest first. */
const dataOf = async (target: string) =>
  (await asAdmin(`audit?target=${target}`)).body.items.map(({ data }: { data: unknown }) => data).reverse();

test('a changed person has in the audit what they were and became', async () => {
  const { id } = (await api.signUp()).user;
  await asAdmin(`users/${id}`, { role: 'moderator' }, 'PATCH');
  await asAdmin(`users/${id}`, { disabled: true, reason: 'spam' }, 'PATCH');
  const moderator = { role: 'moderator', disabled: false };
  expect(await dataOf(`user:${id}`)).toMatchObject([
    { before: { role: 'user', disabled: false }, after: moderator },
    { before: moderator, after: { role: 'moderator', disabled: true }, reason: 'spam' },
  ]);
});

test('a changed and removed backend has what it was before each act', async () => {
  const { id } = (await asAdmin('backends', { url: 'http://10.9.8.7:8188', name: 'one' })).body;
  await asAdmin(`backends/${id}`, { name: 'two', draining: true }, 'PATCH');
  await asAdmin(`backends/${id}`, undefined, 'DELETE');
  const two = { name: 'two', draining: true };
  expect(await dataOf(`backend:${id}`)).toMatchObject([
    { before: null, after: { name: 'one', url: 'http://10.9.8.7:8188', credentials: 'none' } },
    { before: { name: 'one', draining: false }, after: two },
    { before: { ...two, url: 'http://10.9.8.7:8188' }, after: null },
  ]);
});

test('a deleted announcement stays in the audit with its words', async () => {
  const message = { en: 'Maintenance at noon.', 'zh-CN': '中午维护。' };
  const { id } = (await asAdmin('announcements', { message })).body;
  expect((await asAdmin(`announcements/${id}`, undefined, 'DELETE')).status).toBe(204);
  expect((await asAdmin(`announcements/${id}`, undefined, 'DELETE')).status).toBe(404);
  expect(await dataOf(`announcement:${id}`)).toMatchObject([
    { before: null, after: { message, expiresAt: null } },
    { before: { message, expiresAt: null }, after: null },
  ]);
});

test('a pause and its end each have both states, a repeat has no act', async () => {
  for (const paused of [true, true, false]) await asAdmin('queue', { paused }, 'PATCH');
  expect(await dataOf('queue')).toEqual([
    { before: { paused: false }, after: { paused: true } },
    { before: { paused: true }, after: { paused: false } },
  ]);
});
