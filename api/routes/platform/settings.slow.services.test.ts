import { SettingVersion } from '@star-graph/core/ground/db/models/operation';
import { eventually } from '@star-graph/core/testing/eventually';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const limits = { SIGN_UP_GRANT: '1000', OPEN_TASKS_PER_USER: '3', FAVOURITES_PER_USER: '7' };
const api = apiFixture(platform, limits);
const otherApi = apiFixture(platform, limits);
let token: string;
let adminId: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
  adminId = (await api.call('/api/v1/users/profile', { token })).body.id;
});
afterEach(async () => {
  await SettingVersion.query(platform.db.database).delete();
  // Both processes have forgotten the changes before the next test.
  for (const server of [api, otherApi])
    await eventually(async () => {
      const { status, body } = await server.call('/api/public/pricing');
      const { maintenance, registration } = (await server.call('/api/public/status')).body;
      expect([status, body.signUpGrant, maintenance, registration]).toEqual([200, 1000, undefined, 'open']);
    });
});

const read = async (server = api) => (await server.call('/api/admin/settings', { token })).body;
const patch = (values: object, version = 0, as = token, server = api) =>
  server.call('/api/admin/settings', { token: as, method: 'PATCH', body: { version, values } });
const revert = (to: number, version: number) =>
  api.call('/api/admin/settings/revert', { token, body: { version, to } });
const history = async () => (await api.call('/api/admin/settings/history', { token })).body.items;
const draw = (as: string, server = api, headers = {}) =>
  server.call('/api/v1/generate/text2img', { token: as, body: { prompt: 'a fox', steps: 5 }, headers });
const versions = () => SettingVersion.query(platform.db.database).resultSize();
const closed = { en: 'New disks until noon.', 'zh-CN': '中午前更换硬盘。' };

test('without changes the environment holds', async () => {
  const { version, settings, ignored } = await read();
  expect([version, ignored]).toEqual([0, []]);
  expect(settings.OPEN_TASKS_PER_USER).toEqual({ value: 3, default: 3, source: 'environment' });
  expect(settings.MAINTENANCE).toEqual({ value: null, default: null, source: 'environment' });
});

test('a changed limit holds in every process without a restart', async () => {
  expect((await patch({ OPEN_TASKS_PER_USER: 1, FAVOURITES_PER_USER: 0 })).status).toBe(200);
  for (const server of [api, otherApi])
    await eventually(async () => {
      const { accessToken } = await server.signUp();
      const answers = [await draw(accessToken, server), await draw(accessToken, server)];
      expect(answers.map(({ status }) => status)).toEqual([202, 429]);
    });
  expect((await read(otherApi)).settings.FAVOURITES_PER_USER).toEqual({
    value: 0,
    default: 7,
    source: 'changed',
  });
});

test('a limit that is lowered while requests run is never exceeded again', async () => {
  const { accessToken } = await api.signUp();
  const requests = Array.from({ length: 3 }, () => draw(accessToken));
  await patch({ OPEN_TASKS_PER_USER: 1 });
  await Promise.all(requests);
  await eventually(async () => {
    const { status } = await draw(accessToken, otherApi);
    expect(status).toBe(429);
  });
  const many = await Promise.all([api, otherApi].map((server) => draw(accessToken, server)));
  expect(many.map(codeOf)).toEqual(['quota-exceeded', 'quota-exceeded']);
});

test('a changed price holds for quotes and new tasks, and accepted ones keep theirs', async () => {
  const { accessToken } = await api.signUp();
  const before = (await draw(accessToken)).body;
  const listed = async () => (await api.call('/api/public/pricing')).body.workflows[0].leastCost;
  const usual = await listed();
  await patch({ PRICE_PERCENT: 300 });
  const quote = await api.call('/api/v1/generate/text2img/quote', {
    token: accessToken,
    body: { prompt: 'a fox', steps: 5 },
  });
  expect([quote.body.cost, (await draw(accessToken)).body.cost]).toEqual([3 * before.cost, 3 * before.cost]);
  expect(await listed()).toBe(3 * usual);
  const kept = await api.call(`/api/v1/tasks/${before.id}`, { token: accessToken });
  expect(kept.body.cost).toBe(before.cost);
});

