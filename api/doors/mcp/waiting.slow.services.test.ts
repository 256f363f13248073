import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { every } from '@star-graph/core/ground/runtime/every';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { createProgressBus } from '@star-graph/core/work/events/progressBus';
import pino from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../testing/servers/apiServer.ts';
import { mcpFixture, small } from '../testing/mcpServer.ts';
import { imagesOf, linksOf, textOf } from '../testing/readResult.ts';

const { api, pool, platform, enter, connect, balanceOf, tasksOf, reached } = mcpFixture();
beforeAll(async () => {
  await pool.release();
});

const draw = (waitSeconds: number, more: object = {}) => ({
  name: 'generate',
  arguments: { workflow: 'text2img', params: small, waitSeconds, ...more },
});
interface TaskFacts {
  taskId: string;
  status: string;
}

test('a task goes on when the time to wait is over, and wait has its result', async () => {
  await pool.hold();
  const { person, client } = await enter();
  const started = await client.callTool(draw(0));
  const { taskId, status } = started.structuredContent as unknown as TaskFacts;
  expect(started.isError).toBeUndefined();
  expect(['queued', 'assigned', 'running']).toContain(status);
  expect(textOf(started)).toContain(`Task ${taskId}`);
  const waiting = client.callTool({ name: 'wait', arguments: { taskId, waitSeconds: 600 } });
  await pool.release();
  expect(linksOf(await waiting)).toHaveLength(1);
  const result = await client.callTool({ name: 'get_result', arguments: { taskId } });
  expect([linksOf(result).length, result.structuredContent]).toMatchObject([1, { status: 'succeeded' }]);
  // Without an id it is the newest.
  expect((await client.callTool({ name: 'get_result' })).structuredContent).toMatchObject({ taskId });
  expect((await tasksOf(person)).map(({ id }) => id)).toEqual([taskId]);
});

describe.each(['modern', 'legacy'] as const)('a %s client that hangs up or takes its call back', (era) => {
  test('does not lose its task', async () => {
    await pool.hold();
    const { person, client } = await enter({ era });
    const takeBack = new AbortController();
    const call = client.callTool(draw(600), { signal: takeBack.signal });
    call.catch(() => undefined);
    const taskId = await eventually(async () => {
      const [task] = await tasksOf(person);
      expect(task).toBeDefined();
      return task?.id ?? '';
    });
    takeBack.abort();
    await expect(call).rejects.toThrow();
    await client.close();
    await pool.release();
    await reached(taskId, 'succeeded');
    expect((await balanceOf(person)).held).toBe(0);
  });
});

test('cancel ends a task, and gives its credits back', async () => {
  await pool.hold();
  const { person, client } = await enter();
  const { taskId } = (await client.callTool(draw(0))).structuredContent as unknown as TaskFacts;
  expect((await balanceOf(person)).held).toBeGreaterThan(0);
  const ended = await client.callTool({ name: 'cancel', arguments: { taskId } });
  expect(ended.structuredContent).toMatchObject({ status: 'cancelled', credits: { charged: 0 } });
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
  const late = await client.callTool({ name: 'wait', arguments: { taskId } });
  expect([late.isError, late.structuredContent]).toMatchObject([true, { taskId, code: 'task-finished' }]);
  const stranger = await enter();
  const refused = await stranger.client.callTool({ name: 'get_result', arguments: { taskId } });
  expect([refused.isError, refused.structuredContent]).toMatchObject([true, { code: 'not-found' }]);
  await pool.release();
});

test('a process that stops answers those who wait, and their tasks go on', async () => {
  await pool.hold();
  const other = await startTestApi(platform, { SIGN_UP_GRANT: '1000' });
  const { person, key } = await enter();
  const client = await connect({ Authorization: `Bearer ${key}` }, 'modern', other.url);
  const waiting = client.callTool(draw(600));
  await eventually(async () => expect(await tasksOf(person)).toHaveLength(1));
  const [task] = await tasksOf(person);
  await other.stop();
  const answer = await waiting;
  expect([answer.isError, textOf(answer)]).toEqual([true, expect.stringContaining(`${task?.id} goes on`)]);
  await pool.release();
  await reached(task?.id ?? '', 'succeeded');
});

test('a request that is repeated under its key or its unique id is made once', async () => {
  const { person, client, key } = await enter();
  const keyed = draw(600, { idempotencyKey: 'again' });
  const [first, twin] = await Promise.all([client.callTool(keyed), client.callTool(keyed)]);
  const { taskId } = first.structuredContent as unknown as TaskFacts;
  expect(twin.structuredContent).toMatchObject({ taskId });
  const other = await client.callTool(
    draw(600, { idempotencyKey: 'again', params: { ...small, prompt: 'a bear' } }),
  );
  expect([other.isError, other.structuredContent]).toMatchObject([true, { code: 'idempotency-conflict' }]);
  const post = async (id: string | number) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const message = { jsonrpc: '2.0', id, method: 'tools/call', params: draw(600) };
    const answer = await fetch(`${api.url}/mcp`, { method: 'POST', headers, body: JSON.stringify(message) });
    const data = (await answer.text()).split('\n').find((line) => line.startsWith('data: {')) ?? '';
    return JSON.parse(data.slice(6)).result.structuredContent.taskId;
  };
  const unique = '01900000-0000-7000-8000-000000000001';
  expect(await post(unique)).toBe(await post(unique));
  // Another connection's 7 is another request.
  expect(await post(7)).not.toBe(await post(7));
  expect(await tasksOf(person)).toHaveLength(4);
});

test('a task that runs on is shown with its last preview, and without a result', async () => {
  await pool.hold();
  const { client, person } = await enter();
  const started = await client.callTool(draw(0));
  const { taskId } = started.structuredContent as unknown as TaskFacts;
  const { attempt } = await reached(taskId, 'running');
  const base64 = (await createTwoColours(8, 8).jpeg().toBuffer()).toString('base64');
  const { redis, prefix } = platform.redis;
  const bus = createProgressBus({ redis, prefix, clock: systemClock, log: pino({ level: 'silent' }) });
  const source = { taskId, userId: person.user.id, apiKeyId: null, attempt };
  let percent = 0;
  // The GPU server is held: it says nothing itself.
  const stop = every(systemClock, 50, () => {
    percent += 0.01;
    bus.publish(source, { percent, preview: { mime: 'image/jpeg', base64 } });
  });
  const seen = await eventually(async () => {
    const result = await client.callTool({ name: 'wait', arguments: { taskId, waitSeconds: 1 } });
    expect(imagesOf(result)).toHaveLength(1);
    return result;
  }).finally(stop);
  expect(imagesOf(seen)).toMatchObject([{ mimeType: 'image/jpeg', data: base64 }]);
  expect([linksOf(seen), textOf(seen)]).toEqual([[], expect.stringContaining('runs')]);
  await pool.release();
  const ended = await client.callTool({ name: 'wait', arguments: { taskId, waitSeconds: 600 } });
  expect(linksOf(ended)).toHaveLength(1);
});
