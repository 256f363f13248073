import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Identity } from '@star-graph/core/ground/db/models/user';
import { beforeAll, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { connectStomp } from '../../testing/calls/stompClient.ts';
import {
  createTwoStep,
  ownPath,
  password,
  type TwoStep,
  type TwoStepPerson,
} from '../../testing/calls/twoStep.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import {
  addServiceKey,
  apiFixture,
  platformFixture,
  type ServiceKey,
} from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
const strict = apiFixture(platform, { ADMIN_SECOND_FACTOR: 'required' });
let people: TwoStep;
let strictPeople: TwoStep;
let service: ServiceKey;
beforeAll(async () => {
  people = createTwoStep(api, platform);
  strictPeople = createTwoStep(strict, platform);
  service = await addServiceKey(api);
});

const users = '/api/admin/users';
const remove = (by: TwoStepPerson, of: TwoStepPerson) =>
  api.call(`${users}/${of.id}/second-factor`, { token: by.token, method: 'DELETE' });

describe('where administrators must have a second factor, one without', () => {
  test('does nothing before it is set up, and everything afterwards', async () => {
    const admin = await strictPeople.addPerson('admin');
    const { token } = admin;
    const paths = [users, '/api/v1/tasks', '/api/v1/users/api-keys', '/api/v1/users/balance'];
    for (const path of paths) {
      const answer = await strict.call(path, { token });
      expect([path, codeOf(answer)]).toEqual([path, 'forbidden']);
    }
    await expect(connectStomp(`${strict.url.replace('http', 'ws')}/ws`, token)).rejects.toThrow();
    expect((await strict.call(ownPath, { token })).body.required).toBe(true);
    await strictPeople.addApp(admin);
    for (const path of paths) expect((await strict.call(path, { token })).status).toBe(200);
  });

  test('has no more through an API key, and a user’s rights in Discord', async () => {
    const admin = await people.addPerson('admin');
    const { body: made } = await api.call('/api/v1/users/api-keys', {
      token: admin.token,
      body: { name: 'k', scopes: ['admin:people', 'tasks:read'] },
    });
    const subject = newSnowflake();
    const identity = { provider: 'discord', subject, userId: admin.id, createdAt: new Date() };
    await Identity.query(platform.db.database).insert(identity);
    const delegate = { token: service.key, headers: actFor(subject) };
    expect((await api.call(users, { token: made.key })).status).toBe(200);
    expect((await api.call(users, delegate)).status).toBe(200);
    expect((await strict.call(users, { token: made.key })).status).toBe(403);
    expect((await strict.call('/api/v1/tasks', { token: made.key })).status).toBe(403);
    expect((await strict.call(users, delegate)).status).toBe(403);
    expect((await strict.call('/api/v1/users/balance', delegate)).status).toBe(200);
    await people.addApp(admin);
    expect((await strict.call(users, { token: made.key })).status).toBe(200);
    expect((await strict.call(users, delegate)).status).toBe(200);
  });
});

describe('a lost second factor', () => {
  test('is taken away by who reaches the person, with sessions and a record', async () => {
    const [admin, peer] = [await people.addPerson('admin'), await people.addPerson('admin')];
    const [moderator, other] = [await people.addPerson('moderator'), await people.addPerson('moderator')];
    const user = await people.addApp(await people.addPerson());
    await people.addApp(peer);
    await people.addApp(other);
    for (const [by, of] of [
      [moderator, other],
      [moderator, peer],
      [user, user],
    ] as const)
      expect(codeOf(await remove(by, of))).toBe('forbidden');
    expect(codeOf(await remove(admin, admin))).toBe('invalid-params');
    for (const [by, of] of [
      [moderator, user],
      [admin, peer],
    ] as const) {
      expect((await people.login(of)).status).toBe(403);
      expect((await remove(by, of)).status).toBe(204);
      expect((await api.call(ownPath, { token: of.token })).status).toBe(401);
      const { status, body } = await people.login(of);
      expect(status).toBe(200);
      // A repeat, after the answer was lost, ends nothing that came since.
      expect((await remove(by, of)).status).toBe(204);
      expect((await api.call(ownPath, { token: body.accessToken })).status).toBe(200);
      const { body: audit } = await api.call(`/api/admin/audit?target=user:${of.id}`, { token: admin.token });
      expect(audit.items).toHaveLength(1);
      expect(audit.items[0]).toMatchObject({
        actorId: by.id,
        action: 'user.second-factor',
        data: { before: { totp: true, passkeys: 0 }, after: null },
      });
    }
  });

  test('of the only administrator is taken away by a command on the machine', async () => {
    const admin = await people.addApp(await people.addPerson('admin'));
    const root = join(import.meta.dirname, '../../..');
    const env = { ...process.env, ...platform.env };
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['core/desk/people/main.ts', ...args], {
        cwd: root,
        env,
      });
    await expect(run('nobody-here')).rejects.toThrow('Nobody has the user name');
    expect((await run(admin.username)).stdout).toContain('has no second factor now');
    expect((await api.call(ownPath, { token: admin.token })).status).toBe(401);
    const { status, body } = await api.call('/api/v1/auth/login', {
      body: { username: admin.username, password },
    });
    expect(status).toBe(200);
    const { body: audit } = await api.call(`/api/admin/audit?target=user:${admin.id}`, {
      token: body.accessToken,
    });
    expect(audit.items[0]).toMatchObject({ actorId: null, action: 'user.second-factor' });
  });
});
