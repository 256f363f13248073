import { destinations, publicMessageSchema } from '@star-graph/contract/events';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { markUnfit } from '@star-graph/core/library/catalogue/modelMarks';
import { assign, createQueuedTask } from '@star-graph/core/testing/db/factories';
import { eventually } from '@star-graph/core/testing/eventually';
import { failTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { recordNodeError } from '@star-graph/core/work/tasks/recordNodeError';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectStomp } from '../../testing/calls/stompClient.ts';
import { addBackend, codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const asAdmin = (path: string, body?: unknown, method?: string) =>
  api.call(`/api/admin/${path}`, {
    token: admin,
    ...(body === undefined ? {} : { body }),
    ...(method ? { method } : {}),
  });
const actsOn = async (target: string): Promise<string[]> =>
  (await asAdmin(`audit?target=${target}`)).body.items.map(({ action }: { action: string }) => action);
const profile = '/api/v1/users/profile';

test('the administration is closed to everybody else', async () => {
  const { accessToken } = await api.signUp();
  for (const path of ['users', 'backends', 'ledger/check', 'settings', 'audit']) {
    expect((await api.call(`/api/admin/${path}`)).status).toBe(401);
    const answer = await api.call(`/api/admin/${path}`, { token: accessToken });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
  }
});

test('a second start leaves the administrator as it is', async () => {
  await using again = await startTestApi(platform, { ADMIN_PASSWORD: 'another long password' });
  const answer = await again.call('/api/v1/auth/login', {
    body: { username: 'admin', password: 'another long password' },
  });
  expect(answer.status).toBe(401);
  expect(await again.signInAsAdmin()).toBeTypeOf('string');
});

describe('disabling a person', () => {
  test('ends sessions, keys and tasks at once; enabling restores those not ended', async () => {
    const person = await api.signUp();
    const token = person.accessToken;
    const key = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'script' } })).body.key;
    const task = await api.call('/api/v1/generate/text2img', { token: key, body: { prompt: 'a fox' } });
    expect(task.status).toBe(202);
    const disabled = await asAdmin(`users/${person.user.id}`, { disabled: true }, 'PATCH');
    expect(disabled.body).toMatchObject({ openTasks: 0, balance: { available: 100, held: 0 } });
    for (const credential of [token, key])
      expect((await api.call(profile, { token: credential })).status).toBe(401);
    const refreshed = await api.call('/api/v1/auth/refresh', { body: { refreshToken: person.refreshToken } });
    expect(refreshed.status).toBe(401);
    const login = { username: person.user.username, password: 'long enough for all' };
    expect((await api.call('/api/v1/auth/login', { body: login })).status).toBe(403);
    const shown = await asAdmin(`tasks/${task.body.id}`);
    expect(shown.body).toMatchObject({ status: 'cancelled', userId: person.user.id });

    await asAdmin(`users/${person.user.id}`, { disabled: false }, 'PATCH');
    expect((await api.call(profile, { token: key })).status).toBe(200);
    expect((await api.call(profile, { token })).status).toBe(401);
    expect((await api.call('/api/v1/auth/login', { body: login })).status).toBe(200);
    expect(await actsOn(`user:${person.user.id}`)).toEqual(['user.change', 'user.change']);
  });

  test('is not for oneself, nor for nobody', async () => {
    const me = (await api.call(profile, { token: admin })).body.id;
    expect((await asAdmin(`users/${me}`, { disabled: true }, 'PATCH')).status).toBe(422);
    expect((await asAdmin(`users/${newId()}`, { disabled: true }, 'PATCH')).status).toBe(404);
    expect((await api.call(profile, { token: admin })).status).toBe(200);
  });
});

test('a role counts from the next request, and ends older sign-ins', async () => {
  const person = await api.signUp();
  await api.call(profile, { token: person.accessToken });
  await asAdmin(`users/${person.user.id}`, { role: 'admin' }, 'PATCH');
  expect((await api.call(profile, { token: person.accessToken })).status).toBe(401);
  const login = { username: person.user.username, password: 'long enough for all' };
  const { accessToken } = (await api.call('/api/v1/auth/login', { body: login })).body;
  expect((await api.call('/api/admin/users', { token: accessToken })).status).toBe(200);
  await asAdmin(`users/${person.user.id}`, { role: 'user' }, 'PATCH');
  expect((await api.call('/api/admin/users', { token: accessToken })).status).toBe(401);
});

