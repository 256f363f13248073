import { Webhook } from '@star-graph/core/ground/db/models/operation';
import { ApiKey } from '@star-graph/core/ground/db/models/session';
import { Task } from '@star-graph/core/ground/db/models/task';
import { addWebhook } from '@star-graph/core/testing/webhooks';
import { beforeAll, expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
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
    { before: { ...two, url: 'http://10.9.8.7:8188', enabled: true }, after: null },
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

test('acts are found by what was done, beside every other filter', async () => {
  const [one, other] = [await api.signUp(), await api.signUp()];
  for (const { user } of [one, other]) {
    await asAdmin(`users/${user.id}`, { disabled: true, reason: 'spam' }, 'PATCH');
    await asAdmin(`users/${user.id}/credits`, { amount: 5, reason: 'prize', key: user.id });
  }
  const actsOf = async (query: string) =>
    (await asAdmin(`audit?${query}`)).body.items.map((act: { action: string; target: string }) => [
      act.action,
      act.target,
    ]);
  const newest = await actsOf('action=user.change&limit=2');
  expect(newest).toEqual([other, one].map(({ user }) => ['user.change', `user:${user.id}`]));
  expect(await actsOf(`action=user.credits&target=user:${one.user.id}`)).toEqual([
    ['user.credits', `user:${one.user.id}`],
  ]);
  expect(await actsOf(`action=queue.pause&target=user:${one.user.id}`)).toEqual([]);
  expect((await asAdmin('audit?action=nothing')).status).toBe(422);
});

test('a service key has in the audit what it may, never its secret', async () => {
  const body = { name: 'bot', networks: ['10.0.0.0/8'], expiresInDays: 9 };
  const { id, key } = (await asAdmin('service-keys', body)).body;
  expect((await asAdmin(`service-keys/${id}`, undefined, 'DELETE')).status).toBe(204);
  const facts = { id, name: 'bot', networks: ['10.0.0.0/8'] };
  const acts = await dataOf(`service-key:${id}`);
  expect(acts).toMatchObject([
    { before: null, after: facts },
    { before: facts, after: null },
  ]);
  expect(JSON.stringify(acts)).not.toContain(key.slice(-20));
});

test('a recycle and its cancel have both states in the audit', async () => {
  const { id } = (await asAdmin('backends', { url: 'http://10.9.8.6:8188', name: 'old' })).body;
  await asAdmin(`backends/${id}/recycle`, undefined, 'POST');
  await asAdmin(`backends/${id}/recycle`, undefined, 'DELETE');
  const [serving, draining] = [
    { recycleState: null, draining: false },
    { recycleState: 'draining', draining: true },
  ];
  expect((await dataOf(`backend:${id}`)).slice(1)).toEqual([
    { before: serving, after: draining },
    { before: draining, after: serving },
  ]);
});

test('acts whose record cannot be written are not made', async () => {
  const { database } = platform.db;
  const { accessToken } = await api.signUp();
  const body = { prompt: 'a fox' };
  const { id: taskId } = (await api.call('/api/v1/generate/text2img', { token: accessToken, body })).body;
  const { id } = (await asAdmin('service-keys', { name: 'stays' })).body;
  const webhook = await addWebhook(database, 'https://93.184.215.14/');
  const countKeys = () => ApiKey.query(database).whereNull('revokedAt').resultSize();
  const keys = await countKeys();
  await database.schema.renameTable('audit', 'audit_away');
  try {
    for (const [path, sent, method] of [
      [`tasks/${taskId}`, undefined, 'DELETE'],
      ['service-keys', { name: 'new' }, 'POST'],
      [`service-keys/${id}`, undefined, 'DELETE'],
      ['keys/data/reencrypt', undefined, 'POST'],
    ] as const)
      expect((await asAdmin(path, sent, method)).status, path).toBe(500);
  } finally {
    await database.schema.renameTable('audit_away', 'audit');
  }
  expect(await Task.query(database).findById(taskId)).toMatchObject({ status: 'queued' });
  expect(await countKeys()).toBe(keys);
  expect(await Webhook.query(database).findById(webhook.id)).toMatchObject({ secret: webhook.secret });
});
