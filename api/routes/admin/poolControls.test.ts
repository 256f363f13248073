import { afterEach, expect, test, vi } from 'vitest';
import type { SignInView } from '../../contract/auth/signIn.ts';
import { poolFixture } from '../../testing/poolServer.ts';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

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
