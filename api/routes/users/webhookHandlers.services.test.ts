import { Webhook, WebhookDelivery, WebhookOldSecret } from '@star-graph/core/ground/db/models/operation';
import { ApiKey } from '@star-graph/core/ground/db/models/session';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

const path = '/api/v1/users/webhooks';
// IP addresses instead of names: a test must not depend on a name server.
const url = 'https://93.184.215.14/hook?from=star-graph';

test('a webhook shows its secret once, to its owner, and signs deliveries', async () => {
  const { accessToken: token, user } = await api.signUp();
  const made = await api.call(path, { token, body: { url: `${url}#part`, types: ['task_completed'] } });
  expect(made.status).toBe(201);
  expect(made.headers.get('cache-control')).toBe('no-store');
  const { id, secret } = made.body;
  expect(made.body).toMatchObject({ url, types: ['task_completed'] });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const row = await Webhook.query(platform.db.database).findById(id);
  expect(row).toMatchObject({
    userId: user.id,
    url,
    secret: expect.stringMatching(/^v1\.test\./),
    disabledAt: null,
  });
  const listed = await api.call(path, { token });
  expect(listed.body.items).toMatchObject([{ id, url }]);
  expect(JSON.stringify(listed.body)).not.toContain(secret.slice(6));
  const again = await api.call(path, { token, body: { url } });
  expect(again.body.secret).not.toBe(secret);
  expect(again.body.types).toEqual(['task_completed', 'task_failed', 'task_cancelled']);
});

test('a new secret is shown once, to the owner alone, and to no API key', async () => {
  const [mine, stranger] = [await api.signUp(), await api.signUp()];
  const token = mine.accessToken;
  const made = (await api.call(path, { token, body: { url } })).body;
  const rotate = (as: string) => api.call(`${path}/${made.id}/secret`, { token: as, method: 'POST' });
  const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } })).body;
  expect([(await rotate(stranger.accessToken)).status, (await rotate(key)).status]).toEqual([404, 403]);
  expect(await WebhookOldSecret.query(platform.db.database).where({ webhookId: made.id })).toEqual([]);

  const answer = await rotate(token);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
  expect(answer.body).toMatchObject({ id: made.id, url, oldSecretUntil: expect.any(String) });
  expect(answer.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(answer.body.secret).not.toBe(made.secret);
  const listed = JSON.stringify((await api.call(path, { token })).body);
  expect(listed).not.toContain(answer.body.secret.slice(6));
  const rows = await WebhookOldSecret.query(platform.db.database).where({ webhookId: made.id });
  expect(rows).toMatchObject([{ secret: expect.stringMatching(/^v1\.test\./) }]);
});

test('a webhook is seen and deleted by its owner alone', async () => {
  const [mine, stranger] = [await api.signUp(), await api.signUp()];
  const { id } = (await api.call(path, { token: mine.accessToken, body: { url } })).body;
  const other = { token: stranger.accessToken };
  expect((await api.call(path, other)).body.items).toEqual([]);
  expect((await api.call(`${path}/${id}`, { ...other, method: 'DELETE' })).status).toBe(404);
  expect((await api.call(path, { token: mine.accessToken })).body.items).toHaveLength(1);
  const own = { token: mine.accessToken, method: 'DELETE' };
  expect((await api.call(`${path}/${id}`, own)).status).toBe(204);
  expect((await api.call(`${path}/${id}`, own)).status).toBe(404);
  expect((await api.call(path, { token: mine.accessToken })).body.items).toEqual([]);
  expect((await api.call(path, { body: { url } })).status).toBe(401);
});

test('a webhook is its person’s: it outlasts every key, program and session', async () => {
  const { accessToken: token, user } = await api.signUp();
  const { id } = (await api.call(path, { token, body: { url } })).body;
  const makeKey = async () =>
    (await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } })).body.id;
  const [key, program] = [await makeKey(), await makeKey()];
  const asProgram = {
    kind: 'program',
    clientId: 'https://example.com/client.json',
    scopes: 'assets',
  } as const;
  await ApiKey.query(platform.db.database).findById(program).patch(asProgram);
  const end = { token, method: 'DELETE' };
  for (const ended of [`users/api-keys/${key}`, `users/programs/${program}`, 'auth/sessions'])
    expect((await api.call(`/api/v1/${ended}`, end)).status).toBe(204);
  const typed = { username: user.username, password: 'long enough for all' };
  const again = await api.call('/api/v1/auth/login', { body: typed });
  const { items } = (await api.call(path, { token: again.body.accessToken })).body;
  expect(items).toMatchObject([{ id, url }]);
  expect([items[0].madeBy, items[0].disabledAt]).toEqual([undefined, undefined]);
  expect(await Webhook.query(platform.db.database).where({ userId: user.id }).resultSize()).toBe(1);
});

