import { destinations, eventSchema, type Reply, replySchema } from '@star-graph/contract/events';
import { Task } from '@star-graph/core/ground/db/models/task';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { silentLog } from '@star-graph/core/testing/events';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import { createProgressBus } from '@star-graph/core/work/events/progressBus';
import { publishPublicMessage } from '@star-graph/core/work/events/publicMessages';
import { describe, expect, test } from 'vitest';
import { connectStomp, type ReceivedEvent } from '../testing/calls/stompClient.ts';
import { eventFixture, startEventServer, type TestPerson } from '../testing/servers/eventServer.ts';

const { status, progress, result, reply, generate, cancel } = destinations;

const { platform, cast, server, other } = eventFixture();

const connect = (person: TestPerson, to = server) => connectStomp(to.socketUrl, person.signIn.accessToken);
const typesOf = (events: readonly ReceivedEvent[]) => events.map(({ type }) => type);
const idsOf = (event: ReceivedEvent | undefined) => event?.data.tasks?.map(({ id }) => id);

describe('a subscriber', () => {
  test('gets each kind of event under its destination, snapshot first', async () => {
    const person = await cast.addPerson();
    const before = await cast.addTask(person);
    await using one = await connect(person);
    const [statuses, results] = [await one.listen(status), await one.listen(result)];
    expect(typesOf(statuses)).toEqual(['state_snapshot']);
    expect(idsOf(statuses[0])).toEqual([before.id]);
    const task = await cast.addTask(person);
    await cast.tell(task, 'task_created');
    await cast.tell(task, 'task_queued');
    await cast.tell(task, 'task_started', 'running');
    await cast.tell(task, 'task_completed', 'succeeded');
    await cast.tell(before, 'task_cancelled', 'cancelled');
    await eventually(() => expect(statuses).toHaveLength(5));
    expect(typesOf(statuses).slice(1)).toEqual([
      'task_created',
      'task_queued',
      'task_started',
      'task_cancelled',
    ]);
    await eventually(() => expect(typesOf(results)).toEqual(['task_completed']));
  });

  test('is told what the contract promises, by the whole path', async () => {
    const person = await cast.addPerson();
    await using one = await connect(person);
    const replies = await one.listen<Reply>(reply);
    const [statuses, results] = [await one.listen(status), await one.listen(result)];
    await one.send(generate, { workflow: 'text2img', params: { prompt: 'a boat' }, correlationId: 'c1' });
    const answer = replySchema.parse(replies[0]);
    expect(answer).toMatchObject({ correlationId: 'c1', task: { status: 'queued', type: 'text2img' } });
    const taskId = 'task' in answer ? answer.task.id : '';
    await cast.tell(await requireRow(taskId), 'task_failed', 'failed');
    await eventually(() => expect(results).toHaveLength(1));
    for (const event of statuses.filter(({ type }) => type === 'state_snapshot')) eventSchema.parse(event);
    expect(results[0]).toMatchObject({ type: 'task_failed', taskId, userId: person.userId });
  });

  test('hears of no task of anybody else', async () => {
    const [person, stranger] = [await cast.addPerson(), await cast.addPerson()];
    await using one = await connect(person);
    const events = [await one.listen(status), await one.listen(result), await one.listen(progress)];
    const [own, foreign] = [await cast.addTask(person), await cast.addTask(stranger)];
    await cast.tell(foreign, 'task_completed', 'succeeded');
    await cast.tell(own, 'task_completed', 'succeeded');
    await eventually(() => expect(events[1]).toHaveLength(1));
    expect(events.flat().map(({ taskId }) => taskId)).toEqual(['', own.id]);
  });

  test('gets each event once from either of two API processes', async () => {
    const person = await cast.addPerson();
    await using one = await connect(person);
    await using two = await connect(person, other);
    const [a, b] = [await one.listen(result), await two.listen(result)];
    const task = await cast.addTask(person);
    await cast.tell(task, 'task_completed', 'succeeded');
    await eventually(() => expect([a.length, b.length]).toEqual([1, 1]));
    expect(a).toEqual(b);
  });

  test('gets progress and previews, which are never resumed', async () => {
    const person = await cast.addPerson();
    const task = await cast.addTask(person);
    await using one = await connect(person);
    const seen = await one.listen(progress);
    const bus = createProgressBus({
      redis: platform.redis.redis,
      clock: systemClock,
      prefix: platform.redis.prefix,
      log: silentLog,
    });
    const preview = { mime: 'image/jpeg', base64: 'AAAA' };
    const source = { taskId: task.id, userId: person.userId, apiKeyId: null, attempt: 1 };
    let step = 0;
    await eventually(() => {
      bus.publish(source, { percent: ++step / 100, step, steps: 10_000, preview });
      expect(seen.some((event) => event.data.preview)).toBe(true);
    });
    // The last one comes up to a tenth of a second later, and must not meet the next subscriber.
    await eventually(() => expect(seen.at(-1)?.data.step).toBe(step));
    expect(eventSchema.parse(seen.at(-1))).toMatchObject({ type: 'progress_update', taskId: task.id });
    await using two = await connect(person);
    const resumed = await two.listen(progress, { 'last-seq': seen[0]?.seq ?? '' });
    expect(resumed).toEqual([]);
  });

  test('of the public topic gets announcements, as everybody does', async () => {
    await using one = await connect(await cast.addPerson());
    await using two = await connect(await cast.addPerson(), other);
    const [a, b] = [await one.listen(destinations.public), await two.listen(destinations.public)];
    const message = {
      type: 'pool_state' as const,
      data: { backends: 1, backendsUp: 1, queuedTasks: 0, runningTasks: 0 },
    };
    publishPublicMessage(platform.redis, message);
    await eventually(() => expect([a, b]).toEqual([[message], [message]]));
  });

  test('that ended its subscription gets nothing more', async () => {
    const person = await cast.addPerson();
    await using one = await connect(person);
    const ended: string[] = [];
    const subscription = one.client.subscribe(result, (message) => ended.push(message.body));
    const kept = await one.listen(result);
    subscription.unsubscribe();
    await one.listen(destinations.public);
    await cast.tell(await cast.addTask(person), 'task_completed', 'succeeded');
    await eventually(() => expect(kept).toHaveLength(1));
    expect(ended).toEqual([]);
  });
});

