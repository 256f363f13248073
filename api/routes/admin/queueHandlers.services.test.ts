import type { SignInView } from '@star-graph/contract/auth/signIn';
import { RunTime } from '@star-graph/core/ground/db/models/backend';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { afterEach, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
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

test('the queue lists who waits, in what order, where and why', async () => {
  // Nobody knows the pace of a server without a GPU before its first run.
  await RunTime.query(server.platform.db.database).insert({
    workflow: 'text2img',
    backendId: pool.backendId,
    secondsPerUnit: 2,
    samples: 1,
    updatedAt: new Date(),
  });
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const [running, prefetched, third, fourth] = await fill([ann, ann, ann, ann]);
  await waits(third, fourth);
  const bobs = await submit(bob);
  open.push(bobs);
  // Bob begins with Ann's counter, so the older task comes first; then hers is higher.
  await waits(third, bobs, fourth);
  await eventually(async () => {
    const { body } = await asAdmin('queue/tasks');
    expect(body.items[1]).toMatchObject({
      userId: bob.user.id,
      queuePosition: 3,
      backendId: pool.backendId,
      reason: { code: 'models-loaded', sentence: expect.stringContaining('models loaded') },
      etaSeconds: expect.any(Number),
    });
    expect(body.nextCursor).toBe(null);
  });
  const first = (await asAdmin('queue/tasks?limit=2')).body;
  const second = (await asAdmin(`queue/tasks?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.items, ...second.items]).toHaveLength(3);

  // A task is assigned before it is posted.
  await eventually(async () => {
    const backend = (await asAdmin('backends')).body.items[0];
    expect(backend.tasks).toMatchObject([
      { id: running, state: 'running', startedAt: expect.any(String), recalled: false },
      { id: prefetched, state: 'posted', recalled: false },
    ]);
    expect(backend.next).toMatchObject({ taskId: third, reason: { code: 'models-loaded' } });
  });

  await eventually(async () => {
    const { items } = (await asAdmin('queue/shares')).body;
    const shareOf = ({ user }: SignInView) =>
      items.find(({ userId }: { userId: string }) => userId === user.id);
    expect(shareOf(bob)).toMatchObject({
      username: bob.user.username,
      queued: 1,
      aheadSeconds: 0,
      comesFirst: true,
    });
    expect(shareOf(ann)).toMatchObject({ queued: 2, comesFirst: true });
    expect(shareOf(ann).servedSeconds).toBeGreaterThan(0);
    expect((await asAdmin('queue')).body).toMatchObject({
      plan: { peopleWaiting: 2, quantumSeconds: expect.any(Number), ageSeconds: expect.any(Number) },
    });
  });
});

test.each(['queue', 'queue/tasks', 'queue/shares'])('%s is closed to people', async (path) => {
  const { accessToken } = await api.signUp();
  for (const token of [accessToken, undefined]) {
    const answer = await api.call(`/api/admin/${path}`, token === undefined ? {} : { token });
    expect(codeOf(answer)).toBe(token === undefined ? 'unauthenticated' : 'forbidden');
  }
});
