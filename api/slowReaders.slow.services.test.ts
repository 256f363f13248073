import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Task } from '@star-graph/core/ground/db/models/task';
import { liveChannel } from '@star-graph/core/ground/redis/redisKeys';
import { eventually } from '@star-graph/core/testing/eventually';
import { presentProgress } from '@star-graph/core/work/events/liveMessage';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createEventStream } from './routes/tasks/eventStream.ts';
import { connectStomp, progress, result, status } from './testing/calls/stompClient.ts';
import { eventFixture, type TestPerson } from './testing/servers/eventServer.ts';

const { platform, cast, server } = eventFixture();

const previewBytes = 60_000;
const previews = 600;

/** 36 MB of progress, several times what the kernel takes for two sockets. */
async function flood(person: TestPerson, task: Task): Promise<void> {
  const { redis, prefix } = platform.redis;
  const channel = liveChannel(prefix, { kind: 'user', id: person.userId });
  const base64 = 'A'.repeat(previewBytes);
  for (let step = 1; step <= previews; step++) {
    const data = {
      percent: (100 * step) / previews,
      step,
      steps: previews,
      preview: { mime: 'image/jpeg', base64 },
    };
    const envelope = { type: 'progress_update', taskId: task.id, userId: person.userId, data };
    const timestamp = new Date().toISOString();
    const json = JSON.stringify({ ...envelope, timestamp });
    // One after the other: Redis cuts a subscriber off that is 32 MB behind.
    await redis.publish(channel, presentProgress({ taskId: task.id, json }));
  }
}

async function createScene() {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  const bearer = person.signIn.accessToken;
  const reader = await connectStomp(server.socketUrl, bearer);
  /** Of a client that reads all the time. */
  let seen: unknown;
  reader.client.subscribe(progress, ({ body }) => {
    seen = JSON.parse(body).data.step;
  });
  await reader.listen(status);
  const caughtUp = () => eventually(() => expect(seen).toBe(previews));
  return { person, task, bearer, caughtUp, [Symbol.asyncDispose]: () => reader.client.deactivate() };
}

test('a STOMP client that reads nothing keeps only its last progress', async () => {
  await using scene = await createScene();
  const { person, task, bearer } = scene;
  const socket = new WebSocket(server.socketUrl, 'v12.stomp');
  await using slow = await connectStomp(server.socketUrl, bearer, {
    webSocketFactory: () => socket as never,
    // It hears nothing for as long as it is paused, and must not take the server for dead.
    heartbeatIncoming: 0,
  });
  const [updates, facts, ends] = [
    await slow.listen(progress),
    await slow.listen(status),
    await slow.listen(result),
  ];
  socket.pause();
  await flood(person, task);
  await scene.caughtUp();
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_completed', 'succeeded');
  socket.resume();
  await eventually(() => expect(ends.map(({ type }) => type)).toEqual(['task_completed']));
  expect(facts.map(({ type }) => type)).toEqual(['state_snapshot', 'task_started']);
  // The frames in transit and the last one: nothing in between was kept.
  await eventually(() => expect(updates.at(-1)?.data.step).toBe(previews));
  expect(updates.length).toBeLessThan(previews / 2);
  expect(slow.closes).toEqual([]);
});

test('a slow reader of server-sent events always gets the end', async () => {
  await using scene = await createScene();
  const { person, task, bearer } = scene;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${bearer}` };
    get(`${server.url}/api/v1/tasks/${task.id}/events`, { headers, agent: false }, resolve).on(
      'error',
      reject,
    );
  });
  await flood(person, task);
  await scene.caughtUp();
  await cast.tell(task, 'task_completed', 'succeeded');
  const told = await text(response);
  expect(told.match(/^event: .*$/gm)?.at(0)).toBe('event: state_snapshot');
  expect(told.match(/^event: .*$/gm)?.at(-1)).toBe('event: task_completed');
  expect(told.length).toBeLessThan((previews * previewBytes) / 2);
});

test('an unread event stream drops progress at once, and is cut early', () => {
  const stream = createEventStream();
  const data = 'x'.repeat(10_000);
  for (let n = 0; n < 1_000; n++) stream.sendIfIdle({ type: 'progress_update', data });
  expect(stream.body.readableLength).toBeLessThan(64 * 1024 + 20_000);
  expect(stream.body.destroyed).toBe(false);
  for (let n = 0; n < 1_000 && !stream.body.destroyed; n++)
    stream.send({ id: `${n}`, type: 'task_queued', data });
  expect(stream.body.destroyed).toBe(true);
  expect(stream.body.readableLength).toBeLessThan(1024 * 1024 + 20_000);
});