const requireRow = async (taskId: string): Promise<Task> => {
  const task = await Task.query(platform.db.database).findById(taskId);
  if (!task) throw new Error(`no task ${taskId}`);
  return task;
};

describe('a client that was away', () => {
  test('resumes by last-seq and misses no terminal event, on either process', async () => {
    const person = await cast.addPerson();
    const task = await cast.addTask(person);
    let lastSeq: string;
    {
      await using one = await connect(person);
      const statuses = await one.listen(status);
      await cast.tell(task, 'task_started', 'running');
      await eventually(() => expect(statuses).toHaveLength(2));
      lastSeq = statuses[1]?.seq ?? '';
    }
    await cast.tell(task, 'task_completed', 'succeeded');
    for (const process of [server, other]) {
      await using two = await connect(person, process);
      const results = await two.listen(result, { 'last-seq': lastSeq });
      await eventually(() => expect(results.map(({ taskId }) => taskId)).toEqual([task.id]));
      expect(typesOf(results)).toEqual(['task_completed']);
    }
  });

  test('while Redis was emptied gets the ended task in a snapshot', async () => {
    const person = await cast.addPerson();
    const task = await cast.addTask(person);
    let lastSeq: string;
    {
      await using one = await connect(person);
      const statuses = await one.listen(status);
      await cast.tell(task, 'task_started', 'running');
      await eventually(() => expect(statuses).toHaveLength(2));
      lastSeq = statuses[1]?.seq ?? '';
    }
    {
      await using other = await connect(person);
      const results = await other.listen(result);
      await cast.tell(task, 'task_completed', 'succeeded');
      // What is published later would be in the Redis that was emptied.
      await eventually(() => expect(results).toHaveLength(1));
    }
    await platform.redis.empty();
    await using two = await connect(person);
    const results = await two.listen(result, { 'last-seq': lastSeq });
    expect(typesOf(results)).toEqual(['state_snapshot']);
    expect(results[0]?.data.tasks).toMatchObject([{ id: task.id, status: 'succeeded' }]);
  });

  test('keeps its connection when Redis is lost, and learns what ended', async () => {
    await using proxy = await createTcpProxy(platform.redis.url);
    await using cut = await startEventServer(platform, cast, { redisUrl: proxy.url });
    const person = await cast.addPerson();
    const task = await cast.addTask(person);
    await using one = await connect(person, cut);
    const results = await one.listen(result);
    await proxy.cut();
    await cast.tell(task, 'task_completed', 'succeeded');
    await proxy.restore();
    await eventually(() => expect(results).toHaveLength(1));
    expect(one.closes).toEqual([]);
  });
});