test('changed grants and rates hold for the next person and request', async () => {
  await patch({ SIGN_UP_GRANT: 7, DAILY_GRANT: 5 });
  const { accessToken } = await api.signUp();
  const claim = await api.call('/api/v1/users/daily', { token: accessToken, method: 'POST' });
  expect(claim.body.available).toBe(12);
  await patch({ REQUESTS_PER_MINUTE: 2 }, 1);
  await eventually(async () => {
    const answer = await otherApi.call('/api/v1/users/balance', { token: accessToken });
    expect(codeOf(answer)).toBe('rate-limited');
  });
});

test('closed registration refuses new accounts', async () => {
  await patch({ REGISTRATION: 'closed' });
  const body = { username: 'too-late', password: 'long enough for all' };
  expect(codeOf(await api.call('/api/v1/auth/register', { body }))).toBe('forbidden');
  expect((await api.call('/api/public/status')).body.registration).toBe('closed');
});

describe('versions', () => {
  test('of two changes from one version one is refused', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => patch({ FAVOURITES_PER_USER: n }, 0, token, n % 2 ? api : otherApi)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    for (const refused of answers.filter(({ status }) => status === 409))
      expect(codeOf(refused)).toBe('changed-meanwhile');
    expect(await versions()).toBe(1);
  });

  test('a repeated change is made once', async () => {
    const first = await patch({ DAILY_GRANT: 3 });
    expect((await patch({ DAILY_GRANT: 3 })).body).toEqual(first.body);
    expect(await versions()).toBe(1);
  });

  test('the history has who changed what, and the audit has it too', async () => {
    await patch({ DAILY_GRANT: 3, CANCEL_CHARGE: 'nothing' });
    await patch({ DAILY_GRANT: null }, 1);
    const [last, first] = await history();
    expect(last).toMatchObject({
      version: 2,
      changedBy: adminId,
      changes: { DAILY_GRANT: { before: 3, after: null } },
    });
    expect(Object.keys(first.changes)).toEqual(['CANCEL_CHARGE', 'DAILY_GRANT']);
    const { items } = (await api.call('/api/admin/audit?target=settings:live', { token })).body;
    expect(items[0]).toMatchObject({
      action: 'settings.change',
      data: { version: 2, before: { DAILY_GRANT: 3 }, after: { DAILY_GRANT: null } },
    });
    const page = await api.call('/api/admin/settings/history?limit=1', { token });
    const next = await api.call(`/api/admin/settings/history?limit=1&cursor=${page.body.nextCursor}`, {
      token,
    });
    expect([...page.body.items, ...next.body.items]).toEqual([last, first]);
  });

  test('a revert brings an earlier version or the environment back', async () => {
    await patch({ DAILY_GRANT: 3 });
    await patch({ DAILY_GRANT: 4, SIGN_UP_GRANT: 9 }, 1);
    const { settings, version } = (await revert(1, 2)).body;
    expect([version, settings.DAILY_GRANT.value, settings.SIGN_UP_GRANT.value]).toEqual([3, 3, 1000]);
    expect((await revert(0, 3)).body.settings.DAILY_GRANT.source).toBe('environment');
    expect((await history()).map((change: { revertedTo?: number }) => change.revertedTo)).toEqual([
      ...[0, 1, undefined, undefined],
    ]);
    expect((await revert(77, 4)).status).toBe(404);
  });
});

