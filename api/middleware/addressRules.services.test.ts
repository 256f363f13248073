import { Identity } from '@star-graph/core/ground/db/models/user';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { beforeAll, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../testing/calls/discord.ts';
import { connectStomp } from '../testing/calls/stompClient.ts';
import { createTwoStep, type TwoStep, type TwoStepPerson } from '../testing/calls/twoStep.ts';
import { codeOf, type TestApi } from '../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture, type ServiceKey } from '../testing/servers/fixtures.ts';
import { createAddressTest } from './clientAddress.ts';

// Its task is written as a row.
const platform = platformFixture({ hasForgedTasks: true });
const lists = { ADMIN_ADDRESSES: '10.1.0.0/16,2001:db8::/48', SERVICE_ADDRESSES: '10.2.0.0/16' };
const open = apiFixture(platform);
/** Everybody comes from 127.0.0.1, and nobody is believed. */
const direct = apiFixture(platform, lists);
const proxied = apiFixture(platform, { ...lists, TRUSTED_PROXIES: '127.0.0.1' });
const local = apiFixture(platform, { ADMIN_ADDRESSES: '127.0.0.1', SERVICE_ADDRESSES: '::ffff:127.0.0.1' });

let people: TwoStep;
let admin: TwoStepPerson;
let service: ServiceKey;
beforeAll(async () => {
  people = createTwoStep(open, platform);
  admin = await people.addPerson('admin');
  service = await addServiceKey(open);
});

const users = '/api/admin/users';
const policy = '/api/v1/guilds/100000000000000000/policy';
const from = (address: string) => ({ 'x-forwarded-for': address });
const statusOf = async (api: TestApi, path: string, token: string, headers: Record<string, string> = {}) =>
  (await api.call(path, { token, headers })).status;

describe('where addresses are named, an administrator', () => {
  test('is refused from elsewhere on every route, with a sentence', async () => {
    for (const path of [users, '/api/v1/tasks', '/api/v1/users/profile']) {
      const answer = await direct.call(path, { token: admin.token });
      expect([path, codeOf(answer)]).toEqual([path, 'forbidden']);
      expect(answer.body.detail).toContain('127.0.0.1 is none of them');
    }
    const made = { name: 'k', scopes: ['admin:people'] };
    const { body } = await open.call('/api/v1/users/api-keys', { token: admin.token, body: made });
    expect(await statusOf(direct, users, body.key)).toBe(403);
    expect(await statusOf(open, users, body.key)).toBe(200);
  });

  test.each(['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::7', '127.0.0.1'])(
    'does not get in by writing X-Forwarded-For: %s',
    async (address) => {
      expect(await statusOf(direct, users, admin.token, from(address))).toBe(403);
      // The proxy appends the address that it saw.
      expect(await statusOf(proxied, users, admin.token, from(`${address}, 192.0.2.1`))).toBe(403);
    },
  );

  test.each([
    ['10.1.2.3', 200],
    ['::ffff:10.1.2.3', 200],
    ['::ffff:a01:203', 200],
    ['2001:db8:0:9::7', 200],
    ['192.0.2.1, 10.1.2.3', 200],
    ['10.1.2.3:51034', 200],
    ['[2001:db8:0:9::7]:51034', 200],
    ['10.2.0.1:51034', 403],
    ['10.2.0.1', 403],
    ['2001:db9::7', 403],
    ['nonsense', 403],
  ])('behind a trusted proxy comes from %s: %d', async (address, status) => {
    expect(await statusOf(proxied, users, admin.token, from(address))).toBe(status);
  });

  test('is refused a socket and an event stream from elsewhere', async () => {
    const task = await createQueuedTask(platform.db.database, admin.id);
    const events = `/api/v1/tasks/${task.id}/events`;
    expect(await statusOf(direct, events, admin.token)).toBe(403);
    const socket = (api: TestApi, token: string) =>
      connectStomp(`${api.url.replace('http', 'ws')}/ws`, token);
    await expect(socket(direct, admin.token)).rejects.toThrow('ADMIN_ADDRESSES');
    await expect(socket(direct, service.key)).rejects.toThrow('SERVICE_ADDRESSES');
    await using _admin = await socket(local, admin.token);
    await using _service = await socket(local, service.key);
  });

  test('is let in from this machine only if it is named', async () => {
    expect(await statusOf(proxied, users, admin.token)).toBe(403);
    expect(await statusOf(local, users, admin.token)).toBe(200);
    expect(await statusOf(local, policy, service.key)).toBe(200);
  });
});

describe('where addresses are named, a service key', () => {
  test('comes from its own list', async () => {
    expect(await statusOf(proxied, policy, service.key, from('10.2.3.4'))).toBe(200);
    for (const address of ['10.1.2.3', '192.0.2.1'])
      expect(await statusOf(proxied, policy, service.key, from(address))).toBe(403);
    const person = { ...actFor(newSnowflake()), ...from('192.0.2.1') };
    expect(await statusOf(proxied, '/api/v1/users/balance', service.key, person)).toBe(403);
  });

  test('uses an administrator’s rights from addresses of both lists only', async () => {
    const subject = newSnowflake();
    const identity = { provider: 'discord', subject, userId: admin.id, createdAt: new Date() };
    await Identity.query(platform.db.database).insert(identity);
    const bot = { ...actFor(subject), ...from('10.2.3.4') };
    expect(await statusOf(proxied, '/api/v1/users/balance', service.key, bot)).toBe(200);
    expect(await statusOf(proxied, users, service.key, bot)).toBe(403);
    expect(await statusOf(local, users, service.key, actFor(subject))).toBe(200);
  });
});

test('other people come from anywhere', async () => {
  for (const role of ['user', 'moderator'] as const) {
    const { token } = await people.addPerson(role);
    expect(await statusOf(direct, '/api/v1/tasks', token)).toBe(200);
  }
});

test('an address in IPv6 that stands for one in IPv4 is that one', async () => {
  const isInside = createAddressTest(['::ffff:10.0.0.0/104', '192.0.2.0/24']);
  const inside = ['10.9.9.9', '::ffff:10.9.9.9', '::ffff:192.0.2.9'];
  const outside = ['11.0.0.1', '::ffff:11.0.0.1', 'unknown', ''];
  expect(inside.filter((address) => !isInside(address))).toEqual([]);
  expect(outside.filter(isInside)).toEqual([]);
});