describe('SEND', () => {
  test('is confirmed after the task is committed', async () => {
    const person = await cast.addPerson();
    await using one = await connect(person);
    await one.send(generate, { workflow: 'text2img', params: {} });
    expect(await Task.query(platform.db.database).where({ userId: person.userId })).toHaveLength(1);
  });

  test('cancels, and says so to the sender alone', async () => {
    const person = await cast.addPerson();
    const task = await cast.addTask(person);
    await using one = await connect(person);
    await using two = await connect(person);
    const [replies, others] = [await one.listen<Reply>(reply), await two.listen<Reply>(reply)];
    await one.send(cancel, { taskId: task.id, correlationId: 'x' });
    expect(replies).toMatchObject([{ correlationId: 'x', task: { id: task.id, status: 'cancelled' } }]);
    expect(others).toEqual([]);
  });

  test.each([
    ['not JSON', generate, '{', 'invalid-params'],
    ['of another shape', generate, { workflow: 7, params: {}, extra: 1 }, 'invalid-params'],
    ['for an unknown workflow', generate, { workflow: 'nope', params: {} }, 'not-found'],
    ['about an unknown task', cancel, { taskId: newId() }, 'not-found'],
    ['about a task whose id is none', cancel, { taskId: '💥' }, 'not-found'],
    ['to nowhere', '/app/else', {}, 'not-found'],
    ['to a topic', status, {}, 'not-found'],
  ])(
    'that is %s is answered by a problem, and the connection stays',
    async (_case, destination, body, code) => {
      await using one = await connect(await cast.addPerson());
      const replies = await one.listen<Reply>(reply);
      const text = typeof body === 'string' ? body : JSON.stringify({ ...body, correlationId: 'c' });
      one.client.publish({ destination, body: text });
      await eventually(() => expect(replies).toHaveLength(1));
      expect(replies[0]).toMatchObject({ problem: { type: `urn:star-graph:problem:${code}` } });
      if (typeof body !== 'string') expect(replies[0]).toMatchObject({ correlationId: 'c' });
      await one.send(generate, { workflow: 'text2img', params: {} });
      expect(one.errors).toEqual([]);
    },
  );

  test("that cancels another person's task changes and reveals nothing", async () => {
    const [person, stranger] = [await cast.addPerson(), await cast.addPerson()];
    const task = await cast.addTask(stranger);
    await using one = await connect(person);
    const replies = await one.listen<Reply>(reply);
    await one.send(cancel, { taskId: task.id });
    expect(replies).toMatchObject([{ problem: { status: 404 } }]);
    expect((await requireRow(task.id)).status).toBe('queued');
  });

  test('takes a body of many frames of the socket, in UTF-8', async () => {
    await using one = await connectStomp(server.socketUrl, (await cast.addPerson()).signIn.accessToken, {
      splitLargeFrames: true,
      maxWebSocketChunkSize: 1_000,
    });
    const replies = await one.listen<Reply>(reply);
    const clientRef = 'wörter 🛶 '.repeat(60);
    const params = { prompt: 'x'.repeat(200_000) };
    await one.send(generate, { workflow: 'text2img', params, meta: { clientRef } });
    expect(replies).toMatchObject([{ task: { meta: { clientRef } } }]);
  });
});

test('a service key hears only of tasks made through it', async () => {
  const [ann, bob, operator] = [await cast.addPerson(), await cast.addPerson(), await cast.addPerson()];
  const { text, apiKey } = await cast.addKey(operator, 'service');
  await using bot = await connectStomp(server.socketUrl, text);
  const [results, replies] = [await bot.listen(result), await bot.listen<Reply>(reply)];
  const through = { apiKeyId: apiKey.id };
  const tasks = [await cast.addTask(ann, through), await cast.addTask(bob, through)];
  await cast.tell(await cast.addTask(ann), 'task_completed', 'succeeded');
  for (const task of tasks) await cast.tell(task, 'task_completed', 'succeeded');
  await eventually(() => expect(results).toHaveLength(2));
  expect(results.map(({ userId }) => userId)).toEqual([ann.userId, bob.userId]);
  await bot.send(generate, { workflow: 'text2img', params: {} });
  expect(replies).toMatchObject([{ problem: { type: 'urn:star-graph:problem:forbidden' } }]);
});
