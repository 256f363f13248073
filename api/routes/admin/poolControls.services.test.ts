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

test('the only server drains: its tasks end, others queue until it is back', async () => {
  const ann = await api.signUp();
  const running = await submit(ann);
  await reached(running, 'running');
  expect((await asAdmin(backendPath(), { draining: true }, 'PATCH')).body.draining).toBe(true);
  const waiting = await submit(ann);
  await pool.release();
  await reached(running, 'succeeded');
  const { cost } = await reached(waiting, 'queued');
  expect(await heldBy(ann)).toBe(cost);
  expect((await asAdmin('backends')).body.items[0]).toMatchObject({ tasks: [], draining: true });
  await asAdmin(backendPath(), { draining: false }, 'PATCH');
  expect(await reached(waiting, 'succeeded')).toMatchObject({ attempts: [{ attempt: 1 }] });
  expect(await heldBy(ann)).toBe(0);
  expect(await actsOn(`backend:${pool.backendId}`)).toEqual([
    'backend.change',
    'backend.change',
    'backend.create',
  ]);
});

test('a running task is put back once, with its credits held and others as they were', async () => {
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const running = await submit(ann);
  await reached(running, 'running');
  const behind = await submit(bob);
  await reached(behind, 'assigned');
  const last = await submit(bob);
  const requeue = () => asAdmin(`tasks/${running}/requeue`, { attempt: 1 });
  expect((await requeue()).status).toBe(200);
  await eventually(async () => {
    const [first] = (await asAdmin(`tasks/${running}`)).body.attempts;
    const fault = 'an administrator put its task back into the queue';
    expect(first).toMatchObject({ state: 'ended', fault });
  });
  // A repeated request is for the attempt that is over.
  expect((await requeue()).status).toBe(200);
  expect(await actsOn(`task:${running}`)).toEqual(['task.requeue']);
  const { cost } = (await asAdmin(`tasks/${last}`)).body;
  expect([await heldBy(ann), await heldBy(bob)]).toEqual([cost, 2 * cost]);
  await pool.release();
  expect(await reached(running, 'succeeded')).toMatchObject({ failures: 0, attempts: [{}, { attempt: 2 }] });
  for (const id of [behind, last])
    expect(await reached(id, 'succeeded')).toMatchObject({ failures: 0, attempts: [{ attempt: 1 }] });
  expect(await heldBy(ann)).toBe(0);
  const late = await requeue();
  expect([late.status, codeOf(late)]).toEqual([409, 'task-finished']);
});

test('what waits on a draining server is taken back, and what runs stays', async () => {
  const ann = await api.signUp();
  const [running, behind] = [await submit(ann), await submit(ann)];
  await reached(running, 'running');
  await reached(behind, 'assigned');
  await asAdmin(backendPath(), { draining: true }, 'PATCH');
  const recall = () => asAdmin(`${backendPath()}/recall`, undefined, 'POST');
  expect((await recall()).body).toEqual({ recalled: 1 });
  expect((await reached(behind, 'queued')).failures).toBe(0);
  expect((await recall()).body).toEqual({ recalled: 0 });
  expect((await asAdmin('backends')).body.items[0].tasks).toMatchObject([{ id: running, attempt: 1 }]);
  await asAdmin(backendPath(), { draining: false }, 'PATCH');
  await reached(behind, 'assigned');
  expect((await reached(running, 'running')).attempts).toHaveLength(1);
});

test('a server that is not there cannot be recycled', async () => {
  const path = 'backends/01a21c79-176e-73a5-bb2f-54055b1a4f2e/recycle';
  for (const method of ['POST', 'DELETE'])
    expect(codeOf(await asAdmin(path, undefined, method))).toBe('not-found');
});

test('a server is warmed up on request, and what it cannot load is refused', async () => {
  await pool.release();
  const before = (await actsOn(`backend:${pool.backendId}`)).length;
  const path = `${backendPath()}/warm-up`;
  const ask = (body: object) => asAdmin(path, body);
  const refused = await ask({ workflow: 'text2img', params: { model: 'nobody-has-this.safetensors' } });
  expect([codeOf(refused), refused.body.errors]).toMatchObject([
    'invalid-params',
    [{ pointer: '/workflow' }],
  ]);
  expect(codeOf(await ask({ workflow: 'text2img', params: { colour: 'red' } }))).toBe('invalid-params');
  expect(codeOf(await ask({ workflow: 'no-such-one' }))).toBe('not-found');
  expect((await ask({ workflow: 'upscale' })).body.warmUp.workflow).toBe('upscale');
  await eventually(async () => {
    const [backend] = (await asAdmin('backends')).body.items;
    expect(backend).toMatchObject({ warmUp: { state: 'done' }, tasks: [], foreignPrompts: 0 });
    expect(backend.residency).toEqual(expect.arrayContaining(backend.warmUp.models));
  });
  expect((await asAdmin(path, undefined, 'DELETE')).body.warmUp.state).toBe('done');
  expect((await actsOn(`backend:${pool.backendId}`)).toReversed().slice(before)).toEqual(['backend.warm-up']);
});
