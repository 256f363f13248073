import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { Webhook, WebhookDelivery } from '@star-graph/core/ground/db/models/operation';
import { Session } from '@star-graph/core/ground/db/models/session';
import { openStatuses, Task } from '@star-graph/core/ground/db/models/task';
import { Identity, User } from '@star-graph/core/ground/db/models/user';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { eventually } from '@star-graph/core/testing/eventually';
import { deliverDue } from '@star-graph/core/work/events/webhooks/deliverWebhooks';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { connectStomp } from '../../testing/calls/stompClient.ts';
import { type Call, codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { workFixture } from '../../testing/servers/workServer.ts';

const { platform, api, generate, run, balanceOf, tasksOf } = workFixture();
let admin: string;
let receiver: Server;
const received: string[] = [];
beforeAll(async () => {
  admin = await api.signInAsAdmin();
  receiver = createServer((request, response) => {
    received.push(request.url ?? '');
    response.end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterAll(() => {
  receiver.close();
});

const block = (userId: string, disabled = true) =>
  api.call(`/api/admin/users/${userId}`, { token: admin, method: 'PATCH', body: { disabled } });
const post = (path: string, token: string, body: object = {}) => api.call(path, { token, body });
const codesOf = async (calls: readonly Promise<Parameters<typeof codeOf>[0]>[]) =>
  (await Promise.all(calls)).map(codeOf);

test('a blocked person keeps no session, key, code or socket', async () => {
  const person = await api.signUp();
  const token = person.accessToken;
  const { key } = (await post('/api/v1/users/api-keys', token, { name: 'script' })).body;
  const { code } = (await post('/api/v1/users/link-codes', token)).body;
  await using socket = await connectStomp(`${api.url.replace('http', 'ws')}/ws`, token);
  await using keySocket = await connectStomp(`${api.url.replace('http', 'ws')}/ws`, key);
  expect((await block(person.user.id)).status).toBe(200);
  await Promise.all([socket.closed(), keySocket.closed()]);
  const balance = (credential: string) => api.call('/api/v1/users/balance', { token: credential });
  const login = { username: person.user.username, password: 'long enough for all' };
  expect(
    await codesOf([
      balance(token),
      balance(key),
      api.call('/api/v1/auth/refresh', { body: { refreshToken: person.refreshToken } }),
      api.call('/api/v1/auth/link', { body: { code } }),
      api.call('/api/v1/auth/login', { body: login }),
    ]),
  ).toEqual([...Array(4).fill('unauthenticated'), 'account-disabled']);
  const { database } = platform.db;
  const sessions = await Session.query(database).where({ userId: person.user.id }).whereNull('revokedAt');
  expect(sessions).toEqual([]);
});

test('no service key acts for a blocked person', async () => {
  const { key } = await addServiceKey(api);
  const headers = { 'star-graph-act-for': `discord:${newSnowflake()}` };
  const accepted = await generate(key, { prompt: 'a fox' }, headers);
  expect(accepted.status).toBe(202);
  const task = await Task.query(platform.db.database).findById(accepted.body.id).throwIfNotFound();
  await block(task.userId);
  expect(codeOf(await generate(key, { prompt: 'a fox' }, headers))).toBe('account-disabled');
  expect((await task.$query(platform.db.database)).status).toBe('cancelled');
});

test('a block ends all work at once and charges the computed share', async () => {
  const person = await api.signUp();
  const running = (await generate(person.accessToken, { prompt: 'a fox' })).body;
  await generate(person.accessToken, { prompt: 'a hare' });
  await run(running.id, 60);
  const share = Math.floor((running.cost * 60) / 100);
  const { openTasks, balance } = (await block(person.user.id)).body;
  expect([openTasks, balance]).toEqual([0, { available: 1000 - share, held: 0, debt: 0 }]);
  const tasks = await tasksOf(person);
  expect(tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  expect(tasks.map(({ cancelCharge }) => cancelCharge).toSorted((a, b) => a - b)).toEqual([0, share]);
  // A second block charges nothing more.
  expect((await block(person.user.id)).body.balance.available).toBe(1000 - share);
  await block(person.user.id, false);
});

test('requests during a block leave no task behind', async () => {
  const person = await api.signUp();
  const requests = Array.from({ length: 12 }, () => generate(person.accessToken, { prompt: 'a fox' }));
  await block(person.user.id);
  await Promise.all(requests);
  const open = (await tasksOf(person)).filter(({ status }) => openStatuses.some((one) => one === status));
  expect(open).toEqual([]);
  await block(person.user.id, false);
  const login = { username: person.user.username, password: 'long enough for all' };
  const again = (await api.call('/api/v1/auth/login', { body: login })).body.accessToken;
  expect(await balanceOf(again)).toEqual({ available: 1000, held: 0 });
});

test('a blocked person’s webhooks receive nothing', async () => {
  const { database } = platform.db;
  const person = await api.signUp();
  const { port } = receiver.address() as AddressInfo;
  const webhook = { id: newId(), userId: person.user.id, url: `http://127.0.0.1:${port}/blocked` };
  await Webhook.query(database).insert({
    ...webhook,
    secret: `whsec_${'A'.repeat(43)}=`,
    types: ['task_cancelled', 'task_completed'],
    createdAt: new Date(),
    disabledAt: null,
  });
  await generate(person.accessToken, { prompt: 'a fox' });
  // Due before the block, and not sent yet.
  const due = { id: newId(), webhookId: webhook.id, outboxId: 1, body: '{}', dueAt: new Date() };
  await block(person.user.id);
  await WebhookDelivery.query(database).insert(due);
  const { DATA_KEYS } = parseConfig(platform.env);
  const stores = { database, clock: systemClock, keyRing: createKeyRing(DATA_KEYS) };
  const noTasks = async () => new Map();
  const deps = {
    ...stores,
    log: pino({ level: 'silent' }),
    isAllowedAddress: () => true,
    presentTasks: noTasks,
  };
  await deliverDue(deps);
  await eventually(async () => {
    const { failedAt } = await WebhookDelivery.query(database).findById(due.id).throwIfNotFound();
    expect(failedAt).not.toBeNull();
  });
  // The end of the cancelled task was told to nobody else than its webhook, which has no delivery of it.
  await eventually(async () => {
    const unsent = await database('outbox').where({ userId: person.user.id }).whereNull('sentAt');
    expect(unsent).toEqual([]);
  });
  expect(await WebhookDelivery.query(database).where({ webhookId: webhook.id }).resultSize()).toBe(1);
  expect(received).toEqual([]);
});

describe('a moderator', () => {
  /** A person of this role, whom a service key may act for. */
  async function signUp(role: User['role']) {
    const { user, accessToken: token } = await api.signUp();
    const subject = newSnowflake();
    const { database } = platform.db;
    const identity = { provider: 'discord', subject, userId: user.id, createdAt: new Date() } as const;
    await Identity.query(database).insert(identity);
    await User.query(database).findById(user.id).patch({ role });
    return { id: user.id, subject, token };
  }
  let caller: Record<'session' | 'delegate', Call>;
  beforeAll(async () => {
    const { subject, token } = await signUp('moderator');
    caller = {
      session: { token },
      delegate: { token: (await addServiceKey(api)).key, headers: actFor(subject) },
    };
  });
  const change = async (call: Call, id: string, body: object) =>
    api.call(`/api/admin/users/${id}`, { ...call, method: 'PATCH', body });

  test.each(['session', 'delegate'] as const)('by a %s blocks and unblocks users', async (by) => {
    const call = caller[by];
    const { id, token } = await signUp('user');
    expect((await change(call, id, { disabled: true, reason: 'spam' })).status).toBe(200);
    expect((await api.call('/api/v1/users/profile', { token })).status).toBe(401);
    const unblocked = await change(call, id, { disabled: false });
    expect(unblocked.body.disabledAt).toBeUndefined();
  });

  test.each(['session', 'delegate'] as const)('by a %s changes nothing else about people', async (by) => {
    const call = caller[by];
    const people = {
      user: await signUp('user'),
      moderator: await signUp('moderator'),
      admin: await signUp('admin'),
    };
    const tries = [
      [people.user.id, { role: 'moderator' }],
      [people.user.id, { role: 'user', disabled: true }],
      [people.moderator.id, { disabled: true }],
      [people.admin.id, { disabled: true }],
      [people.admin.id, { role: 'user' }],
    ] as const;
    for (const [id, body] of tries) {
      const answer = await change(call, id, body);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    }
    for (const { token } of Object.values(people))
      expect((await api.call('/api/v1/users/profile', { token })).status).toBe(200);
    const rows = await User.query(platform.db.database).findByIds(Object.values(people).map(({ id }) => id));
    expect(rows.map(({ role, disabledAt }) => [role, disabledAt]).toSorted()).toEqual([
      ['admin', null],
      ['moderator', null],
      ['user', null],
    ]);
  });
});