test('credits are granted once a key, and never go below zero', async () => {
  const { user } = await api.signUp();
  const change = (amount: number, key: string) =>
    asAdmin(`users/${user.id}/credits`, { amount, reason: 'test', key });
  expect((await change(50, `${user.id}-a`)).body).toEqual({ available: 150, held: 0 });
  expect((await change(50, `${user.id}-a`)).body).toEqual({ available: 150, held: 0 });
  const conflict = await change(51, `${user.id}-a`);
  expect([conflict.status, codeOf(conflict)]).toEqual([409, 'idempotency-conflict']);
  const below = await change(-151, `${user.id}-b`);
  expect([below.status, codeOf(below)]).toEqual([402, 'insufficient-credits']);
  expect((await change(-150, `${user.id}-c`)).body).toEqual({ available: 0, held: 0 });
  expect((await change(0, `${user.id}-d`)).status).toBe(422);
  expect((await change(1.5, `${user.id}-e`)).status).toBe(422);
  expect(await actsOn(`user:${user.id}`)).toEqual(['user.credits', 'user.credits']);
  expect((await asAdmin('ledger/check')).body).toMatchObject({ ok: true, imbalance: 0 });
});

describe('a backend', () => {
  test('is added, drained, renamed, removed and restored, each with an audit entry', async () => {
    const url = 'http://10.1.2.3:8188';
    const added = await asAdmin('backends', { url: `${url}/`, labels: ['rtx4090'] });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      url,
      name: '10.1.2.3:8188',
      weight: 1,
      enabled: true,
      owned: false,
      tasks: [],
    });
    const path = `backends/${added.body.id}`;
    const drained = await asAdmin(path, { draining: true, name: 'left' }, 'PATCH');
    expect(drained.body).toMatchObject({ draining: true, name: 'left', labels: ['rtx4090'], weight: 1 });
    expect((await asAdmin('backends', { url })).status).toBe(422);
    expect((await asAdmin(path, undefined, 'DELETE')).status).toBe(204);
    expect((await asAdmin(path, { weight: 2 }, 'PATCH')).status).toBe(404);
    expect((await asAdmin('backends', { url })).body).toMatchObject({ id: added.body.id, draining: false });
    const acts = await actsOn(`backend:${added.body.id}`);
    expect(acts).toEqual(['backend.create', 'backend.remove', 'backend.change', 'backend.create']);
  });

  test.each([
    'ftp://10.0.0.1',
    'file:///etc/passwd',
    'http://169.254.169.254',
    'http://[fe80::1]:8188',
    'http://[::ffff:169.254.169.254]/',
    'http://0xa9fea9fe/',
    'http://user:word@10.0.0.1:8188',
    'http://10.0.0.1:8188/?x=1',
    'no address',
  ])('is refused at %s', async (url) => {
    const answer = await asAdmin('backends', { url });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    expect(answer.body.errors[0].pointer).toBe('/url');
  });
});

test('an announcement is visible to everybody until withdrawn or expired', async () => {
  const message = { en: 'Maintenance at noon.', 'zh-CN': '中午维护。' };
  const made = await asAdmin('announcements', { message });
  const expired = await asAdmin('announcements', { message, expiresAt: '2020-01-01T00:00:00Z' });
  const shown = await api.call('/api/public/announcements');
  expect(shown.body.items).toEqual([made.body]);
  expect((await asAdmin('announcements')).body.items).toHaveLength(2);
  expect((await asAdmin(`announcements/${made.body.id}`, undefined, 'DELETE')).status).toBe(204);
  expect((await asAdmin(`announcements/${expired.body.id}`, undefined, 'DELETE')).status).toBe(204);
  expect((await api.call('/api/public/announcements')).body.items).toEqual([]);
});

test('an announcement reaches whoever listens to the public topic', async () => {
  const { accessToken } = await api.signUp();
  await using listener = await connectStomp(`${api.url.replace('http', 'ws')}/ws`, accessToken);
  const heard = await listener.listen<unknown>(destinations.public);
  const made = await asAdmin('announcements', { message: { en: 'Back at one.', 'zh-CN': '一点恢复。' } });
  await eventually(() => expect(heard).toEqual([{ type: 'announcement', data: made.body }]));
  expect(publicMessageSchema.array().safeParse(heard).success).toBe(true);
  await asAdmin(`announcements/${made.body.id}`, undefined, 'DELETE');
});