test.each([
  ['loopback', 'http://127.0.0.1:9000/'],
  ['loopback by name', 'http://localhost/'],
  ['loopback in other clothes', 'http://0x7f.1/'],
  ['a private network', 'https://10.1.2.3/'],
  ['a metadata service', 'http://169.254.169.254/latest/'],
  ['IPv6 loopback', 'http://[::1]/'],
  ['an IPv4 address inside IPv6', 'http://[::ffff:127.0.0.1]/'],
  ['a file', 'file:///etc/passwd'],
  ['a password', 'https://user:password@93.184.215.14/'],
  ['no address', 'somewhere'],
  ['a name that nobody has', 'https://nothing.invalid/'],
  ['an address that grows too long when it is written out', `https://93.184.215.14/${'é'.repeat(200)}`],
])('a webhook to %s is refused', async (_what, target) => {
  const { accessToken: token } = await api.signUp();
  const answer = await api.call(path, { token, body: { url: target } });
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect(answer.body.errors).toMatchObject([{ pointer: '/url' }]);
  expect((await api.call(path, { token })).body.items).toEqual([]);
});

test.each([
  ['no type at all', []],
  ['progress', ['progress_update']],
])('a webhook for %s is refused', async (_what, types) => {
  const { accessToken: token } = await api.signUp();
  expect((await api.call(path, { token, body: { url, types } })).status).toBe(422);
});

test('a person has 20 webhooks at most, however many come at once', async () => {
  const { accessToken: token } = await api.signUp();
  const answers = await Promise.all(
    Array.from({ length: 23 }, () => api.call(path, { token, body: { url } })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.map(codeOf)).toEqual(Array.from({ length: 3 }, () => 'quota-exceeded'));
  // Time mends nothing here.
  expect(refused[0]?.headers.get('retry-after')).toBeNull();
  const page = await api.call(`${path}?limit=15`, { token });
  const rest = await api.call(`${path}?limit=15&cursor=${page.body.nextCursor}`, { token });
  expect([page.body.items.length, rest.body.items.length]).toEqual([15, 5]);
});

test('an administrator sees what failed, without what it says, and sends it again', async () => {
  const { accessToken: token, user } = await api.signUp();
  const { id: webhookId } = (await api.call(path, { token, body: { url } })).body;
  const delivery = {
    id: newId(),
    webhookId,
    outboxId: 1,
    body: JSON.stringify({ type: 'task_failed', taskId: newId(), data: { prompt: 'a secret garden' } }),
    dueAt: new Date(),
    failedAt: new Date(),
    tries: 9,
    lastStatus: 500,
  };
  await WebhookDelivery.query(platform.db.database).insert(delivery);
  const own = await api.call(`${path}/${webhookId}/deliveries?state=failed`, { token });
  expect(own.body.items).toMatchObject([{ id: delivery.id, type: 'task_failed', tries: 9, lastStatus: 500 }]);

  const admin = { token: await api.signInAsAdmin() };
  const letters = '/api/admin/webhook-deliveries';
  const listed = await api.call(letters, admin);
  expect(listed.body.items).toMatchObject([{ id: delivery.id, webhookId, userId: user.id, url }]);
  expect(JSON.stringify(listed.body)).not.toContain('garden');
  const replay = { ...admin, method: 'POST' };
  expect((await api.call(`${letters}/${delivery.id}/replay`, replay)).body).toEqual({ replayed: 1 });
  expect((await api.call(`${letters}/${delivery.id}/replay`, replay)).body).toEqual({ replayed: 0 });
  expect((await api.call(letters, admin)).body.items).toEqual([]);
  const acts = await api.call(`/api/admin/audit?target=webhook:${webhookId}`, admin);
  expect(acts.body.items).toMatchObject([{ action: 'webhook.replay', data: { deliveryId: delivery.id } }]);
});