describe('validation', () => {
  test('a wrong value is refused with its pointer, and nothing changes', async () => {
    for (const [name, value] of [
      ['OPEN_TASKS', 0],
      ['PRICE_PERCENT', 1.5],
      ['REGISTRATION', 'sometimes'],
      ['JWT_KEYS', 'a:b'],
    ] as const) {
      const answer = await patch({ [name]: value, DAILY_GRANT: 1 });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, `/values/${name}`]);
    }
    const half = await patch({ MAINTENANCE: { message: { en: 'Closed.' } } });
    expect(half.body.errors[0].pointer).toBe('/values/MAINTENANCE/message/zh-CN');
    expect(await versions()).toBe(0);
  });

  test('settings that do not go together are refused', async () => {
    const answer = await patch({ OPEN_TASKS: 2 });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/values/OPEN_TASKS']);
    expect((await patch({ OPEN_TASKS: 2, OPEN_TASKS_PER_USER: 2 })).status).toBe(200);
  });

  test('a stored value that this release does not understand falls back', async () => {
    await SettingVersion.query(platform.db.database).insert({
      version: 1,
      setValues: { DAILY_GRANT: 'plenty', COLOUR: 'red', SIGN_UP_GRANT: 5 },
      revertedTo: null,
      changedBy: adminId,
      createdAt: new Date(),
    });
    const { settings, ignored } = await read();
    expect([settings.DAILY_GRANT.source, settings.SIGN_UP_GRANT.value]).toEqual(['environment', 5]);
    expect(ignored.map(({ name }: { name: string }) => name).toSorted()).toEqual(['COLOUR', 'DAILY_GRANT']);
    await eventually(async () =>
      expect((await otherApi.call('/api/public/pricing')).body).toMatchObject({
        signUpGrant: 5,
        dailyGrant: 20,
      }),
    );
    // A change of another setting goes through, and what the other release wrote stays.
    expect((await patch({ CANCEL_CHARGE: 'nothing' }, 1)).body.ignored).toHaveLength(2);
  });

  test('only administrators change settings', async () => {
    const { accessToken } = await api.signUp();
    expect((await patch({ DAILY_GRANT: 9 }, 0, accessToken)).status).toBe(403);
  });
});

describe('maintenance', () => {
  test('nothing new is accepted, with the operator’s message', async () => {
    const { accessToken } = await api.signUp();
    const { id } = (await draw(accessToken, api, { 'idempotency-key': 'before' })).body;
    await patch({ MAINTENANCE: { message: closed, retryAfterSeconds: 900 } });
    const form = new FormData();
    form.append('file', new Blob(['x']), 'a.png');
    for (const answer of [
      await draw(accessToken),
      await api.call('/api/v1/assets', { token: accessToken, body: form }),
      await api.call('/api/v1/auth/register', {
        body: { username: 'late', password: 'long enough for all' },
      }),
    ]) {
      expect([answer.status, codeOf(answer), answer.body.detail]).toEqual([503, 'unavailable', closed.en]);
      expect(answer.headers.get('retry-after')).toBe('900');
    }
    expect((await api.call('/api/public/status')).body.maintenance).toEqual({
      message: closed,
      retryAfterSeconds: 900,
    });
    // What was accepted stays, is read and is cancelled.
    expect((await draw(accessToken, api, { 'idempotency-key': 'before' })).body.id).toBe(id);
    expect((await api.call(`/api/v1/tasks/${id}`, { token: accessToken, method: 'DELETE' })).status).toBe(
      200,
    );
  });

  test('the message comes in the person’s language', async () => {
    const { accessToken, user } = await api.signUp();
    const locale = { method: 'PATCH', body: { locale: 'zh-CN' } };
    expect((await api.call('/api/v1/users/profile', { token: accessToken, ...locale })).status).toBe(200);
    const body = { username: user.username, password: 'long enough for all' };
    const again = (await api.call('/api/v1/auth/login', { body })).body.accessToken;
    await patch({ MAINTENANCE: { message: closed } });
    expect((await draw(again)).body.detail).toBe(closed['zh-CN']);
  });

  test('administrators still submit, and its end opens the platform', async () => {
    const { accessToken } = await api.signUp();
    await patch({ MAINTENANCE: { message: closed } });
    expect([(await draw(token)).status, (await draw(accessToken)).status]).toEqual([202, 503]);
    await patch({ MAINTENANCE: null }, 1);
    expect((await draw(accessToken)).status).toBe(202);
  });
});
