import type { QueuedTaskView } from '@star-graph/contract/admin/queue';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { afterEach, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { poolFixture } from '../../testing/servers/poolServer.ts';

const server = poolFixture();
const { api, pool, asAdmin, reached } = server;

const open: string[] = [];
afterEach(async () => {
  await pool.release();
  for (const id of open.splice(0)) await reached(id, 'succeeded', 'cancelled');
  await pool.hold();
});

async function submit(person: SignInView): Promise<string> {
  const id = await server.submit(person);
  open.push(id);
  return id;
}

const backendPath = () => `backends/${pool.backendId}`;
const heldBy = async ({ accessToken: token }: SignInView): Promise<number> =>
  (await api.call('/api/v1/users/balance', { token })).body.held;
const actsOn = async (target: string): Promise<string[]> =>
  (await asAdmin(`audit?target=${target}`)).body.items.map(({ action }: { action: string }) => action);

/** Until these tasks wait in the queue, in this order. */
const waits = (...ids: string[]) =>
  eventually(async () => {
    const { body } = await asAdmin('queue/tasks');
    expect(body.items.map(({ id }: QueuedTaskView) => id)).toEqual(ids);
  });

test('a paused queue accepts tasks in their order and gives none away', async () => {
  const ann = await api.signUp();
  const running = await submit(ann);
  await reached(running, 'running');
  for (let times = 0; times < 2; times += 1)
    expect((await asAdmin('queue', { paused: true }, 'PATCH')).body.paused).toBe(true);
  const toldOfPause = async () => (await api.call('/api/public/status')).body.pool.paused;
  await eventually(async () => expect(await toldOfPause()).toBe(true));
  const [first, second] = [await submit(ann), await submit(ann)];
  await pool.release();
  await reached(running, 'succeeded');
  await waits(first, second);
  const listed = (await asAdmin('queue/tasks')).body.items;
  expect(listed.map(({ queuePosition, etaSeconds }: QueuedTaskView) => [queuePosition, etaSeconds])).toEqual([
    [1, undefined],
    [2, undefined],
  ]);
  expect((await asAdmin('backends')).body.items[0].tasks).toEqual([]);
  const { cost } = await reached(first, 'queued');
  expect(await heldBy(ann)).toBe(2 * cost);
  await pool.hold();
  for (let times = 0; times < 2; times += 1)
    expect((await asAdmin('queue', { paused: false }, 'PATCH')).body.paused).toBe(false);
  await reached(first, 'running');
  await reached(second, 'assigned');
  await eventually(async () => expect(await toldOfPause()).toBeUndefined());
  expect(await actsOn('queue')).toEqual(['queue.resume', 'queue.pause']);
});

test('a task moved to the front is next, until it is moved back', async () => {
  const ann = await api.signUp();
  const running = await submit(ann);
  await reached(running, 'running');
  const behind = await submit(ann);
  await reached(behind, 'assigned');
  const [first, second, last] = [await submit(ann), await submit(ann), await submit(ann)];
  const move = (id: string, to: 'front' | 'line') => asAdmin(`tasks/${id}/move`, { to });
  for (let times = 0; times < 2; times += 1) expect((await move(last, 'front')).body.status).toBe('queued');
  await move(second, 'front');
  await waits(last, second, first);
  await move(second, 'line');
  await waits(last, first, second);
  const [next] = (await asAdmin('queue/tasks')).body.items;
  const reason = { code: 'moved-to-front', sentence: expect.any(String) };
  // One waits on the server.
  expect(next).toMatchObject({ reason, queuePosition: 2, movedAt: expect.any(String) });
  await asAdmin(`tasks/${running}`, undefined, 'DELETE');
  await reached(last, 'assigned');
  await reached(first, 'queued');
  expect(await actsOn(`task:${last}`)).toEqual(['task.move']);
  expect(await actsOn(`task:${second}`)).toEqual(['task.move', 'task.move']);
  const late = await move(running, 'front');
  expect([late.status, codeOf(late)]).toEqual([409, 'task-finished']);
});

test('a recycled server gets nothing until it is over, and then what was wished', async () => {
  const ann = await api.signUp();
  const running = await submit(ann);
  await reached(running, 'running');
  const before = (await actsOn(`backend:${pool.backendId}`)).length;
  const path = `${backendPath()}/recycle`;
  const recycling = { draining: true, recycle: { state: 'draining' } };
  for (let times = 0; times < 2; times += 1)
    expect((await asAdmin(path, undefined, 'POST')).body).toMatchObject(recycling);
  const waiting = await submit(ann);
  for (const draining of [false, true])
    expect((await asAdmin(backendPath(), { draining }, 'PATCH')).body).toMatchObject(recycling);
  await pool.release();
  await reached(running, 'succeeded');
  await eventually(async () => {
    const [backend] = (await asAdmin('backends')).body.items;
    expect(backend.recycle.state).toBeUndefined();
    expect(backend).toMatchObject({ draining: true, residency: [], freshSince: expect.any(String) });
  });
  await reached(waiting, 'queued');
  expect((await asAdmin(path, undefined, 'DELETE')).body.draining).toBe(true);
  await asAdmin(backendPath(), { draining: false }, 'PATCH');
  expect(await reached(waiting, 'succeeded')).toMatchObject({ attempts: [{ attempt: 1 }] });
  const acts = (await actsOn(`backend:${pool.backendId}`)).toReversed().slice(before);
  expect(acts.filter((act) => act !== 'backend.change')).toEqual(['backend.recycle', 'backend.recycled']);
});
