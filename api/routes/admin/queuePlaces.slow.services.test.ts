import type { SignInView } from '@star-graph/contract/auth/signIn';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { afterEach, expect, test } from 'vitest';
import { poolFixture } from '../../testing/servers/poolServer.ts';

const server = poolFixture();
const { api, pool, asAdmin, submit, reached } = server;

const open: string[] = [];
afterEach(async () => {
  await pool.release();
  for (const id of open.splice(0)) await reached(id, 'succeeded', 'cancelled');
  await pool.hold();
});

/** One task runs and one waits on the server; the rest waits in the queue. */
async function fill(people: readonly SignInView[]): Promise<string[]> {
  const ids: string[] = [];
  for (const person of people) {
    ids.push(await submit(person));
    open.push(ids.at(-1) ?? '');
    if (ids.length === 1) await reached(ids[0] ?? '', 'running');
    if (ids.length === 2) await reached(ids[1] ?? '', 'assigned');
  }
  return ids;
}

/** Until these tasks wait in the queue, in this order. */
const waits = (...ids: (string | undefined)[]) =>
  eventually(async () => {
    const { body } = await asAdmin('queue/tasks');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

test('a quote has the place that its task then gets', async () => {
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const ids = await fill([ann, ann, ann, ann]);
  await waits(...ids.slice(2));
  const body = { prompt: 'a bell', width: 256, height: 256, steps: 1 };
  const quoteOf = async ({ accessToken: token }: SignInView) =>
    (await api.call('/api/v1/generate/text2img/quote', { token, body })).body;
  await eventually(async () => {
    expect((await quoteOf(ann)).queuePosition).toBe(4);
    expect((await quoteOf(bob)).queuePosition).toBe(3);
  });
  const bobs = (await api.call('/api/v1/generate/text2img', { token: bob.accessToken, body })).body.id;
  open.push(bobs);
  await eventually(async () => {
    const { items } = (await asAdmin('queue/tasks')).body;
    expect(items[1]).toMatchObject({ id: bobs, queuePosition: 3 });
  });
});

test('a running leader holds back whose role reached its limit', async () => {
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const shareOf = async ({ user }: SignInView) => {
    const { items } = (await asAdmin('queue/shares')).body;
    return items.find(({ userId }: { userId: string }) => userId === user.id);
  };
  const running = await submit(ann);
  open.push(running);
  await reached(running, 'running');
  const policy = { version: 0, weight: 2, openTasks: null, simultaneousTasks: 1 };
  expect((await asAdmin('role-policies/user', policy, 'PUT')).status).toBe(200);
  await eventually(async () =>
    expect(await shareOf(ann)).toMatchObject({ weight: 2, simultaneousTasks: 1, heldBack: true }),
  );
  const held = await submit(ann);
  const others = await submit(bob);
  open.push(held, others);
  // Behind hers, and before her second one.
  await reached(others, 'assigned');
  await eventually(async () =>
    expect(await shareOf(ann)).toMatchObject({ queued: 1, heldBack: true, comesFirst: false }),
  );
  expect((await asAdmin(`tasks/${held}`)).body).toMatchObject({ status: 'queued', attempts: [] });
  const before = { ...policy, version: 1, weight: 1, simultaneousTasks: null };
  expect((await asAdmin('role-policies/user', before, 'PUT')).status).toBe(200);
});
