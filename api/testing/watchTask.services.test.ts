import { createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import { watchTask } from '@star-graph/client/watchTask';
import type { EventView } from '@star-graph/contract/events';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { silentLog } from '@star-graph/core/testing/events';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { createProgressBus } from '@star-graph/core/work/events/progressBus';
import { expect, test } from 'vitest';
import { eventFixture, type TestPerson } from './servers/eventServer.ts';

const { platform, cast, server } = eventFixture();

// An access token is a Bearer like a key.
const clientOf = (person: TestPerson, baseUrl = server.url) =>
  createClient({ baseUrl, credentials: createKeyCredentials({ apiKey: person.signIn.accessToken }) });

/** Collects what is seen until the end. */
function watch(events: AsyncIterable<EventView>) {
  const seen: EventView[] = [];
  const end = (async () => {
    for await (const event of events) seen.push(event);
  })();
  return { seen, end };
}

test("yields a task's state first, then its events, then ends", async () => {
  const person = await cast.addPerson();
  const [task, another] = [await cast.addTask(person), await cast.addTask(person)];
  const { seen, end } = watch(watchTask(clientOf(person).deps, task.id));
  await eventually(() => expect(seen).toHaveLength(1));
  await cast.tell(another, 'task_completed', 'succeeded');
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_completed', 'succeeded');
  await end;
  expect(seen.map(({ type, taskId }) => [type, taskId])).toEqual(
    ['state_snapshot', 'task_started', 'task_completed'].map((type) => [type, task.id]),
  );
});

test('yields the state of a finished task and ends at once', async () => {
  const person = await cast.addPerson();
  const task = await cast.addTask(person, { status: 'failed', finishedAt: new Date() });
  const { seen, end } = watch(watchTask(clientOf(person).deps, task.id, { lastSeq: '1-1' }));
  await end;
  expect(seen).toMatchObject([
    { type: 'state_snapshot', data: { tasks: [{ id: task.id, status: 'failed' }] } },
  ]);
});

test('goes on where the connection broke and misses nothing', async () => {
  await using proxy = await createTcpProxy(server.url);
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  const { seen, end } = watch(watchTask(clientOf(person, proxy.url.replace(/\/$/, '')).deps, task.id));
  await eventually(() => expect(seen).toHaveLength(1));
  await cast.tell(task, 'task_queued');
  await eventually(() => expect(seen).toHaveLength(2));
  await proxy.cut();
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_completed', 'succeeded');
  await proxy.restore();
  await end;
  // Depending on the time of the return: the missed events, or the state after them.
  const last = seen.at(-1);
  expect(last?.type === 'task_completed' || JSON.stringify(last?.data).includes('"succeeded"')).toBe(true);
  expect(seen.filter(({ type }) => type === 'task_queued')).toHaveLength(1);
});

test('resumes a running task after the last seq', async () => {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  const first = watch(watchTask(clientOf(person).deps, task.id, { signal: AbortSignal.timeout(60_000) }));
  await eventually(() => expect(first.seen).toHaveLength(1));
  await cast.tell(task, 'task_queued');
  await cast.tell(task, 'task_started', 'running');
  await eventually(() => expect(first.seen).toHaveLength(3));
  const lastSeq = first.seen[1]?.seq ?? '';
  const second = watch(watchTask(clientOf(person).deps, task.id, { lastSeq }));
  await eventually(() => expect(second.seen).toHaveLength(1));
  await cast.tell(task, 'task_cancelled', 'cancelled');
  await Promise.all([first.end, second.end]);
  expect(second.seen.map(({ type }) => type)).toEqual(['task_started', 'task_cancelled']);
});

test('shows progress with the seq of the last fact, for resuming', async () => {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  const { seen, end } = watch(watchTask(clientOf(person).deps, task.id));
  await eventually(() => expect(seen).toHaveLength(1));
  await cast.tell(task, 'task_started', 'running');
  await eventually(() => expect(seen).toHaveLength(2));
  const { redis, prefix } = platform.redis;
  createProgressBus({ redis, prefix, clock: systemClock, log: silentLog }).publish(
    { taskId: task.id, userId: person.userId, apiKeyId: null, attempt: 1 },
    { percent: 50 },
  );
  await eventually(() => expect(seen).toHaveLength(3));
  expect(seen[2]).toMatchObject({ type: 'progress_update', seq: seen[1]?.seq, data: { percent: 50 } });
  await cast.tell(task, 'task_failed', 'failed');
  await end;
});

test("does not tell whether another person's task exists", async () => {
  const [person, stranger] = [await cast.addPerson(), await cast.addPerson()];
  const task = await cast.addTask(stranger);
  for (const taskId of [task.id, newId(), 'nonsense']) {
    const { end } = watch(watchTask(clientOf(person).deps, taskId));
    await expect(end).rejects.toMatchObject({ code: 'not-found' });
  }
});

test('ends with the logout: the next connection is refused', async () => {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  const { seen, end } = watch(watchTask(clientOf(person).deps, task.id));
  await eventually(() => expect(seen).toHaveLength(1));
  await cast.signOut(person);
  await expect(end).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('stops at the signal and leaves no connection behind', async () => {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  const stop = new AbortController();
  const { seen, end } = watch(watchTask(clientOf(person).deps, task.id, { signal: stop.signal }));
  await eventually(() => expect(seen).toHaveLength(1));
  stop.abort(new Error('enough'));
  await expect(end).rejects.toThrow('enough');
  const channel = `${platform.redis.prefix}live:user:${person.userId}`;
  await eventually(async () =>
    expect(await platform.redis.redis.pubsub('NUMSUB', channel)).toEqual([channel, 0]),
  );
});