test('settings show limits and no secret', async () => {
  const { body } = await asAdmin('settings');
  expect(body.fixed.UPLOAD_LIMIT_BYTES).toBe(50_000_000);
  const text = JSON.stringify(body);
  for (const secret of [
    'JWT_KEYS',
    'ADMIN_PASSWORD',
    'FILE_SIGNING_KEY',
    'DATABASE_URL',
    'S3_SECRET_KEY',
    'REDIS_URL',
  ])
    expect(text).not.toContain(secret);
});

describe('what a node said', () => {
  test('is shown with attempts and backend until an administrator clears it', async () => {
    const { database } = platform.db;
    const backend = await addBackend(platform);
    const { user } = await api.signUp();
    const task = await createQueuedTask(database, user.id, { cost: 0 });
    const fence = await assign(database, task, backend);
    const failure = {
      nodeId: '1',
      nodeType: 'CheckpointLoaderSimple',
      message: 'cut off',
      models: ['vae/a'],
    };
    await recordNodeError({ database }, fence, failure);
    const error = { code: 'model-unusable', detail: 'Choose another model.' } as const;
    await failTask({ database, clock: systemClock }, fence, error, 'CheckpointLoaderSimple: cut off');
    const models = [{ folder: 'checkpoints', name: '模型.safetensors' }];
    await markUnfit({ database }, { backendId: backend.id, models, reason: 'cut off', taskId: task.id });

    const shown = (await asAdmin(`tasks/${task.id}`)).body;
    expect(shown).toMatchObject({
      userId: user.id,
      attempts: [
        {
          attempt: 1,
          backendId: backend.id,
          state: 'ended',
          fault: 'CheckpointLoaderSimple: cut off',
          failure,
        },
      ],
    });
    const marksOf = async () =>
      (await asAdmin('backends')).body.items.find(({ id }: { id: string }) => id === backend.id).unfitModels;
    expect(await marksOf()).toMatchObject([
      { models: ['checkpoints/模型.safetensors'], reason: 'cut off', taskId: task.id },
    ]);
    const path = `backends/${backend.id}/unfit-models`;
    expect((await asAdmin(path, undefined, 'DELETE')).status).toBe(204);
    expect(await marksOf()).toEqual([]);
    expect(await actsOn(`backend:${backend.id}`)).toEqual(['backend.clear-unfit-models']);
    expect((await asAdmin(`backends/${newId()}/unfit-models`, undefined, 'DELETE')).status).toBe(404);
  });
});

describe('statistics', () => {
  const path = '/api/admin/statistics';
  test('come by the hour, with means', async () => {
    const row = { span: 'hour', at: new Date('2025-03-01T05:00:00Z'), workflow: 'text2img', model: 'a' };
    const counts = { succeeded: 3, failed: 1, cancelled: 0, cached: 1, begun: 2 };
    const seconds = { waitSeconds: 8, runSeconds: 30, gpuSeconds: 40 };
    await platform.db.database('statistics_tasks').insert({ ...row, ...counts, ...seconds });
    const token = await api.signInAsAdmin();
    const query = '?from=2025-03-01T05:30:00Z&to=2025-03-02T00:00:00Z';
    const { status, body } = await api.call(`${path}${query}`, { token });
    expect(status).toBe(200);
    const totals = { succeeded: 3, failed: 1, meanWaitSeconds: 4, meanRunSeconds: 15, gpuSeconds: 40 };
    expect(body.points).toMatchObject([{ at: '2025-03-01T05:00:00.000Z', tasks: totals, credits: [] }]);
    expect(body.models).toMatchObject([{ workflow: 'text2img', model: 'a', ...totals }]);
  });

  test.each([
    ['backwards', 'from=2025-03-02T00:00:00Z&to=2025-03-01T00:00:00Z'],
    ['for more hours than fit', 'from=2025-01-01T00:00:00Z&to=2025-12-01T00:00:00Z'],
  ])('are refused %s', async (_, query) => {
    const answer = await api.call(`${path}?${query}`, { token: await api.signInAsAdmin() });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/to']);
  });
});
