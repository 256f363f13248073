import type { SignInView } from '@star-graph/contract/auth/signIn';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { poolFixture } from '../../testing/servers/poolServer.ts';

const server = poolFixture();
const { api, pool, asAdmin, submit, reached } = server;

test('a running leader holds back whose role reached its limit', async () => {
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const shareOf = async ({ user }: SignInView) => {
    const { items } = (await asAdmin('queue/shares')).body;
    return items.find(({ userId }: { userId: string }) => userId === user.id);
  };
  const running = await submit(ann);
  await reached(running, 'running');
  const policy = { version: 0, weight: 2, openTasks: null, simultaneousTasks: 1 };
  expect((await asAdmin('role-policies/user', policy, 'PUT')).status).toBe(200);
  await eventually(async () =>
    expect(await shareOf(ann)).toMatchObject({ weight: 2, simultaneousTasks: 1, heldBack: true }),
  );
  const held = await submit(ann);
  const others = await submit(bob);
  // Behind hers, and before her second one.
  await reached(others, 'assigned');
  await eventually(async () =>
    expect(await shareOf(ann)).toMatchObject({ queued: 1, heldBack: true, comesFirst: false }),
  );
  expect((await asAdmin(`tasks/${held}`)).body).toMatchObject({ status: 'queued', attempts: [] });
  await pool.release();
  for (const id of [running, others, held]) await reached(id, 'succeeded');
});
