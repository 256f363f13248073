import { RolePolicyRecord } from '@star-graph/core/ground/db/models/user';
import { noQuotas } from '@star-graph/core/money/quotas/quotas';
import { eventually } from '@star-graph/core/testing/eventually';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const limits = { SIGN_UP_GRANT: '1000', OPEN_TASKS_PER_USER: '3' };
const deps = { clock: createClockFromNoon() };
const api = apiFixture(platform, limits, deps);
const otherApi = apiFixture(platform, limits, deps);
let token: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
});
afterEach(async () => {
  await RolePolicyRecord.query(platform.db.database).delete();
});

const unset = { version: 0, weight: 1, dailyGrant: null, ...noQuotas };
const list = async () => (await api.call('/api/admin/role-policies', { token })).body.items;
const put = (role: string, body: object, as = token) =>
  api.call(`/api/admin/role-policies/${role}`, { token: as, method: 'PUT', body });
const draw = (as: string, server = api) =>
  server.call('/api/v1/generate/text2img', { token: as, body: { prompt: 'a fox', steps: 5 } });

test('a role without a policy has the defaults', async () => {
  expect(await list()).toEqual(['user', 'moderator', 'admin'].map((role) => ({ role, ...unset })));
  const { accessToken } = await api.signUp();
  const answers = [await draw(accessToken), await draw(accessToken), await draw(accessToken)];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(codeOf(await draw(accessToken))).toBe('quota-exceeded');
});

test('a set policy is listed and audited', async () => {
  const policy = { ...noQuotas, weight: 2.5, openTasks: 7, dailyGrant: 55, workflows: ['text2img'] };
  const answer = await put('moderator', { ...policy, version: 0 });
  const stored = { role: 'moderator', version: 1, ...policy, changedAt: expect.any(String) };
  expect([answer.status, answer.body]).toEqual([200, stored]);
  expect(await list()).toEqual([{ role: 'user', ...unset }, stored, { role: 'admin', ...unset }]);
  const { items } = (await api.call('/api/admin/audit?target=role:moderator', { token })).body;
  const { version: _, ...before } = unset;
  expect(items[0]).toMatchObject({ action: 'role.policy', data: { before, after: policy } });
});

test('of two changes from one version one is refused', async () => {
  const changes = [1, 2, 3, 4].map((simultaneousTasks) => ({ ...unset, simultaneousTasks }));
  const answers = await Promise.all(changes.map((change) => put('user', change)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  for (const refused of answers.filter(({ status }) => status === 409))
    expect(refused.body).toMatchObject({ type: expect.stringContaining('changed-meanwhile') });
  const [won] = answers.filter(({ status }) => status === 200);
  expect(await list()).toContainEqual(won?.body);
  expect(await RolePolicyRecord.query(platform.db.database).resultSize()).toBe(1);
});

test('a repeated change is made once', async () => {
  const first = await put('user', { ...unset, weight: 3 });
  expect((await put('user', { ...unset, weight: 3 })).body).toEqual(first.body);
  expect(await RolePolicyRecord.query(platform.db.database).resultSize()).toBe(1);
});

test('every process refuses more open tasks than the role may have', async () => {
  const { accessToken } = await api.signUp();
  expect((await draw(accessToken)).status).toBe(202);
  await put('user', { ...unset, openTasks: 1 });
  for (const server of [api, otherApi]) {
    // Of the old limit of three, two are left at most: a task that it lets through fills it.
    const refused = await eventually(async () => {
      const answer = await draw(accessToken, server);
      expect([answer.status, codeOf(answer)]).toEqual([429, 'quota-exceeded']);
      expect(answer.body.detail).toContain('1 is your limit');
      return answer;
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  await put('user', { ...unset, version: 1, openTasks: 50 });
  await eventually(async () => expect((await draw(accessToken, otherApi)).status).toBe(202));
});

test('a refused task costs nothing, and other roles keep their limit', async () => {
  await put('user', { ...unset, openTasks: 1 });
  const { accessToken } = await api.signUp();
  await eventually(async () => {
    const newcomer = await api.signUp();
    await Promise.all(Array.from({ length: 4 }, () => draw(newcomer.accessToken)));
    const { body } = await api.call('/api/v1/tasks', { token: newcomer.accessToken });
    expect(body.items).toHaveLength(1);
    const balance = (await api.call('/api/v1/users/balance', { token: newcomer.accessToken })).body;
    const [{ cost }] = body.items;
    expect(balance).toMatchObject({ available: 1000 - cost, held: cost });
  });
  expect((await draw(accessToken)).status).toBe(202);
  expect(codeOf(await draw(accessToken))).toBe('quota-exceeded');
  expect([(await draw(token)).status, (await draw(token)).status]).toEqual([202, 202]);
});

test('only administrators set policies, and only possible ones', async () => {
  const { accessToken } = await api.signUp();
  expect((await put('user', unset, accessToken)).status).toBe(403);
  expect((await put('nobody', unset)).status).toBe(404);
  for (const wrong of [
    { weight: 0 },
    { weight: 101 },
    { openTasks: 0 },
    { simultaneousTasks: 1.5 },
    { more: 1 },
  ])
    expect((await put('user', { ...unset, ...wrong })).status, JSON.stringify(wrong)).toBe(422);
  expect(await list()).toContainEqual({ role: 'user', ...unset });
});

test('daily credits are those of the role, and of the settings where it has none', async () => {
  const claim = async (as: string) => api.call('/api/v1/users/daily', { token: as, method: 'POST' });
  const [before, after, never] = [await api.signUp(), await api.signUp(), await api.signUp()];
  expect((await claim(before.accessToken)).body.available).toBe(1_000 + 20);
  await put('user', { ...unset, dailyGrant: 35 });
  await eventually(async () => {
    const newcomer = await api.signUp();
    expect((await claim(newcomer.accessToken)).body.available).toBe(1_000 + 35);
  });
  expect((await claim(after.accessToken)).body.available).toBe(1_000 + 35);
  // The amount of the first claim stands.
  expect(codeOf(await claim(before.accessToken))).toBe('quota-exceeded');
  await put('user', { ...unset, version: 1, dailyGrant: 0 });
  await eventually(async () =>
    expect(codeOf(await claim((await api.signUp()).accessToken))).toBe('forbidden'),
  );
  expect(codeOf(await claim(never.accessToken))).toBe('forbidden');
});
