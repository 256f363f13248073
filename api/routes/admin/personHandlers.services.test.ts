import { newId } from '@star-graph/core/ground/runtime/ids';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectStomp } from '../../testing/calls/stompClient.ts';
import { createTwoStep, type TwoStep, type TwoStepPerson } from '../../testing/calls/twoStep.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

// Its tasks are written as rows.
const platform = platformFixture({ hasForgedTasks: true });
const api = apiFixture(platform);
/** Another process: what ends, ends everywhere. */
const other = apiFixture(platform);
let people: TwoStep;
let admin: TwoStepPerson;
let moderator: TwoStepPerson;
beforeAll(async () => {
  people = createTwoStep(api, platform);
  admin = await people.addPerson('admin');
  moderator = await people.addPerson('moderator');
});

const sessionsOf = ({ id }: { id: string }) => `/api/admin/users/${id}/sessions`;
const notesOf = ({ id }: { id: string }) => `/api/admin/users/${id}/notes`;
const audit = async ({ id }: { id: string }, action: string) => {
  const { body } = await api.call(`/api/admin/audit?target=user:${id}`, { token: admin.token });
  return body.items.filter((act: { action: string }) => act.action === action);
};
const add = (by: TwoStepPerson, of: { id: string }, text: string, key: string = newId()) =>
  api.call(notesOf(of), { token: by.token, body: { text, key } });

/** The whole stream: it is over when the server ends it. */
async function followTask(token: string, taskId: string): Promise<() => Promise<string>> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${other.url}/api/v1/tasks/${taskId}/events`, { headers });
  expect(response.status).toBe(200);
  return () => response.text();
}

describe('a person’s sessions', () => {
  test('are listed and ended by an administrator, with sockets and event streams', async () => {
    const person = await people.addPerson();
    const { accessToken: second } = (await people.login(person)).body;
    const task = await createQueuedTask(platform.db.database, person.id);
    await using socket = await connectStomp(`${other.url.replace('http', 'ws')}/ws`, second);
    const stream = await followTask(second, task.id);
    const { body } = await api.call(sessionsOf(person), { token: admin.token });
    // Those of the registration, of the first sign-in and of the second, newest first.
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({ current: false, userAgent: expect.any(String) });
    const path = `${sessionsOf(person)}/${body.items[0].id}`;
    expect((await api.call(path, { token: admin.token, method: 'DELETE' })).status).toBe(204);
    expect(await socket.closed()).toMatchObject({ code: 4401 });
    expect(await stream()).toContain('state_snapshot');
    for (const process of [api, other]) {
      expect((await process.call('/api/v1/tasks', { token: second })).status).toBe(401);
      expect((await process.call('/api/v1/tasks', { token: person.token })).status).toBe(200);
    }
    expect((await api.call(path, { token: admin.token, method: 'DELETE' })).status).toBe(404);
    expect(await audit(person, 'user.sessions')).toMatchObject([
      { actorId: admin.id, data: { ended: [body.items[0].id] } },
    ]);
  });

  test('end all at once, with sign-in codes that were made in them', async () => {
    const person = await people.addPerson();
    const { code } = (await api.call('/api/v1/users/link-codes', { token: person.token, body: '' })).body;
    const answer = await api.call(sessionsOf(person), { token: admin.token, method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect((await other.call('/api/v1/tasks', { token: person.token })).status).toBe(401);
    expect((await api.call('/api/v1/auth/link', { body: { code } })).status).toBe(401);
    expect((await api.call(sessionsOf(person), { token: admin.token })).body.items).toEqual([]);
  });

  test('are out of a moderator’s reach unless the person is a user', async () => {
    const user = await people.addPerson();
    const { token } = moderator;
    expect((await api.call(sessionsOf(user), { token })).status).toBe(200);
    expect((await api.call(sessionsOf(user), { token, method: 'DELETE' })).status).toBe(204);
    for (const peer of [admin, await people.addPerson('moderator')]) {
      const { body } = await api.call(sessionsOf(peer), { token: admin.token });
      const one = `${sessionsOf(peer)}/${body.items[0].id}`;
      const tries = [
        api.call(sessionsOf(peer), { token }),
        api.call(sessionsOf(peer), { token, method: 'DELETE' }),
        api.call(one, { token, method: 'DELETE' }),
      ];
      for (const answer of await Promise.all(tries)) expect(codeOf(answer)).toBe('forbidden');
      expect((await api.call('/api/v1/tasks', { token: peer.token })).status).toBe(200);
    }
  });

  test('of one person are not ended through another', async () => {
    const [person, bystander] = [await people.addPerson(), await people.addPerson()];
    const { body } = await api.call(sessionsOf(person), { token: admin.token });
    const path = `${sessionsOf(bystander)}/${body.items[0].id}`;
    expect((await api.call(path, { token: admin.token, method: 'DELETE' })).status).toBe(404);
    expect((await api.call('/api/v1/tasks', { token: person.token })).status).toBe(200);
  });
});

describe('a note about a person', () => {
  test('has its author and time, and is never changed', async () => {
    const person = await people.addPerson();
    const [first, second] = [await add(moderator, person, 'Spam'), await add(admin, person, 'Asked to stop')];
    expect([first.status, second.status]).toEqual([201, 201]);
    const { body } = await api.call(notesOf(person), { token: moderator.token });
    expect(body.items).toMatchObject([
      { text: 'Asked to stop', author: admin.username, createdAt: expect.any(String) },
      { text: 'Spam', author: moderator.username, authorId: moderator.id },
    ]);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const path = `${notesOf(person)}/${first.body.id}`;
      expect((await api.call(path, { token: admin.token, method, body: {} })).status).toBe(404);
    }
    const acts = await audit(person, 'user.note');
    expect(acts.map(({ data }: { data: object }) => data)).toEqual([
      { note: second.body.id },
      { note: first.body.id },
    ]);
  });

  test('is added once, however often it is sent', async () => {
    const person = await people.addPerson();
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 4 }, () => add(moderator, person, 'Spam', key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect((await api.call(notesOf(person), { token: admin.token })).body.items).toHaveLength(1);
    expect(await audit(person, 'user.note')).toHaveLength(1);
    const reused = [
      await add(moderator, person, 'Other', key),
      await add(moderator, await people.addPerson(), 'Spam', key),
    ];
    for (const answer of reused) expect(codeOf(answer)).toBe('idempotency-conflict');
  });

  test('is never shown to the person, whatever their role', async () => {
    const person = await people.addPerson();
    await add(admin, person, 'A secret remark');
    const own = ['/api/v1/users/profile', '/api/v1/users/preferences', '/api/v1/auth/sessions'];
    for (const path of [...own, notesOf(person)]) {
      const { body } = await api.call(path, { token: person.token });
      expect(JSON.stringify(body)).not.toContain('A secret remark');
    }
    expect(codeOf(await api.call(notesOf(admin), { token: admin.token }))).toBe('forbidden');
    expect(codeOf(await api.call(notesOf(moderator), { token: moderator.token }))).toBe('forbidden');
    expect(codeOf(await api.call(notesOf(admin), { token: moderator.token }))).toBe('forbidden');
    expect(codeOf(await add(moderator, admin, 'Nice'))).toBe('forbidden');
  });
});
