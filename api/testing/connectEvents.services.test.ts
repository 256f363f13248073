import { type ConnectionState, connectEvents, type ResumePoint } from '@star-graph/client/connectEvents';
import {
  type Credentials,
  createSessionCredentials,
  type SessionTokens,
} from '@star-graph/client/credentials';
import type { EventView } from '@star-graph/contract/events';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { expect, test } from 'vitest';
import { eventFixture, type TestPerson } from './servers/eventServer.ts';

const { cast, server } = eventFixture();

function credentialsOf({ signIn }: TestPerson, tokens: Partial<SessionTokens> = {}): Credentials {
  let stored: SessionTokens | undefined = {
    accessToken: signIn.accessToken,
    refreshToken: signIn.refreshToken,
    expiresAtMs: Date.now() + 900_000,
    ...tokens,
  };
  return createSessionCredentials(
    { baseUrl: server.url },
    {
      load: async () => stored,
      save: async (next) => {
        stored = next;
      },
    },
  );
}

async function open(
  person: TestPerson,
  options: { baseUrl?: string; credentials?: Credentials; resumeFrom?: ResumePoint } = {},
) {
  const events: EventView[] = [];
  const points: ResumePoint[] = [];
  const states: ConnectionState[] = [];
  const { baseUrl = server.url, credentials = credentialsOf(person), ...resume } = options;
  const onEvent = (event: EventView, point: ResumePoint) => {
    events.push(event);
    points.push(point);
  };
  const connection = connectEvents(
    { baseUrl, credentials },
    { onEvent, onState: (state) => states.push(state) },
    resume,
  );
  return { events, points, states, ...connection, [Symbol.asyncDispose]: () => connection.close() };
}

const untilConnected = ({ states }: Awaited<ReturnType<typeof open>>) =>
  eventually(() => expect(states.at(-1)).toBe('connected'));

test('delivers a snapshot, then every kind of event', async () => {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  await using opened = await open(person);
  await untilConnected(opened);
  expect(opened.events).toHaveLength(1);
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_completed', 'succeeded');
  await eventually(() =>
    expect(opened.events.map(({ type }) => type)).toEqual([
      'state_snapshot',
      'task_started',
      'task_completed',
    ]),
  );
  expect(opened.states).toEqual(['connecting', 'connected']);
});

test('reconnects after a cut and gets missed events once', async () => {
  await using proxy = await createTcpProxy(server.url);
  const person = await cast.addPerson();
  const tasks = [await cast.addTask(person), await cast.addTask(person)];
  await using opened = await open(person, { baseUrl: proxy.url.replace(/\/$/, '') });
  await untilConnected(opened);
  expect(opened.events).toHaveLength(1);
  for (const task of tasks) await cast.tell(task, 'task_started', 'running');
  await eventually(() => expect(opened.events).toHaveLength(3));
  await proxy.cut();
  for (const task of tasks) await cast.tell(task, 'task_completed', 'succeeded');
  await proxy.restore();
  await eventually(() =>
    expect(opened.events.filter(({ type }) => type === 'task_completed')).toHaveLength(2),
  );
  expect(opened.events.filter(({ type }) => type === 'task_started')).toHaveLength(2);
});

test('resumes from a kept point: missed events come, earlier ones do not', async () => {
  const person = await cast.addPerson();
  const tasks = [await cast.addTask(person), await cast.addTask(person)];
  const before = await open(person);
  await untilConnected(before);
  expect(before.events).toHaveLength(1);
  for (const task of tasks) await cast.tell(task, 'task_started', 'running');
  await eventually(() => expect(before.events).toHaveLength(3));
  await before.close();
  for (const task of tasks) await cast.tell(task, 'task_completed', 'succeeded');
  // Kept as text, after the first task had started and before the second.
  const kept = JSON.parse(JSON.stringify(before.points[1]));
  await using after = await open(person, { resumeFrom: kept });
  await eventually(() => expect(after.events).toHaveLength(3));
  expect(after.events.map(({ type }) => type).sort()).toEqual([
    'task_completed',
    'task_completed',
    'task_started',
  ]);
});

test('asks for work and gets the task, or the problem', async () => {
  await using opened = await open(await cast.addPerson());
  await untilConnected(opened);
  const task = await opened.generate({ workflow: 'text2img', params: { prompt: 'a boat' } });
  expect(task).toMatchObject({ status: 'queued' });
  expect(await opened.cancel(task.id)).toMatchObject({ id: task.id, status: 'cancelled' });
  await expect(opened.generate({ workflow: 'none', params: {} })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('with a token that the server refuses, refreshes and connects', async () => {
  const person = await cast.addPerson();
  await using opened = await open(person, {
    credentials: credentialsOf(person, { accessToken: 'e30.e30.e30' }),
  });
  await untilConnected(opened);
  expect(opened.states).not.toContain('signedOut');
});

test('after the logout says so and stays away', async () => {
  const person = await cast.addPerson();
  await using opened = await open(person);
  await untilConnected(opened);
  await cast.signOut(person);
  await eventually(() => expect(opened.states.at(-1)).toBe('signedOut'));
  await expect(opened.cancel('x')).rejects.toThrow('Not connected');
});
